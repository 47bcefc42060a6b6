"""A period in which nothing is found → the days next to it on which something is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.utils import timezone

from ..days import end_of, start_of
from ..models import PageKey
from ..search.conditions import Scope
from ..search.engine import Search
from ..search.query import Clause, Days, Query


def nearest_days(search: Search, query: Query, scope: Scope) -> list[dt.date]:
    """The last day before the period of a query and its scope, and the first day after it, that
    have posts which meet all the rest. Without a period none; otherwise up to two statements."""
    dated = dates_of(query)
    ends = [ends_of(one.days for one in clause.criteria if one.days) for clause in dated]
    firsts = [*filter(None, [scope.first, *(first for first, _ in ends)])]
    lasts = [*filter(None, [scope.last, *(last for _, last in ends)])]
    rest = replace(query, clauses=tuple(one for one in query.clauses if one not in dated))
    conditions = search.conditions(rest, replace(scope, first=None, last=None))
    found: list[PageKey] = []
    if firsts:
        found += search.keys(conditions, 1, before=PageKey(start_of(max(firsts)), 0))
    if lasts:
        found += search.keys(conditions, 1, after=PageKey(end_of(min(lasts)), 0))
    return [timezone.localdate(key.published_at) for key in found]


def dates_of(query: Query) -> list[Clause]:
    """The clauses of a query that are a period, or alternative ones."""
    return [
        clause
        for clause in query.clauses
        if not clause.is_excluded
        and all(one.days and not one.is_negated for one in clause.criteria)
    ]


def ends_of(alternatives: Iterable[Days]) -> tuple[dt.date | None, dt.date | None]:
    """The first day and the last of alternative periods; None where one is open."""
    firsts, lasts = zip(*((days.first, days.last) for days in alternatives), strict=True)
    return None if None in firsts else min(firsts), None if None in lasts else max(lasts)
