"""A query, filters and a page → posts, their count and their facets."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from ..models import (
    Facet,
    Page,
    PageKey,
    Post,
)
from .conditions import Plan, Scope
from .conditions import plan as plan_of
from .index import (
    ARCHIVE_VERSION,
    COUNTS,
    TABLE,
    has_index,
)
from .matching import (
    AGES_AGO,
    INSTANT,
    Contents,
    matching,
    months_between,
)
from .query import Clause, Query
from .text.tokens import (
    FACET,
    KEYS,
    facet_of,
    facet_token,
)
from .text.vocabulary import FINGERPRINT

COUNT_LIMIT: Final = 10_000  # matches, beyond which a count says "10,000+"
RANKED: Final = 1_000  # newest matches, which relevance puts in order
NEWEST_OF_NOUN: Final = 500  # posts, whose facets are those of a source, a category, …
LATEST: Final = 2_000  # posts, of which the most mentioned securities are counted
FACET_VALUES: Final = 12  # of each kind, but for months, which are all given
ADVISED: Final = 6  # clauses
TIMEOUT: Final = 3_000  # milliseconds for each statement
RETRY_AFTER: Final = 30  # seconds until the database may have time

# The plan is ours: the index on tokens, by bitmap, in the order in which buckets are walked.
SETTINGS: Final = {
    "statement_timeout": str(TIMEOUT),
    "enable_seqscan": "off",
    "enable_indexscan": "off",
    "enable_indexonlyscan": "off",
    "enable_memoize": "off",  # few entries have the same facets
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}

#: For a word: 8 in the title and twice that where the title begins with it, 3 in the digest,
#: 1 in the body and up to 2 more for how much of the text, or of 600 bytes, it makes up.
SCORE: Final = """
    CASE strpos(title, %s) WHEN 0 THEN 0 WHEN 1 THEN 16 ELSE 8 END
    + CASE WHEN strpos(digest, %s) > 0 THEN 3 ELSE 0 END
    + CASE WHEN strpos(text, %s) > 0 THEN 1 ELSE 0 END
    + least(2.0, 100.0 * (size - octet_length(replace(text, %s, ''))) / greatest(size, 600))
"""


class SearchTimeoutError(Exception):
    """A question took the database longer than `TIMEOUT`; where it `lacks_index`, which an archive
    does until the end of its first import, for want of that."""

    def __init__(self, *, lacks_index: bool) -> None:
        super().__init__("no index yet" if lacks_index else "too long")
        self.lacks_index = lacks_index


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, what it is called, and how many matches have it, or None where that is
    not known. `slug` is what an address has of it: a security's symbol, a month as 2022-01."""

    facet: Facet
    name: str
    slug: str
    posts: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many posts match, up to `COUNT_LIMIT`, and their facets; or those of the newest
    `faceted` of them, where there are more, and every month in which there may be others."""

    count: int
    is_capped: bool
    values: tuple[FacetValue, ...]
    faceted: int | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """Of a query that finds nothing: a clause, whether it finds anything by itself, and how many
    posts the others find without it."""

    clause: Clause
    finds_nothing: bool
    posts_without: int


@contextmanager
def searching() -> Iterator["Search"]:
    """A search to put questions to. Raises `SearchTimeoutError`."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # All in one go: a round trip is a good part of what a page costs.
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
            knows_words = found.pop(None, None) == FINGERPRINT
            yield Search(cursor, Contents(found, knows_words))
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise SearchTimeoutError(lacks_index=not has_index()) from error
        raise


