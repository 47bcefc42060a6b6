import pytest

from articles.web import flashes
from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def tape(indexed):
    indexed("2022-03-03 09:00", title="昨日快讯", digest="", body_text="昨日。")
    indexed(
        "2022-03-04 09:30",
        title="茅台涨停",
        digest="",
        body_text="茅台涨停，成交额创年内新高。",
        securities=[("1.600519", "贵州茅台")],
    )
    indexed("2022-03-04 10:00", title="长文", body_text="长" * 200)
    indexed("2022-03-04 10:30", title="央行逆回购", digest="", body_text="央行逆回购。")


def test_the_newest_day_is_a_tape_with_a_line_for_each_flash(client, tape):
    response = client.get("/flash/")
    lines = [" ".join(line.get_text(" ").split()) for line in parsed(response).select(".entry")]
    assert lines == ["10:30 央行逆回购", "09:30 茅台涨停 成交额创年内新高。 贵州茅台"]
    assert "/security/1.600519/" in links(response, ".entry .meta a")
    assert links(response, "a[rel=prev]") == ["/flash/2022/03/03/"]


def test_each_day_has_an_address(client, tape):
    response = client.get("/flash/2022/03/03/")
    assert words(response, "title") == "快讯 · 2022-03-03 · Newsroom"
    assert words(response, ".entry h2") == "昨日快讯"
    assert links(response, "a[rel=next]") == ["/flash/2022/03/04/"]
    assert not links(response, ".fresh a")
    assert client.get("/flash/2022/02/30/").status_code == 404


def test_days_without_flashes_are_passed_over(client, tape, indexed):
    indexed("2022-03-02 09:00", title="短讯", body_text="短")
    for day in ("2022-03-01", "2022-03-06"):
        indexed(f"{day} 10:00", title="长文", body_text="长" * 200)
    page = client.get("/flash/")
    assert words(page, ".entry h2") == "央行逆回购"
    assert not links(page, "a[rel=next]")
    assert not links(client.get("/flash/2022/03/02/"), "a[rel=prev]")
    assert links(client.get("/flash/2022/03/01/"), "a[rel=next]") == ["/flash/2022/03/02/"]


def test_a_day_without_flashes_says_so(client, tape):
    assert "这一天没有快讯" in words(client.get("/flash/2022/03/05/"), "main")


@pytest.mark.parametrize(
    ("query", "chip"),
    [
        ("security=1.600519", "证券：贵州茅台"),
        ("s=1.600519", "关注：贵州茅台"),
        (f"s={','.join(f'0.{number:06}' for number in range(50))},1.600519", "关注：贵州茅台"),
        ("q=涨停", "涨停"),
    ],
)
def test_a_tape_can_be_of_a_few_flashes(client, tape, query, chip):
    response = client.get(f"/flash/?{query}")
    assert [entry.h2.text for entry in parsed(response).select(".entry")] == ["茅台涨停"]
    assert chip in words(response, ".chips").replace(" ", "")


@pytest.mark.parametrize("name", ["s", "security"])
def test_a_company_that_is_unknown_is_named(client, tape, name):
    page = words(client.get(f"/flash/?{name}=9.99"), "main")
    assert "没有名为“9.99”的条目。" in page
    assert "这一天没有快讯" not in page


def test_news_are_of_flashes_alone(client, tape, indexed):
    [address] = {line["data-news"] for line in parsed(client.get("/flash/")).select(".fresh")}
    indexed("2022-03-04 11:00", title="又一篇长文", body_text="长" * 200)
    assert client.get(address).json() == {"count": 0}
    indexed("2022-03-04 11:30", title="又一条快讯", body_text="短")
    assert client.get(address).json() == {"count": 1}


def test_a_narrowed_tape_says_so_and_stays_narrowed_on_other_days(client, tape):
    response = client.get("/flash/?security=1.600519")
    assert "证券：贵州茅台" in words(response, ".chips").replace(" ", "")
    assert links(response, "a[rel=prev]") == ["/flash/2022/03/03/?security=1.600519"]
    assert not links(response, ".fresh a")
    assert links(client.get(links(response, "a[rel=prev]")[0]), ".empty a") == [
        "/flash/2022/03/03/"
    ]


def test_a_search_for_flashes_looks_past_long_posts(client, indexed, monkeypatch):
    monkeypatch.setattr(flashes, "MOST", 1)
    indexed("2022-03-04 09:30", title="茅台涨停", digest="", body_text="茅台涨停。")
    indexed("2022-03-04 10:00", title="茅台的长文", body_text="长" * 200)
    response = client.get("/flash/2022/03/04/?q=茅台")
    assert [entry.h2.text for entry in parsed(response).select(".entry")] == ["茅台涨停"]
