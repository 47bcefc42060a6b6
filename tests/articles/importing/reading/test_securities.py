"""Eastmoney's marks in their later forms."""

import pytest

from articles.importing.reading.body import SecurityMark, parse_body

QUOTE = "quote.eastmoney.com"


def marks(html):
    return parse_body(f"<p>看{html}</p>\n\n<>").securities


@pytest.mark.parametrize(
    ("address", "symbol"),
    [
        (f"http://{QUOTE}/r/0.002353", "0.002353"),
        (f"http://{QUOTE}/unify/r/1.688376", "1.688376"),
        (f"https://{QUOTE}/unify/r/116.00981?from=x#y", "116.00981"),
        (f"http://{QUOTE}/unify/r/106.BRK.A", "106.BRK.A"),
        (f"//{QUOTE}/sh600519.html", "1.600519"),
        (f"//{QUOTE}/concept/sz300750.html", "0.300750"),
        (f"http://{QUOTE}/bj430047.html", "0.430047"),
        (f"http://{QUOTE}/zs000001.html", "1.000001"),
        (f"http://{QUOTE}/zs399001.html", "0.399001"),
        (f"http://{QUOTE}/hk/00700.html", "116.00700"),
        (f"http://{QUOTE}/bk/90.BK0493.html", "90.BK0493"),
        (f"http://{QUOTE}/web/BK04751.html", "90.BK0475"),
        (f"http://{QUOTE}/us/106.NIO.html", "106.NIO"),
        (f"http://{QUOTE}/hk/700.html", "116.00700"),
        (f"http://{QUOTE}/kcb/688981.html", "1.688981"),
        (f"http://{QUOTE}/SH600519.html", "1.600519"),
        (f"http://{QUOTE}/bj/430047.html", "0.430047"),
        (f"http://{QUOTE}/web/bk04751.html", "90.BK0475"),
        (f"https://m.{QUOTE}/sh600519.html", "1.600519"),
        (f"https://wap.{QUOTE}/stock/1.600519.html", "1.600519"),
        ("https://wap.eastmoney.com/quote/stock/1.600519.html", "1.600519"),
        ("https://emwap.eastmoney.com/quote/stock/0.300750.html", "0.300750"),
    ],
)
@pytest.mark.parametrize("tag", ["a", "span"])
def test_a_link_to_a_quote_page_is_a_mark(tag, address, symbol):
    (mark,) = marks(f'<{tag} href="{address}">某股份</{tag}>')
    assert (mark.symbol, mark.name) == (symbol, "某股份")


@pytest.mark.parametrize(
    "address",
    [
        f"http://{QUOTE}/us/NIO.html",
        f"http://{QUOTE}/center/",
        f"http://{QUOTE}/",
        f"http://{QUOTE}/us/700.html",
        f"http://{QUOTE}/center/2022.shtml",
        "http://wap.eastmoney.com/a/202206133770624101.html",
        "http://baike.eastmoney.com/item/1.600519",
        f"http://{QUOTE}.example.com/r/1.600519",
        "/r/1.600519",
    ],
)
@pytest.mark.parametrize("kind", ["", 'class="em_stock_key_common"', 'class="keytip"'])
def test_a_link_that_tells_no_market_is_none(kind, address):
    assert marks(f'<a {kind} href="{address}">总体设计</a>') == ()


@pytest.mark.parametrize(
    "html",
    [
        f'<span id="stock_0.002353"><a href="//{QUOTE}/" data-code="002353">甲</a></span>',
        '<span id="stock_0.002353"><a class="keytip" data-code="002353">甲</a></span>',
        '<span id="stock_0.002353"><a class="keytip" href="x">甲</a></span>',
        '<span id="stock_0.002353" class="em_stock_key_common">甲</span>',
        f'<a class="em_stock_key_common" href="http://{QUOTE}/r/0.002353">甲</a>',
        '<span id="stock_0.002353"><b><a class="keytip" data-code="002353">甲</a></b></span>',
        '<a data-code=" 0, 002353 ">甲</a>',
        f'<a data-code="0,02353" href="//{QUOTE}/sz002353.html">甲</a>',
        '<a data-code="sz002353">甲</a>',
        '<a class="keytip" data-code="SZ002353" href="x">甲</a>',
        '<a data-code="002353.SZ">甲</a>',
    ],
)
def test_the_market_may_be_in_the_id_or_the_address_alone(html):
    assert marks(html) == (SecurityMark(0, "002353", "甲"),)