@dataclass(frozen=True, slots=True)
class Search:
    cursor: Any
    contents: Contents

    def newest(
        self,
        plan: Plan,
        *,
        size: int,
        before: PageKey | None = None,
        after: PageKey | None = None,
    ) -> Page:
        """The `size` matches next older than `before`, or next newer than `after`, or the
        newest."""
        keys = self.keys(plan, size + 1, before=before, after=after)
        more = len(keys) > size
        keys = keys[:size][::-1] if after else keys[:size]
        return Page(
            self.read([key.id for key in keys]),
            newer=keys[0] if keys and (more if after else before is not None) else None,
            older=keys[-1] if keys and (more or after is not None) else None,
        )

    def keys(self, plan: Plan, limit: int, **page: Any) -> list[PageKey]:
        columns = "post_id, published_at"
        self.cursor.execute(*matching(plan, self.contents, columns, limit, **page))
        return [PageKey(published_at, pk) for pk, published_at in self.cursor]

    def ranked(self, plan: Plan, words: Sequence[str], *, size: int, number: int) -> list[Post]:
        """Page `number`, from 1, of the newest `RANKED` matches by relevance: a word in the title
        is worth more than in the digest, and that more than in the body; of equals, the newer."""
        # The text is brought in once, and not by each function that is asked about it.
        columns = "post_id, published_at, title, text || '' AS text"
        sql, params = matching(plan, self.contents, columns, RANKED)
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
        """These posts, in this order, with what search shows of them."""
        posts = Post.objects.published().for_search().in_bulk(ids)
        return [posts[pk] for pk in ids if pk in posts]

    def count(self, plan: Plan) -> int:
        """How many match, up to one more than `COUNT_LIMIT`."""
        sql, params = matching(plan, self.contents, "post_id", COUNT_LIMIT + 1)
        self.cursor.execute(f"SELECT count(*) FROM ({sql}) matched", params)
        return int(self.cursor.fetchone()[0])

    def summary(self, plan: Plan) -> Summary:
        """The count of matches, up to `COUNT_LIMIT`, and the facets of those. The archive's own
        are kept ready, and so is the count of a single source, category, tag or security: for the
        facets of that, fewer posts are read than for a search."""
        if plan.has_conditions or len(plan.tokens) > 1:
            return self.counted(plan, COUNT_LIMIT)
        if not plan.tokens:
            return self.archive()
        [token] = plan.tokens
        newest = self.counted(plan, NEWEST_OF_NOUN)
        return replace(newest, count=self.posts_of(token), is_capped=False)

    def counted(self, plan: Plan, limit: int) -> Summary:
        """The count of matches, up to `limit`, and their facets, in one walk."""
        sql, params = matching(plan, self.contents, "facets", limit + 1)
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
            {NAMED}
            """,
            params,
        )
        (*_, count), *rows = self.cursor.fetchall()
        values = named_values(rows)
        if count <= limit:
            return Summary(count, False, values)
        values = tuple(value for value in values if value.facet != Facet.MONTH)
        return Summary(limit, True, values + self.months_within(plan), faceted=limit)

    def months_within(self, plan: Plan) -> tuple[FacetValue, ...]:
        """The months of a plan's time that have posts, whichever those are."""
        until = min(filter(None, [plan.until, timezone.now()]))
        first, last = (timezone.localtime(at) for at in (plan.since or AGES_AGO, until - INSTANT))
        slugs = [
            f"{key // 100:04}-{key % 100:02}"
            for key in months_between(first, last, self.contents.calendar)
        ]
        return tuple(FacetValue(Facet.MONTH, slug, slug, None) for slug in slugs)

    def posts_of(self, token: int) -> int:
        """How many posts have a facet's token, as it is kept; what waits for its time is taken
        off."""
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
        """What each clause of a query, of the first few, does to it."""
        found = []
        for clause in query.clauses[:ADVISED]:
            rest = tuple(other for other in query.clauses if other is not clause)
            alone = plan_of(replace(query, clauses=(clause,)), Scope())
            others = plan_of(replace(query, clauses=rest), scope)
            found.append(
                Advice(
                    clause,
                    not clause.is_excluded and not self.keys(alone, 1),
                    min(self.count(others), COUNT_LIMIT) if rest else 0,
                )
            )
        return found

    def archive(self) -> Summary:
        """The summary of every post there is, which is kept ready; what waits for its time is
        taken off."""
        self.cursor.execute(
            f"""
            WITH scheduled AS ({SCHEDULED}),
            counted AS (
                SELECT facet, key, stored.posts - coalesce(scheduled.posts, 0) AS posts
                FROM {COUNTS} stored LEFT JOIN scheduled USING (facet, key)
                WHERE stored.posts > coalesce(scheduled.posts, 0)
                    AND (facet = {Facet.MONTH:d} OR facet >= {Facet.SOURCE:d})
            )
            {NAMED}
            """,
            {"now": timezone.now()},
        )
        values = named_values(self.cursor.fetchall())
        count = sum(value.posts or 0 for value in values if value.facet == Facet.MONTH)
        return Summary(count, False, values)


