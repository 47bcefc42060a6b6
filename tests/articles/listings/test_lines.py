from urllib.parse import quote, quote_plus, urlsplit

import pytest
from django.http import QueryDict
from django.utils import translation

from articles.importing.listed import import_list
from articles.importing.reading.listed.securities import read_list
from articles.listings import lines as reading
from articles.listings.lines import with_lines
from articles.listings.watchlist import Watchlist

pytestmark = pytest.mark.django_db


def of(query):
    return Watchlist.read(QueryDict(query))


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
        ("// 白酒", ""),
        ("//贵州茅台", ""),
        ("贵州茅台 // 长线", "s=1.600519"),
        ("【白酒】", ""),
        ("[白酒]", ""),
        ("【贵州茅台、五粮液】", "s=1.600519,0.000858"),
        ("[600519]", "s=1.600519"),
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
    "line",
    [
        *("贵州茅台 600519 持仓 100 成本 1,680.00", "贵州茅台 600519 买入 100股 @1680"),
        *("贵州茅台（600519）成本1680", "贵州茅台 持仓 1000", "600519 100 1680", "茅台 600519"),
        *("600519.SH 贵州茅台 100 1680", "2022/3/4 600519 贵州茅台 证券买入 100 1,680.00"),
        *("600519 贵州茅台 白酒", "600519/贵州茅台", "600519:贵州茅台", "贵州茅台@600519"),
        *("🔥贵州茅台🔥", "🚀 贵州茅台", "1️⃣ 贵州茅台", "贵州茅台 ✅"),
        *("~~贵州茅台~~", "- **贵州茅台** 600519", "- [x] 贵州茅台", "`600519`"),
        *("- [贵州茅台](https://example.com/1.html)", "[看这里](https://example.com/600519.html)"),
        *("[行情](/security/1.600519/)", "贵州茅台 https://example.com/S/SH600519"),
        *("SHA:600519", "SHSE.600519", "SH 600519", "600519 CH Equity", "600519 CH"),
        *("$贵州茅台(SH600519)$ 今天涨停", "@贵州茅台", "贵州茅台（已清仓）", "贵州茅台(重点观察)"),
        *(
            "贵州茅台持仓100股",
            "贵州茅台持股200",
            "贵州茅台成本1680",
            "贵州茅台100股",
            "贵州茅台已清仓",
        ),
        *("贵州茅台 已卖出", "贵州茅台酒股份有限公司"),
    ],
)
def test_a_security_is_found_among_figures_emoji_and_marks(archive, line):
    assert with_lines(Watchlist(), line) == "s=1.600519"


@pytest.mark.parametrize(
    "line",
    [
        *("999999", "999999 无此公司", "TPE:2330", "持仓 100", "总资产 168000", "1,680.00"),
        *("现金 10,000.00", "2022-03-04", "[看这里](https://example.com/1)"),
    ],
)
def test_what_looks_like_a_holding_but_names_no_security_is_no_search(archive, line):
    assert with_lines(Watchlist(), line) == f"unread={quote_plus(line)}"


def test_the_name_of_a_board_in_brackets_is_a_heading(archive, indexed):
    indexed(securities=[("90.BK0493", "新能源")])
    assert with_lines(Watchlist(), "【新能源】\n贵州茅台") == "s=1.600519"
    assert with_lines(Watchlist(), "新能源") == "s=90.BK0493"


