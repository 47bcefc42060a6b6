"""Conditions → the posts that meet them, and how many those are."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from django.db import OperationalError, transaction

from ..database import read_connection
from ..models import Facet, Page, PageKey, Post
from .conditions import Conditions, Scope, conditions_of
from .index import ARCHIVE_VERSION, COUNTS, has_index
from .matching import Contents, matching
from .query import Clause, Query
from .relevance import Words, by_relevance
from .text.vocabulary import FINGERPRINT

COUNT_LIMIT: Final = 10_000  # matches, above which a count is given as "10,000+"
RANKED: Final = 1_000  # newest matches, which are put in the order of relevance
MAX_ADVICE: Final = 6  # clauses
TIMEOUT: Final = 3_000  # milliseconds for each statement

#: Leave PostgreSQL one plan: bitmap scans of the index on tokens, bucket by bucket.
SETTINGS: Final = {
    "statement_timeout": str(TIMEOUT),
    "enable_seqscan": "off",
    "enable_indexscan": "off",
    "enable_indexonlyscan": "off",
    "enable_memoize": "off",  # few entries have the same facets
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}


class SearchTimeoutError(Exception):
    """A statement took longer than `TIMEOUT`. `lacks_index` tells whether that is because there is
    no index yet, as until the end of an archive's first import."""

    def __init__(self, *, lacks_index: bool) -> None:
        super().__init__("no index yet" if lacks_index else "too long")
        self.lacks_index = lacks_index


@dataclass(frozen=True, slots=True)
class Advice:
    """For a query without results: whether this clause alone also has none, and how many posts
    match without it, up to `COUNT_LIMIT`; `is_capped` tells whether there are more."""

    clause: Clause
    finds_nothing: bool
    posts_without: int
    is_capped: bool = False


@contextmanager
def searching() -> Iterator["Search"]:
    """Open a search, in a transaction of its own. Raises `SearchTimeoutError`."""
    connection = read_connection()
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            # One statement, because each round trip is a good part of what a page costs.
            cursor.execute(
                f"""
                WITH setting AS MATERIALIZED (
                    SELECT set_config(name, value, true)
                    FROM unnest(%s::text[], %s::text[]) AS setting (name, value)
                )
                SELECT NULL, (SELECT max(vocabulary) FROM {ARCHIVE_VERSION})
                WHERE (SELECT count(*) FROM setting) > 0
                UNION ALL
                SELECT key, posts FROM {COUNTS} WHERE facet = {Facet.MONTH:d} AND posts > 0
                """,
                [list(SETTINGS), list(SETTINGS.values())],
            )
            found = dict(cursor)
            has_words = found.pop(None, None) == FINGERPRINT
            yield Search(cursor, Contents(found, has_words))
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise SearchTimeoutError(lacks_index=not has_index(connection)) from error
        raise


@dataclass(frozen=True, slots=True)
class Search:
    """What can be asked in the transaction of `searching`."""

    cursor: Any
    contents: Contents

    def within(self, months: Collection[int]) -> "Search":
        """The same search of these months alone, as 202201."""
        calendar = {key: n for key, n in self.contents.calendar.items() if key in months}
        return replace(self, contents=replace(self.contents, calendar=calendar))

    def newest(
        self,
        conditions: Conditions,
        *,
        size: int,
        before: PageKey | None = None,
        after: PageKey | None = None,
    ) -> Page:
        """The `size` matches next older than `before`, or next newer than `after`, or else the
        newest."""
        keys = self.keys(conditions, size + 1, before=before, after=after)
        more = len(keys) > size
        keys = keys[:size][::-1] if after else keys[:size]
        return Page(
            self.read([key.id for key in keys]),
            newer=keys[0] if keys and (more if after else before is not None) else None,
            older=keys[-1] if keys and (more or after is not None) else None,
        )

    def keys(self, conditions: Conditions, limit: int, **page: Any) -> list[PageKey]:
        columns = "post_id, published_at"
        self.cursor.execute(*matching(conditions, self.contents, columns, limit, **page))
        return [PageKey(published_at, pk) for pk, published_at in self.cursor]

    def ranked(self, conditions: Conditions, words: Words, *, size: int, number: int) -> list[Post]:
        """Page `number`, from 1, of the newest `RANKED` matches by relevance. Of equals, the newer
        comes first."""
        columns = "post_id, published_at, title, text"
        matched = matching(conditions, self.contents, columns, RANKED)
        sql, params = by_relevance(matched, words)
        self.cursor.execute(f"{sql} LIMIT %s OFFSET %s", [*params, size, (number - 1) * size])
        return self.read([pk for (pk,) in self.cursor])

    def read(self, ids: Sequence[int]) -> list[Post]:
        """These posts, in this order, with what results show."""
        posts = Post.objects.published().for_search().in_bulk(ids)
        return [posts[pk] for pk in ids if pk in posts]

    def with_posts(
        self,
        candidates: Sequence[Conditions],
        tables: Sequence[Mapping[str, Any]] = ({},),
        most: int | None = None,
    ) -> set[int]:
        """The numbers of the candidates that a post meets: of the first `most`, or of all. `tables`
        has, for each table that may have the post, what `matching` is to know of it."""
        found = [
            (number, matching(conditions, columns="post_id", limit=1, **{**known, **table}))
            for known in [{"contents": self.contents}]
            for number, conditions in enumerate(candidates)
            for table in tables
        ]
        if not found:
            return set()
        parts = [f"(SELECT {number} FROM ({sql}) found)" for number, (sql, _) in found]
        self.cursor.execute(
            f"{' UNION ALL '.join(parts)} LIMIT %s",
            [*(value for _, (_, params) in found for value in params), most],
        )
        return {number for (number,) in self.cursor}

    def count(self, conditions: Conditions) -> int:
        """How many posts match, up to `COUNT_LIMIT` + 1."""
        sql, params = matching(conditions, self.contents, "post_id", COUNT_LIMIT + 1)
        self.cursor.execute(f"SELECT count(*) FROM ({sql}) matched", params)
        return int(self.cursor.fetchone()[0])

    def advice(self, query: Query, scope: Scope) -> list[Advice]:
        """What each of the first `MAX_ADVICE` clauses of a query does to it."""
        found = []
        for clause in query.clauses[:MAX_ADVICE]:
            rest = tuple(other for other in query.clauses if other is not clause)
            itself = conditions_of(replace(query, clauses=(clause,)), Scope())
            others = conditions_of(replace(query, clauses=rest), scope)
            finds_nothing = not clause.is_excluded and not self.keys(itself, 1)
            count = self.count(others) if rest else 0
            is_capped = count > COUNT_LIMIT
            found.append(Advice(clause, finds_nothing, min(count, COUNT_LIMIT), is_capped))
        return found
