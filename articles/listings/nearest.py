"""A period in which nothing is found → the days next to it on which something is."""

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from ..days import end_of, start_of
from ..models import PageKey
from ..search.conditions import Scope, conditions_of
from ..search.engine import Search
from ..search.query import Clause, Query


def nearest_days(search: Search, query: Query, scope: Scope) -> list[dt.date]:
    """The last day before the period of a query and its scope, and the first day after it, that
    have posts which meet all the rest. Without a period none; otherwise up to two statements."""
    dated = dates_of(query)
    days = [one.days for clause in dated for one in clause.criteria if one.days]
    firsts = [*filter(None, [scope.first, *(one.first for one in days)])]
    lasts = [*filter(None, [scope.last, *(one.last for one in days)])]
    rest = replace(query, clauses=tuple(one for one in query.clauses if one not in dated))
    conditions = conditions_of(rest, replace(scope, first=None, last=None))
    found: list[PageKey] = []
    if firsts:
        found += search.keys(conditions, 1, before=PageKey(start_of(max(firsts)), 0))
    if lasts:
        found += search.keys(conditions, 1, after=PageKey(end_of(min(lasts)), 0))
    return [timezone.localdate(key.published_at) for key in found]


def dates_of(query: Query) -> list[Clause]:
    """The clauses of a query that are a period."""
    return [
        clause
        for clause in query.clauses
        if not clause.is_excluded and len(clause.criteria) == 1 and clause.criteria[0].days
    ]
