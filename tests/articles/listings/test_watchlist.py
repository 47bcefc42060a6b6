from urllib.parse import parse_qs, quote, quote_plus

import pytest
from django.http import QueryDict

from articles.importing.listed import import_list
from articles.importing.reading.listed.securities import read_list
from articles.listings.lines import with_lines
from articles.listings.watchlist import MOST_FOLLOWED, MOST_QUERIES, Watchlist, as_followed
from articles.models import Security, SecurityAlias
from articles.search.conditions import Scope

pytestmark = pytest.mark.django_db


def of(query):
    return Watchlist.read(QueryDict(query))


@pytest.fixture
def archive(indexed):
    indexed(
        source="财联社",
        tags=["要闻"],
        securities=[("1.600519", "贵州茅台"), ("0.000858", "五粮液"), ("116.00700", "腾讯控股")],
    )


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


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("贵州茅台", "s=1.600519"),
        ("600519", "s=1.600519"),
        ("SH600519", "s=1.600519"),
        ("code:1.600519 # 贵州茅台", "s=1.600519"),
        ("source:财联社", f"source={quote('s-财联社')}"),
        ("标签：要闻", f"tag={quote('t-要闻')}"),
        ("涨停", f"q={quote('涨停')}"),
        ("source:无此来源", f"q={quote('source:无此来源')}"),
        ('"贵州茅台"', "q=" + quote('"贵州茅台"')),
        ("202203", "q=202203"),
        ("，", ""),
        ("贵州茅台(600519)", "s=1.600519"),
        ("贵州茅台 600519", "s=1.600519"),
        ("【五粮液】", "s=0.000858"),
        ("SH600519,SZ000858", "s=1.600519,0.000858"),
        ("600519 000858", "s=1.600519,0.000858"),
        ("贵州茅台 五粮液", "s=1.600519,0.000858"),
        ("XD五粮液", "s=0.000858"),
        (
            "https://example.org/watch/?s=1.600519&q=%E7%99%BD%E9%85%92",
            f"s=1.600519&q={quote('白酒')}",
        ),
        ("/posts/?q=白酒", f"q={quote('白酒')}"),
        ("# 注释", ""),
        ("#注释", "unread=" + quote("#注释", safe="")),
        ("#600519", "s=1.600519"),
        ("#贵州茅台", "s=1.600519"),
        ("##", ""),
        ("q:贵州茅台 五粮液", f"q={quote_plus('贵州茅台 五粮液')}"),
        ("Q：涨停", f"q={quote('涨停')}"),
        ("贵州茅台 涨停", f"q={quote_plus('贵州茅台 涨停')}"),
        ("要闻的公司", f"q={quote('要闻的公司')}"),
        ("gzmt 标题", f"q={quote_plus('gzmt 标题')}"),
        ("q:涨停 #1", f"q={quote_plus('涨停 #1')}"),
        ("#贵州茅台#", "s=1.600519"),
        ("“贵州茅台”", "s=1.600519"),
        ("贵州茅台\t600519\t12.3\t+1.2%", "s=1.600519"),
        ("600519,贵州茅台,1712.30,-1.2%", "s=1.600519"),
        ("1. 贵州茅台", "s=1.600519"),
        ("2、五粮液", "s=0.000858"),
        ("- 五粮液", "s=0.000858"),
        ("600519.SS", "s=1.600519"),
        ("600519 SH", "s=1.600519"),
        ("贵州茅台 VS 五粮液", "s=1.600519,0.000858"),
        ("贵州茅台/五粮液", "s=1.600519,0.000858"),
        ("/security/1.600519/", "s=1.600519"),
        (f"https://example.org/source/{quote('s-财联社')}/", f"source={quote('s-财联社')}"),
        ("?s=1.600519", "s=1.600519"),
        ("https://quote.eastmoney.com/sh600519.html", "s=1.600519"),
        ("https://quote.eastmoney.com/unify/r/1.600519", "s=1.600519"),
        ("https://xueqiu.com/S/SH600519", "s=1.600519"),
        ("http://www.cninfo.com.cn/new/disclosure/stock?stockCode=600519", "s=1.600519"),
        ("https://example.com/pages/index.html?type=web&code=SH600519", "s=1.600519"),
        (f"https://www.baidu.com/s?wd={quote('贵州茅台')}&rsv=1", "s=1.600519"),
        ("https://guba.eastmoney.com/list,600519.html", "s=1.600519"),
        ("https://gu.qq.com/sh600519/gp#quote", "s=1.600519"),
        ("https://example.com/s?wd=1", f"unread={quote_plus('https://example.com/s?wd=1')}"),
        ("700.HK", "s=116.00700"),
        ("0700 HK", "s=116.00700"),
        ("hk.700", "s=116.00700"),
        ("XD贵州茅", "s=1.600519"),
        ("600,519", "s=1.600519"),
        ("①600519②000858", "s=1.600519,0.000858"),
        ("1、贵州茅台；2、五粮液", "s=1.600519,0.000858"),
        ("一、贵州茅台", "s=1.600519"),
        ("(1) 贵州茅台", "s=1.600519"),
        ("1)600519", "s=1.600519"),
        ("2.000858", "s=0.000858"),
        ("1600519", "s=1.600519"),
        ("★ 五粮液", "s=0.000858"),
        ("自选股：贵州茅台、五粮液", "s=1.600519,0.000858"),
        ("贵州茅台：600519", "s=1.600519"),
        ("XSHG:600519", "s=1.600519"),
        ("1) 600519 贵州茅台 +1.2%", "s=1.600519"),
        ("600519 贵州茅台 1712.30 ▲1.2% 2.15万亿", "s=1.600519"),
        ("贵州茅台 600519 2022-03-04 10:30", "s=1.600519"),
        ('="600519"\t贵州茅台\t1.20\t白酒\t100', "s=1.600519"),
        ('"600519","贵州茅台","沪A","1712.30"', "s=1.600519"),
        ("600519\t贵州茅台\t五粮液\t12.3", "s=1.600519"),
        ("代码\t名称\t涨幅%", ""),
        ("贵州茅台,涨停", "q=" + quote("贵州茅台,涨停", safe=",")),
        ("财联社", f"source={quote('s-财联社')}"),
        ("媒体：财联社", f"source={quote('s-财联社')}"),
        ("公司：贵州茅台", "s=1.600519"),
        ("查询：减持 OR 增持", f"q={quote_plus('减持 OR 增持')}"),
        ("贵州茅台，五粮液。", "s=1.600519,0.000858"),
        ("贵州茅台与五粮液", "s=1.600519,0.000858"),
        ("贵州茅台和五粮液", "s=1.600519,0.000858"),
        ("我关注贵州茅台和五粮液", f"q={quote('我关注贵州茅台和五粮液')}"),
        ("600519贵州茅台", "s=1.600519"),
        ("贵州茅台600519", "s=1.600519"),
        ("《贵州茅台》", "s=1.600519"),
        ("贵州茅台股份有限公司", "s=1.600519"),
        ("1.贵州茅台 2.五粮液", "s=1.600519,0.000858"),
        ("合计\t1500\t50.00", ""),
        ("#财联社 #贵州茅台", f"source={quote('s-财联社')}&s=1.600519"),
        ("#财联社#", f"source={quote('s-财联社')}"),
        ("#财联社 #绝无", "unread=" + quote_plus("#财联社 #绝无")),
    ],
)
def test_lines_of_text_name_terms_or_are_searches(archive, line, query):
    assert with_lines(Watchlist(), line) == query


