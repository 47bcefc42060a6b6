"""What searches find over time, and how much of all posts that is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from ..models import FacetCount
from ..search import engine
from ..search.by_story import left_out_by_day
from ..search.conditions import Scope
from ..search.over_time import Matches, Period, matches_over_time
from ..search.query import Query
from ..search.securities import under_all_names
from .notes import sentences

MOST: Final = 5  # queries
WITHIN: Final = 300  # milliseconds, in which all of them are counted


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


def posts_of_days(
    first: dt.date | None, last: dt.date | None, *, by_story: bool = False
) -> dict[dt.date, int]:
    """How many posts, or how many that come first in their story, each day of a period has that has
    any posts: that readers see. One query, or two by story. Raises `engine.SearchTimeoutError`."""
    today = timezone.localdate()
    days: dict[dt.date, int] = FacetCount.objects.days(first or dt.date.min, last or today)
    if by_story and days:
        with engine.in_time():
            left_out = left_out_by_day(min(days), max(days))
        days = {day: posts - left_out[day] for day, posts in days.items()}
    return days


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
        for query in queries:
            read = under_all_names(query, search.terms.known)
            conditions = search.conditions(read, scope)
            matches = matches_over_time(
                search, conditions, periods, days, WITHIN // len(queries), by_story=by_story
            )
            found.append(Trend(query, matches or (), sentences(conditions.notes)))
    return found
