"""Matches over time, counted or estimated, are those of a plain count."""

import datetime as dt
import random
from collections import Counter

import pytest
from django.utils import timezone

from articles.models import FacetCount, Post
from articles.search import engine, over_time
from articles.search.conditions import Scope
from articles.search.over_time import Matches, estimate, matches_over_time
from articles.search.query import parse

pytestmark = pytest.mark.django_db

MONTHS = [
    (dt.date(2022, month, 1), dt.date(2022, month + 1, 1) - over_time.ONE_DAY)
    for month in (1, 2, 3, 4)
]
WEEKS = [(dt.date(2022, 2, 28), dt.date(2022, 3, 6)), (dt.date(2022, 3, 7), dt.date(2022, 3, 13))]
LONG = 10**6  # milliseconds
NONE = 0


def found(query, periods, within):
    days = FacetCount.objects.days(dt.date.min, timezone.localdate())
    with engine.searching() as search:
        conditions = search.conditions(parse(query), Scope())
        return matches_over_time(search, conditions, periods, days, within)


def plainly(periods, **matching):
    times = Post.objects.published().filter(**matching).values_list("published_at", flat=True)
    days = Counter(timezone.localtime(at).date() for at in times)
    return [sum(n for day, n in days.items() if first <= day <= last) for first, last in periods]


@pytest.mark.parametrize("periods", [MONTHS, WEEKS])
def test_every_match_is_counted(loaded, periods):
    counted = found("公司", periods, LONG)
    assert [one.matches for one in counted] == plainly(periods, body_text__contains="公司")
    assert [one.posts for one in counted] == plainly(periods)
    assert any(one.matches for one in counted)
    assert not any(one.error for one in counted)


def test_a_period_of_the_query_bounds_them(loaded):
    counted = found("公司 date:2022-03", MONTHS, LONG)
    assert [bool(one.matches) for one in counted] == [False, False, True, False]
    assert counted[2] == found("公司", MONTHS, LONG)[2]


def test_what_there_is_no_time_to_count_is_estimated(loaded, monkeypatch):
    monkeypatch.setattr(over_time, "SAMPLED_WITHIN", LONG)
    monkeypatch.setattr(over_time, "DAYS_SAMPLED", 40)
    told = found("公司", MONTHS, NONE)
    counted = found("公司", MONTHS, LONG)
    assert [one.posts for one in told] == [one.posts for one in counted]
    assert any(one.error for one in told)
    assert all(
        abs(one.matches - all_.matches) <= 2 * one.error
        for one, all_ in zip(told, counted, strict=True)
    )


def test_what_takes_too_long_even_so_is_not_told(loaded, monkeypatch):
    monkeypatch.setattr(over_time, "SAMPLED_WITHIN", NONE)
    assert found("公司", MONTHS, NONE) is None


def test_an_estimate_is_off_by_more_than_its_error_once_in_twenty_times():
    chance = random.Random(5)
    misses = 0
    for _ in range(400):
        days = [chance.randrange(20, 60) for _ in range(30)]
        likely = chance.uniform(0.05, 0.5)
        matches = [sum(chance.random() < likely for _ in range(posts)) for posts in days]
        some = range(2, 30, 3)
        told = estimate([(matches[day], days[day]) for day in some], 30, sum(days))
        misses += abs(told.matches - sum(matches)) > told.error
    assert 5 < misses < 50


def test_of_all_days_there_is_nothing_to_estimate():
    assert estimate([(1, 2), (3, 4)], 2, 6) == Matches(4, 6)
    assert estimate([], 0, 0) == Matches(0, 0)
    assert Matches(0, 0).share == 0
