"""Every kind of page on every kind of screen: WCAG 2.2 AA, as far as axe can tell, no wider than
the screen, with nothing to complain of. What they look like is kept in var/screenshots/."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command

from articles.models import Post

pytestmark = pytest.mark.django_db(transaction=True)

SCREENSHOTS = settings.VAR_DIR / "screenshots"

#: What is looked at by day, and what may be otherwise at night.
SCHEMES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": ["color-contrast"],
}
KINDS = {
    "home": lambda post: "/",
    "listing": lambda post: "/posts/",
    "search": lambda post: "/posts/?q=公司 -绝无",
    "ranked": lambda post: "/posts/?q=公司&sort=relevance",
    "nothing found": lambda post: "/posts/?q=绝无此词 公司",
    "category": lambda post: post.categories.first().get_absolute_url(),
    "source": lambda post: post.source.get_absolute_url(),
    "tag": lambda post: post.tags.first().get_absolute_url(),
    "security": lambda post: post.securities.first().get_absolute_url(),
    "post": lambda post: post.get_absolute_url(),
    "archive": lambda post: "/archive/",
    "year": lambda post: f"/archive/{post.published_at:%Y}/",
    "month": lambda post: f"/archive/{post.published_at:%Y/%m}/",
    "day": lambda post: f"/archive/{post.published_at:%Y/%m/%d}/",
    "sources": lambda post: "/sources/",
    "securities": lambda post: "/securities/?sort=pinyin",
    "help": lambda post: "/search-help/",
    "not found": lambda post: f"/stock/{post.securities.first().code}.html",
    "filter that makes no sense": lambda post: "/posts/?source=nobody&from=2022-01-01",
}


@pytest.fixture
def post(tmp_path):
    call_command("make_sample_posts", tmp_path / "posts", count=80, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    posts = Post.objects.exclude(mention=None).exclude(source=None).exclude(posttag=None)
    return posts.filter(body_html__contains="<figure").latest("published_at")


WIDTHS = [1280, 768, 640, 390, 320]  # 640 is 1280 at 200%


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en", 390)])
def test_every_page_is_fit_for_every_reader(post, open_page, locale, width):
    page = open_page("/", locale=locale)
    found = []
    for kind, address in KINDS.items():
        page.goto(address(post))
        for other in WIDTHS:
            page.set_viewport_size({"width": other, "height": 900})
            found += [f"{kind}, {other}: {fault}" for fault in faults(page)]
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=SCREENSHOTS / f"{kind}, {width}, {scheme}, {locale}.png")
            found += [f"{kind}, {scheme}: {violation}" for violation in violations(page, rules)]
        page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)


def violations(page, rules):
    # To tell of all that is well would take as long again.
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    for violation in Axe().run(page, options=options).response["violations"]:
        for node in violation["nodes"][:3]:
            yield f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"


def faults(page):
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if overflow > 0:
        yield f"too wide by {overflow}"
    if page.locator("h1").count() != 1:
        yield "not one h1"
    if others := {request.resource_type for request in page.foreign} - {"image"}:
        yield f"asks other hosts for {others}"
    yield from page.complaints
    page.complaints.clear()
    page.foreign.clear()
