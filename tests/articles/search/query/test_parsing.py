"""The query language, rule by rule, then what has broken other parsers."""

import datetime as dt
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.search.query import (
    FIELDS,
    MAX_ALTERNATIVES,
    MAX_LENGTH,
    Criterion,
    Field,
    Note,
    Remark,
    parse,
    unfinished,
    with_slashes_apart,
)
from articles.search.text.normalise import fold

TODAY = dt.date(2022, 3, 31)


def read(text):
    """A query in a shorthand: `field:value`, alternatives joined by |, excluded clauses after -,
    negated criteria after !."""
    return [
        "-" * clause.is_excluded
        + "|".join(
            "!" * criterion.is_negated
            + (f"{criterion.field}:{criterion.value}" if criterion.field else criterion.value)
            for criterion in clause.criteria
        )
        for clause in parse(text, TODAY).clauses
    ]


def remarks(text):
    return [(note.remark, note.text) for note in parse(text, TODAY).notes]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", []),
        ("茅台", ["茅台"]),
        ("茅台 净利润", ["茅台", "净利润"]),
        ("茅台　净利润", ["茅台", "净利润"]),  # a full-width space
        ("茅台、五粮液，涨停。", ["茅台", "五粮液", "涨停"]),
        ("1,000亿 1,234,567", ["1,000亿", "1,234,567"]),
        ("600519,000858", ["600519|000858"]),
        ("茅台,涨停", ["茅台", "涨停"]),
        # alternatives
        ("茅台 | 五粮液", ["茅台|五粮液"]),
        ("茅台|五粮液|汾酒 涨停", ["茅台|五粮液|汾酒", "涨停"]),
        ("茅台 || 五粮液", ["茅台|五粮液"]),
        ("茅台 或 五粮液 或者 汾酒", ["茅台|五粮液|汾酒"]),
        ("茅台/五粮液 / 汾酒", ["茅台|五粮液|汾酒"]),
        ("茅台 | -五粮液", ["茅台|!五粮液"]),
        # both, said with an operator
        ("茅台 AND 涨停 OR 跌停", ["茅台", "涨停|跌停"]),
        ("茅台 和 五粮液 与 汾酒", ["茅台", "五粮液", "汾酒"]),
        ("茅台+业绩&涨停 & 汾酒 + 酒", ["茅台", "业绩", "涨停", "汾酒", "酒"]),
        ("+茅台 贵州*茅台 半导* *导体", ["茅台", "贵州", "半导", "导体"]),
        # what only looks like an operator
        ("和 和谐 或许 茅台 或", ["和", "和谐", "或许", "茅台", "或"]),
        ("C++ 5G+ +5% S&P A+H", ["C++", "5G+", "+5%", "S&P", "A+H"]),
        ("董事/副总经理 title:涨停/跌停", ["董事/副总经理", "title:涨停/跌停"]),
        ("茅台/来源：财联社 茅台/“五粮液”", ["茅台|source:财联社", "茅台|五粮液"]),
        ("24/7 1/2 元/吨 美元/人民币", ["24/7", "1/2", "元/吨", "美元/人民币"]),
        ("*ST海航 2*660MW", ["*ST海航", "2*660MW"]),
        ("募资 1 500 万元 2022 500万元", ["募资", "1", "500 万元", "2022"]),
        ("top 5 100% -1 500万元", ["top", "5", "100%", "-1", "500万元"]),
        ("＊ＳＴ海航 －９．９７％", ["＊ＳＴ海航", "－９．９７％"]),
        # parentheses
        ("(茅台 涨停) | 五粮液", ["茅台|五粮液", "涨停|五粮液"]),
        ("（茅台 或 五粮液） 涨停", ["茅台|五粮液", "涨停"]),
        ("((茅台) | (五粮液 汾酒)) 涨停", ["茅台|五粮液", "茅台|汾酒", "涨停"]),
        ("涨停 -(茅台 | 五粮液)", ["涨停", "-茅台|五粮液"]),
        ("涨停 NOT (茅台 五粮液)", ["涨停", "!茅台|!五粮液"]),
        ("茅台 OR (汾酒 AND NOT 公告)", ["茅台|汾酒", "茅台|!公告"]),
        ("茅台(涨停 | 跌停)", ["茅台", "涨停|跌停"]),
        ("光大银行(601818) ST(退) (000001)", ["光大银行(601818)", "ST(退)", "(000001)"]),
        # the same in other words
        ("茅台 涨停 茅臺", ["茅台", "涨停"]),
        ("茅台|茅臺|五粮液 五粮液|茅台", ["茅台|五粮液"]),
        ("-茅台 -茅台", ["-茅台"]),
        ("date:2022-03 日期：2022年3月", ["date:2022-03"]),
        ("茅台 OR 五粮液", ["茅台|五粮液"]),
        ("（茅台 ＯＲ 五粮液） ＡＮＤ 业绩", ["茅台|五粮液", "业绩"]),
        ("茅台 ＮＯＴ 业绩 ＡＮＤＯＲ", ["茅台", "-业绩", "ＡＮＤＯＲ"]),
        ("茅台 ｜ 五粮液", ["茅台|五粮液"]),
        ("ORACLE for", ["ORACLE", "for"]),
        # phrases
        ('"净利润 同比" 增长', ["净利润 同比", "增长"]),
        ("“净利润 同比”", ["净利润 同比"]),
        ("「净利润 同比」『增 长』", ["净利润 同比", "增 长"]),
        ("＂净利润，同比＂", ["净利润，同比"]),
        ('茅台"净利润 同比"', ["茅台", "净利润 同比"]),
        # exclusion
        ("白酒 -茅台", ["白酒", "-茅台"]),
        ("白酒 －“贵州 茅台”", ["白酒", "-贵州 茅台"]),
        ("-茅台 | -五粮液", ["-茅台|五粮液"]),
        ("HFO-1234yf", ["HFO-1234yf"]),
        ("--茅台", ["-茅台"]),
        ("白酒 NOT 茅台", ["白酒", "-茅台"]),
        ("白酒 -2022 -600519 -1.600519", ["白酒", "-2022", "-600519", "-1.600519"]),
        ("万科A（000002，股吧）涨停", ["万科A（000002，股吧）", "涨停"]),
        (
            "-万科A(000002,股吧) 万科A(000002,深圳)",
            ["-万科A(000002,股吧)", "万科A(000002", "深圳)"],
        ),
        ("-600519/000858 减持", ["-600519|000858", "减持"]),
        ("-600519、000858,300750 减持", ["-600519|000858|300750", "减持"]),
        ("NOT 600519/000858 减持", ["-600519|000858", "减持"]),
        ("-茅台/五粮液 减持", ["-茅台|五粮液", "减持"]),
        ("600519/000858 -减持", ["600519|000858", "-减持"]),
        ("涨停 -ST -5G", ["涨停", "-ST", "-5G"]),
        ("减持 -2022年3月/2022年4月", ["减持", "-2022年3月|2022年4月"]),
        ("减持 -2022-03/2022-04 -Q1/Q2", ["减持", "-2022-03|2022-04", "-Q1|Q2"]),
        # what people type for a minus
        ("业绩 !茅台 ！五粮液", ["业绩", "-茅台", "-五粮液"]),
        ("业绩 —茅台 –ST ─酒", ["业绩", "-茅台", "-ST", "-酒"]),
        ("稳中求进 ——证券时报", ["稳中求进", "——证券时报"]),
        ("业绩 !来源：财联社 —“贵州 茅台”", ["业绩", "-source:财联社", "-贵州 茅台"]),
        ("业绩 !(茅台 | 五粮液)", ["业绩", "-茅台|五粮液"]),
        ("业绩 —（茅台 | 五粮液）", ["业绩", "-茅台|五粮液"]),
        ("业绩!茅台 ！！涨停！ 5折", ["业绩", "茅台", "涨停", "5折"]),
        ("业绩——茅台 —3%", ["业绩——茅台", "—3%"]),
        # a minus that is text
        ("同比 -145% －9.97% -3.5亿", ["同比", "-145%", "－9.97%", "-3.5亿"]),
        ("-12.5 -3个百分点 -50bp", ["-12.5", "-3个百分点", "-50bp"]),
        ("ST- -U 中芯国际-U -SW", ["ST-", "-U", "中芯国际-U", "-SW"]),
        # fields
        ("title:涨停", ["title:涨停"]),
        ("标题：涨停", ["title:涨停"]),
        ("標題：漲停", ["title:漲停"]),
        ("来源: 财联社", ["source:财联社"]),
        ('source:"The Paper" -来源：新华社', ["source:The Paper", "-source:新华社"]),
        ("分类:emnews 标签:要闻 代码:600519", ["category:emnews", "tag:要闻", "code:600519"]),
        ("TITLE:ＥＴ７", ["title:ＥＴ７"]),
        ("来源:财联社|来源:新华社", ["source:财联社|source:新华社"]),
        ("date:2022-01", ["date:2022-01"]),
        ("intitle:涨停", ["title:涨停"]),
        ("来源：财联社|新华社 茅台", ["source:财联社|source:新华社", "茅台"]),
        ("code:600519|000858 OR tag:要闻", ["code:600519|code:000858|tag:要闻"]),
        # a field holds for alternatives that name none
        ("标题：涨停 | 茅台 公告", ["title:涨停|title:茅台", "公告"]),
        ("来源：财联社 OR 证券时报 或 标签：要闻", ["source:财联社|source:证券时报|tag:要闻"]),
        ("茅台 | 来源：财联社 | 新华社", ["茅台|source:财联社|source:新华社"]),
        ("-code:600519 | 000858", ["-code:600519|code:000858"]),
        ("date:2022-03 | 2022-05", ["date:2022-03|date:2022-05"]),
        ("date:2022-03 | 茅台", ["date:2022-03|茅台"]),
        ("来源：财联社 AND 证券时报", ["source:财联社", "证券时报"]),
        ("来源：-财联社 标签：NOT 要闻", ["-source:财联社", "-tag:要闻"]),
        ("标题：-9.97% 标题：-茅台", ["title:-9.97%", "-title:茅台"]),
        ("after:2022-03-01 茅台 before:2022-05", ["date:>=2022-03-01", "茅台", "date:<2022-05"]),
        ("作者：财联社 栏目：滚动", ["source:财联社", "category:滚动"]),
        ("allintitle:茅台 业绩 来源：财联社", ["title:茅台", "title:业绩", "source:财联社"]),
        ('来源："The Paper"|“新 华”', ["source:The Paper|source:新 华"]),
        ("title:(涨停 | 跌停) 茅台", ["title:涨停|title:跌停", "茅台"]),
        ("title:(茅台 来源：财联社)", ["title:茅台", "source:财联社"]),
        ("-来源：(财联社 | 新华社)", ["-source:财联社|source:新华社"]),
        ("(来源：财联社 茅台) | 涨停", ["source:财联社|涨停", "茅台|涨停"]),
        ("date:2022-01 .. 2022-03 茅台", ["date:2022-01 .. 2022-03", "茅台"]),
        ("date:this week 茅台", ["date:this week", "茅台"]),
        ("日期：近 7 天，茅台", ["date:近 7 天", "茅台"]),
        ("日期：2022 年报", ["date:2022", "年报"]),
        ("日期：上月|今年", ["date:上月|date:今年"]),
        ("2022年3月 2022-03，涨停", ["2022年3月", "2022-03", "涨停"]),
        (
            "-来源：财联社|新华社 -标题：涨停|跌停",
            ["-source:财联社|source:新华社", "-title:涨停|title:跌停"],
        ),
        # several values of a field
        ("来源：财联社、新华社 茅台", ["source:财联社|source:新华社", "茅台"]),
        ("来源：财联社，“新 华”,来源:界面", ["source:财联社|source:新 华|source:界面"]),
        ("code:600519,000858、byd/*ST海航", ["code:600519|code:000858|code:byd|code:*ST海航"]),
        ("-证券：茅台、五粮液", ["-code:茅台|code:五粮液"]),
        ("标签：(要闻、公告)", ["tag:要闻|tag:公告"]),
        ("日期：2022年1月、2022年3月", ["date:2022年1月|date:2022年3月"]),
        ("来源：财联社，标题：涨停", ["source:财联社", "title:涨停"]),
        ("来源：财联社、 茅台", ["source:财联社", "茅台"]),
        ("标题：茅台、五粮液", ["title:茅台", "五粮液"]),
        # a space before the colon
        ("标题 ：涨停 来源 : 财联社", ["title:涨停", "source:财联社"]),
        ("标题 ：(涨停 茅台)", ["title:涨停", "title:茅台"]),
        ("标题 涨停：公告", ["标题", "涨停：公告"]),
        # doubled quotation marks
        ("““贵州 茅台”” ““五粮液” 涨停", ["贵州 茅台", "五粮液", "涨停"]),
        ('""贵州 茅台"" 「「汾 酒」」', ["贵州 茅台", "汾 酒"]),
        # figures with spaces
        ("12 月 28 日 1月 2日 3 亿元", ["12 月 28 日", "1月 2日", "3 亿元"]),
        ("1500　万元　１　月　２　日", ["1500　万元", "１　月　２　日"]),
        ("1，500万元 12 %", ["1，500万元", "12 %"]),
        ("2022 年报 2021 万科 2 月饼", ["2022", "年报", "2021", "万科", "2", "月饼"]),
        # what only looks like a field
        ("9:30 http://a.b/c 注意：公告", ["9:30", "http://a.b/c", "注意：公告"]),
    ],
)
def test_queries_are_read_as_they_are_meant(text, clauses):
    assert read(text) == clauses
    assert {remark for remark, _ in remarks(text)} <= {Remark.MAY_BE_DATE, Remark.SLASH}


