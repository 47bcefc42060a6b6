"""What people type, asked on a page, in a feed and at the desk of posts that are indexed."""

import datetime as dt
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from tests.html import words

ATOM = {"a": "http://www.w3.org/2005/Atom"}
TODAY = timezone.localdate()
LAST_MONTH = (TODAY.replace(day=1) - dt.timedelta(1)).replace(day=1)
POSTS = {
    "A": {"title": "茅台业绩 涨停", "source": "财联社"},
    "B": {"title": "五粮液业绩 跌停", "source": "新华社"},
    "C": {"title": "光大银行(601818) C++与5G+ 标普S&P", "source": "A  B"},
    "D": {"title": "半导体 -145% -9.97% 24/7", "source": "财联社"},
    "E": {"title": "茅台公告 中芯国际-U", "source": "新华社"},
    "F": {"title": "五粮液 和谐 非农 1/2 部分坏账 标普/道指", "source": "财联社"},
}
SECURITIES = {"A": [("1.600519", "贵州茅台")], "B": [("0.000858", "五 粮 液")]}
DATES = {"A": "2022-01-05", "B": "2022-03-15", "C": "2022-05-31", "D": "2022-06-01"}

CASES = [
    # parentheses
    ("(茅台 涨停) | (五粮液 跌停)", "AB"),
    ("（茅台 或 五粮液） -（公告 | 和谐）", "AB"),
    ("业绩 -(茅台 涨停)", "B"),
    ("(((茅台)) 业绩", "A"),
    ("业绩) 茅台", "A"),
    ("光大银行(601818)", "C"),
    ("(601818)", "C"),
    # operators
    ("茅台 AND 业绩", "A"),
    ("涨停 OR 跌停", "AB"),
    ("茅台 NOT 公告", "A"),
    ("茅台 和 业绩", "A"),
    ("涨停 或 跌停", "AB"),
    ("茅台+业绩", "A"),
    ("茅台&业绩", "A"),
    ("涨停/跌停", "AB"),
    ("标普/道指", "F"),
    ("粮食/涨停/跌停 业绩", "AB"),
    ("-公告/涨停 茅台", ""),
    ("GDP/S&P", "C"),
    ("万科A/茅台 业绩", "A"),
    ("6月/601818", "CD"),
    ("title:公告/跌停", "BE"),
    ("半导*", "D"),
    ("茅台*涨停", "A"),
    ("茅台 | -业绩", "ACDEF"),
    ("业绩 业绩", "AB"),
    # signs that are text
    ("C++", "C"),
    ("5G+", "C"),
    ("S&P", "C"),
    ("24/7", "D"),
    ("1/2", "F"),
    ("-145%", "D"),
    ("半导体 -9.97%", "D"),
    ("中芯国际-U", "E"),
    ("茅台 -U", "E"),
    ("和谐", "F"),
    # fields
    ("intitle:涨停", "A"),
    ("业绩 site:跌停", "B"),
    ("来源：财联社|新华社", "ABDEF"),
    ("source:新华社|财联社 业绩", "AB"),
    ('source:"A  B"', "C"),
    ("code:600519|000858", "AB"),
    ("来源=财联社 业绩", "A"),
    ("code=600519", "A"),
    ("600519 OR 跌停", "AB"),
    ("SH600519 OR 跌停", "AB"),
    ("600519/000858", "AB"),
    ("600519、SZ000858", "AB"),
    ("600519SH", "A"),
    ("600519.SS 业绩", "A"),
    ("$贵 州茅台(SH600519)$", "A"),
    ("业绩 $Moutai(SH600519)$", "A"),
    ("gzmt OR 跌停", "AB"),
    ("(gzmt OR 跌停) 业绩", "AB"),
    ("maotai|跌停", "AB"),
    ("业绩 -gzmt", "B"),
    ("-wlye/gzmt 业绩", ""),
    ("涨停 | -gzmt", "ABCDEF"),
    ("业绩 -600519", "B"),
    ("业绩 -SH600519", "B"),
    ("来源：新・华社", "BE"),
    ("title:(涨停 | 跌停)", "AB"),
    ("-来源：(财联社 | 新华社)", "C"),
    # spellings
    ("壞帳", "F"),
    ("部份", "F"),
    ("标题：部份壞帳 五粮液", "F"),
    ("五粮液 -部份", "B"),
    # days
    ("date:2022-01 .. 2022-03", "AB"),
    ("date:2022-03..2022-01", "AB"),
    ("date:>2022-03 date:<今天", "CDE"),
    ("date:>=2022-05 date:<2022-06", "C"),
    ("日期：<=2022年3月", "AB"),
    ("日期：2022年3月到5月", "BC"),
    ("2022年3月至5月", "BC"),
    ("date:今天", "F"),
    ("date:近7天", "F"),
    ("date:last 7 days 五粮液", "F"),
    ("日期：上月", "E"),
    ("date:last month", "E"),
    ("date:2022-01|2022-06", "AD"),
    ("(今天)，五粮液", "F"),
    ("业绩2022年3月", "B"),
    ("March 2022", "B"),
    ("业绩 Mar 15, 2022", "B"),
    ("15 March 2022", "B"),
    ("Q2 2022", "CD"),
    ("日期：2022年中", "D"),
    ("2022年1-3月", "AB"),
    ("22H1", "ABCD"),
    ("二〇二二年三月", "B"),
    ("2022年1月到2月 | 2022年3月", "AB"),
    ("2022年上半年业绩", "AB"),
    ("业绩2022年一季度", "AB"),
    ("2022业绩", "AB"),
    ("2022 业绩", "AB"),
    ("来源：-财联社 业绩", "B"),
    ("来源：财联社 | 新华社 业绩", "AB"),
]
SENSELESS = [
    *("!!!", "|", "()", "-", '"', "。", "(★)", "* *", "NOT"),
    *("%", "％", "％％", "-%", "+%", "℃", "📈", "“%”"),
]


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    """Though midnight may have come since the tests were collected."""
    noon = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(12)))
    monkeypatch.setattr(timezone, "now", lambda: noon)


