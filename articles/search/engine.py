"""Conditions → the posts that meet them, their count and their facets."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from django.db import OperationalError, transaction
from django.utils import timezone

from ..models import Facet, Page, PageKey, Post
from ..terms import TERMS
from .conditions import Conditions, Scope, conditions_of
from .database import read_connection
from .index import ARCHIVE_VERSION, COUNTS, TABLE, has_index
from .matching import AGES_AGO, INSTANT, Contents, matching, months_between
from .query import Clause, Query
from .text.tokens import FACET, KEYS, facet_of, facet_token
from .text.vocabulary import FINGERPRINT

COUNT_LIMIT: Final = 10_000  # matches, above which a count is given as "10,000+"
RANKED: Final = 1_000  # newest matches, which are put in the order of relevance
NEWEST_OF_TERM: Final = 500  # posts of a term, whose facets stand for all of them
LATEST: Final = 2_000  # posts among which the most mentioned securities are counted
FACET_VALUES: Final = 12  # of each facet except months, which are all given
MAX_ADVICE: Final = 6  # clauses
TIMEOUT: Final = 3_000  # milliseconds for each statement
RETRY_AFTER: Final = 30  # seconds until the database may have time

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

#: The score of a word: 16 for beginning the title or 8 for being in it, 3 in the digest, 1 in the
#: text, and up to 2 for its share of the text, or of 600 bytes where the text is shorter.
SCORE: Final = """
    CASE strpos(title, %s) WHEN 0 THEN 0 WHEN 1 THEN 16 ELSE 8 END
    + CASE WHEN strpos(digest, %s) > 0 THEN 3 ELSE 0 END
    + CASE WHEN strpos(text, %s) > 0 THEN 1 ELSE 0 END
    + least(2.0, 100.0 * (size - octet_length(replace(text, %s, ''))) / greatest(size, 600))
