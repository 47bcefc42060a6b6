"""Pictures of posts for networks."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from articles import changes
from articles.models import Post
from articles.web.pictures import broken
from tests.html import parsed

pytestmark = pytest.mark.django_db

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")  # which Debian's browsers bring


def image_of(page):
    return parsed(page).select_one("meta[property='og:image']")["content"]


@pytest.mark.skipif(not FONT.exists(), reason="the font DejaVu is not installed")
def test_a_post_has_a_picture_that_others_show(client, indexed, settings):
    settings.PICTURE_FONT = str(FONT)
    post = indexed(title="Moutai 涨停 " * 60)
    page = client.get(post.get_absolute_url())
    address = image_of(page).removeprefix("http://testserver")
    response = client.get(address)
    assert response["Content-Type"] == "image/png"
    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    Post.objects.filter(pk=post.pk).update(status="hidden")
    changes.posts_changed([post.pk])
    assert client.get(address).status_code == 404


def test_without_a_font_the_picture_of_the_site_stands_for_it(client, indexed, settings):
    settings.PICTURE_FONT = ""
    post = indexed()
    assert image_of(client.get(post.get_absolute_url())).endswith("icon.png")
    assert client.get(f"{post.get_absolute_url()}picture.png").status_code == 404


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("贵州茅台涨停", ["贵州茅台涨停"]),
        ("贵州茅台一季度净利润增长", ["贵州茅台一季度净利", "润增长"]),
        ("净利润增长1,500.25%以上", ["净利润增长", "1,500.25%", "以上"]),
        ("涨" * 40, ["涨" * 9, "涨" * 9, "涨" * 9, "涨" * 8 + "…"]),
        ("", [""]),
    ],
)
def test_lines_break_no_figure_and_end_where_there_is_no_room(text, lines):
    assert broken(text, len, 9) == lines
