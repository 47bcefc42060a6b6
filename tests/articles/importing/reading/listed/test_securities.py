import datetime as dt

import pytest

from articles.importing.reading.listed.faults import ListError
from articles.importing.reading.listed.names import NamePeriod
from articles.importing.reading.listed.securities import ListedSecurity, read_list


def only(text):
    result = read_list(text.encode())
    assert result.faults == []
    [security] = result.securities
    return security


def test_a_list_of_an_exchange():
    assert read_list(
        "证券代码,证券简称,曾用名,拼音,英文名称,上市日期\n"
        "600519,贵州茅台,,GZMT,Kweichow Moutai,2001-08-27\n"
        "000001,平安银行,深发展Ａ(1991-04-03~2012-08-01)；S深发展A,PAYH,Ping An Bank,\n".encode()
    ).securities == [
        ListedSecurity(1, "600519", "贵州茅台", [], "gzmt", "Kweichow Moutai"),
        ListedSecurity(
            0,
            "000001",
            "平安银行",
            [
                NamePeriod("深发展A", dt.date(1991, 4, 3), dt.date(2012, 8, 1)),
                NamePeriod("S深发展A"),
            ],
            "payh",
            "Ping An Bank",
        ),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_encodings(encoding):
    assert (
        read_list("代码,简称\n600519,贵州茅台\n".encode(encoding)).securities[0].name == "贵州茅台"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_bad_byte_costs_its_line_alone(encoding):
    rows = "代码,简称\n600519,贵州茅台\n".encode(encoding)
    result = read_list(rows + b"600887,\xff\xff\n600036,AB\n")
    assert [one.name for one in result.securities] == ["贵州茅台", "AB"]
    assert [(fault.line, fault.reason) for fault in result.faults] == [
        (3, "neither UTF-8 nor GBK nor Big5")
    ]


def test_big5():
    assert (
        read_list("代碼,code,name\n1,600519,貴州茅台\n".encode("big5")).securities[0].name
        == "貴州茅台"
    )


@pytest.mark.parametrize("sign", ["\t", ";", ",", "|"])
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
        ("", "80700", (116, "80700")),
        ("HK", "60051", (116, "60051")),
        ("深交所", "1", (0, "000001")),
        ("HK", "700", (116, "00700")),
        ("NASDAQ", "TSLA", (105, "TSLA")),
        ("", "BK0493", (90, "BK0493")),
        ("sz", "858.0", (0, "000858")),
        ("sz", "1.0", (0, "000001")),
        ("sz", '"=""000858"""', (0, "000858")),
        ("主板", "600519.SH", (1, "600519")),
        ("", "600519.XSHG", (1, "600519")),
        ("沪市", "600519", (1, "600519")),
        ("港股", "700", (116, "00700")),
        ("NYSE", "BRK.B", (106, "BRK.B")),
        ("NYSE", "SHOP", (106, "SHOP")),
        ("NYSE", "BRK-B", (106, "BRK.B")),
        ("美股", "AAPL", (105, "AAPL")),
        ("US", "BABA.N", (106, "BABA")),
        ("", "６００５１９", (1, "600519")),
        ("", "600519-SH", (1, "600519")),
        ("", "600519 SH", (1, "600519")),
        ("", '"600,519"', (1, "600519")),
        ("沪市主板", "600519", (1, "600519")),
        ("上交所科创板", "688111", (1, "688111")),
        ("深圳主板", "858", (0, "000858")),
        ("深交所创业板", "300750", (0, "300750")),
        ("上海A股", "600519", (1, "600519")),
        ("沪A", "600519", (1, "600519")),
        ("B股", "900903", (1, "900903")),
        ("SSE STAR", "688981", (1, "688981")),
    ],
)
def test_codes(market, code, symbol):
    security = only(f"市场,代码,简称\n{market},{code},某公司\n")
    assert (security.market, security.code) == symbol


def test_codes_of_new_york_whose_exchange_is_not_said_are_named():
    result = read_list("市场,代码,简称\n美股,AAPL,苹果\nUS,BABA.N,阿里巴巴\n".encode())
    assert [(note.line, note.reason) for note in result.notes] == [
        (
            1,
            "no exchange is said of AAPL: taken for Nasdaq's where the archive does not know them",
        )
    ]


def test_a_row_for_each_period():
    security = only(
        "ts_code,name,start_date,end_date\n"
        "000001.SZ,深发展A,19910403,20120801\n"
        "000001.SZ,平安银行,20120802,\n"
    )
    assert security.name == "平安银行"
    assert security.former == [NamePeriod("深发展A", dt.date(1991, 4, 3), dt.date(2012, 8, 1))]


@pytest.mark.parametrize(
    "headings",
    [
        "A股代码,证券简称,英文名",
        "股票代码,中文全称,公司英文全称",
        "Stock Code,Stock Short Name,English Name",
        "證券代號,證券簡稱,英文名稱",
    ],
)
def test_headings_that_lists_use(headings):
    security = only(f"{headings}\n600519,贵州茅台,Moutai\n")
    assert (security.name, security.english_name) == ("贵州茅台", "Moutai")