@pytest.fixture
def posts(indexed):
    dates = {**DATES, "E": f"{LAST_MONTH}", "F": f"{TODAY}"}
    return {
        name: indexed(
            f"{dates[name]} 00:00", digest="", securities=SECURITIES.get(name, ()), **fields
        )
        for name, fields in POSTS.items()
    }


def titles(names):
    return {POSTS[name]["title"] for name in names}


def on_a_page(client, query):
    return client.get("/posts/", {"q": query}).context["listing"]


def in_a_feed(client, query):
    return ET.fromstring(client.get("/posts/feed.xml", {"q": query}).content)  # noqa: S314, our own


def at_the_desk(client, query):
    return client.get("/admin/articles/post/", {"q": query})


def test_pages_understand_it(client, posts):
    for query, names in CASES:
        listing = on_a_page(client, query)
        assert {post.title for post in listing.posts} == titles(names), query
        assert listing.summary.count == len(names), query


def test_feeds_understand_it(client, posts):
    for query, names in CASES:
        found = in_a_feed(client, query).findall("a:entry/a:title", ATOM)
        assert {title.text for title in found} == titles(names), query


def test_the_desk_understands_it(admin_client, posts):
    for query, names in CASES:
        found = at_the_desk(admin_client, query).context["cl"].result_list
        assert {post.title for post in found} == titles(names), query


@pytest.mark.parametrize("query", SENSELESS)
def test_signs_alone_find_nothing_and_it_is_said_why(client, admin_client, posts, query):
    listing = on_a_page(client, query)
    assert (listing.posts, listing.summary.count) == ([], 0)
    assert listing.notes
    feed = in_a_feed(client, query)
    assert not feed.findall("a:entry", ATOM)
    assert feed.find("a:subtitle", ATOM).text == " ".join(listing.notes)
    desk = at_the_desk(admin_client, query)
    assert not desk.context["cl"].result_list
    assert [str(message) for message in desk.context["messages"]] == list(listing.notes)


def test_a_chip_leads_to_the_query_without_its_clause(client, posts):
    [chip, _] = on_a_page(client, "(业绩 茅台) | 公告").chips
    assert [value for _, value, _ in chip.criteria] == ["业绩", "公告"]
    found = client.get(f"/posts/?{chip.rest}").context["listing"]
    assert {post.title for post in found.posts} == titles("AE")


def test_a_chip_says_what_a_post_may_lack_instead(client, posts):
    page = client.get("/posts/", {"q": "茅台 | -业绩"})
    assert "茅台 或 不含 业绩" in words(page, ".chips")


def test_the_archive_that_has_not_changed_has_another_today_tomorrow(client, posts):
    assert f"{TODAY:%Y%m%d}" in client.get("/posts/", {"q": "date:今天"})["ETag"]
