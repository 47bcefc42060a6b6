import datetime as dt
from operator import attrgetter
from urllib.parse import parse_qs, urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from articles.listings.for_editors import found_by_editors
from articles.listings.request import ListingRequest
from tests.html import links, parsed

pytestmark = pytest.mark.django_db

MAOTAI = ("1.600519", "贵州茅台")


TITLES = ["新能源车下乡", "新能源股走强", "补贴到2022年5月为止"]


@pytest.fixture
def posts(indexed):
    indexed("2022-03-01 09:00", title=TITLES[0], source="财联社")
    indexed("2022-04-01 09:00", title=TITLES[1], source="财联社")
    indexed("2022-05-01 09:00", title=TITLES[2])


def found(client, query):
    listing = client.get("/posts/", {"q": query}).context["listing"]
    return [post.title for post in listing.posts], listing.notes


@pytest.mark.usefixtures("posts")
class TestPeriods:
    @pytest.mark.parametrize(
        ("text", "period", "days"),
        [
            ("新能源 2022年3月", "2022年3月", "2022-03-01 – 2022-03-31"),
            ("新能源 2022.3", "2022.3", "2022-03-01 – 2022-03-31"),
            ("新能源 202203", "202203", "2022-03-01 – 2022-03-31"),
            ("新能源 1Q22", "1Q22", "2022-01-01 – 2022-03-31"),
            ("新能源 2022年3月1日", "2022年3月1日", "2022-03-01"),
            ("新能源2022年3月", "2022年3月", "2022-03-01 – 2022-03-31"),
            ("2022Q1新能源", "2022Q1", "2022-01-01 – 2022-03-31"),
            ("新能源 3月1日", "3月1日", "2022-03-01"),
            ("3/1新能源", "3/1", "2022-03-01"),
            ("一季度新能源", "一季度", "2022-01-01 – 2022-03-31"),
            ("新能源2022年前一季度", "2022年前一季度", "2022-01-01 – 2022-03-31"),
        ],
    )
    def test_what_finds_nothing_as_text_is_read_as_one(self, client, text, period, days):
        titles, notes = found(client, f"来源：财联社 {text}")
        assert titles == ["新能源车下乡"]
        assert notes == (f"“{period}”（{days}）已当作时间范围；加上引号则按文字查找。",)

    def test_what_finds_something_is_text(self, client):
        note = "“2022年5月”已按文字查找；写在“日期：”之后才是时间范围。"
        assert found(client, "补贴 2022年5月") == (["补贴到2022年5月为止"], (note,))

    @pytest.mark.parametrize(
        ("asked", "other"),
        [
            ("补贴 2022年5月", "补贴 日期：2022年5月"),
            ("补贴 5月", "补贴 日期：2022-05-01..2022-05-31"),
            ("补贴 2022年5月到6月", '补贴 "2022年5月到6月"'),
            ("补贴 去年", "补贴 日期：去年"),
            ("新能源 2022年3月", None),
            ("补贴5月21日", '补贴 "5月21日"'),
            ("补贴/新能源", "补贴 | 新能源"),
        ],
    )
    def test_what_the_other_reading_finds_is_a_link_away(self, client, indexed, asked, other):
        indexed("2022-05-02 09:00", title="补贴比去年多", digest="从2022年5月到6月")
        indexed("2022-05-21 09:00", title="补贴：5月21日起", digest="补贴/新能源")
        response = client.get("/posts/", {"q": asked})
        assert [*response.context["listing"].other_readings] == [other][: other is not None]
        assert other is None or f"搜索 {other}" in parsed(response).get_text()

    @pytest.mark.parametrize(
        ("text", "titles", "note"),
        [
            ("date:3月", ["新能源车下乡"], "“3月”（2022-03-01 – 2022-03-31）按这几天查找。"),
            ("date:2/29", [], "没有“2/29”这一天，已按文字查找。"),
            ("2月29日", [], "没有“2月29日”这一天，已按文字查找。"),
        ],
    )
    def test_what_has_no_year_is_of_the_newest_of_the_archive(self, client, text, titles, note):
        assert found(client, text) == (titles, (note,))

    def test_what_has_no_year_is_of_the_newest_that_has_posts(self, client, indexed):
        indexed("2024-02-01 09:00", title="茅台")
        assert found(client, "新能源 date:3月")[0] == ["新能源车下乡"]
        for period in ("from=3月", "from=3月1日&to=3月31日"):
            listing = client.get(f"/posts/?{period}", follow=True).context["listing"]
            assert "新能源车下乡" in [post.title for post in listing.posts], period

    def test_a_day_that_its_newest_year_lacks_is_none_where_it_is_text(self, client, indexed):
        indexed("2022-05-21 09:00", title="截至2月29日")
        listing = client.get("/posts/", {"q": "2月29日"}).context["listing"]
        assert [post.title for post in listing.posts] == ["截至2月29日"]
        assert listing.notes == ("没有“2月29日”这一天，已按文字查找。",)

    @pytest.mark.parametrize(
        "text",
        [
            "今天，沪指低开",
            "6个月内",
            "近三年 低开",
            "今日*ST一重",
            "昨天 gzmt",
            "本周 沪指集体低开",
            "2017年至2019年",
            "低开2018年7月11日~7月16日",
        ],
    )
    def test_text_that_a_post_has_is_more_than_a_period_that_finds_nothing(
        self, client, indexed, text
    ):
        title = "今天，沪指低开，本周集体走低"
        body = "昨天 6个月内、近三年和2017年至2019年，今日*ST一重2018年7月11日~7月16日"
        indexed("2022-06-01 09:00", title=title, body_text=body, securities=[MAOTAI])
        listing = client.get("/posts/", {"q": text}).context["listing"]
        assert [post.title for post in listing.posts] == [title]
        assert "）作为时间范围没有结果，已按文字查找。" in listing.notes[0]
        [in_days, *_] = listing.other_readings
        listing = client.get("/posts/", {"q": in_days}).context["listing"]
        assert listing.nearest
        assert not listing.posts

    @pytest.mark.parametrize(
        ("text", "titles"),
        [
            ("今天 | 昨天", ["昨天的事", "今天的事"]),
            ("昨天 | 今天", ["昨天的事", "今天的事"]),
            ("(今天 | 昨天) 事", ["昨天的事", "今天的事"]),
            ("2022-04-01 | 今天", ["今天的事", "新能源股走强"]),
            ("今天 | 2022-04-01", ["今天的事", "新能源股走强"]),
            ("走强 | 昨天", ["昨天的事", "新能源股走强"]),
            ("近三年 | 2022年3月到4月", ["新能源股走强", "新能源车下乡"]),
            ("2022-03 | 今天的", ["今天的事", "新能源车下乡"]),
            ("(2022年4月/昨天的) 事", ["昨天的事"]),
            ("2022年5月 | 下乡", ["补贴到2022年5月为止", "新能源车下乡"]),
        ],
    )
    def test_each_alternative_is_answered_as_it_would_be_alone(self, client, indexed, text, titles):
        indexed("2022-05-01 10:00", title="今天的事")
        indexed("2022-05-01 11:00", title="昨天的事")
        assert found(client, text)[0] == titles

    @pytest.mark.parametrize("text", ["本周，新能源", "近7天 gzmt", "新能源近7天"])
    def test_a_period_without_posts_leads_to_the_days_beside_it(self, client, indexed, text):
        indexed("2022-04-01 09:00", title="酒，新能源近景", securities=[MAOTAI])
        listing = client.get("/posts/", {"q": text}).context["listing"]
        assert [f"{day}" for day, _ in listing.nearest] == ["2022-04-01"]

    @pytest.mark.parametrize("text", ['新能源 "2022年3月"', '新能源 -"2022年3月"', "新能源 -国庆"])
    def test_what_is_in_quotation_marks_is_not_nor_a_word_that_is_left_out(self, client, text):
        assert not any("已当作时间范围" in note for note in found(client, text)[1])

    @pytest.mark.parametrize("text", ["2022-03", "3/1", "2022年3月", "202203"])
    def test_a_date_that_is_left_out_is_one_where_no_post_has_it_as_text(
        self, client, indexed, text
    ):
        titles, notes = found(client, f"新能源 -{text}")
        assert titles == ["新能源股走强"]
        assert f"“{text}”（2022-03-01" in notes[0]
        assert "加上引号则按文字查找" in notes[0]
        indexed("2022-04-02 09:00", title="新能源", body_text=text)
        assert "新能源" not in (titles := found(client, f"新能源 -{text}")[0])
        assert len(titles) == 2

    @pytest.mark.parametrize("text", ["2022年3月/2022年4月", "2022年3月/4月", "2022-04/2022-03"])
    def test_so_is_each_of_several_with_slashes_between_them(self, client, indexed, text):
        indexed("2022-05-02 09:00", title="新能源")
        assert found(client, f"新能源 -{text}")[0] == ["新能源"]

    @pytest.mark.parametrize("text", ["Q1/Q2", "Q1 | Q2", "Q1或Q2"])
    def test_alternatives_that_are_all_periods_are_read_alike(self, client, indexed, text):
        indexed("2022-05-20 09:00", title="车", body_text="Q1")
        assert sorted(found(client, text)[0]) == sorted(["车", *TITLES])

    @pytest.mark.parametrize("text", ["2022年3月或4月", "2022年3月/4月", "从2022年3月到4月"])
    def test_a_month_after_one_with_a_year_is_of_that(self, client, indexed, text):
        indexed("2021-04-01 09:00", title="车", body_text="4月")
        assert sorted(found(client, text)[0]) == sorted(TITLES[:2])