def most_mentioned(since: dt.datetime, count: int) -> tuple[FacetValue, ...]:
    """The securities that the posts from `since` on, the newest `LATEST` of them, name most, and
    in how many of those."""
    newest = f"""
        SELECT facets FROM {TABLE} WHERE published_at BETWEEN %s AND %s
        ORDER BY published_at DESC, post_id DESC LIMIT {LATEST}
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH counted AS (
                SELECT {OF_TOKEN}, count(*) AS posts
                FROM ({tokens_of(newest)}) had
                WHERE token BETWEEN %s AND %s
                GROUP BY token
            )
            {NAMED}
            """,
            [
                since,
                timezone.now(),
                facet_token(Facet.SECURITY, 0),
                facet_token(Facet.SECURITY, KEYS - 1),
            ],
        )
        return named_values(cursor.fetchall())[:count]


def posts_by_month(facet: Facet, key: int) -> dict[dt.date, int]:
    """How many posts of each month a source, a category, … has; all of them, by the first day."""
    with connection.cursor() as cursor:
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
    """SQL for the tokens of the facets that `entries` selects, a row each. In the list of what is
    selected, unnest takes half as long as in FROM."""
    return f"SELECT unnest(facets) AS token FROM ({entries}) entry"


FACET_BASE: Final = FACET - (1 << 32)

#: What a token of a facet means, in SQL.
OF_TOKEN: Final = f"""
    (token - {FACET_BASE}) / {KEYS} AS facet, mod(token - {FACET_BASE}, {KEYS}) AS key
"""

#: Of how many posts a count is to be less than is stored: those that wait for their time.
SCHEDULED: Final = f"""
    SELECT {OF_TOKEN}, count(*) AS posts
    FROM ({tokens_of(f"SELECT facets FROM {TABLE} WHERE published_at > %(now)s")}) had
    GROUP BY token
"""

#: The values in `counted` that most posts have, by what pages call them.
NAMED: Final = f"""
    SELECT facet,
           coalesce(source.name, category.name, tag.name,
                    nullif(security.name, ''), security.market || '.' || security.code),
           coalesce(source.slug, category.slug, tag.slug, security.market || '.' || security.code,
                    overlay(key::text PLACING '-' FROM length(key::text) - 1 FOR 0)),
           posts
    FROM (
        SELECT facet, key, posts,
               row_number() OVER (PARTITION BY facet ORDER BY posts DESC, key) AS place
        FROM counted
    ) placed
    LEFT JOIN articles_source source ON facet = {Facet.SOURCE:d} AND source.id = key
    LEFT JOIN articles_category category ON facet = {Facet.CATEGORY:d} AND category.id = key
    LEFT JOIN articles_tag tag ON facet = {Facet.TAG:d} AND tag.id = key
    LEFT JOIN articles_security security ON facet = {Facet.SECURITY:d} AND security.id = key
    WHERE place <= {FACET_VALUES} AND facet >= {Facet.SOURCE:d} OR facet = {Facet.MONTH:d}
"""


def named_values(rows: Sequence[tuple[int, str, str, int]]) -> tuple[FacetValue, ...]:
    values = [FacetValue(Facet(facet), name or slug, slug, n) for facet, name, slug, n in rows]
    return tuple(sorted(values, key=lambda value: (-(value.posts or 0), value.slug)))
