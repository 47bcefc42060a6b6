"""The query language, rule by rule, then what has broken other parsers."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.search.query import (
    MAX_LENGTH,
    Criterion,
    Field,
    Remark,
    parse,
    parse_days,
    unfinished,
)


def read(text):
    """A query in a shorthand: `field:value`, alternatives joined by |, excluded ones after -."""
    return [
        "-" * clause.is_excluded
        + "|".join(
            f"{criterion.field}:{criterion.value}" if criterion.field else criterion.value
            for criterion in clause.criteria
        )
        for clause in parse(text).clauses
    ]


def remarks(text):
    return [(note.remark, note.text) for note in parse(text).notes]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", []),
        ("茅台", ["茅台"]),
        ("茅台 净利润", ["茅台", "净利润"]),
        ("茅台　净利润", ["茅台", "净利润"]),  # a full-width space
        ("茅台、五粮液，涨停。", ["茅台", "五粮液", "涨停"]),
        ("1,000亿", ["1,000亿"]),
        ("茅台,涨停", ["茅台", "涨停"]),
        # alternatives
        ("茅台 | 五粮液", ["茅台|五粮液"]),
        ("茅台|五粮液|汾酒 涨停", ["茅台|五粮液|汾酒", "涨停"]),
        ("茅台 OR 五粮液", ["茅台|五粮液"]),
        ("茅台 ｜ 五粮液", ["茅台|五粮液"]),
        ("ORACLE or for", ["ORACLE", "or", "for"]),
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
        # what only looks like a field
        ("9:30 http://a.b/c 注意：公告", ["9:30", "http://a.b/c", "注意：公告"]),
    ],
)
def test_queries_are_read_as_they_are_meant(text, clauses):
    assert read(text) == clauses
    assert not parse(text).notes


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
        ("date:昨天", ["昨天"], [(Remark.NO_DATE, "昨天")]),
        ("| 茅台", ["茅台"], [(Remark.NO_ALTERNATIVE, "|")]),
        ("茅台 | | 汾酒", ["茅台|汾酒"], [(Remark.NO_ALTERNATIVE, "|")]),
        ("-", [], [(Remark.NO_WORD, "-")]),
        ("茅" * 300, ["茅" * MAX_LENGTH], [(Remark.TOO_LONG, "")]),
    ],
)
def test_what_makes_no_sense_is_said(text, clauses, expected):
    assert read(text) == clauses
    assert remarks(text) == expected


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022年", "2022-01-01", "2022-12-31"),
        ("2022-02", "2022-02-01", "2022-02-28"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
        ("202202", "2022-02-01", "2022-02-28"),
        ("2022-01-29", "2022-01-29", "2022-01-29"),
        ("2022/1/29", "2022-01-29", "2022-01-29"),
        ("20220129", "2022-01-29", "2022-01-29"),
        ("２０２２年１月２９日", "2022-01-29", "2022-01-29"),
        ("2022-01..2022-03", "2022-01-01", "2022-03-31"),
        ("2022-03..2021", "2021-01-01", "2022-03-31"),
        ("2022。。2023", "2022-01-01", "2023-12-31"),
        ("2022-01-29..", "2022-01-29", None),
        ("..2022", None, "2022-12-31"),
        ("9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_dates_and_ranges(text, first, last):
    days = parse_days(text)
    assert (days.first, days.last) == (first and day(first), last and day(last))


@pytest.mark.parametrize(
    "text", ["", "..", "2022-13", "2022-02-30", "0000", "22", "2022-01-29-1", "a..b", "1..2..3"]
)
def test_what_is_no_date(text):
    assert parse_days(text) is None


def test_a_clause_is_taken_out_of_the_query_as_it_was_written():
    query = parse("来源：财联社   茅台 | 五粮液 -公告")
    assert [query.without(clause) for clause in query.clauses] == [
        "茅台 | 五粮液 -公告",
        "来源：财联社 -公告",
        "来源：财联社 茅台 | 五粮液",
    ]


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
        ("来源：财 ", None),
        ("来源", None),
        ("", None),
    ],
)
def test_the_field_being_typed_is_known(text, expected):
    found = unfinished(text)
    assert (found and (found.field, found.value, found.start)) == expected


QUERIES = st.text(
    st.sampled_from("茅台6a .-|｜\"“”「」:：，-－()\\%_'\0\ud800\U00020bb7") | st.characters(),
    max_size=300,
) | st.lists(
    st.sampled_from(
        ["茅台", "|", "OR", "-", '"', "“", "来源：", "date:", "2022..", "title:", " ", "："]
    )
).map("".join)


@given(QUERIES)
@example("date:" + "9" * 100)
@example("-" * 256)
@example("：" * 256)
def test_any_text_is_understood_somehow(text):
    query = parse(text)
    assert len(query.text) <= MAX_LENGTH
    for clause in query.clauses:
        assert 0 <= clause.start < clause.end <= len(query.text)
        assert clause.criteria
        assert all(criterion.normalised for criterion in clause.criteria)
        assert len(parse(query.without(clause)).clauses) <= len(query.clauses) + 1
    unfinished(text)
    if text.strip() and not query.clauses:
        assert query.notes or not text.strip("\0 ")