def test_names_with_or_between_them_are_alternatives(client, indexed):
    indexed(title="茅台提价", securities=[MAOTAI, ("0.000858", "五粮液")])
    indexed(title="五粮液降价")
    titles, notes = found(client, "茅台或五粮液")
    assert sorted(titles) == ["五粮液降价", "茅台提价"]
    assert notes == ("“茅台或五粮液”中的词已按任一查找；加上引号则按文字查找。",)


def test_pinyin_may_stand_for_words_of_many_titles(client, indexed):
    for number in range(10):
        indexed(title=f"股东{number}减持")
    titles, notes = found(client, "jianchi")
    assert len(titles) == 10
    assert notes == ("没有文章含有“jianchi”：以下是提及减持的文章。",)


@pytest.mark.parametrize("text", ["600519或000858", "2022-03或2022-04"])
def test_so_are_codes_and_periods(client, indexed, text):
    indexed("2022-03-01 09:30", title="茅台提价", securities=[MAOTAI])
    indexed("2022-04-01 09:30", title="五粮液降价", securities=[("0.000858", "五粮液")])
    titles, _ = found(client, text)
    assert sorted(titles) == ["五粮液降价", "茅台提价"]


@pytest.mark.parametrize("text", ["沪深 300 500亿", "标题：5 100%"])
def test_figures_side_by_side_stay_words(client, indexed, text):
    indexed(title="沪深300成交500亿元")
    indexed(title="第5家，持股100%")
    [title], _ = found(client, text)
    assert title


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("今日头条", ["头条：今日走强"]),
        ("五一视界", ["视界在五一走强"]),
        ("视界最近", ["新视界"]),
        ("2/3股权", ["股权的2/3被收购"]),
        ("五一期间质押", []),
        ("视界去年", ["去年的视界"]),
        ("2019质押", ["股权质押"]),
    ],
)
def test_words_are_preferred_to_periods_within_them(client, indexed, text, titles):
    indexed("2022-01-02 09:00", title="头条：今日走强")
    indexed("2022-01-02 09:00", title="股权的2/3被收购")
    indexed("2022-02-03 09:00", title="股权质押", body_text="其中2019笔")
    indexed("2019-03-05 09:00", title="一季质押")
    indexed("2022-01-01 09:00", title="视界在五一走强")
    indexed("2022-01-01 09:00", title="一期质押")
    indexed("2022-01-01 09:00", title="去年的视界")
    indexed(f"{timezone.localdate() - dt.timedelta(2)} 09:00", title="新视界")
    assert found(client, text)[0] == titles


