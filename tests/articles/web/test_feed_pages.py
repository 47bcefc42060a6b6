"""Pages about feeds, and the feeds as OPML."""

from xml.etree import ElementTree as ET

import pytest

from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(indexed):
    indexed(source="财联社", categories=["emnews"], securities=[("1.600519", "贵州茅台")])


def copied(response):
    return parsed(response).select_one("[data-copy]")["data-copy"]


@pytest.mark.parametrize(
    ("listed", "title"),
    [
        ("/posts/", "全部文章"),
        ("/posts/?q=%E8%8C%85%E5%8F%B0&security=1.600519", "茅台"),
        ("/category/emnews/", "emnews"),
        ("/security/1.600519/?from=2022-03-01", "贵州茅台"),
        ("/archive/2022/03/04/", "2022-03-04"),
    ],
)
def test_each_list_leads_to_the_page_of_its_feed_and_that_back(client, archive, listed, title):
    [about] = links(client.get(listed), "a.feed")
    page = client.get(about)
    assert words(page, "h1") == title
    assert listed in links(page, ".actions a")
    feed = copied(page)
    assert feed.removeprefix("http://testserver") in links(page, ".actions a")
    assert client.get(feed)["Content-Type"].startswith("application/atom+xml")


def test_what_has_no_list_has_no_feed(client, archive):
    for address in ("/category/nothing/feed/", "/archive/2022/02/30/feed/"):
        assert client.get(address).status_code == 404


def test_one_page_has_all_feeds_and_opml_has_them_for_readers(client, archive):
    page = client.get("/feeds/")
    assert {"/category/emnews/feed/", "/security/1.600519/feed/"} <= set(links(page, "main a"))
    [opml] = [link for link in links(page, "main a") if link.endswith(".opml")]
    response = client.get(opml)
    assert response["Content-Type"].startswith("text/x-opml")
    outlines = ET.fromstring(response.content).findall(".//outline[@type='rss']")  # noqa: S314, our own
    feeds = {outline.get("xmlUrl"): outline.get("text") for outline in outlines}
    assert feeds["http://testserver/security/1.600519/feed.xml"] == "贵州茅台"
    for address in feeds:
        assert client.get(address).status_code == 200