@pytest.fixture
def of_two_markets(archive):
    import_list(
        read_list(
            """市场,代码,简称
sh,688981,中芯国际
hk,00981,中芯国际
sz,000001,平安银行
sh,601318,中国平安
hk,02318,中国平安
sh,600155,华创阳安
""".encode()
        )
    )


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("中芯国际", "s=1.688981,116.00981"),
        ("中国平安、中芯国际", "s=1.601318,116.02318,1.688981,116.00981"),
        ("中芯国际 688981", "s=1.688981"),
        ("中芯国际 00981.HK", "s=116.00981"),
        ("中芯国际\t100\t50.20", "s=1.688981,116.00981"),
        ("平安", "unread=" + quote("平安")),
        ("平安\n中芯国际 00981.HK", "s=116.00981&unread=" + quote("平安")),
        ("q:平安", "q=" + quote("平安")),
        ("阳安", "q=" + quote("阳安")),
    ],
)
def test_a_name_means_all_shares_of_a_company_and_what_is_short_for_several_none(
    of_two_markets, line, query
):
    assert of(with_lines(Watchlist(), line)).query == of(query).query
    assert ("unread" in with_lines(Watchlist(), line)) == ("unread" in query)


def test_what_a_line_may_mean_is_said(of_two_markets):
    [note] = of(f"unread={quote('平安')}").notes
    meant, how = note.split("。", 1)
    assert meant == "“平安”可能指： 平安银行 000001、中国平安 601318、中国平安 02318"
    assert how == "要按搜索关注，请写 q:平安。"


def test_what_a_line_may_mean_is_said_in_english_too(of_two_markets):
    with translation.override("en"):
        [note] = of(f"unread={quote('平安')}").notes
    meant, how = note.split(". ", 1)
    assert meant == "“平安” may mean several: 平安银行 000001, 中国平安 601318, 中国平安 02318"
    assert how == "To follow it as a search, write q:平安."


def test_a_column_of_codes_has_lost_its_zeros(archive):
    assert with_lines(Watchlist(), "858\n600519") == "s=0.000858,1.600519"
    assert with_lines(Watchlist(), "858\n贵州茅台") == "s=1.600519&unread=858"


def test_the_full_name_of_a_company_is_not_that_of_one_with_which_it_begins(archive, make_post):
    make_post(securities=[("1.601857", "中国石油"), ("1.600028", "中国石化")])
    assert with_lines(Watchlist(), "中国石油化工股份有限公司") == "s=1.600028"
    assert with_lines(Watchlist(), "中国石油天然气股份有限公司") == "s=1.601857"


@pytest.mark.parametrize(
    "line", ["5G 概念", "2022年 减持", "降息 5.25%", "600519 减持", "贵州茅台 减持", "减持100股"]
)
def test_words_with_figures_are_a_search(archive, line):
    assert with_lines(Watchlist(), line) == f"q={quote_plus(line)}"


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
    found = of(urlsplit(added.url).query)
    assert (len(found.queries), [str(term) for term in found.terms]) == (10, ["贵州茅台"])
    notes = " ".join(found.notes)
    assert "有 53 行未加入。 关注列表最多有 100 个名称和 10 个搜索。 其余的可能" in notes
    long = "\n".join(f"{'很长的搜索' * 55}{number}" for number in range(10))
    assert len(with_lines(Watchlist(), long)) < 8_000


def test_lines_that_name_nothing_take_no_room(archive, monkeypatch):
    monkeypatch.setattr(reading, "READ_WITHIN", 60)
    unknown = [str(number) for number in range(900000, 900200)]
    found = of(with_lines(Watchlist(), "\n".join([*unknown, "贵州茅台", "涨停"])))
    assert [str(term) for term in found.terms] == ["贵州茅台"]
    assert [query.text for query in found.queries] == ["涨停"]
    notes = " ".join(found.notes)
    assert "“900009”" in notes
    assert "有 190 行未加入。" in notes


def test_lines_are_taken_as_far_as_there_is_time(archive, monkeypatch):
    monkeypatch.setattr(reading, "READ_WITHIN", -1)
    assert with_lines(Watchlist(), "贵州茅台\n五粮液") == "left=2"


def test_a_watchlist_as_text_is_read_as_the_same(archive):
    watchlist = of("s=1.600519,0.000858&category=cailianshe&source=s-财联社&tag=t-要闻&q=涨停 公告")
    assert with_lines(Watchlist(), watchlist.text) == watchlist.query
    assert "贵州茅台" in watchlist.text
