import pytest
from django.utils.encoding import iri_to_uri

from articles.search import budget
from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db

BOTH = "/watch/?s=1.600519&tag=t-评论"


def titles(response):
    return [post.title for post in response.context["listing"].posts]


@pytest.fixture
def archive(indexed):
    indexed("2022-03-01 09:00", title="茅台", securities=[("1.600519", "贵州茅台")])
    indexed("2022-03-02 09:00", title="评论", tags=["评论"])
    indexed("2022-03-03 09:00", title="快讯", body_text="白酒涨价，产量未变。")
    indexed("2022-03-04 09:00", title="晚报", body_text="白酒降价。")
    indexed("2022-03-05 09:00", title="别的", source="别家")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("s=1.600519", ["茅台"]),
        ("s=1.600519&tag=t-评论", ["评论", "茅台"]),
        ("source=s-别家&s=1.600519", ["别的", "茅台"]),
        ("q=白酒", ["晚报", "快讯"]),
        ("q=白酒 涨价&tag=t-评论", ["快讯", "评论"]),
        ("q=白酒 -涨价&q=code:600519", ["晚报", "茅台"]),
        ("q=涨价 | 降价&s=1.600519", ["晚报", "快讯", "茅台"]),
        ("q=date:2022-03-05&q=标题：快讯", ["别的", "快讯"]),
        ("q=白酒&s=1.600519&to=2022-03-03", ["快讯", "茅台"]),
        ("q=白酒产量&q=gzmt", ["快讯", "茅台"]),
        ("q=3/5&q=绝无", ["别的"]),
    ],
)
def test_the_page_has_the_posts_of_anything_that_is_followed(client, archive, query, found):
    response = client.get(f"/watch/?{query}")
    assert titles(response) == found
    assert response.context["listing"].summary.count == len(found)
    assert "网址" not in words(response, "header")
    feed = client.get(f"/watch/feed.xml?{query}").content.decode()
    assert feed.count("<entry") == len(found) or "to=" in query


@pytest.mark.parametrize("address", ["feed.xml", "feed.json", "feed/"])
def test_a_feed_is_titled_by_what_is_in_the_list(client, archive, address):
    response = client.get(f"/watch/{address}?s=1.600519&tag=t-评论&q=快讯")
    assert "关注：贵州茅台、评论、快讯" in response.content.decode()


def test_a_list_that_finds_nothing_can_be_changed_and_exported(client, archive):
    page = client.get("/watch/?q=绝无")
    assert titles(page) == []
    assert parsed(page).select(".additions form")
    assert "绝无" in words(page, "#export")


@pytest.mark.parametrize(("limit", "status"), [("EXTRAS", 200), ("TIMEOUT", 503)])
def test_a_list_that_there_is_no_time_for_can_be_changed(
    client, archive, monkeypatch, limit, status
):
    monkeypatch.setattr(budget, limit, 0)
    page = client.get("/watch/?q=绝无此事&q=涨价&tag=t-评论")
    assert page.status_code == status
    assert "/watch/?tag=t-%E8%AF%84%E8%AE%BA&q=%E6%B6%A8%E4%BB%B7" in links(page, ".followed a")
    assert parsed(page).select(".additions form textarea")
    if status == 200:
        assert titles(page) == ["快讯", "评论"]
        assert "来不及查对“涨价”" in words(page)


def test_every_thing_has_a_link_that_takes_it_out(client, archive):
    page = client.get(BOTH)
    assert "/watch/?s=1.600519" in links(page, ".followed a")
    assert "不再关注评论" in words(page, "header .chips")


def test_no_link_says_again_what_was_left_out(client, archive):
    page = client.get(f"{BOTH}&unread=甲&left=2")
    assert "甲" in words(page, ".note")
    addresses = " ".join(links(page, "main a"))
    assert "unread=" not in addresses
    assert "left=" not in addresses
    assert links(page, "link[rel=canonical]") == [f"http://testserver{iri_to_uri(BOTH)}"]
    visit = client.get(f"{BOTH}&utm_source=mail")
    assert links(visit, "link[rel=canonical]") == [f"http://testserver{iri_to_uri(BOTH)}"]


def test_the_list_has_one_feed(client, archive):
    [address] = links(client.get(BOTH), "link[type='application/atom+xml']")
    feed = client.get(address).content.decode()
    assert feed.count("<entry") == 2
    assert client.get("/watch/feed.xml").status_code == 404


def test_without_a_list_the_page_says_how_to_begin(client, archive):
    page = client.get("/watch/")
    assert "关注" in words(page, "h1")
    assert client.get("/watch/?s=1.1&from=2022-03-01").status_code == 200


def test_names_of_securities_lead_to_the_address_of_symbols(client, archive):
    assert client.get("/watch/?s=贵州茅台&to=2022-03-03").url == "/watch/?s=1.600519&to=2022-03-03"
    page = client.get("/watch/?s=600519,nobody")
    assert titles(page) == ["茅台"]
    assert "nobody" in words(page, ".note")
    assert client.get("/watch/?s=gzmt").url == "/watch/?s=1.600519"
    assert client.get("/watch/?security=600519").url == "/watch/?s=1.600519"


def test_what_an_address_has_of_no_name_and_no_search_is_said(client, archive):
    page = client.get("/watch/?s=gzm&q=(((")
    assert "没有名为“gzm”的条目。 贵州茅台 600519" in words(page)
    assert "“(((”里没有可以查找的内容。" in words(page)
    page = client.get(f"/watch/?q={'白酒' * 200}")
    assert "查询过长" in words(page, ".note")


@pytest.mark.parametrize(
    ("address", "reason"),
    [("feed.xml?s=nobody", "nobody"), ("feed.xml", "地址"), ("feed/", "地址")],
)
def test_a_feed_of_nothing_says_why(client, archive, address, reason):
    page = client.get(f"/watch/{address}")
    assert page.status_code == 404
    assert reason in words(page, ".notice")
    assert "watch" not in words(page, ".notice")


def test_names_are_added_by_a_form(client, archive):
    response = client.get("/watch/", {"s": "1.600519", "add": "评论\ntag:评论\n\n白酒 涨价"})
    assert response.status_code == 302
    assert response.url.endswith("#added")
    assert titles(client.get(response.url)) == ["快讯", "评论", "茅台"]


def test_what_can_be_followed_has_a_star(client, archive):
    for address in ("/security/1.600519/", "/tag/t-评论/", "/source/s-别家/", "/posts/?q=白酒"):
        page = client.get(address)
        [star] = links(page, ".star")
        assert titles(client.get(star)) == titles(page)
    for address in ("/posts/", "/archive/2022/03/04/", "/tag/t-评论/?q=白酒", BOTH):
        assert not links(client.get(address), ".star")