@pytest.mark.usefixtures("posts")
class TestOperatorsInSmallLetters:
    def test_are_offered_in_capitals_where_they_find_nothing(self, client):
        response = client.get("/posts/", {"q": "新能源 or 补贴"})
        assert response.context["listing"].in_capitals == "新能源 OR 补贴"
        assert ">搜索 新能源 OR 补贴</a>" in response.content.decode()

    def test_are_not_offered_where_that_finds_nothing_either(self, client):
        listing = client.get("/posts/", {"q": "新能源 and 绝无此词"}).context["listing"]
        assert listing.in_capitals == ""
        assert [hint.chip.criteria[0][1] for hint in listing.advice] == ["新能源", "绝无此词"]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("新能源补贴", "新能源 补贴"),
        ("SZ000002", "代码：0.000002"),
        ("202203", "日期：202203"),
        ("补贴 2022年5月", "补贴 2022年5月"),
        ("去年补贴", '"去年" 补贴'),
    ],
)
def test_links_to_other_pages_ask_for_what_was_answered(client, posts, indexed, asked, answered):
    indexed(title="新能源的补贴多于去年", securities=[("0.000002", "万科A")])
    page = client.get("/posts/", {"q": asked})
    asked_by = {
        path: parse_qs(query)["q"]
        for path, _, query in (link.partition("?") for link in links(page, "main a"))
        if path in ("/posts/feed/", "/watch/", "/trends/", "/api/v1/posts.csv") and "q=" in query
    }
    assert all(one == [answered] for one in asked_by.values())
    assert {"/posts/feed/", "/watch/", "/api/v1/posts.csv"} <= asked_by.keys()
    titles = [post.title for post in page.context["listing"].posts]
    followed = client.get("/watch/", {"q": answered}).context["listing"]
    assert [post.title for post in followed.posts] == titles
    for chip in page.context["listing"].chips:
        assert client.get(f"/posts/?{chip.rest}").context["listing"].posts