"""


class SearchTimeoutError(Exception):
    """A statement took longer than `TIMEOUT`. `lacks_index` tells whether that is because there is
    no index yet, as until the end of an archive's first import."""

    def __init__(self, *, lacks_index: bool) -> None:
        super().__init__("no index yet" if lacks_index else "too long")
        self.lacks_index = lacks_index


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, and how many matches have it: None where that is not known. `slug` is
    what addresses call the value: for a security its symbol, for a month 2022-01."""

    facet: Facet
    name: str
    slug: str
    posts: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many posts match, up to `COUNT_LIMIT`, and the facets of those. Where there are more
    matches than were read, the facets are those of the newest `faceted`, and the months are all
    in which there may be matches, without counts."""

    count: int
    is_capped: bool
    values: tuple[FacetValue, ...]
    faceted: int | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """On one clause of a query that finds nothing: whether it finds nothing by itself either, and
    how many posts the query finds without it."""

    clause: Clause
    finds_nothing: bool
    posts_without: int


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

    def ranked(
        self, conditions: Conditions, words: Sequence[str], *, size: int, number: int
    ) -> list[Post]:
        """Page `number`, from 1, of the newest `RANKED` matches by relevance: a word counts most
        in the title, less in the digest, least in the body. Of equals, the newer comes first."""
        # `|| ''` fetches the text from out of line once, rather than in every function below.
        columns = "post_id, published_at, title, text || '' AS text"
        sql, params = matching(conditions, self.contents, columns, RANKED)
        score = " + ".join(["0 * size", *[SCORE] * len(words)])
        self.cursor.execute(
            f"""
            SELECT post_id FROM (
                SELECT post_id, published_at, title, text, octet_length(text) AS size,
                       split_part(text, E'\\n', 2) AS digest
                FROM ({sql}) matched
                OFFSET 0
            ) entry
            ORDER BY {score} DESC, published_at DESC, post_id DESC
            LIMIT %s OFFSET %s
            """,
            [*params, *(word for word in words for _ in range(4)), size, (number - 1) * size],
        )
        return self.read([pk for (pk,) in self.cursor])

    def read(self, ids: Sequence[int]) -> list[Post]:
        """These posts, in this order, with what results show."""
        posts = Post.objects.published().for_search().in_bulk(ids)
        return [posts[pk] for pk in ids if pk in posts]

    def count(self, conditions: Conditions) -> int:
        """How many posts match, up to `COUNT_LIMIT` + 1."""
        sql, params = matching(conditions, self.contents, "post_id", COUNT_LIMIT + 1)
        self.cursor.execute(f"SELECT count(*) FROM ({sql}) matched", params)
        return int(self.cursor.fetchone()[0])

    def summary(self, conditions: Conditions) -> Summary:
        """The count of matches, up to `COUNT_LIMIT`, and their facets. For the whole archive both
        are stored. For a single term the count is stored, and the facets are those of its newest
        `NEWEST_OF_TERM` posts."""
        if not conditions.are_tokens_only or len(conditions.tokens) > 1:
            return self.counted(conditions, COUNT_LIMIT)
        if not conditions.tokens:
            return self.archive()
        [token] = conditions.tokens
        newest = self.counted(conditions, NEWEST_OF_TERM)
        return replace(newest, count=self.posts_of(token), is_capped=False)

    def counted(self, conditions: Conditions, limit: int) -> Summary:
        """The count of matches, up to `limit`, and the facets of those, in one walk."""
        sql, params = matching(conditions, self.contents, "facets", limit + 1)
        self.cursor.execute(
            f"""
            WITH matched AS MATERIALIZED ({sql}),
            counted AS (
                SELECT {OF_TOKEN}, count(*) AS posts
                FROM ({tokens_of(f"SELECT facets FROM matched LIMIT {limit:d}")}) had
                GROUP BY token
            )
            SELECT NULL, NULL, NULL, count(*) FROM matched
            UNION ALL
            {TOP_VALUES}
            """,
            params,
        )
        (*_, count), *rows = self.cursor.fetchall()
        values = facet_values(rows)
        if count <= limit:
            return Summary(count, False, values)
        values = tuple(value for value in values if value.facet != Facet.MONTH)
        return Summary(limit, True, values + self.months_within(conditions), faceted=limit)

    def months_within(self, conditions: Conditions) -> tuple[FacetValue, ...]:
        """The months between the bounds that have any posts, without counts."""
        since = conditions.since or AGES_AGO
        until = min(filter(None, [conditions.until, timezone.now()]))
        first, last = (timezone.localtime(moment).date() for moment in (since, until - INSTANT))
        slugs = [
            f"{key // 100:04}-{key % 100:02}"
            for key in months_between(first, last, self.contents.calendar)
        ]
        return tuple(FacetValue(Facet.MONTH, slug, slug, None) for slug in slugs)

    def posts_of(self, token: int) -> int:
        """How many posts have a facet's token: the stored count less the scheduled posts."""
        facet, key = facet_of(token)
        self.cursor.execute(
            f"""
            SELECT coalesce(sum(posts), 0) - (
                SELECT count(*) FROM {TABLE} WHERE published_at > %s AND %s = ANY(facets)
            )
            FROM {COUNTS} WHERE facet = %s AND key = %s
            """,
            [timezone.now(), token, facet, key],
        )
        return int(self.cursor.fetchone()[0])

    def advice(self, query: Query, scope: Scope) -> list[Advice]:
        """What each of the first `MAX_ADVICE` clauses of a query does to it."""
        found = []
        for clause in query.clauses[:MAX_ADVICE]:
            rest = tuple(other for other in query.clauses if other is not clause)
            itself = conditions_of(replace(query, clauses=(clause,)), Scope())
            others = conditions_of(replace(query, clauses=rest), scope)
            found.append(
                Advice(
                    clause,
                    not clause.is_excluded and not self.keys(itself, 1),
                    min(self.count(others), COUNT_LIMIT) if rest else 0,
                )
            )
        return found

    def archive(self) -> Summary:
        """The summary of all posts: the stored counts less the scheduled posts."""
        self.cursor.execute(
            f"""
            WITH scheduled AS ({SCHEDULED}),
            counted AS (
                SELECT facet, key, stored.posts - coalesce(scheduled.posts, 0) AS posts
                FROM {COUNTS} stored LEFT JOIN scheduled USING (facet, key)
                WHERE stored.posts > coalesce(scheduled.posts, 0)
                    AND (facet = {Facet.MONTH:d} OR facet >= {Facet.SOURCE:d})
            )
            {TOP_VALUES}
            """,
            {"now": timezone.now()},
        )
        values = facet_values(self.cursor.fetchall())
        count = sum(value.posts or 0 for value in values if value.facet == Facet.MONTH)
        return Summary(count, False, values)