@pytest.mark.parametrize(
    ("text", "clauses", "expected"),
    [
        ("“贵州 茅台", ["贵州 茅台"], [(Remark.NOT_CLOSED, "“贵州 茅台")]),
        ("茅台 ★", ["茅台"], [(Remark.NO_WORD, "★")]),
        ("，。", [], [(Remark.NO_WORD, "，。")]),
        ("来源： 茅台|", ["source:茅台"], [(Remark.NO_ALTERNATIVE, "|")]),
        ("来源:", [], [(Remark.NO_VALUE, "来源:")]),
        ("title: source:x", ["source:x"], [(Remark.NO_VALUE, "title:")]),
        ("date:2022-13-45", ["2022-13-45"], [(Remark.NO_DATE, "2022-13-45")]),
        ("2036年春节", ["2036年春节"], [(Remark.UNKNOWN_DAYS, "2036年春节")]),
        ("2022-02-29", ["2022-02-29"], [(Remark.NO_SUCH_DAY, "2022-02-29")]),
        ("-茅台/五粮液", ["-茅台|五粮液"], [(Remark.SLASH, "茅台/五粮液")]),
        ("-减持（董事/高管）", ["-减持（董事/高管）"], []),
        ("2月30号 2/30", ["2月30号", "2/30"], [(Remark.NO_SUCH_DAY, "2月30号")]),
        ("2月29日", ["2月29日"], [(Remark.MAY_BE_DATE, "2月29日")]),
        ("date>2022-03 减持", ["date:>2022-03", "减持"], []),
        ("日期 >= 2022年3月 减持", ["date:>= 2022年3月", "减持"], []),
        ("-时间＜2022", ["-date:＜2022"], []),
        ("涨幅>2022 日期>3家", ["涨幅>2022", "日期>3家"], []),
        ("symbol:600519 cat:要闻", ["code:600519", "category:要闻"], []),
        ("month:2022-03 发布日期：2022-03-05", ["date:2022-03", "date:2022-03-05"], []),
        ("date:那天", ["那天"], [(Remark.NO_DATE, "那天")]),
        ("date:11月31日", ["11月31日"], [(Remark.NO_SUCH_DAY, "11月31日")]),
        ("date:2/30", ["2/30"], [(Remark.NO_SUCH_DAY, "2/30")]),
        ("date:2036年春节", ["2036年春节"], [(Remark.UNKNOWN_DAYS, "2036年春节")]),
        ("-TCP/IP A股/港股", ["-TCP/IP", "A股/港股"], []),
        ("site:cls.cn", ["cls.cn"], [(Remark.NO_FIELD, "site:cls.cn")]),
        ("inurl:a 茅台", ["a", "茅台"], [(Remark.NO_FIELD, "inurl:a")]),
        ("茅台 lang:zh", ["茅台", "zh"], [(Remark.NO_FIELD, "lang:zh")]),
        ("2022年3月到5月", ["date:2022年3月到5月"], [(Remark.READ_AS_DATE, "2022年3月到5月")]),
        (
            "2021年12月 | 2022年3月到5月",
            ["date:2021年12月|date:2022年3月到5月"],
            [(Remark.READ_AS_DATE, "2022年3月到5月"), (Remark.READ_AS_DATE, "2021年12月")],
        ),
        ("茅台 二季度", ["茅台", "二季度"], [(Remark.MAY_BE_DATE, "二季度")]),
        ("2022-03 明天", ["2022-03", "明天"], [(Remark.MAY_BE_DATE, "2022-03")]),
        ("not 茅台", ["not", "茅台"], [(Remark.LOWER_CASE, "not")]),
        ("““ 茅台", ["茅台"], [(Remark.NO_WORD, "““")]),
        ("茅台”", ["茅台"], [(Remark.NO_WORD, "”")]),
        ("茅台 “", ["茅台"], [(Remark.NO_WORD, "“")]),
        ("茅台 and 业绩", ["茅台", "and", "业绩"], [(Remark.LOWER_CASE, "and")]),
        ("茅台 Or “not” 业绩", ["茅台", "Or", "not", "业绩"], [(Remark.LOWER_CASE, "Or")]),
        (
            "date:2022-05..2022-03",
            ["date:2022-05..2022-03"],
            [(Remark.REVERSED, "2022-05..2022-03")],
        ),
        ("非 公告", ["非", "公告"], [(Remark.NO_OPERATOR, "非")]),
        ("茅台 AND", ["茅台"], [(Remark.NO_ALTERNATIVE, "AND")]),
        ("茅台 NOT", ["茅台"], [(Remark.NO_VALUE, "NOT")]),
        ("茅台) 涨停", ["茅台", "涨停"], [(Remark.NOT_OPENED, ")")]),
        (
            "涨停 -(茅台 | 汾酒",
            ["涨停", "-茅台|汾酒"],
            [(Remark.OPEN_PARENTHESIS, "-(茅台 | 汾酒")],
        ),
        ("date:2021年五一", ["date:2021年五一"], [(Remark.THESE_DAYS, "2021年五一")]),
        ("((茅台", ["茅台"], [(Remark.OPEN_PARENTHESIS, "((茅台")]),
        ("茅台 ()", ["茅台"], [(Remark.NO_WORD, "()")]),
        ("(★) 茅台", ["茅台"], [(Remark.NO_WORD, "★")]),
        ("来源： -公告", ["-公告"], [(Remark.NO_VALUE, "来源：")]),
        ("| 茅台", ["茅台"], [(Remark.NO_ALTERNATIVE, "|")]),
        ("茅台 | | 汾酒", ["茅台|汾酒"], [(Remark.NO_ALTERNATIVE, "|")]),
        ("-", [], [(Remark.NO_WORD, "-")]),
        ("茅" * 300, ["茅" * MAX_LENGTH], [(Remark.TOO_LONG, "")]),
        ("茅" * 253 + " ABCD", ["茅" * 253], [(Remark.TOO_LONG, "")]),
        ("a" * 300, ["a" * MAX_LENGTH], [(Remark.TOO_LONG, "")]),
        ("茅台 " * 100, ["茅台"], [(Remark.TOO_LONG, "")]),
        ("“3月” " * 60, ["3月"], [(Remark.TOO_LONG, "")]),
        ("茅台|" * 127 + "汾酒", ["茅台"], [(Remark.TOO_LONG, "")]),
        ("(茅台 | 汾酒) " * 40, ["茅台|汾酒"], [(Remark.TOO_LONG, "")]),
        ("title:(茅台 汾酒) " * 40, ["title:茅台", "title:汾酒"], [(Remark.TOO_LONG, "")]),
        ("茅台 OR 汾酒 OR " * 40, ["茅台|汾酒"], [(Remark.TOO_LONG, "")]),
        ("-NOT -", ["-NOT"], [(Remark.NO_WORD, "-")]),
    ],
)
def test_what_makes_no_sense_is_said(text, clauses, expected):
    assert read(text) == clauses
    assert remarks(text) == expected