@pytest.mark.parametrize(
    "line", ["Kweichow Moutai", "KWEICHOW MOUTAI CO LTD", "kweichow moutai Co., Ltd."]
)
def test_a_company_is_named_in_english_with_any_spelling_of_its_form(archive, line):
    import_list(read_list("代码,简称,英文名称\n600519,贵州茅台,Kweichow Moutai Co. Ltd.".encode()))
    assert with_lines(Watchlist(), line) == "s=1.600519"


def test_lines_are_taken_as_far_as_there_is_room_and_looked_up_together(
    archive, client, django_assert_max_num_queries
):
    lines = [f"备注{number}号未知" for number in range(60)] + ["贵州茅台"]
    assert "未加入" in client.get("/watch/?left=2").text  # which also reads the names
    with django_assert_max_num_queries(12):
        added = client.get("/watch/", {"add": "\n".join(lines), "left": 3})
    found = of(added.url.removeprefix("/watch/?"))
    assert (len(found.queries), [str(term) for term in found.terms]) == (10, ["贵州茅台"])
    assert "有 53 行未加入。 关注列表最多有 100 个名称和 10 个搜索" in " ".join(found.notes)
    long = "\n".join(f"{'很长的搜索' * 55}{number}" for number in range(10))
    assert len(with_lines(Watchlist(), long)) < 8_000


def test_a_watchlist_as_text_is_read_as_the_same(archive):
    watchlist = of("s=1.600519,0.000858&category=cailianshe&source=s-财联社&tag=t-要闻&q=涨停 公告")
    assert with_lines(Watchlist(), watchlist.text) == watchlist.query
    assert "贵州茅台" in watchlist.text
