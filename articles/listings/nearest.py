"""A period in which nothing is found → the days next to it on which something is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice, product
from typing import Final

from django.utils import timezone

from ..days import end_of, start_of
from ..models import PageKey
from ..search.conditions import Scope
from ..search.engine import Search
from ..search.query import Clause, Days, Query

MOST_PERIODS: Final = 3  # of alternative ones, after each of which days are looked for


def nearest_days(search: Search, query: Query, scope: Scope) -> list[dt.date]:
    """The last day before the period of a query and its scope, and the first day after it, that
    have posts which meet all the rest; the first day after each of alternative periods, too.
    Without a period there are none; otherwise one statement, and one for each period."""
    dated = dates_of(query)
    within = Days(scope.first, scope.last)
    alternatives = [[one.days for one in clause.criteria if one.days] for clause in dated]
    ends = [ends_of([within, *days]) for days in islice(product(*alternatives), MOST_PERIODS)]
    firsts, lasts = zip(*ends, strict=True)
    rest = replace(query, clauses=tuple(one for one in query.clauses if one not in dated))
    conditions = search.conditions(rest, replace(scope, first=None, last=None))
    found: list[PageKey] = []
    if None not in firsts:
        found += search.keys(conditions, 1, before=PageKey(start_of(min(firsts)), 0))
    for last in sorted({*filter(None, lasts)}):
        found += search.keys(conditions, 1, after=PageKey(end_of(last), 0))
    return list(dict.fromkeys(timezone.localdate(key.published_at) for key in found))


def dates_of(query: Query) -> list[Clause]:
    """The clauses of a query that are a period, or alternative ones."""
    return [
        clause
        for clause in query.clauses
        if not clause.is_excluded
        and all(one.days and not one.is_negated for one in clause.criteria)
    ]


def ends_of(periods: Iterable[Days]) -> tuple[dt.date | None, dt.date | None]:
    """The first day and the last of what periods have in common; None where that is open."""
    ends = [(days.first, days.last) for days in periods]
    firsts, lasts = (tuple(filter(None, days)) for days in zip(*ends, strict=True))
    return max(firsts, default=None), min(lasts, default=None)