def test_a_clause_is_taken_out_of_the_query_as_it_was_written():
    query = parse("来源：财联社   茅台 | 五粮液 -公告")
    assert [query.without(clause) for clause in query.clauses] == [
        "茅台 | 五粮液 -公告",
        "来源：财联社 -公告",
        "来源：财联社   茅台 | 五粮液",
    ]


@pytest.mark.parametrize(
    ("text", "rests"),
    [
        ("茅台 涨停 茅臺", ["涨停", "茅台 茅臺"]),
        ("茅台 AND 涨停 和 跌停", ["涨停 跌停", "茅台 跌停", "茅台 涨停"]),
        ("茅台+业绩", ["业绩", "茅台"]),
        ("茅台 NOT 公告", ["NOT 公告", "茅台"]),
        ('来源："A  B" 茅台', ["茅台", '来源："A  B"']),
        ("(茅台 涨停) | 五粮液", ["涨停 | 五粮液", "茅台 | 五粮液"]),
        ("(来源：财联社 茅台) | 涨停", ["茅台 | 涨停", "来源：财联社 | 涨停"]),
        ("汾酒 | (茅台 -公告)", ["汾酒 | -公告", "汾酒 | 茅台"]),
        ("(茅台 -(3.5% 涨停)) 酒", ['-("3.5%" 涨停) 酒', "茅台 酒", "(茅台 -(3.5% 涨停))"]),
        ("茅台) 涨停", ["涨停", "茅台"]),
    ],
)
def test_a_clause_of_several_is_taken_out_alone(text, rests):
    query = parse(text)
    assert [query.without(clause) for clause in query.clauses] == rests


