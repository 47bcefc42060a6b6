"""The picture in README, made anew by `make screenshot`: a listing on a desktop, a post on a phone.

Not collected with the tests: it changes a file of the project.
"""

from base64 import b64encode

import pytest
from django.conf import settings
from django.core.management import call_command

from articles.models import Post

PICTURE = settings.BASE_DIR / "docs" / "newsroom.png"


@pytest.mark.django_db(transaction=True)
def test_take_the_picture(open_page, browser, tmp_path):
    call_command("make_sample_posts", tmp_path / "posts", count=2500, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    # Charts and pictures are on other hosts, which are not asked.
    post = Post.objects.exclude(mention=None).exclude(body_html__contains="<img").exclude(digest="")
    desktop = open_page("/", width=1000, height=800).screenshot()
    phone = open_page(post.latest("published_at").get_absolute_url(), width=390, height=800)
    images = "".join(
        f'<img height="480" src="data:image/png;base64,{b64encode(png).decode()}">'
        for png in (desktop, phone.screenshot())
    )
    page = browser.new_page(viewport={"width": 860, "height": 500})
    page.set_content(f'<body style="margin:10px;display:flex;gap:10px;background:#ddd">{images}')
    PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(path=PICTURE)
    page.close()