@pytest.mark.parametrize(
    ("code", "symbol"),
    [
        ("SH.601318", "1.601318"),
        ("601318.sh", "1.601318"),
        ("sh601318", "1.601318"),
        ("SH:601318", "1.601318"),
        ("601318_SH", "1.601318"),
        ("601318.XSHG", "1.601318"),
        ("601318.SS", "1.601318"),
        ("1.601318", "1.601318"),
        ("SZ.000858", "0.000858"),
        ("000858.XSHE", "0.000858"),
        ("BJ.430047", "0.430047"),
        ("HK.00700", "116.00700"),
        ("HK.700", "116.00700"),
        ("00700.HK", "116.00700"),
        ("700.hk", "116.00700"),
        ("AAPL.O", "105.AAPL"),
        ("nasdaq:aapl", "105.AAPL"),
        ("NIO.N", "106.NIO"),
        ("NYSE.BRK.A", "106.BRK.A"),
        ("BK0493", "90.BK0493"),
    ],
)
def test_a_code_states_its_market_in_many_forms(code, symbol):
    assert [mark.symbol for mark in marks(f'<a data-code="{code}">某股份</a>')] == [symbol]


@pytest.mark.parametrize(
    "code",
    [
        "US.AAPL",
        "AAPL.US",
        "601318",
        "SH.60131",
        "x.SH",
        "EM.601318",
        "1,60051",
        "0.0008588",
        "1,x",
    ],
)
def test_a_code_that_tells_no_market_is_left_to_the_text(code):
    assert marks(f'<a data-code="{code}">某股份</a>') == ()


@pytest.mark.parametrize(
    ("id_", "symbol"), [("bk_90.BK1036", "90.BK1036"), ("Info.116.00981", "116.00981")]
)
def test_so_it_is_with_boards_and_hong_kong(id_, symbol):
    (mark,) = marks(f'<span id="{id_}"><a class="keytip" data-code="x">某</a></span>')
    assert mark.symbol == symbol


@pytest.mark.parametrize(
    "html",
    [
        '<span id="stock_0.002353">某股份</span>',
        '<span id="stock_0.002353"><b>某股份</b></span><span id="quote_0.002353">+1%</span>',
    ],
)
def test_an_id_is_enough(html):
    assert marks(html) == (SecurityMark(0, "002353", "某股份"),)


def test_a_span_around_a_mark_is_no_second_one():
    html = '<p>看<span id="stock_0.002353"><a data-code="0,002353">甲</a></span></p>'
    assert parse_body(html).html.count("<a ") == 1


@pytest.mark.parametrize("id_", ["quote_1.600519", "stock_600519", "fig_1.2"])
def test_any_other_id_is_none(id_):
    assert marks(f'<span id="{id_}">某股份</span>') == ()


def test_a_glossary_link_is_none():
    assert marks('<span id="Info.3321"><a class="infokey" href="x">业绩</a></span>') == ()


def test_what_a_link_says_is_a_name_only_if_it_looks_like_one():
    link = f'<a href="//{QUOTE}/sh600519.html">%s</a>'
    (mark,) = marks(link % "点击查看行情&gt;&gt;")
    assert mark == SecurityMark(1, "600519")
    (mark,) = marks(link % "600519" + link % "贵州茅台")
    assert mark == SecurityMark(1, "600519", "贵州茅台")


@pytest.mark.parametrize(
    ("source", "symbol"),
    [
        ("https://x.example/GetPic.aspx?nid=106.NIO&imageType=k", "106.NIO"),
        ("https://x.example/GetPic.aspx?imageType=k&nid=0.000338", "0.000338"),
    ],
)
def test_a_chart_is_of_the_security_in_its_address(source, symbol):
    (mark,) = marks(f'<img src="{source}">')
    assert mark.symbol == symbol


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("1,688999", "688999"),
        ("1,688996", "688996.SH"),
        ("1,688996", "sh688996"),
        ("116,00700", "HK.00700"),
        ("90,BK0493", "bk0493"),
    ],
)
def test_a_code_that_is_marked_is_no_name(code, text):
    (mark,) = marks(f'<a class="keytip" data-code="{code}" href="#">{text}</a>')
    assert (mark.symbol, mark.name) == (code.replace(",", "."), "")
    (mark,) = marks(f'<a class="keytip" data-code="{code}" href="#">{text}A类</a>')
    assert mark.name


def test_letters_that_are_the_code_are_a_name():
    (mark,) = marks('<a class="keytip" data-code="106,NIO" href="#">NIO</a>')
    assert mark.name == "NIO"