def test_words_are_those_that_texts_are_looked_through_for():
    query = parse("貴州茅臺 title:ＥＴ７ | 茅台 -公告 source:财联社 date:2022")
    assert query.words == ("贵州茅台", "et7", "茅台")


def test_a_query_of_one_term_says_so():
    assert parse("贵州茅台").only_criterion == Criterion(Field.TEXT, "贵州茅台")
    for text in ("", "-茅台", "茅台 涨停", "茅台|汾酒"):
        assert parse(text).only_criterion is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("来源：财", (Field.SOURCE, "财", 3)),
        ("茅台 -source:", (Field.SOURCE, "", 11)),
        ('代码:"贵州', (Field.CODE, "贵州", 3)),
        ("来源：财联社|新", (Field.SOURCE, "新", 7)),
        ("来源：(财联社 | 新", (Field.SOURCE, "新", 10)),
        ("(茅台 | 代码：6", (Field.CODE, "6", 9)),
        ("来源：财 ", None),
        ("来源", (Field.TEXT, "来源", 0)),
        ("", None),
    ],
)
def test_the_field_being_typed_is_known(text, expected):
    found = unfinished(text)
    assert (found and (found.field, found.value, found.start)) == expected


SIGNS = "|-－+*/&()（）\"“”「」:：，.%\\_'\0\ud800"
PARTS = [
    *"茅台 茅臺 6a 3.5% 601818 || OR AND NOT 和 或 非 来源： title: site: date: > 近7天".split(),
    *("2022..", "2022年3月到5月", "last week", " ", *SIGNS),
]
QUERIES = st.text(
    st.sampled_from(f"茅台6a \U00020bb7{SIGNS}") | st.characters(), max_size=300
) | st.lists(st.sampled_from(PARTS)).map("".join)


