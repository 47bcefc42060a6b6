import datetime as dt

import pytest

from articles.importing.reading.listed import ListedSecurity, ListError, Period, read_list


def only(text):
    [security] = read_list(text.encode())
    return security


def test_a_list_of_an_exchange():
    assert read_list(
        "证券代码,证券简称,曾用名,拼音,英文名称,上市日期\n"
        "600519,贵州茅台,,GZMT,Kweichow Moutai,2001-08-27\n"
        "000001,平安银行,深发展Ａ(1991-04-03~2012-08-01)；S深发展A,PAYH,Ping An Bank,\n".encode()
    ) == [
        ListedSecurity(1, "600519", "贵州茅台", [], "gzmt", "Kweichow Moutai"),
        ListedSecurity(
            0,
            "000001",
            "平安银行",
            [
                Period("深发展Ａ", dt.date(1991, 4, 3), dt.date(2012, 8, 1)),
                Period("S深发展A"),
            ],
            "payh",
            "Ping An Bank",
        ),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_encodings(encoding):
    assert read_list("代码,简称\n600519,贵州茅台\n".encode(encoding))[0].name == "贵州茅台"


@pytest.mark.parametrize("sign", ["\t", ";", ","])
def test_what_stands_between_cells(sign):
    assert only(f"Code{sign}Short name\n600519{sign}贵州茅台\n").code == "600519"


@pytest.mark.parametrize(
    ("market", "code", "symbol"),
    [
        ("", "600519", (1, "600519")),
        ("", "SH600519", (1, "600519")),
        ("", "600519.SH", (1, "600519")),
        ("", "1.600519", (1, "600519")),
        ("", "'000001", (0, "000001")),
        ("", "920001", (0, "920001")),
        ("", "430047", (0, "430047")),
        ("", "510300", (1, "510300")),
        ("", "00700", (116, "00700")),
        ("深交所", "1", (0, "000001")),
        ("HK", "700", (116, "00700")),
        ("NASDAQ", "TSLA", (105, "TSLA")),
        ("", "BK0493", (90, "BK0493")),
    ],
)
def test_codes(market, code, symbol):
    security = only(f"市场,代码,简称\n{market},{code},某公司\n")
    assert (security.market, security.code) == symbol


def test_a_row_for_each_period():
    security = only(
        "ts_code,name,start_date,end_date\n"
        "000001.SZ,深发展A,19910403,20120801\n"
        "000001.SZ,平安银行,20120802,\n"
    )
    assert security.name == "平安银行"
    assert security.former == [Period("深发展A", dt.date(1991, 4, 3), dt.date(2012, 8, 1))]


def test_rows_that_repeat_a_security():
    security = only(",公司,代码\n1,旧名,300399\n2,京天利,300399\n3,京天利,300399\n")
    assert (security.name, security.former) == ("京天利", [Period("旧名")])


def test_the_short_name_is_preferred_to_the_company():
    assert only("公司,代码,简称\n贵州茅台酒股份有限公司,600519,贵州茅台\n").name == "贵州茅台"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (b"", 1, "the list is empty"),
        ("代码,行业\n600519,白酒\n".encode(), 1, "no column for the name"),
        ("代码,简称\n600519,贵州茅台\n,空\n".encode(), 3, "no code"),
        ("代码,简称\n600519,\n".encode(), 2, "no name for 600519"),
        ("代码,简称\n6 0,甲\n".encode(), 2, "“6 0” is no code"),
        ("代码,简称\nABC,甲\n".encode(), 2, "the market of ABC is not said"),
        ("市场,代码,简称\n火星,1,甲\n".encode(), 2, "no market is called “火星”"),
        ("代码,简称,曾用名\n600519,甲,乙(去年)\n".encode(), 2, "“去年” is no day"),
        ("代码,简称\n600519,甲\n".encode() + b"\xff\xff\n", 3, "neither UTF-8 nor GBK"),
        ('代码,简称\n600519,"甲\n'.encode(), 2, "not CSV"),
    ],
)
def test_a_list_that_cannot_be_read_says_where_and_why(text, line, reason):
    with pytest.raises(ListError, match=reason) as caught:
        read_list(text)
    assert caught.value.line == line
