from urllib.parse import parse_qs, quote

import pytest
from django.http import QueryDict

from articles.listings.watchlist import MOST_FOLLOWED, MOST_QUERIES, Watchlist, as_followed
from articles.models import Security, SecurityAlias
from articles.search.conditions import Scope

pytestmark = pytest.mark.django_db


def of(query):
    return Watchlist.read(QueryDict(query))


def test_an_address_follows_terms_of_every_kind_and_searches(archive):
    query = "s=1.600519,0.000858&category=cailianshe&source=s-财联社&tag=t-要闻&q=涨停 公告&q=白酒"
    watchlist = of(query)
    assert {str(term) for term in watchlist.terms} == {
        "贵州茅台", "五粮液", "cailianshe", "财联社", "要闻"
    }  # fmt: skip
    assert [query.text for query in watchlist.queries] == ["涨停 公告", "白酒"]
    assert of(watchlist.query).query == watchlist.query
    assert parse_qs(watchlist.query)["s"] == ["1.600519,0.000858"]


def test_what_an_address_repeats_is_followed_once(archive):
    watchlist = of("s=1.600519,1.600519&s=1.600519&q=白酒&q= 白酒 ")
    assert len(watchlist.terms) == len(watchlist.queries) == 1


def test_what_the_archive_does_not_have_is_left_out_and_named(archive):
    watchlist = of("s=1.600000,x,1.600519&tag=nothing")
    assert [str(term) for term in watchlist.terms] == ["贵州茅台"]
    assert len(watchlist.notes) == 3
    assert "1.600000" in "".join(watchlist.notes)


def test_securities_of_one_name_are_told_apart_by_their_markets(archive):
    for market, code in ((1, "688981"), (116, "00981")):
        Security.objects.create(market=market, code=code, name="中芯国际", is_listed=True)
    both = of("s=1.688981,116.00981,1.600519")
    assert [one.name for one in both.followed] == ["中芯国际 上海", "中芯国际 香港", "贵州茅台"]
    assert [one.name for one in of("s=116.00981").followed] == ["中芯国际"]


def test_a_term_is_followed_by_its_name(archive):
    watchlist = of(f"source={quote('财联社')}")
    assert watchlist.query == f"source={quote('s-财联社')}"
    assert not watchlist.notes


def test_a_term_is_followed_by_its_former_address(archive):
    security = Security.objects.get(code="600519")
    SecurityAlias.objects.create(slug="1.600001", term=security)
    assert of("s=1.600001").terms == (security,)
    assert of("s=1.600001").query == "s=1.600519"


@pytest.mark.parametrize("name", ["贵州茅台", "600519", "SH600519", "gzmt"])
@pytest.mark.parametrize("between", [",", "，", "、", " "])
def test_a_security_is_followed_by_name_or_code(archive, name, between):
    assert of(f"s={name}{between}0.000858").query == "s=1.600519,0.000858"


def test_several_terms_of_a_kind_may_stand_in_one_value(archive, indexed):
    indexed(tags=["评论"])
    watchlist = of("tag=t-要闻,t-评论,t-无")
    assert [str(term) for term in watchlist.terms] == ["要闻", "评论"]
    assert watchlist.notes == ("标签：没有名为“t-无”的条目。",)


def test_a_note_quotes_the_beginning_of_what_is_long(archive):
    for note in of(f"s={'x' * 5000}&tag={'y' * 5000}&q={'(' * 200}").notes:
        assert len(note) < 100


def test_a_watchlist_ends_somewhere_and_says_so(archive):
    queries = "&".join(f"q=词{number}" for number in range(MOST_QUERIES + 1))
    watchlist = of(queries)
    assert len(watchlist.queries) == MOST_QUERIES
    assert watchlist.notes
    assert len(of(f"s={','.join(f'1.{n:06}' for n in range(500))}").notes) == MOST_FOLLOWED + 1


def test_a_search_that_finds_nothing_is_named(archive):
    scope = Scope(any_of=tuple(of("q=source:财联社&q=板块：无此板块").queries))
    [note] = as_followed(scope)[2]
    assert "无此板块" in note


def test_each_thing_can_be_taken_out(archive):
    watchlist = of("s=1.600519,0.000858&q=白酒")
    rest = {one.name: one.rest for one in watchlist.followed}
    assert rest["贵州茅台"] == f"s=0.000858&q={quote('白酒')}"
    assert rest["白酒"] == "s=1.600519,0.000858"