@given(QUERIES)
@example("date:" + "9" * 100)
@example("-" * 256)
@example("：" * 256)
@example("(" * 10_000)
@example("()" * 5_000)
@example("(a b)|" * 50)
@example("-(a -(" * 50)
def test_any_text_is_understood_somehow(text):
    query = parse(text, TODAY)
    assert len(query.text) <= MAX_LENGTH
    for clause in query.clauses:
        assert clause.criteria
        assert all(0 <= start < end <= len(query.text) for start, end in clause.places)
        assert all(criterion.normalised for criterion in clause.criteria)
        parse(query.without(clause), TODAY)
    unfinished(text)
    if text.strip("\0 ").strip():
        assert query.clauses or query.notes


@given(QUERIES)
def test_nothing_that_is_typed_is_dropped_without_a_word(text):
    """Letters and digits are looked for, or name a field or an operator, or a note has them."""
    query = parse(text, TODAY)
    said = [criterion.value for clause in query.clauses for criterion in clause.criteria]
    said += [note.text for note in query.notes]
    said += [*FIELDS, "AND OR NOT 和与或者"]
    known = {*fold("".join(said))}
    typed = {letter for letter in fold(query.text) if letter.isalnum()}
    assert typed - known == set()


def holds(query, post):
    """Whether a post that is a set of words meets a query."""

    def meets(criterion):
        return (criterion.value in post) != criterion.is_negated

    return all(any(map(meets, clause.criteria)) != clause.is_excluded for clause in query.clauses)