def test_links_to_other_scopes_ask_for_what_was_answered(client, indexed):
    indexed("2022-10-08 09:00", title="国庆出行", source="新华社")
    for day in (1, 3, 4):
        indexed(f"2022-10-0{day} 09:00", title="收评", source="财联社")
    page = client.get("/posts/", {"q": "国庆", "source": "s-财联社", "to": "2022-12-31"})
    assert len(page.context["listing"].posts) == 3
    for part in (".bars", ".chart-of-posts td", ".filters", ".chips"):
        asked = [parse_qs(link.partition("?")[2]).get("q") for link in links(page, f"{part} a")]
        assert ["日期：2022-10-01..2022-10-07"] in asked, part
        assert ["国庆"] not in asked, part


@pytest.mark.usefixtures("posts")
@pytest.mark.parametrize(
    "asked",
    [
        "五一 新能源",
        "4月 补贴",
        "去年 新能源",
        "2022年4月1日 补贴到",
        "(2022年3月到4月 | 昨天) 绝无此词",
    ],
)
def test_as_many_posts_lack_a_word_as_is_said(client, indexed, asked):
    indexed("2012-01-02 09:00", title="五一 4月 去年 昨天")
    listing = client.get("/posts/", {"q": asked}).context["listing"]
    assert any(hint.posts_without for hint in listing.advice)
    for hint in filter(attrgetter("posts_without"), listing.advice):
        without = client.get(f"/posts/?{hint.chip.rest}").context["listing"]
        assert without.summary.count == hint.posts_without


def test_a_trend_is_within_the_filters_of_the_search(client, posts):
    page = client.get("/posts/", {"q": "补贴 | 新能源", "to": "2022-04-30", "sort": "relevance"})
    [trend] = (link for link in links(page, "main a") if link.startswith("/trends/"))
    assert parse_qs(trend.partition("?")[2]) == {"q": ["补贴 | 新能源"], "to": ["2022-04-30"]}
    [found] = client.get(trend).context["answer"].found
    assert found.total == page.context["listing"].summary.count == 2


@pytest.mark.parametrize("text", ["茅台 绝无此词", "绝无此词 -公告 茅台", "绝无此词 -公告"])
def test_programs_and_editors_are_told_which_word_no_post_has(client, indexed, text):
    indexed(title="茅台")
    feed = client.get("/posts/feed.xml", {"q": text}).content.decode()
    assert "没有文章含有“绝无此词”。" in feed
    assert "没有文章含有“茅台”" not in feed
    asked = ListingRequest.read(QueryDict(urlencode({"q": text})))
    assert found_by_editors(asked).notes == ("没有文章含有“绝无此词”。",)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("600520", ["600520"]),
        ("600519/600520", ["600520"]),
        ("“600521” -600520", ["600520"]),
        ("-代码：600520 600521 来源：财联社", ["600520", "600521"]),
        ("代码：600520/600519", ["600520"]),
    ],
)
def test_a_code_without_a_security_says_so_wherever_it_stands(client, indexed, text, codes):
    indexed(title="600520 600521", source="财联社", securities=[MAOTAI])
    said = tuple(f"没有文章提及代码为“{code}”的证券，已按文字查找。" for code in codes)
    assert found(client, text)[1] == said


@pytest.mark.parametrize("text", ["gzmt", "gui zhou mao tai", "mao tai 业绩"])
def test_pinyin_with_spaces_is_not_said_to_be_parted(client, indexed, text):
    indexed(title="贵州茅台业绩", securities=[MAOTAI])
    listing = client.get("/posts/", {"q": text}).context["listing"]
    assert len(listing.posts) == len(listing.notes) == 1
    assert listing.cut is None


@pytest.mark.parametrize("text", ["600519业绩", "maotai业绩", "$贵州茅台$(SH600519)"])
def test_a_word_that_is_parted_at_a_code_is_said_not_to_be_found(client, indexed, text):
    indexed(title="贵州茅台业绩", securities=[MAOTAI])
    listing = client.get("/posts/", {"q": text}).context["listing"]
    assert len(listing.posts) == 1
    assert f"没有文章原样含有“{text}”" in listing.cut.notes[0]
    insisting = client.get(f"/posts/?{listing.cut.insisting}").context["listing"]
    assert (insisting.query.text, insisting.posts) == (f'"{text}"', [])


def test_chips_and_hints_show_the_names_of_what_was_read(client, indexed):
    indexed(title="茅台业绩", securities=[MAOTAI])
    listing = client.get("/posts/", {"q": "gzmt 业绩"}).context["listing"]
    assert len(listing.posts) == 1
    assert [value for chip in listing.chips for _, value, _ in chip.criteria] == [
        "贵州茅台",
        "业绩",
    ]
    listing = client.get("/posts/", {"q": "gzmt 绝无此词"}).context["listing"]
    assert [hint.chip.criteria[0][1] for hint in listing.advice] == ["贵州茅台", "绝无此词"]
