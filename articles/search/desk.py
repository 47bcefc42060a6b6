"""What editors search: the language and the speed that readers have, over every post there is."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import timezone

from ..models import Post
from .conditions import Conditions, Scope, conditions_of
from .cutting import CutQuery, cut
from .engine import Search, searching
from .index import TABLE, UNPUBLISHED
from .matching import Calendar, matching
from .query import Query

LIMIT: Final = 10_000  # posts that a list of the desk shows
AGES_AHEAD: Final = dt.datetime(9998, 1, 1, tzinfo=dt.UTC)
EVERYTHING: Final = Scope()


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of posts, newest first. `as_cut` is the query that found them, if the one that was
    asked finds nothing."""

    ids: list[int]
    as_cut: CutQuery | None = None


def find(
    query: Query, scope: Scope = EVERYTHING, *, limit: int = LIMIT, status: str | None = None
) -> Found:
    """The newest `limit` posts that a query finds, whatever their status. If only one `status` is
    wanted, the tables without it are not searched. Raises `SearchTimeoutError`."""
    unpublished = unpublished_calendar()
    with searching() as search:
        tables: list[dict[str, Any]] = []
        if status in (None, Post.Status.PUBLISHED):
            tables.append({"table": TABLE, "contents": search.contents})
        if status != Post.Status.PUBLISHED:
            contents = replace(search.contents, calendar=unpublished)
            tables.append({"table": UNPUBLISHED, "contents": contents})
        tables = [{**table, "horizon": AGES_AHEAD} for table in tables]
        conditions = conditions_of(query, scope, for_editors=True)
        ids = newest(search, conditions, tables, limit)
        as_cut = None if ids else cut(search, query, scope, tables, for_editors=True)
        if as_cut:
            ids = newest(search, as_cut.conditions, tables, limit)
        return Found(ids, as_cut)


def newest(
    search: Search, conditions: Conditions, tables: list[dict[str, Any]], limit: int
) -> list[int]:
    """The ids of the newest `limit` posts of all the tables that meet the conditions."""
    found = [
        matching(conditions, columns="post_id, published_at", limit=limit, **table)
        for table in tables
    ]
    search.cursor.execute(
        f"""
        SELECT ARRAY(
            SELECT post_id FROM ({" UNION ALL ".join(f"({sql})" for sql, _ in found)}) found
            ORDER BY published_at DESC, post_id DESC LIMIT %s
        )
        """,
        [*(value for _, params in found for value in params), limit],
    )
    return list(search.cursor.fetchone()[0])


def unpublished_calendar() -> Calendar:
    """Every month from that of the oldest draft or hidden post to that of the newest: these posts
    are not counted, so any month between may have some."""
    oldest_and_newest = [
        Post.objects.filter(status=status).order_by(order).values_list("published_at")[:1]
        for status in (Post.Status.DRAFT, Post.Status.HIDDEN)
        for order in ("published_at", "-published_at")
    ]
    ends = [moment for (moment,) in oldest_and_newest[0].union(*oldest_and_newest[1:])]
    if not ends:
        return {}
    first, last = (timezone.localtime(moment) for moment in (min(ends), max(ends)))
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return {number // 12 * 100 + number % 12 + 1: 0 for number in months}
