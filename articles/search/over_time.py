"""How many posts match over time: all of them where there is time for that, else on some days.

An archive is sampled by days because each has a token: the index finds the posts of a day that have
a word, and reads no others.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Final, NamedTuple

from django.utils import timezone

from ..days import end_of, start_of
from ..models import Facet
from .by_story import each_once
from .conditions import Conditions
from .engine import Search
from .matching import (
    ALL,
    INSTANT,
    ONE_DAY,
    Bucket,
    first_of,
    is_late,
    last_of,
    matching,
    months_between,
)
from .sql import sql
from .text.tokens import facet_token

DAYS_SAMPLED: Final = 180  # of all periods together, and at least three of each
#: Milliseconds for these. On a machine with nothing else to do, frequent words of a million posts
#: take a sixth of that, and their stories half.
SAMPLED_WITHIN: Final = 300
#: By how many standard errors an estimate is off once in 20 times, for 1 degree of freedom, 2 and
#: so on. For more than these it is hardly less.
STUDENT: Final = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)

Days = Mapping[dt.date, int]  # that have posts, and how many
Period = tuple[dt.date, dt.date]  # its first and its last day


class Matches(NamedTuple):
    """How many of the `posts` of a period match. If not all were counted, that is an estimate: 19
    times out of 20 it is off by no more than the `error`."""

    matches: int
    posts: int
    error: int = 0

    @property
    def share(self) -> float:
        """The share of the posts, at most 1: a story may begin with a post that does not match."""
        return min(self.matches / self.posts, 1.0) if self.posts else 0.0


def matches_over_time(
    search: Search,
    conditions: Conditions,
    periods: Sequence[Period],
    days: Days,
    within: int,
    *,
    by_story: bool = False,
) -> list[Matches] | None:
    """The matches in each of some periods: all of them, if they are counted within so many
    milliseconds, else an estimate. None if even that takes longer than `SAMPLED_WITHIN`. At most
    two statements. `by_story`: of each story only the first match is counted, and `days` say how
    many stories each began."""
    posts = [posts_of(period, days) for period in periods]
    whole = [bucket for period in periods for bucket in buckets_of(search, period, days)]
    if (found := counted(search, conditions, whole, within, by_story)) is not None:
        return [
            Matches(sum(found[one.token] for one in buckets_of(search, period, days)), all_)
            for period, all_ in zip(periods, posts, strict=True)
        ]
    chosen = [sample_of(conditions, period, days, len(periods)) for period in periods]
    sample = [day_bucket(day) for some in chosen for day in some.days]
    if (found := counted(search, conditions, sample, SAMPLED_WITHIN, by_story)) is None:
        return None
    return [
        estimate([(found[day_bucket(day).token], days[day]) for day in some.days], some.of, all_)
        for some, all_ in zip(chosen, posts, strict=True)
    ]


def posts_of(period: Period, days: Days) -> int:
    return sum(posts for _, posts in within_period(days, period))


def within_period(days: Days, period: Period) -> Iterator[tuple[dt.date, int]]:
    first, last = period
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        if day in days:
            yield day, days[day]


def buckets_of(search: Search, period: Period, days: Days) -> Iterator[Bucket]:
    """The months of a period that is made of months, or else its days."""
    first, last = period
    if first.day > 1 or (last + ONE_DAY).day > 1:
        yield from (day_bucket(day) for day, _ in within_period(days, period))
        return
    for key in months_between(first, last, search.contents.calendar):
        token = facet_token(Facet.MONTH, key)
        yield Bucket(token, start_of(first_of(key)), end_of(last_of(key)))


def day_bucket(day: dt.date) -> Bucket:
    return Bucket(facet_token(Facet.DAY, day.toordinal()), start_of(day), end_of(day))


def counted(
    search: Search,
    conditions: Conditions,
    buckets: Sequence[Bucket],
    within: int,
    by_story: bool,
) -> Counter[int] | None:
    """How many matches each bucket has, by its token; None if to count them takes longer than
    `within` milliseconds."""
    since = conditions.since or dt.datetime.min.replace(tzinfo=dt.UTC)
    until = min(filter(None, [conditions.until, timezone.now() + INSTANT]))
    bounded = [
        Bucket(one.token, max(one.since, since), min(one.until, until))
        for one in buckets
        if one.since < until and one.until > since
    ]
    if not bounded:
        return Counter()
    found = matching(
        conditions,
        search.contents,
        "bucket.token",
        ALL,
        within=within,
        buckets=bounded,
        only=each_once(conditions, by_story),
    )
    counts = sql(
        f"""
        SELECT token, count(*), false FROM (%(found)s) found GROUP BY token
        UNION ALL SELECT 0, 0, {is_late(within)}
        """,
        found=found,
    )
    search.cursor.execute(*counts)
    rows = search.cursor.fetchall()
    return None if rows[-1][2] else Counter({token: posts for token, posts, _ in rows})


class Sample(NamedTuple):
    """Days of a period, evenly spread, and how many there are to choose from."""

    days: Sequence[dt.date]
    of: int


def sample_of(conditions: Conditions, period: Period, days: Days, periods: int) -> Sample:
    known = [day for day, _ in within_period(days, period)]
    known = [
        day
        for day in known
        if (conditions.since is None or end_of(day) > conditions.since)
        and (conditions.until is None or start_of(day) < conditions.until)
    ]
    some = max(DAYS_SAMPLED // periods, 3)
    if len(known) <= some:
        return Sample(known, len(known))
    return Sample([known[(2 * n + 1) * len(known) // (2 * some)] for n in range(some)], len(known))


def estimate(sampled: Sequence[tuple[int, int]], of: int, posts: int) -> Matches:
    """The matches among all posts of a period, by a ratio estimate from days sampled: the matches
    and the posts of each. `of` is how many days there are.

    W. G. Cochran, Sampling Techniques, 3rd edition, section 6.4.
    """
    seen = sum(all_ for _, all_ in sampled)
    if not seen:
        return Matches(0, posts)
    share = sum(found for found, _ in sampled) / seen
    matches = round(share * posts)
    if len(sampled) == of:
        return Matches(sum(found for found, _ in sampled), posts)
    deviations = sum((found - share * all_) ** 2 for found, all_ in sampled)
    number = len(sampled)
    variance = (1 - number / of) * number / (number - 1) * deviations
    sure = STUDENT[min(number - 1, len(STUDENT)) - 1]
    return Matches(matches, posts, max(1, round(sure * sqrt(variance) / seen * posts)))
