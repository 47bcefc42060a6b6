"""Search for editors: over all posts, drafts and hidden ones included."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from django.utils import timezone

from ..models import Post
from . import engine, misspelt
from .conditions import Conditions, Scope
from .engine import Search
from .fewer_words import in_fewer_words
from .index import TABLE, UNPUBLISHED
from .matching import Calendar, matching
from .misspelt import Offer
from .named_terms import NamedTerms
from .query import Query
from .romanised import names_to_search
from .sql import joined, sql

MOST_FOUND: Final = 10_000  # posts that a list of the desk shows
AGES_AHEAD: Final = dt.datetime(9998, 1, 1, tzinfo=dt.UTC)


@contextmanager
def searching(status: str | None = None) -> Iterator[Search]:
    """Open a search over the posts of every status, or of one alone: the tables without it are not
    searched. Raises `SearchTimeoutError`."""
    unpublished, known = unpublished_calendar(), names_to_search()
    with engine.searching(known) as search:
        tables: list[dict[str, Any]] = []
        if status in (None, Post.Status.PUBLISHED):
            tables.append({"table": TABLE})
        if status != Post.Status.PUBLISHED:
            contents = replace(search.contents, calendar=unpublished)
            tables.append({"table": UNPUBLISHED, "contents": contents})
        search.terms = NamedTerms(known, for_editors=True)
        search.tables = [{**table, "horizon": AGES_AHEAD} for table in tables]
        yield search


def newest(search: Search, conditions: Conditions, limit: int) -> list[int]:
    """The ids of the newest `limit` posts that meet the conditions, newest first."""
    known = {"contents": search.contents, "columns": "post_id, published_at", "limit": limit}
    found = [matching(conditions, **{**known, **table}) for table in search.tables]
    newest_ids = sql(
        f"""
        SELECT ARRAY(
            SELECT post_id FROM (%(found)s) found
            ORDER BY published_at DESC, post_id DESC LIMIT {limit:d}
        )
        """,
        found=joined(" UNION ALL ", (sql("(%(one)s)", one=one) for one in found)),
    )
    search.cursor.execute(*newest_ids)
    return list(search.cursor.fetchone()[0])


def offers(search: Search, query: Query, scope: Scope) -> list[Offer]:
    """What may have been meant by the clauses of a query that no post meets. One statement to
    tell those, and as many as `misspelt.offers` and `in_fewer_words` take."""
    wrong = search.met_by_none([clause for clause in query.clauses if not clause.is_excluded])
    return misspelt.offers(search, query, wrong, scope) or in_fewer_words(search, query, scope)


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
