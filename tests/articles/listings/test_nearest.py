import datetime as dt

import pytest

from articles.listings.nearest import nearest_days
from articles.search import engine
from articles.search.conditions import Scope
from articles.search.query import parse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posts(indexed):
    indexed("2022-03-01 00:10", title="贵州茅台")
    indexed("2022-03-05 23:50", title="五粮液")
    indexed("2022-03-09 09:30", title="贵州茅台")
    indexed("2022-03-10 09:30", title="贵州茅台", status="draft")


@pytest.mark.parametrize(
    ("text", "period", "days"),
    [
        ("", ("2023-01-01", None), ["2022-03-09"]),
        ("", (None, "2021-12-31"), ["2022-03-01"]),
        ("", ("2022-03-06", "2022-03-08"), ["2022-03-05", "2022-03-09"]),
        ("茅台", ("2022-03-05", "2022-03-05"), ["2022-03-01", "2022-03-09"]),
        ("茅台 date:2022-03-05", (None, None), ["2022-03-01", "2022-03-09"]),
        ("茅台 date:>2022-03-02", (None, "2022-03-08"), ["2022-03-01", "2022-03-09"]),
        ("date:2023", (None, None), ["2022-03-09"]),
        ("茅台 (date:2022-03-05 | date:2022-03-07)", (None, None), ["2022-03-01", "2022-03-09"]),
        ("date:2021 | date:..2020", (None, None), ["2022-03-01"]),
        ("茅台 (date:2021 | date:>2022-03-09)", (None, None), ["2022-03-01"]),
        ("茅台 | date:2023", (None, None), []),
        ("-date:2022", (None, None), []),
        ("绝无此词", (None, None), []),
        ("绝无此词", ("2023-01-01", None), []),
    ],
)
def test_the_days_next_to_a_period_have_posts_that_meet_the_rest(text, period, days):
    first, last = (end and dt.date.fromisoformat(end) for end in period)
    with engine.searching() as search:
        found = nearest_days(search, parse(text), Scope(first=first, last=last))
    assert [str(day) for day in found] == days