def every(left, right):
    return f"({left[0]} {right[0]})", lambda post: left[1](post) and right[1](post)


def either(left, right):
    return f"({left[0]} | {right[0]})", lambda post: left[1](post) or right[1](post)


def neither(one):
    return f"(NOT ({one[0]}))", lambda post: not one[1](post)


#: Queries, each with what tells whether a post meets it.
FORMULAS = st.recursive(
    st.sampled_from("abcd").map(lambda word: (word, lambda post: word in post)),
    lambda parts: (
        st.builds(every, parts, parts) | st.builds(either, parts, parts) | st.builds(neither, parts)
    ),
    max_leaves=8,
)


@given(FORMULAS)
def test_parentheses_are_multiplied_out_as_logic_has_it(formula):
    """Also without a clause, a query finds what its other clauses do: its chip leads there, and
    advice has counted it."""
    text, expected = formula
    query = parse(text)
    if any(note.remark is Remark.TOO_COMPLEX for note in query.notes):
        return
    posts = [set(words) for size in range(5) for words in combinations("abcd", size)]
    assert [holds(query, post) for post in posts] == [expected(post) for post in posts]
    for clause in query.clauses:
        rest = replace(query, clauses=tuple(one for one in query.clauses if one != clause))
        again = parse(query.without(clause))
        assert [holds(again, post) for post in posts] == [holds(rest, post) for post in posts]


def test_parentheses_that_say_too_much_are_left_out():
    text = " | ".join(["(a b c)"] * 4)
    assert read(text) == ["a", "b", "c|a", "c"]
    assert (Remark.TOO_COMPLEX, "") in remarks(text)


