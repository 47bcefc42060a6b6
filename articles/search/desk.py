"""What editors search: the language and the speed that readers have, over every post there is."""

import datetime as dt
from dataclasses import replace
from typing import Final

from django.utils import timezone

from ..models import Post
from .conditions import Scope, conditions_of
from .engine import searching
from .index import TABLE, UNPUBLISHED
from .matching import Calendar, matching
from .query import Query

LIMIT: Final = 10_000  # posts that a list of the desk shows
AGES_AHEAD: Final = dt.datetime(9998, 1, 1, tzinfo=dt.UTC)
EVERYTHING: Final = Scope()


def find(
    query: Query, scope: Scope = EVERYTHING, *, limit: int = LIMIT, status: str | None = None
) -> list[int]:
    """The ids of the newest `limit` posts that a query finds, newest first, whatever their status.
    If only one `status` is wanted, the tables without it are not searched. Raises
    `SearchTimeoutError`."""
    unpublished = unpublished_calendar()
    with searching() as search:
        conditions = conditions_of(query, scope, for_editors=True)
        tables = []
        if status in (None, Post.Status.PUBLISHED):
            tables.append((TABLE, search.contents))
        if status != Post.Status.PUBLISHED:
            tables.append((UNPUBLISHED, replace(search.contents, calendar=unpublished)))
        found = [
            matching(
                conditions,
                contents,
                "post_id, published_at",
                limit,
                table=table,
                horizon=AGES_AHEAD,
            )
            for table, contents in tables
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
