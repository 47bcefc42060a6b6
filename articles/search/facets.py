"""The facets of posts: how many posts match, and how many of those each source, category, security,
tag and month has."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils import timezone

from ..database import read_connection
from ..models import Facet
from ..terms import TERMS
from .conditions import Conditions
from .engine import COUNT_LIMIT, Search
from .index import COUNTS, TABLE
from .matching import AGES_AGO, INSTANT, matching, months_between
from .text.tokens import FACET, KEYS, facet_of, facet_token

NEWEST_OF_TERM: Final = 500  # posts of a term, whose facets stand for all of them
LATEST: Final = 2_000  # posts among which the most mentioned securities are counted
FACET_VALUES: Final = 12  # of each facet except months, which are all given


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


def tokens_of(entries: str) -> str:
    """SQL for the tokens in the facets of `entries`, one a row. In the SELECT list, unnest takes
    half as long as in FROM."""
    return f"SELECT unnest(facets) AS token FROM ({entries}) entry"


FACET_BASE: Final = FACET - (1 << 32)

#: SQL for the facet and the key of a token, as `facet_of`.
OF_TOKEN: Final = f"""
    (token - {FACET_BASE}) / {KEYS} AS facet, mod(token - {FACET_BASE}, {KEYS}) AS key
"""

#: How many scheduled posts each stored count includes.
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


def summary(search: Search, conditions: Conditions) -> Summary:
    """The count of matches, up to `COUNT_LIMIT`, and their facets. For the whole archive both
    are stored. For a single term the count is stored, and the facets are those of its newest
    `NEWEST_OF_TERM` posts."""
    if not conditions.are_tokens_only or len(conditions.tokens) > 1:
        return counted(search, conditions, COUNT_LIMIT)
    if not conditions.tokens:
        return archive(search)
    [token] = conditions.tokens
    newest = counted(search, conditions, NEWEST_OF_TERM)
    return replace(newest, count=posts_of(search, token), is_capped=False)


def counted(search: Search, conditions: Conditions, limit: int) -> Summary:
    """The count of matches, up to `limit`, and the facets of those, in one walk."""
    sql, params = matching(conditions, search.contents, "facets", limit + 1)
    search.cursor.execute(
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
    (*_, count), *rows = search.cursor.fetchall()
    values = facet_values(rows)
    if count <= limit:
        return Summary(count, False, values)
    values = tuple(value for value in values if value.facet != Facet.MONTH)
    return Summary(limit, True, values + months_within(search, conditions), faceted=limit)


def months_within(search: Search, conditions: Conditions) -> tuple[FacetValue, ...]:
    """The months between the bounds that have any posts, without counts."""
    since = conditions.since or AGES_AGO
    until = min(filter(None, [conditions.until, timezone.now()]))
    first, last = (timezone.localtime(moment).date() for moment in (since, until - INSTANT))
    slugs = [
        f"{key // 100:04}-{key % 100:02}"
        for key in months_between(first, last, search.contents.calendar)
    ]
    return tuple(FacetValue(Facet.MONTH, slug, slug, None) for slug in slugs)


def posts_of(search: Search, token: int) -> int:
    """How many posts have a facet's token: the stored count less the scheduled posts."""
    facet, key = facet_of(token)
    search.cursor.execute(
        f"""
        SELECT coalesce(sum(posts), 0) - (
            SELECT count(*) FROM {TABLE} WHERE published_at > %s AND %s = ANY(facets)
        )
        FROM {COUNTS} WHERE facet = %s AND key = %s
        """,
        [timezone.now(), token, facet, key],
    )
    return int(search.cursor.fetchone()[0])


def archive(search: Search) -> Summary:
    """The summary of all posts: the stored counts less the scheduled posts."""
    search.cursor.execute(
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
    values = facet_values(search.cursor.fetchall())
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


def facet_values(rows: Sequence[tuple[int, str, str, int]]) -> tuple[FacetValue, ...]:
    values = [FacetValue(Facet(facet), name or slug, slug, n) for facet, name, slug, n in rows]
    return tuple(sorted(values, key=lambda value: (-(value.posts or 0), value.slug)))
