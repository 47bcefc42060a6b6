"""What searches find over time, and how much of all posts that is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils import timezone

from ..models import FacetCount
from ..search import engine
from ..search.by_story import left_out_by_day
from ..search.conditions import Conditions, Scope
from ..search.over_time import Matches, matches_over_time, posts_of
from ..search.query import Query, parse
from .interpretations import as_written, keys_found
from .notes import all_notes
from .periods import MOST_PERIODS, ONE_DAY, Period, Unit, period_of, unit_for
from .request import ListingRequest

MOST: Final = 5  # queries
WITHIN: Final = 300  # milliseconds, in which all of them are counted
LOOKED_AT: Final = 100_000  # posts, to know how many stories there are


@dataclass(frozen=True, slots=True)
class Trend:
    """What a query finds over time: the `matches` of each period, none if there was no time to
    count any, and `notes` on how it was understood."""

    query: Query
    matches: Sequence[Matches]
    notes: Sequence[str]

    @property
    def is_estimated(self) -> bool:
        return any(one.error for one in self.matches)

    @property
    def total(self) -> int:
        return sum(one.matches for one in self.matches)


class Trends(NamedTuple):
    """The periods that are compared, the newest `MOST_PERIODS`, how many posts or stories each has,
    whether that is an estimate, and what each query finds in them."""

    unit: Unit
    periods: Sequence[Period]
    posts: Sequence[int]
    posts_are_estimated: bool
    found: Sequence[Trend]
    is_truncated: bool


def stories_of_days(posts: Mapping[dt.date, int]) -> dict[dt.date, int]:
    """How many of the posts of each day come first in their story. Of more than `LOOKED_AT` posts
    that is estimated: of some neighbouring days the middle one stands for all. One query. Raises
    `engine.SearchTimeoutError`."""
    days, some = sorted(posts), neighbours(posts)
    groups = [days[at : at + some] for at in range(0, len(days), some)]
    chosen = [group[len(group) // 2] for group in groups]
    with engine.in_time():
        left_out = left_out_by_day(chosen)
    shares = [1 - left_out[day] / max(posts[day], 1) for day in chosen]
    return {
        day: round(posts[day] * share)
        for group, share in zip(groups, shares, strict=True)
        for day in group
    }


def neighbours(posts: Mapping[dt.date, int]) -> int:
    """How many days one has to stand for, if at most `LOOKED_AT` posts are looked at."""
    return max(1, -(-sum(posts.values()) // LOOKED_AT))


def trends(
    queries: Sequence[Query],
    scope: Scope,
    periods: Sequence[Period],
    days: Mapping[dt.date, int],
    *,
    by_story: bool = False,
) -> list[Trend]:
    """What each of these queries finds within a scope. Of several, each has its part of the time.
    Raises `engine.SearchTimeoutError`."""
    found = []
    with engine.searching() as search:

        def counted(conditions: Conditions) -> list[Matches] | None:
            within = WITHIN // len(queries)
            return matches_over_time(search, conditions, periods, days, within, by_story=by_story)

        for query in queries:
            reading = as_written(query, search.terms.known)
            conditions = search.conditions(reading.query, scope)
            matches = counted(conditions)
            if matches is not None and not any(one.matches for one in matches):
                reading, conditions, keys = keys_found(search, query, scope, 1)
                matches = counted(conditions) if keys else matches
            said = all_notes(ListingRequest(query, scope), reading, conditions.notes)
            found.append(Trend(query, matches or (), said))
    return found


def compared(
    texts: Sequence[str], scope: Scope, unit: Unit | None, *, by_story: bool = False
) -> Trends | None:
    """What searches find by a unit of time, by default one that suits the period. None if there is
    nothing to compare: no search, no posts. Raises `engine.SearchTimeoutError`."""
    today = timezone.localdate()
    every = FacetCount.objects.days(scope.first or dt.date.min, scope.last or today)
    if not (texts and every):
        return None
    days = stories_of_days(every) if by_story else every
    first, last = max(scope.first or min(days), min(days)), min(scope.last or max(days), today)
    unit = unit or unit_for(first, last)
    periods = [period_of(last, unit)]
    while periods[-1].first > first and len(periods) < MOST_PERIODS:
        periods.append(period_of(periods[-1].first - ONE_DAY, unit))
    is_truncated = periods[-1].first > first
    within = [
        Period(max(one.first, scope.first or one.first), min(one.last, scope.last or one.last))
        for one in reversed(periods)
    ]
    queries = [parse(text, today) for text in texts]
    posts = [posts_of(period, days) for period in within]
    found = trends(queries, scope, within, days, by_story=by_story)
    are_estimated = by_story and neighbours(every) > 1
    return Trends(unit, within, posts, are_estimated, found, is_truncated)
