"""Feeds: RFC 4287, read with an XML parser."""

from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.urls import reverse

from articles import changes
from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.listings.request import PAGE_SIZE
from articles.models import Post

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314, our own


def test_a_search_is_a_feed(client, make_post):
    make_post(title="别的")
    post = make_post(title="茅台 <涨停>", body_html='<p><a href="/security/1.600519/">茅台</a></p>')
    changes.posts_changed([post.pk])
    found = feed(client, "/posts/feed.xml?q=茅台")
    assert found.find("a:title", ATOM).text.startswith("茅台")
    [entry] = found.findall("a:entry", ATOM)
    assert entry.find("a:title", ATOM).text == "茅台 <涨停>"
    assert entry.find("a:author/a:name", ATOM).text == "财联社"
    assert entry.find("a:published", ATOM).text == "2022-03-04T01:30:00+00:00"
    content = entry.find("a:content", ATOM)
    assert content.text == post.body_html
    assert content.get("type") == "html"
    assert content.get("{http://www.w3.org/XML/1998/namespace}base").startswith("http")


@pytest.mark.parametrize("query", ["", "q=快&"])
def test_filters_narrow_a_feed_too(client, indexed, query):
    indexed("2022-03-04 09:00", title="快一", source="财联社", tags=["要闻"])
    indexed("2022-03-03 09:00", title="快二", source="新华社", tags=["要闻"])
    indexed("2022-03-02 09:00", title="快三", source="界面")

    def titles(filters):
        found = feed(client, f"/posts/feed.xml?{query}{filters}").findall("a:entry", ATOM)
        return [entry.find("a:title", ATOM).text for entry in found]

    assert titles("source=s-新华社") == ["快二"]
    assert titles("source=s-新华社&source=s-财联社") == ["快一", "快二"]
    assert titles("source=s-界面&source=s-财联社&tag=t-要闻") == ["快一"]


def test_the_page_of_a_search_names_its_feed(client):
    page = client.get("/posts/?q=茅台&sort=relevance").content.decode()
    assert 'type="application/atom+xml"' in page
    assert 'href="/posts/feed.xml?q=%E8%8C%85%E5%8F%B0"' in page


def test_what_makes_no_sense_is_an_empty_feed(client, make_post):
    make_post(title="茅台")
    assert not feed(client, "/posts/feed.xml?q=茅台&source=nobody").findall("a:entry", ATOM)