@pytest.mark.parametrize("period", ["今天", "本周", "近7天", "this week"])
def test_days_counted_from_today_need_no_field_and_are_noted(period):
    assert read(f"茅台 {period}") == ["茅台", f"date:{period}"]
    assert remarks(f"茅台 {period}") == [(Remark.READ_AS_DATE, period)]
    assert read(f"“{period}”") == [period]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("(本周)", ["date:本周"]),
        ("快讯 -本周", ["快讯", "-date:本周"]),
        ("本周，快讯", ["date:本周", "快讯"]),
        ("快讯 +本周", ["快讯", "date:本周"]),
        ("茅台+本周", ["茅台", "date:本周"]),
        ("今天|昨天", ["date:今天|date:昨天"]),
        ("今天/昨天", ["date:今天|date:昨天"]),
        ("今天|茅台", ["date:今天|茅台"]),
        ("本周五涨停 今天上市", ["本周五涨停", "今天上市"]),
    ],
)
def test_signs_may_stand_beside_days_counted_from_today(text, clauses):
    assert read(text) == clauses


@pytest.mark.parametrize(
    "sign", [" to ", " - ", " 至 ", " 到 ", " — ", " ~ ", " .. ", "至", "~", "—"]
)
@pytest.mark.parametrize(
    ("first", "last"),
    [("2022-03-01", "2022-03-05"), ("2022/3/1", "2022.3.5"), ("2022-03", "2022-05")],
)
def test_two_dates_with_a_sign_between_them_are_a_period(first, last, sign):
    period = f"{first}{sign}{last}"
    assert read(f"茅台 {period} 业绩") == ["茅台", f"date:{period}", "业绩"]
    assert remarks(period) == [(Remark.READ_AS_DATE, period)]


@pytest.mark.parametrize("text", ["2021-2022", "2022.3-2022.5", "1842.1-1850.3美元"])
def test_two_figures_are_no_period(text):
    assert read(text) == [text]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("今天 昨天", ["date:今天|date:昨天"]),
        ("茅台 前天 昨天 今天", ["茅台", "date:前天|date:昨天|date:今天"]),
        ("2022-03-01至2022-03-05 今天", ["date:2022-03-01至2022-03-05|date:今天"]),
        ("本月 今天", ["date:本月", "date:今天"]),
        ("今天 AND 昨天", ["date:今天", "date:昨天"]),
        ("今天 茅台 昨天", ["date:今天", "茅台", "date:昨天"]),
    ],
)
def test_periods_side_by_side_that_do_not_meet_are_alternatives(text, clauses):
    assert read(text) == clauses


class TestManyAlternatives:
    def test_there_are_as_many_as_may_be(self):
        text = "|".join(chr(0xAC00 + number) for number in range(MAX_ALTERNATIVES))
        assert read(text) == [text]
        assert remarks(text) == []

    @pytest.mark.parametrize("sizes", [(127,), (60, 60), (3, 90), (1, 20, 30, 40)])
    def test_of_more_the_last_of_the_longest_clauses_are_left_out(self, sizes):
        letters = iter(map(chr, range(0xAC00, 0xAC00 + sum(sizes))))
        clauses = [[next(letters) for _ in range(size)] for size in sizes]
        text = " ".join(f"({'|'.join(clause)})" for clause in clauses)
        found = [clause.split("|") for clause in read(text)]
        assert [clause[: len(kept)] for clause, kept in zip(clauses, found, strict=True)] == found
        assert sum(len(kept) for kept in found if len(kept) > 1) == MAX_ALTERNATIVES
        longest = max(map(len, found))
        assert all(
            len(kept) in (size, longest - 1, longest)
            for size, kept in zip(sizes, found, strict=True)
        )
        assert remarks(text) == [(Remark.TOO_MANY, "")]

    def test_every_clause_keeps_one(self):
        text = " ".join(f"{chr(0xAC00 + n)}|茅" for n in range(MAX_ALTERNATIVES))[:256]
        assert len(read(text)) == len(text.split())

    def test_exclusions_are_not_bounded(self):
        text = "|".join(f"-{chr(0xAC00 + number)}" for number in range(MAX_ALTERNATIVES + 9))
        assert remarks(text) == []


