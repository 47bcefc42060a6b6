"""What searches find over time, and how much of all posts that is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final, NamedTuple

from django.utils import timezone

from ..models import FacetCount
from ..search import engine
from ..search.by_story import left_out_by_day
from ..search.conditions import Conditions, Scope
from ..search.over_time import STUDENT, Matches, matches_over_time, posts_of
from ..search.query import Query, parse
from ..search.romanised import names_to_search
from .interpretations import as_written, keys_found
from .notes import all_notes, sentences
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
    how far off that is at most, 19 times out of 20, and what each query finds in them."""

    unit: Unit
    periods: Sequence[Period]
    posts: Sequence[int]
    errors: Sequence[int]
    found: Sequence[Trend]
    is_truncated: bool

    @property
    def posts_are_estimated(self) -> bool:
        return any(self.errors)

    @property
    def error_share(self) -> float:
        """How far off the number of posts of a period is at most, as a share of it."""
        both = zip(self.errors, self.posts, strict=True)
        return max((error / max(posts, 1) for error, posts in both), default=0.0)


class StoriesOfDays(NamedTuple):
    """How many of the posts of each day come first in their story. Where there are many posts, this
    is an estimate: of some neighbouring days only the middle one was counted, and it stands for
    all."""

    days: Mapping[dt.date, int]
    posts: Mapping[dt.date, int]
    groups: Sequence[Sequence[dt.date]]  # of neighbouring days
    variance: float | None  # of the share of its posts that a day has; None of a single day

    @classmethod
    def of(
        cls,
        posts: Mapping[dt.date, int],
        groups: Sequence[Sequence[dt.date]],
        left_out: Mapping[dt.date, int],
    ) -> "StoriesOfDays":
        """`left_out` has, for the middle days, how many of their posts do not come first."""
        chosen = [middle(group) for group in groups]
        shares = [1 - left_out.get(day, 0) / max(posts[day], 1) for day in chosen]
        found = {
            day: round(posts[day] * share)
            for group, share in zip(groups, shares, strict=True)
            for day in group
        }
        return cls(found, posts, groups, variance_of(shares))

    def error(self, period: Period) -> int:
        """How far off the number of a period is at most, 19 times out of 20."""
        posts, variance = 0, 0.0
        for group in self.groups:
            guessed = [
                self.posts[day]
                for day in group
                if day != middle(group) and period.first <= day <= period.last
            ]
            # A day has a share of its own, and that of the day which stands for it is one of many.
            posts += sum(guessed)
            variance += sum(count**2 for count in guessed) + sum(guessed) ** 2
        if self.variance is None or not posts:
            return posts
        sure = STUDENT[min(len(self.groups) - 1, len(STUDENT)) - 1]
        return min(posts, max(1, round(sure * sqrt(variance * self.variance))))


def stories_of_days(posts: Mapping[dt.date, int]) -> StoriesOfDays:
    """The stories of days with so many posts each, of which at most about `LOOKED_AT` are looked
    at. One query. Raises `engine.SearchTimeoutError`."""
    days, some = sorted(posts), neighbours(posts)
    groups = [days[at : at + some] for at in range(0, len(days), some)]
    with engine.in_time():
        left_out = left_out_by_day([middle(group) for group in groups])
    return StoriesOfDays.of(posts, groups, left_out)


def middle(group: Sequence[dt.date]) -> dt.date:
    return group[len(group) // 2]


def variance_of(shares: Sequence[float]) -> float | None:
    """That of shares in their order, by how each differs from the one before: so it is not that of
    a trend.

    W. G. Cochran, Sampling Techniques, 3rd edition, section 8.
    """
    steps = [(one - other) ** 2 for one, other in pairwise(shares)]
    return sum(steps) / (2 * len(steps)) if steps else None


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
    """What each of these queries finds within a scope. Several share the time evenly. Raises
    `engine.SearchTimeoutError`."""
    found = []
    with engine.searching(names_to_search()) as search:

        def counted(conditions: Conditions) -> list[Matches] | None:
            within = WITHIN // len(queries)
            return matches_over_time(search, conditions, periods, days, within, by_story=by_story)

        for query in queries:
            if query.is_senseless:
                none = [Matches(0, posts_of(period, days)) for period in periods]
                found.append(Trend(query, none, sentences(query.notes)))
                continue
            reading = as_written(query, search.terms.known)
            conditions = search.conditions(reading.query, scope)
            matches = counted(conditions)
            if matches is not None and not any(one.matches for one in matches):
                reading, conditions, keys = keys_found(search, query, scope, 1)
                matches = counted(conditions) if keys else matches
            asked = ListingRequest(query, scope)
            said = all_notes(asked, reading, conditions.notes, search.terms.known)
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
    stories = stories_of_days(every) if by_story else None
    days = stories.days if stories else every
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
    errors = [stories.error(period) if stories else 0 for period in within]
    return Trends(unit, within, posts, errors, found, is_truncated)
