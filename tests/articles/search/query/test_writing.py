"""A query as it was understood → a text that says exactly this."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from articles.search.query import Clause, Criterion, Field, Query, exactly, parse, parse_days

TODAY = dt.date(2022, 3, 31)
TEXTS = (
    "茅台 去年 国庆 12月 28 日晚 28日 和 或者 AND OR NOT 非 March 2022 to last week 1-3月 近7天 "
    "3/15 -9.97% 到 2022年3月 S&P C++ 5G+ 元/吨 光大银行(601818) *ST A、B 来源：A 600519 今天,"
).split()
PERIODS = ["国庆", "2022-03-01..2022-03-31", "去年", "3月", "2022年3月5日", "近7天"]

criteria = st.one_of(
    st.builds(Criterion, st.sampled_from([Field.TEXT, Field.TITLE]), st.sampled_from(TEXTS)),
    st.builds(Criterion, st.just(Field.SOURCE), st.sampled_from(["财联社", "A  B", "去年"])),
    st.sampled_from(PERIODS).map(
        lambda value: Criterion(Field.DATE, value, days=parse_days(value, TODAY))
    ),
)
clauses = st.lists(
    st.builds(
        Clause,
        st.lists(criteria, min_size=1, max_size=2, unique_by=lambda one: one.meaning).map(tuple),
        st.booleans(),
        st.just(()),
    ),
    max_size=4,
    unique_by=lambda one: one.meaning,
)


@given(clauses.map(tuple))
def test_the_text_says_what_the_clauses_do(clauses):
    exact = exactly(Query("", clauses), TODAY)
    assert parse(exact.text, TODAY).meaning == {clause.meaning for clause in clauses}
    for clause in exact.clauses:
        rest = exact.without(clause)
        others = {one.meaning for one in clauses} - {clause.meaning}
        assert len(clauses) > 2 or parse(rest, TODAY).meaning == others