@pytest.mark.parametrize(
    ("text", "in_capitals"),
    [
        ("茅台 not 业绩", "茅台 NOT 业绩"),
        ("银行 Or 保险 and “this or that”", "银行 OR 保险 AND “this or that”"),
        ("茅台 OR 业绩", ""),
        ("or 茅台", ""),
    ],
)
def test_operators_in_small_letters_are_some_in_capitals(text, in_capitals):
    assert parse(text).in_capitals == in_capitals


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("A股/港股", ["A股", "港股"]),
        ("GDP/CPI／PPI", ["GDP", "CPI", "PPI"]),
        ("万科A/000001", ["万科A", "000001"]),
        ("3月/4月", ["3月", "4月"]),
        ("8小时/天", ["8小时/天"]),
        ("锂/钴", ["锂/钴"]),
        ("12/31", ["12/31"]),
        ("2019/3月", ["2019/3月"]),
        ("2022-03-04/2019年", ["2022-03-04", "2019年"]),
        ("2022Q1/2022Q2/2021年", ["2022Q1", "2022Q2", "2021年"]),
        ("春节/3/15", ["春节", "3/15"]),
        ("2022年Q1/Q2", ["2022年Q1", "2022年Q2"]),
        ("2022年3月或4月", ["2022年3月", "2022年4月"]),
        ("2022年3月或2021年4月", ["2022年3月", "2021年4月"]),
        ("2022年/4月", ["2022年", "4月"]),
        ("2022年3月5日或6日", ["2022年3月5日", "2022年3月6日"]),
        ("3月5日/6日/4月1日", ["3月5日", "3月6日", "4月1日"]),
        ("2022年3月5日或40日", ["2022年3月5日或40日"]),
        ("2022年3月或上周", ["2022年3月", "上周"]),
        ("茅台或五粮液", ["茅台", "五粮液"]),
        ("茅台或五粮液或者老窖", ["茅台", "五粮液", "老窖"]),
        ("2022-03或2022年4月", ["2022-03", "2022年4月"]),
        ("减持或茅台", ["减持或茅台"]),
        ("4.23亿股/银保监", ["4.23亿股", "银保监"]),
        ("减持/3.5%", ["减持", "3.5%"]),
        ("000858/2022年3月", ["000858", "2022年3月"]),
        ("2022年3月/000858", ["2022年3月", "000858"]),
        ("20亿元/30亿元", ["20亿元", "30亿元"]),
        ("A股/近三年", ["A股", "近三年"]),
        ('"净利润"/PPP', ["净利润", "PPP"]),
        ('PPP/"净利润"', ["PPP", "净利润"]),
        ("茅台/ 五粮液", ["茅台", "五粮液"]),
        ("byd /五粮液", ["byd", "五粮液"]),
        ("3万元/平方米", ["3万元/平方米"]),
        ("cls.cn/detail", ["cls.cn/detail"]),
        ("减持（A股/港股）", ["减持（A股/港股）"]),
    ],
)
def test_words_between_slashes_are_alternatives_if_the_text_finds_nothing(text, sides):
    names = ("茅台", "五粮液", "老窖")
    [clause] = with_slashes_apart(parse(text, TODAY), TODAY, is_name=names.__contains__).clauses
    assert [one.value for one in clause.criteria] == sides


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("茅台或五粮液业绩", [["茅台", "五粮液"], ["业绩"]]),
        ("减持的茅台或五粮液或老窖的业绩", [["茅台", "五粮液", "老窖"], ["减持的"], ["业绩"]]),
        ("茅台或将减持", [["茅台或将减持"]]),
        ("标题：茅台或五粮液业绩", [["茅台", "五粮液"], ["业绩"]]),
        ("茅台或五粮液业绩 | 银保监", [["茅台或五粮液业绩", "银保监"]]),
        ("茅台/五粮液业绩", [["茅台", "五粮液"], ["业绩"]]),
        ("茅台/五粮液/老窖的业绩", [["茅台", "五粮液", "老窖"], ["业绩"]]),
        ("茅台/董事业绩", [["茅台", "董事业绩"]]),
    ],
)
def test_so_are_names_alone_beside_other_words(text, clauses):
    names = ("茅台", "五粮液", "老窖")
    query = with_slashes_apart(parse(text, TODAY), TODAY, is_name=names.__contains__)
    assert [[one.value for one in clause.criteria] for clause in query.clauses] == clauses
    assert len({one.field for clause in query.clauses for one in clause.criteria}) == 1


@pytest.mark.parametrize("value", ["2022-13", "不是日期"])
def test_a_value_that_is_no_date_is_a_phrase_and_noted(value):
    query = parse(f"date:{value}")
    assert query.clauses[0].criteria == (Criterion(Field.TEXT, value, is_phrase=True),)
    assert query.notes == (Note(Remark.NO_DATE, value),)


@pytest.mark.parametrize("text", ["...", "……", "——", "“...”", "茅台 ..."])
def test_punctuation_alone_is_nothing_to_look_for(text):
    assert read(text) == [word for word in text.split() if word == "茅台"]
    assert Remark.NO_WORD in [remark for remark, _ in remarks(text)]
