import csv

import pytest
from bs4 import BeautifulSoup

from articles import changes
from articles.listings import trends
from articles.models import Post
from articles.search import over_time
from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts(indexed):
    for day, text in [(1, "光伏"), (1, "光伏"), (3, "锂电"), (3, "光伏"), (4, "风电")]:
        indexed(f"2022-03-0{day} 09:00", title=text)


def rows(client, query):
    answer = client.get(f"/trends/figures.csv?{query}")
    return [*csv.reader(answer.content.decode("utf-8-sig").splitlines())]


def test_each_search_has_its_matches_and_its_share_zeros_included(client, posts):
    assert rows(client, "q=光伏&q=锂电") == [
        ["日", "全部文章", "“光伏”", "“光伏” %", "“光伏” ±", "“锂电”", "“锂电” %", "“锂电” ±"],
        ["2022-03-01", "2", "2", "100.0", "0", "0", "0.0", "0"],
        ["2022-03-02", "0", "0", "0.0", "0", "0", "0.0", "0"],
        ["2022-03-03", "2", "1", "50.0", "0", "1", "50.0", "0"],
        ["2022-03-04", "1", "0", "0.0", "0", "0", "0.0", "0"],
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("by=week", [["2022-02-28", "5", "3"]]),
        ("by=month", [["2022-03-01", "5", "3"]]),
        ("by=year", [["2022-01-01", "5", "3"]]),
        ("from=2022-03-03&by=month", [["2022-03-03", "3", "1"]]),
        ("by=hour&to=2022-03-01", [["2022-03-01", "2", "2"]]),
        ("from=2023-01-01", []),
        ("to=0001-01-01", []),
    ],
)
def test_the_address_says_by_what_and_from_when(client, posts, query, expected):
    assert [row[:3] for row in rows(client, f"q=光伏&{query}")[1:]] == expected


def test_a_search_is_read_as_in_a_list(client, posts):
    assert rows(client, "q=光伏2022年3月&by=month")[1][2] == "3"
    said = words(client.get("/trends/", {"q": "光伏2022年3月"}))
    assert "“2022年3月”（2022-03-01 – 2022-03-31）已当作时间范围" in said


@pytest.mark.parametrize(
    "query",
    ["(((", "。", "-", "|", "“”", "()", "*", "~", "!!!", "\u200b", "\0", "来源:", "date:", "标题:",
     "security:", "(|)", "-(", "-“”"],
)  # fmt: skip
def test_of_what_cannot_be_looked_for_there_is_nothing(client, posts, settings, query):
    asked = {"q": [query, "光伏"], "by": "week"}
    told = client.get("/api/v1/trends", asked).json()["trends"]
    assert [one["matches"][0]["matches"] for one in told] == [0, 3]
    assert told[0]["notes"] == client.get("/api/v1/posts", {"q": query}).json()["notes"]
    settings.EMBED_HOSTS = ["news.example"]
    for path in ("/trends/", "/embed/trends/"):
        page = client.get(path, asked)
        assert [one.trend.total for one in page.context["shown"]] == [0, 3]
        assert all(note in words(page) for note in told[0]["notes"])


def test_the_largest_share_sets_the_scale_and_each_bar_leads_to_its_posts(client, posts):
    page = client.get("/trends/?q=光伏&q=锂电")
    one, other = page.context["shown"]
    assert max(bar.height for bar in one.chart.bars) == 2 * max(
        bar.height for bar in other.chart.bars
    )
    assert [bar.posts for bar in other.chart.bars] == [0, 0, 50, 0]
    address = "/posts/?q=%E9%94%82%E7%94%B5&from=2022-03-03&to=2022-03-03"
    assert address in links(page, "svg a")
    assert [entry.title[0].text for entry in client.get(address).context["listing"].entries] == [
        "锂电"
    ]


def test_stories_are_counted_once_and_each_bar_leads_to_their_posts(client, posts):
    ids = [*Post.objects.filter(title="光伏").values_list("pk", flat=True)]
    first = Post.objects.get(pk=ids[0])
    Post.objects.filter(pk__in=ids[:2]).update(story=first.slug)
    changes.posts_changed(ids)
    counted = rows(client, "q=光伏&stories=on&by=week")
    assert counted[0][1] == "全部新闻"
    assert counted[1][:3] == ["2022-02-28", "4", "2"]
    assert rows(client, "q=光伏&by=week")[1][:3] == ["2022-02-28", "5", "3"]
    Post.objects.filter(pk__in=ids).update(story=first.slug)
    changes.posts_changed(ids)
    told = [row[1:4] for row in rows(client, "q=光伏&stories=on")[1:]]
    assert told == [["1", "1", "100.0"], ["0", "0", "0.0"], ["1", "0", "0.0"], ["1", "0", "0.0"]]
    page = client.get("/trends/?q=光伏&stories=on")
    assert "1 则" in words(page)
    assert "每条新闻只计入首次匹配的那一天" in words(page)
    assert "首次匹配" not in words(client.get("/trends/?q=光伏"))
    assert "/posts/?q=%E5%85%89%E4%BC%8F&from=2022-03-01&to=2022-03-01" in links(page, "svg a")
    later = rows(client, "q=光伏&stories=on&from=2022-03-03")
    assert [row[1:3] for row in later[1:]] == [["1", "1"], ["1", "0"]]