@pytest.mark.parametrize(
    ("text", "found", "passed"),
    [
        pytest.param(
            "A股代码\tB股代码\t证券简称\t扩位证券简称\t公司英文全称\t上市日期\n"
            "600054\t900942\t黄山旅游\t黄山旅游\tHUANGSHAN TOURISM\t19970506\n"
            "-\t900901\t云赛B股\t云赛B股\tINESA\t19901219\n",
            ["1.600054 黄山旅游 HUANGSHAN TOURISM", "1.900901 云赛B股 INESA"],
            "上市日期",
            id="Shanghai",
        ),
        pytest.param(
            "板块,公司全称,英文名称,A股代码,A股简称,A股总股本,B股代码,B股 简称,地  区,行业\n"
            '主板,万科企业股份有限公司,VANKE,000002,万 科Ａ,"9,724",200002,万 科Ｂ,华南,K 房地产\n'
            "主板,京东方科技集团股份有限公司,BOE,,,,200725,京东方B,华北,C 制造业\n",
            ["0.000002 万科A VANKE", "0.200002 万科B VANKE", "0.200725 京东方B BOE"],
            "板块, A股总股本, 地 区, 行业",
            id="Shenzhen",
        ),
        pytest.param(
            "证券代码,证券简称,总股本（股）,上市日期,地区\n430047,诺思兰德,1,2021-11-15,北京\n",
            ["0.430047 诺思兰德 "],
            "总股本（股）, 上市日期, 地区",
            id="Beijing",
        ),
        pytest.param(
            "List of Securities\n\nStock Code,Name of Securities,Category,Board Lot\n"
            "00700,TENCENT,Equity,100\n12345,HS#HSI RC2409A,Derivative Warrants,1\n",
            ["116.00700 TENCENT ", "116.12345 HS#HSI RC2409A "],
            "Category, Board Lot",
            id="Hong Kong",
        ),
        pytest.param(
            "證券名單\n\n股份代號,股份名稱,分類\n5,滙豐控股,股本\n",
            ["116.00005 滙豐控股 "],
            "分類",
            id="Hong Kong in Chinese",
        ),
    ],
)
def test_lists_of_exchanges(text, found, passed):
    result = read_list(text.encode())
    assert [
        f"{one.market}.{one.code} {one.name} {one.english_name}" for one in result.securities
    ] == found
    assert [note.reason for note in result.notes] == [f"columns passed over: {passed}"]
    assert result.faults == []


def test_rows_that_repeat_a_security():
    result = read_list(",公司,代码\n1,旧名,300399\n2,京天利,300399\n3,京天利,300399\n".encode())
    [security] = result.securities
    assert (security.name, security.former) == ("京天利", [NamePeriod("旧名")])
    assert [(note.line, note.reason) for note in result.notes] == [
        (
            3,
            "300399 is 旧名 in a row before: taken for a former name, "
            "until a list that has former names leaves it out",
        )
    ]


def test_columns_that_nobody_reads_are_said():
    result = read_list("代码,简称,行业\n600519,贵州茅台,白酒\n".encode())
    assert [note.reason for note in result.notes] == ["columns passed over: 行业"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("五 粮　液", "五粮液"),
        ("万  科Ａ", "万科A"),
        ("＊ＳＴ云网", "*ST云网"),
        ("\u200b中信\u200b证券\u202e", "中信证券"),
    ],
)
def test_names_that_are_padded_and_written_wide(cell, name):
    assert only(f"代码,简称\n000858,{cell}\n").name == name


def test_what_stands_around_the_table():
    assert (
        only("股票列表\n\n代码,简称\n600519,贵州茅台\n合计,1\n数据来源：交易所\n").name
        == "贵州茅台"
    )


@pytest.mark.parametrize(
    "days",
    [
        "2001-08-27~2006-05-25",
        "20010827-20060525",
        "2001/8/27-2006/5/25",
        "2001-08-27-2006-05-25",
        "2001年8月27日至2006年5月25日",
        "2001年8月27日-2006年5月25日",
        "2001-8-27 ~ 2006-5-25",
        "2001.08.27-2006.05.25",
        "2001-08-27 00:00:00~2006-05-25 00:00:00",
    ],
)
def test_days(days):
    [former] = only(f"代码,简称,曾用名\n600519,贵州茅台,海航控股(退)({days})\n").former
    assert former == NamePeriod("海航控股(退)", dt.date(2001, 8, 27), dt.date(2006, 5, 25))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("中国国旅 2009-10-15 2020-06-18", dt.date(2009, 10, 15), dt.date(2020, 6, 18)),
        ("中国国旅：20091015~20200618", dt.date(2009, 10, 15), dt.date(2020, 6, 18)),
        ("中国国旅:20091015", dt.date(2009, 10, 15), None),
        ("中国国旅 2009年10月15日", dt.date(2009, 10, 15), None),
    ],
)
def test_days_without_parentheses(text, since, until):
    [former] = only(f"代码,简称,曾用名\n601888,中国中免,{text}\n").former
    assert former == NamePeriod("中国国旅", since, until)