@pytest.mark.parametrize(
    "address",
    [
        "/feed.xml",
        "/posts/feed.xml",
        "/category/emnews/feed.xml",
        "/source/s-财联社/feed.xml",
        "/tag/t-要闻/feed.xml",
        "/security/1.600519/feed.xml",
        "/archive/2022/03/04/feed.xml",
    ],
)
def test_every_list_has_a_feed_that_a_reader_understands(client, indexed, address):
    indexed(categories=["emnews"], tags=["要闻"], securities=[("1.600519", "贵州茅台")])
    indexed("2022-03-05 09:30", source="新华社", categories=["other"])
    response = client.get(address)
    read = feedparser.parse(response.content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert len(read.entries) == (2 if address in ("/feed.xml", "/posts/feed.xml") else 1)
    assert all(entry.id and entry.updated and entry.content[0].value for entry in read.entries)
    assert response["Last-Modified"]


@pytest.mark.parametrize(
    "address", ["/category/x/feed.xml", "/security/1.1/feed.xml", "/archive/2022/02/30/feed.xml"]
)
def test_what_is_not_there_has_no_feed(client, address):
    assert client.get(address).status_code == 404


def test_a_feed_is_what_atom_asks_for(client, indexed):
    """RFC 4287, 4.1.1 and 4.1.2: an author, an id and a time of change everywhere."""
    indexed(source=None, title="没有来源")
    indexed(source="新华社")
    found = feed(client, "/posts/feed.xml?q=快讯|没有")
    links = {link.get("rel"): link.get("href") for link in found.findall("a:link", ATOM)}
    query = "?q=%E5%BF%AB%E8%AE%AF%7C%E6%B2%A1%E6%9C%89"
    assert links == {
        "self": f"http://testserver/posts/feed.xml{query}",
        "alternate": f"http://testserver/posts/{query}",
    }
    assert found.find("a:author/a:name", ATOM).text
    entries = found.findall("a:entry", ATOM)
    for element in [found, *entries]:
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", ATOM)) == 1
    ids = [entry.find("a:id", ATOM).text for entry in entries]
    assert len(set(ids)) == 2
    assert [entry.find("a:author/a:name", ATOM) is not None for entry in entries] == [True, False]
    assert found.find("a:updated", ATOM).text == max(
        entry.find("a:updated", ATOM).text for entry in entries
    )


FORBIDDEN = ["\x0b", "&#11;", "&#x2;", "\ufffe", "&#xFFFE;", "\uffff", "&#65535;"]
ESCAPED = [r"\x02", r"\v", r"\uFFFE", r"\uD800"]


@pytest.fixture
def forbidden(db):
    """A post of a document that has characters which XML cannot hold wherever it can."""
    text = "".join(FORBIDDEN)
    word = "".join(f"甲{character}" for character in (*FORBIDDEN, *ESCAPED))
    mark = f'<a class="keytip" data-code="1,600519">贵州{text}茅台</a>'
    document = (
        f'---\ntitle: "{word}"\ndate: 2022-03-04 09:30:00\ncategories: "c{ESCAPED[0]}"\n'
        f'tags: ["t{ESCAPED[0]}", "u\ufffe"]\n---\n> 摘{text}要\n\n'
        f'<p title="{text}">{mark}{text}</p>'
        f'<p class="em_media">（文章来源：财{text}联社）</p>\n\n<>\n'
    )
    write([read(Found("2022-03-04-202203040000000001.md", content=document.encode()))])
    return Post.objects.get()


@pytest.mark.parametrize(
    "address",
    [
        "/feed.xml",
        "/category/c/feed.xml",
        "/tag/t/feed.xml",
        "/security/1.600519/feed.xml",
        "/posts/feed.xml?q=%E8%8C%85%0B%E5%8F%B0",
        "/archive/2022/03/04/feed.xml",
    ],
)
def test_feeds_are_xml_whatever_a_document_holds(client, forbidden, address):
    assert len(feed(client, address).findall("a:entry", ATOM)) == 1
    assert str(forbidden.source) == "财联社"


def test_feeds_are_xml_whatever_an_editor_enters(admin_client, client, forbidden):
    post = reverse("admin:articles_post_change", args=[forbidden.pk])
    form = admin_client.get(post).context["adminform"].form
    entered = {
        "title": "标\x0b题",
        "digest": "摘\x02要",
        "body_html": "<p>正\x0b文&#11;\ufffe</p>",
        "status": "published",
        "categories": form["categories"].value(),
        "why": "\x0b",
        "source": forbidden.source_id,
        "shown": form["shown"].value(),
        "published_at_0": "2022-03-04",
        "published_at_1": "09:30:00",
    }
    assert admin_client.post(post, entered).status_code == 302
    source = reverse("admin:articles_source_change", args=[forbidden.source_id])
    form = {"name": "新\uffff华社", "slug": "x"}
    form |= {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    assert admin_client.post(source, form).status_code == 302
    [entry] = feed(client, "/feed.xml").findall("a:entry", ATOM)
    assert entry.find("a:author/a:name", ATOM).text == "新华社"
    assert entry.find("a:title", ATOM).text == "标题"
    assert entry.find("a:content", ATOM).text == "<p>正文</p>"


def test_a_feed_is_to_be_had_as_json(client, indexed):
    body = '<p><a href="/security/1.600519/">茅台</a> <a href="https://x.example/">x</a></p>'
    indexed("2022-03-04 09:30", title="茅台涨停", slug="a", categories=["emnews"], body_html=body)
    response = client.get("/posts/feed.json?q=茅台")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    found = response.json()
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"].startswith("http://testserver/posts/feed.json?q=")
    assert found["home_page_url"].startswith("http://testserver/posts/?q=")
    assert found["items"] == [
        {
            "id": "http://testserver/posts/a/",
            "url": "http://testserver/posts/a/",
            "title": "茅台涨停",
            "content_html": body.replace("/security", "http://testserver/security"),
            "date_published": "2022-03-04T01:30:00+00:00",
            "date_modified": "2022-03-04T01:30:00+00:00",
            "tags": ["emnews"],
            "summary": "摘要1。",
            "authors": [{"name": "财联社"}],
        }
    ]


def test_every_list_has_a_json_feed(client, indexed):
    post = indexed(tags=["要闻"], securities=[("1.600519", "贵州茅台")])
    for page in (
        "/", "/posts/", "/category/cailianshe/", post.source.get_absolute_url(), "/tag/t-要闻/",
        "/security/1.600519/", "/archive/2022/03/04/",
    ):  # fmt: skip
        assert len(client.get(f"{page}feed.json").json()["items"]) == 1, page
    assert len(client.get("/watch/feed.json?q=快讯").json()["items"]) == 1


@pytest.mark.parametrize("query", ["", "q=快讯"])
def test_a_reader_can_fetch_the_whole_archive(client, make_post, query):
    posts = 2 * PAGE_SIZE + 5
    changes.posts_changed([make_post().pk for _ in range(posts)])
    address, found, first = f"/posts/feed.xml?{query}", [], []
    while address:
        page = feed(client, address)
        found += [one.text for one in page.findall("a:entry/a:id", ATOM)]
        links = {one.get("rel"): one.get("href") for one in page.findall("a:link", ATOM)}
        first.append(links.get("first"))
        address = links.get("next")
    assert len(found) == len({*found}) == posts
    assert first[0] is None
    assert set(first[1:]) == {f"http://testserver/posts/feed.xml{query and '?'}{quoted(query)}"}


def quoted(query):
    return query.replace("快讯", "%E5%BF%AB%E8%AE%AF")


def test_json_feeds_go_on_too(client, make_post):
    changes.posts_changed([make_post().pk for _ in range(45)])
    first = client.get("/posts/feed.json").json()
    following = client.get(first["next_url"]).json()
    assert len({one["id"] for one in first["items"] + following["items"]}) == 45
    assert "next_url" not in following


def test_what_is_no_place_of_a_feed_is_not_found(client, db):
    assert client.get("/posts/feed.xml?before=x").status_code == 404


def test_a_hub_is_announced_where_there_is_one(client, indexed, settings):
    indexed()
    links = feed(client, "/posts/feed.xml").findall("a:link[@rel='hub']", ATOM)
    assert links == []
    settings.WEBSUB_HUB = "https://hub.example.com/"
    changes.advance_version()
    [link] = feed(client, "/posts/feed.xml").findall("a:link[@rel='hub']", ATOM)
    assert link.get("href") == settings.WEBSUB_HUB
    assert client.get("/posts/feed.json").json()["hubs"][0]["url"] == settings.WEBSUB_HUB
    for address in ("/posts/feed.json?q=快讯", "/source/s-财联社/feed.json"):  # it is not told
        assert "hubs" not in client.get(address).json()
