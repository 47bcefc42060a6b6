"""Search for editors: over all posts, drafts and hidden ones included."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import timezone

from ..models import Post
from . import engine
from .conditions import Conditions, Scope, conditions_of
from .cutting import CutQuery, cut
from .fewer_words import in_fewer_words
from .index import TABLE, UNPUBLISHED
from .matching import Calendar, matching
from .misspelt import Offer, offers
from .query import Query

MOST_FOUND: Final = 10_000  # posts that a list of the desk shows
AGES_AHEAD: Final = dt.datetime(9998, 1, 1, tzinfo=dt.UTC)


@contextmanager
def searching(status: str | None = None) -> Iterator["DeskSearch"]:
    """Open a search over the posts of every status, or of one alone: the tables without it are not
    searched. Raises `SearchTimeoutError`."""
    unpublished = unpublished_calendar()
    with engine.searching() as search:
        tables: list[dict[str, Any]] = []
        if status in (None, Post.Status.PUBLISHED):
            tables.append({"table": TABLE, "contents": search.contents})
        if status != Post.Status.PUBLISHED:
            contents = replace(search.contents, calendar=unpublished)
            tables.append({"table": UNPUBLISHED, "contents": contents})
        yield DeskSearch(search, [{**table, "horizon": AGES_AHEAD} for table in tables])


@dataclass(frozen=True, slots=True)
class DeskSearch:
    """What can be asked in the transaction of `searching`. `tables` has what `matching` is to know
    of each table."""

    search: engine.Search
    tables: Sequence[Mapping[str, Any]]

    def newest(self, conditions: Conditions, limit: int) -> list[int]:
        """The ids of the newest `limit` posts that meet the conditions, newest first."""
        found = [
            matching(conditions, columns="post_id, published_at", limit=limit, **table)
            for table in self.tables
        ]
        self.search.cursor.execute(
            f"""
            SELECT ARRAY(
                SELECT post_id FROM ({" UNION ALL ".join(f"({sql})" for sql, _ in found)}) found
                ORDER BY published_at DESC, post_id DESC LIMIT %s
            )
            """,
            [*(value for _, params in found for value in params), limit],
        )
        return list(self.search.cursor.fetchone()[0])

    def cut(self, query: Query, scope: Scope) -> CutQuery | None:
        """The likeliest cut of a query that finds a post; None if no cut does."""
        return cut(self.search, query, scope, self.tables, for_editors=True)

    def offers(self, query: Query, scope: Scope) -> list[Offer]:
        """What may have been meant by the clauses of a query that no post meets. One statement to
        tell those, and as many as `misspelt.offers` and `in_fewer_words` take."""
        clauses = [clause for clause in query.clauses if not clause.is_excluded]
        alone = [
            conditions_of(replace(query, clauses=(clause,)), Scope(), for_editors=True)
            for clause in clauses
        ]
        met = self.search.with_posts(alone, self.tables)
        wrong = [clause for number, clause in enumerate(clauses) if number not in met]
        return offers(
            self.search, query, wrong, scope, self.tables, for_editors=True
        ) or in_fewer_words(self.search, query, scope, self.tables, for_editors=True)


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