def most_mentioned(since: dt.datetime, count: int) -> tuple[FacetValue, ...]:
    """The `count` securities that most of the newest `LATEST` posts since a moment mention."""
    newest = f"""
        SELECT facets FROM {TABLE} WHERE published_at BETWEEN %s AND %s
        ORDER BY published_at DESC, post_id DESC LIMIT {LATEST}
    """
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            WITH counted AS (
                SELECT {OF_TOKEN}, count(*) AS posts
                FROM ({tokens_of(newest)}) had
                WHERE token BETWEEN %s AND %s
                GROUP BY token
            )
            {TOP_VALUES}
            """,
            [
                since,
                timezone.now(),
                facet_token(Facet.SECURITY, 0),
                facet_token(Facet.SECURITY, KEYS - 1),
            ],
        )
        return facet_values(cursor.fetchall())[:count]


def posts_by_month(facet: Facet, key: int) -> dict[dt.date, int]:
    """How many posts with this facet appeared in each month, by its first day."""
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            SELECT facets[1], count(*) FROM {TABLE}
            WHERE tokens @> ARRAY[%s] AND published_at <= %s GROUP BY facets[1]
            """,
            [facet_token(facet, key), timezone.now()],
        )
        months = [(facet_of(token)[1], posts) for token, posts in cursor]
    return {dt.date(month // 100, month % 100, 1): posts for month, posts in months}


def tokens_of(entries: str) -> str:
    """SQL for the tokens in the facets of `entries`, one a row. In the SELECT list, unnest takes
    half as long as in FROM."""
    return f"SELECT unnest(facets) AS token FROM ({entries}) entry"


FACET_BASE: Final = FACET - (1 << 32)

#: SQL for the facet and the key of a token, as `facet_of`.
OF_TOKEN: Final = f"""
    (token - {FACET_BASE}) / {KEYS} AS facet, mod(token - {FACET_BASE}, {KEYS}) AS key
"""

#: How many posts each stored count has too many: those that are scheduled.
SCHEDULED: Final = f"""
    SELECT {OF_TOKEN}, count(*) AS posts
    FROM ({tokens_of(f"SELECT facets FROM {TABLE} WHERE published_at > %(now)s")}) had
    GROUP BY token
"""

#: The term of a facet's value, by the name of its kind, with its name and address.
JOINED_TERMS: Final = " ".join(
    f"LEFT JOIN (SELECT id, name, {kind.address_sql} AS address FROM {kind.table}) {kind.name}"
    f" ON facet = {kind.facet:d} AND {kind.name}.id = key"
    for kind in TERMS
)
NAMES: Final = ", ".join(f"nullif({kind.name}.name, '')" for kind in TERMS)
ADDRESSES: Final = ", ".join(f"{kind.name}.address" for kind in TERMS)

#: The values in `counted` that most posts have, with their names, where they have one, and what
#: addresses call them.
TOP_VALUES: Final = f"""
    SELECT facet, coalesce({NAMES}),
           coalesce({ADDRESSES}, overlay(key::text PLACING '-' FROM length(key::text) - 1 FOR 0)),
           posts
    FROM (
        SELECT facet, key, posts,
               row_number() OVER (PARTITION BY facet ORDER BY posts DESC, key) AS place
        FROM counted
    ) placed {JOINED_TERMS}
    WHERE place <= {FACET_VALUES} AND facet >= {Facet.SOURCE:d} OR facet = {Facet.MONTH:d}
"""


def facet_values(rows: Sequence[tuple[int, str, str, int]]) -> tuple[FacetValue, ...]:
    values = [FacetValue(Facet(facet), name or slug, slug, n) for facet, name, slug, n in rows]
    return tuple(sorted(values, key=lambda value: (-(value.posts or 0), value.slug)))
