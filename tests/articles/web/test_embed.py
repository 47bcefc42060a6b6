"""Lists in frames of other sites."""

import pytest
from bs4 import BeautifulSoup

from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(indexed):
    indexed("2022-03-04 09:30", title="五粮液涨停", source="财联社")
    indexed("2022-03-05 09:30", title="五粮液跌停", source="新华社")


def test_without_a_setting_nobody_may_show_one(client, archive):
    for page in ("", "?q=五粮液&from=2030", "trends/?q=五粮液", "trends/?q=a&from=2030"):
        assert client.get(f"/embed/{page}").status_code == 404
    assert not parsed(client.get("/posts/feed/")).select("code:-soup-contains('iframe')")


@pytest.mark.parametrize(
    "page", ["/posts/feed/?q=五粮液&source=s-财联社", "/source/s-财联社/feed/"]
)
def test_the_page_of_a_feed_has_the_code_of_a_frame(client, archive, settings, page):
    settings.EMBED_HOSTS = ["*"]
    [code] = parsed(client.get(page)).select("code:-soup-contains('iframe')")
    [frame] = BeautifulSoup(code.get_text(), "lxml").select("iframe")
    shown = client.get(frame["src"].removeprefix("http://testserver"))
    assert words(shown, ".headlines a") == "五粮液涨停"
    assert len(links(shown, ".headlines a")) == 1


def test_a_frame_is_for_the_sites_that_are_named_also_once_it_is_kept(client, archive, settings):
    settings.EMBED_HOSTS = ["intranet.example", ".news.example"]
    for _ in range(2):
        shown = client.get("/embed/?q=五粮液")
        policy = shown["Content-Security-Policy"]
        assert "frame-ancestors intranet.example news.example *.news.example" in policy
        assert "default-src 'none'" in policy
        assert "X-Frame-Options" not in shown
        assert not shown.cookies
    policy = client.get("/posts/")["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert policy.split("; ") == sorted(policy.split("; "))  # in every process the same


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("?q=无人", ""),
        ("?q=(((", ""),
        ("?source=无人", "没有名为“无人”"),
        ("?from=何时", "“何时”"),
        ("trends/?q=五粮液&source=无人", "没有名为“无人”"),
        ("trends/?q=五粮液&from=何时", "“何时”"),
    ],
)
def test_what_finds_nothing_says_so(client, archive, settings, page, why):
    settings.EMBED_HOSTS = ["*"]
    shown = client.get(f"/embed/{page}")
    assert shown.status_code == 200
    assert words(shown, ".empty")
    assert why in words(shown, "main")


@pytest.mark.parametrize(
    ("query", "title"),
    [("", "最新文章"), ("q=五粮液", "五粮液"), ("q=五粮液&source=s-财联社", "五粮液 · 财联社"),
     ("source=s-财联社", "财联社"), ("from=2022-03&to=2022-03", "2022-03")],
)  # fmt: skip
def test_its_title_says_what_was_asked_for(client, archive, settings, query, title):
    settings.EMBED_HOSTS = ["*"]
    assert words(client.get(f"/embed/?{query}"), "h1") == title
