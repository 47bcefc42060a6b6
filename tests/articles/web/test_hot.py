import pytest

from articles import changes
from articles.models import Post
from articles.search.days_told import keep_days
from articles.search.hot import as_written
from tests.html import links, words

pytestmark = pytest.mark.django_db

TITLES = ["沪惠保今日上线", "上海推出沪惠保", "沪惠保来了", "多家险企共保沪惠保"]
INSURER = ("1.601318", "中国平安")
BOARD = ("90.BK0474", "保险")


@pytest.fixture
def posts(make_post):
    """Three posts of each day of a month, and on its last day four that have a new word. What these
    days told is kept."""
    usual = [make_post(f"2022-03-{1 + number % 30:02} 09:00", title="公告") for number in range(90)]
    new = [
        make_post("2022-03-31 09:00", title=title, securities=[INSURER, BOARD]) for title in TITLES
    ]
    changes.posts_changed([post.pk for post in usual + new])
    assert keep_days(99) == 31
    return new


def told(page):
    return [(one.word, one.stories, one.usual) for one in page.context["hot"].words]


def test_a_new_word_stands_out_and_leads_to_its_posts(client, posts):
    page = client.get("/hot/")
    assert told(page) == [("沪惠保", 4, 0.0)]
    (address,) = links(page, ".hot b a")
    assert client.get(address).context["listing"].summary.count == 4
    assert links(page, ".hot p a") == [posts[-1].get_absolute_url()]
    assert links(page, ".ranks a") == [
        "/security/1.601318/?from=2022-03-31&to=2022-03-31",
        "/security/90.BK0474/?from=2022-03-31&to=2022-03-31",
    ]


def test_the_front_page_and_that_of_the_day_name_it_beside_what_is_there(client, posts):
    pages = [client.get(path) for path in ("/", "/archive/2022/03/31/")]
    assert [page.context["hot"] for page in pages] == [[("沪惠保", 4)]] * 2
    [address] = {one for page in pages for one in links(page, "ol a") if "q=" in one}
    assert client.get(address).context["listing"].summary.count == 4


@pytest.mark.parametrize("rest", ["30/", "31/?q=沪惠保", "31/?security=1.601318"])
def test_a_page_has_none_where_none_stands_out_or_it_shows_a_part(client, posts, rest):
    page = client.get(f"/archive/2022/03/{rest}")
    assert page.context["hot"] == []
    assert 'id="hot"' not in page.content.decode()


def test_of_very_many_titles_the_newest_are_looked_at(client, posts, monkeypatch):
    monkeypatch.setattr("articles.search.hot.TITLES", 3)
    monkeypatch.setattr("articles.search.hot.TITLES_BEFORE", 60)
    assert client.get("/").context["hot"] == [("沪惠保", 4)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("on=2022-03-31", 4),
        ("on=2022-03-31&by=week", 4),  # from Monday, the 28th
        ("on=2022-03-31&by=month", 4),
        ("on=2022-03-30", None),
        ("on=2022-04-01", None),
    ],
)
def test_the_address_says_of_which_day_or_week(client, posts, query, expected):
    assert told(client.get(f"/hot/?{query}")) == ([("沪惠保", expected, 0.0)] if expected else [])


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [("", 31, 31), ("on=2022-03-31&limit=1", 31, 31), ("on=2022-03-30&by=week", 28, 3)],
)
def test_programs_are_told_the_same(client, posts, query, first, last):
    told = client.get(f"/api/v1/hot?{query}").json()
    assert (told["first"][-2:], told["last"][-2:]) == (f"{first:02}", f"{last:02}")
    [word] = told["words"]
    assert (word["word"], word["stories"], word["newest"]) == ("沪惠保", 4, posts[-1].slug)
    symbols = [one["symbol"] for one in told["securities"]]
    assert symbols == [INSURER[0], BOARD[0]][: 1 if "limit" in query else 2]


@pytest.mark.parametrize("day", ["昨天", "2922-01-01", "0001-01-01", "20220304T"])
def test_programs_are_told_what_is_no_day(client, posts, day):
    answer = client.get(f"/api/v1/hot?on={day}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "on"


def test_neither_a_hidden_post_nor_a_scheduled_one_is_counted(client, posts, indexed):
    indexed("2922-03-31 09:00", title="沪惠保")
    for left, post in zip((3, None), posts, strict=False):
        Post.objects.filter(pk=post.pk).update(status="hidden")
        changes.posts_changed([post.pk])
        assert told(client.get("/hot/")) == ([("沪惠保", left, 0.0)] if left else [])


def test_posts_of_one_story_count_once(client, posts):
    Post.objects.filter(pk__in=[post.pk for post in posts[:2]]).update(story=posts[0].slug)
    changes.posts_changed([post.pk for post in posts])
    page = client.get("/hot/")
    assert told(page) == [("沪惠保", 3, 0.0)]
    assert [one.stories for one in page.context["hot"].securities] == [3, 3]


def test_a_word_that_is_a_name_leads_to_the_company_too(client, posts, indexed):
    indexed("2022-03-31 10:00", title="沪惠保", securities=[("0.000001", "沪惠保")])
    assert "/security/0.000001/" in links(client.get("/hot/"), ".hot a")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("on=昨天", "不是日期"),
        ("on=0001-01-01", "没有文章"),
        ("on=9999-12-31", "没有文章"),
        ("on=2022-02-01", "没有文章"),
        ("on=2022-03-01", "无可比较"),
        ("on=2022-03-04", "日子很少"),
        ("on=2022-03-30", "没有突出的词"),
    ],
)
def test_what_cannot_be_told_is_said(client, posts, query, said):
    assert said in words(client.get(f"/hot/?{query}"))


def test_an_empty_archive_has_no_hot_words(client):
    assert "还没有文章" in words(client.get("/hot/"))
    assert client.get("/api/v1/hot").json()["first"] is None


def test_a_word_is_written_as_in_its_title():
    assert as_written("chatgpt", "类ChatGPT产品") == "ChatGPT"
    assert as_written("lk-99", "超导概念股回调 LK-99真伪仍待验证") == "LK-99"
    assert as_written("ai pc", "1,000 台，AI  PC") == "ai pc"
    assert as_written("1万", "价1.000,0万 壹1 万") == "1万"