def test_of_very_many_posts_the_stories_are_estimated_and_it_says_so(
    client, posts, monkeypatch, settings
):
    settings.EMBED_HOSTS = ["news.example"]
    ids = [*Post.objects.filter(title="光伏").values_list("pk", flat=True)]
    Post.objects.filter(pk__in=ids[:2]).update(story=Post.objects.get(pk=ids[0]).slug)
    changes.posts_changed(ids)
    said = "新闻总数由部分日期估计"
    assert said not in words(client.get("/trends/?q=风电&stories=on"))
    # The 3rd stands for the 1st, too: one of its two posts comes first in its story.
    monkeypatch.setattr(trends, "LOOKED_AT", 3)
    table = rows(client, "q=光伏&stories=on")
    assert [(row[1], row[-1]) for row in table[1:]] == [
        ("1", "2"),
        ("0", "0"),
        ("1", "0"),
        ("1", "0"),
    ]
    for page in ("/trends/", "/embed/trends/"):
        assert f"{said}，20 次中有 19 次误差不超过 200.0%" in words(
            client.get(f"{page}?q=光伏&stories=on")
        )
    assert "1 ± 2" in words(client.get("/trends/?q=光伏&stories=on"), "table")
    assert said not in words(client.get("/trends/?q=光伏"))
    answer = client.get("/api/v1/trends?q=光伏&stories=on").json()
    assert answer["posts_are_estimated"] is True
    assert [one["error"] for one in answer["periods"]] == [2, 0, 0, 0]


def test_other_sites_may_show_the_charts_if_they_are_named(client, posts, settings):
    assert client.get("/embed/trends/?q=光伏").status_code == 404
    settings.EMBED_HOSTS = ["news.example"]
    [code] = parsed(client.get("/trends/?q=光伏&stories=on")).select(
        "code:-soup-contains('iframe')"
    )
    [frame] = BeautifulSoup(code.get_text(), "lxml").select("iframe")
    shown = client.get(frame["src"].removeprefix("http://testserver"))
    assert "frame-ancestors news.example" in shown["Content-Security-Policy"]
    assert "占全部新闻的比例" in words(shown)
    first_matches = "每条新闻只计入首次匹配的那一天"
    assert first_matches in words(shown)
    assert first_matches not in words(client.get("/embed/trends/?q=光伏"))
    assert len(links(shown, "svg a")) == 2
    for query in ("", "q=光伏&from=2023-01-01", "q=光伏&from=何时"):
        assert words(client.get(f"/embed/trends/?{query}"), ".empty")


def test_what_is_wrong_is_said(client, posts):
    assert "最多比较 5 个" in words(client.get("/trends/?" + "&".join(f"q={n}" for n in range(6))))
    assert "不是" in words(client.get("/trends/?q=光伏&from=昨"))
    assert client.get("/trends/figures.csv?q=光伏&from=昨").status_code == 400
    assert "没有文章" in words(client.get("/trends/?q=光伏&from=2023-01-01"))


def test_programs_get_the_same_figures(client, posts):
    def ask(query):
        return client.get(f"/api/v1/trends?{query}").json()

    answer = ask("q=光伏&q=锂电&from=2022-03-03")
    assert (answer["by"], answer["is_truncated"]) == ("day", False)
    assert [(one["first"], one["posts"]) for one in answer["periods"]] == [
        ("2022-03-03", 2),
        ("2022-03-04", 1),
    ]
    assert [one["q"] for one in answer["trends"]] == ["光伏", "锂电"]
    assert answer["trends"][0]["matches"] == [
        {"matches": 1, "share": 0.5, "error": 0},
        {"matches": 0, "share": 0.0, "error": 0},
    ]
    assert ask("q=光伏&by=week&stories=on")["periods"][0]["posts"] == 5
    assert ask("q=光伏&from=2023-01-01")["periods"] == []
    for query in ("", "q=", "q=a&q=b&q=c&q=d&q=e&q=f"):
        assert [one["parameter"] for one in ask(query)["errors"]] == ["q"]


def test_a_search_that_takes_too_long_says_so(client, posts, monkeypatch):
    monkeypatch.setattr(over_time, "is_late", lambda _: "true")
    assert "太久" in words(client.get("/trends/?q=光伏"))
    assert rows(client, "q=光伏")[1:][0][1:] == ["2", "", "", ""]