@pytest.mark.parametrize(
    "text",
    [
        '代码,简称,曾用名\n1,丙,"乙(2015-12-01),甲(1997-04-18)"\n',
        "代码,简称,曾用名\n1,丙,甲:19970418|乙:20151201\n",
        "代码,简称,开始日期\n1,甲,1997-04-18\n1,乙,2015-12-01\n1,丙,\n",
    ],
)
def test_a_name_ends_before_the_next_one_begins(text):
    result = read_list(text.replace("\n1,", "\n600053,").encode())
    assert result.notes == []
    assert sorted(result.securities[0].former, key=lambda one: one.since) == [
        NamePeriod("甲", dt.date(1997, 4, 18), dt.date(2015, 11, 30)),
        NamePeriod("乙", dt.date(2015, 12, 1)),
    ]


def test_the_short_name_is_preferred_to_the_company():
    assert only("公司,代码,简称\n贵州茅台酒股份有限公司,600519,贵州茅台\n").name == "贵州茅台"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (b"", 1, "the list is empty"),
        ("代码,行业\n600519,白酒\n".encode(), 1, "no column for the name"),
        (
            "代码,简称\n600519,甲\n".encode() + b"\xff\xff\n" * 9,
            3,
            "neither UTF-8 nor GBK nor Big5",
        ),
    ],
)
def test_a_list_that_cannot_be_read_says_where_and_why(text, line, reason):
    with pytest.raises(ListError, match=reason) as caught:
        read_list(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",,空,", "no code"),
        (",600519,,", "no name for 600519"),
        (",600519,-,", "no name for 600519"),
        (",600519,nan,", "no name for 600519"),
        (",6 0,甲,", "“6 0” is no code"),
        (",ABC,甲,", "the market of ABC is not said"),
        ("火星,1,甲,", "no market is called “火星”"),
        ("sz,SH600519,甲,", "“SH600519” is no code of the market “sz”"),
        ("sz,600519.SH,甲,", "“600519.SH” is no code of the market “sz”"),
        ("sh,6005190,甲,", "“6005190” is no code of 6 digits"),
        (",60051,甲,", "“60051” lacks a digit"),
        ("sh,60051,甲,", "“60051” lacks a digit"),
        (",30075.SZ,甲,", "“30075.SZ” lacks a digit"),
        *(
            (f",600519,{name},", "no name for 600519")
            for name in "—— 无 待定 公司 a 000858.SZ".split()
        ),
        (",858,甲,", "“858” lacks digits"),
        (f",600519,{'甲' * 140_000},", "a cell of more than 131,072 characters"),
        (',600519,"甲"乙,', "not CSV"),
        (',600519,"甲,', "a quotation mark lacks its end"),
        (',600519,甲,"乙', "a quotation mark lacks its end"),
    ],
)
def test_a_bad_row_costs_itself_alone(row, reason):
    result = read_list(f"市场,代码,简称,曾用名\n{row}\n,000858,五粮液,\n".encode())
    assert [one.name for one in result.securities] == ["五粮液"]
    [fault] = result.faults
    assert fault.line == 2
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize(
    ("cell", "former"),
    [
        *((one, []) for one in "无 暂无 - N/A None —— 待定 公司 的 a 600519 000858.SZ".split()),
        *((one, []) for one in "其他 今天 市场 ST *ST ＊ＳＴ XD".split()),
        (
            "TCL集团[2004-01-30至2020-02-06]",
            [NamePeriod("TCL集团", dt.date(2004, 1, 30), dt.date(2020, 2, 6))],
        ),
        ("2003-11-18 G长电", [NamePeriod("G长电", dt.date(2003, 11, 18))]),
        ("中茵股份(2007-2017)", [NamePeriod("中茵股份")]),
        ("上海汽车(前)", [NamePeriod("上海汽车")]),
        ('"[""甲"", ""乙""]"', [NamePeriod("甲"), NamePeriod("乙")]),
    ],
)
def test_former_names_as_lists_write_them(cell, former):
    assert only(f"代码,简称,曾用名\n600000,丁,{cell}\n").former == former


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ("去年", "“去年” is no day"),
        ("2006-05-25~2001-08-27", "a name ends on 2001-08-27, before it begins"),
    ],
)
def test_days_that_make_no_sense_cost_themselves_alone(days, reason):
    result = read_list(f"代码,简称,曾用名\n600519,甲,乙({days})\n".encode())
    assert result.faults[0].reason.startswith(reason)
    assert result.securities[0].former == [NamePeriod("乙")]


@pytest.mark.parametrize(
    "text",
    [
        "code,Security Name\n600519,贵州茅台\n",
        "order_book_id,symbol,abbrev_symbol\n600519.XSHG,贵州茅台,GZMT\n",
        "code,name,name\n600519,贵州茅台,茅台\n",
    ],
)
def test_columns_of_programs(text):
    assert only(text).name == "贵州茅台"
