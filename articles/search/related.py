"""The way on from a post: the next ones of a category, and related ones.

Related posts appeared around the same time and name the same securities, or have a similar title.
What few posts share weighs more than what many do.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from django.utils import timezone

from ..database import read_connection
from ..models import Category, Facet, Post, Security
from ..prepared import prepared
from .index import COUNTS, TABLE
from .text.normalise import normalise
from .text.tokens import facet_token, title_pairs

MAX_DAYS: Final = 15  # before the post, and as many after it
MAX_POSTS: Final = 5_000  # that the days searched may have, not counting the post's own day
COMMON: Final = 100  # tokens shared by this many posts are ignored
MAX_PAIRS: Final = 24  # pairs of characters of a title
BEYOND_BMP: Final = re.compile("[\U00010000-\U0010ffff]")
MIN_WEIGHT: Final = 0.2  # if what only one other post shares weighs 1
CANDIDATES: Final = 6  # for each post that is shown: most share a word and nothing else
SIMILAR: Final = 0.5  # from which titles are: shared pairs of characters, of those that each has


@dataclass(frozen=True, slots=True)
class Related:
    """A post, and the names of the securities that it shares; if there are none, its title is
    similar."""

    post: Post
    names: tuple[str, ...]


def related(post: Post, securities: Sequence[Security], count: int) -> list[Related]:
    """The `count` posts most related to `post`, with the fields of a headline. One query."""
    names = {facet_token(Facet.SECURITY, security.pk): str(security) for security in securities}
    pairs = title_pairs(BEYOND_BMP.sub(" ", normalise(post.title)), MAX_PAIRS)
    day = timezone.localtime(post.published_at).date().toordinal()
    with prepared(read_connection()) as cursor:
        cursor.execute(
            f"""
            WITH around AS (
                SELECT array_agg({facet_token(Facet.DAY, 0)} + key) AS days
                FROM (
                    SELECT key, sum(posts) OVER (ORDER BY abs(key - %(day)s), key) AS posts
                    FROM {COUNTS}
                    WHERE facet = {Facet.DAY:d} AND key BETWEEN %(day)s - {MAX_DAYS}
                                                            AND %(day)s + {MAX_DAYS}
                ) near
                WHERE posts <= {MAX_POSTS} OR key = %(day)s
            ),
            sharing AS (
                SELECT key, post_id, published_at, count(*) OVER (PARTITION BY key) AS posts
                FROM around
                CROSS JOIN unnest(%(keys)s::int4[]) key
                CROSS JOIN LATERAL (
                    SELECT post_id, published_at FROM {TABLE}
                    WHERE tokens @> ARRAY[key] AND tokens && days LIMIT {COMMON}
                ) found
                WHERE post_id <> %(post)s AND published_at <= %(now)s
            ),
            closest AS (
                SELECT post_id, array_agg(key) AS keys, sum(1.0 / posts) AS weight,
                       abs(extract(epoch FROM published_at - %(published_at)s)) AS distance
                FROM sharing WHERE posts < {COMMON}
                GROUP BY post_id, published_at HAVING sum(1.0 / posts) > {MIN_WEIGHT}
                ORDER BY weight DESC, distance, post_id LIMIT %(count)s
            )
            SELECT keys, id, slug, title, published_at
            FROM closest JOIN articles_post post ON post.id = post_id
            ORDER BY weight DESC, distance, post_id
            """,
            {
                "day": day,
                "keys": [*names, *pairs],
                "post": post.pk,
                "now": timezone.now(),
                "published_at": post.published_at,
                "count": count * CANDIDATES,
            },
        )
        found = cursor.fetchall()
    title = pairs_of(post.title)
    alike = (
        Related(Post(id=pk, slug=slug, title=headline, published_at=published_at), shared)
        for keys, pk, slug, headline, published_at in found
        if (shared := tuple(dict.fromkeys(names[key] for key in keys if key in names)))
        or are_similar(title, pairs_of(headline))
    )
    return list(islice(alike, count))


def pairs_of(title: str) -> set[str]:
    """The first `MAX_PAIRS` pairs of letters and digits of a title."""
    pairs = map("".join, pairwise(normalise(title)))
    return set(islice(filter(str.isalnum, pairs), MAX_PAIRS))


def are_similar(one: set[str], other: set[str]) -> bool:
    """Whether titles are similar, by their pairs (Dice's coefficient)."""
    return 2 * len(one & other) >= SIMILAR * (len(one) + len(other)) > 0


def beside(post: Post, category: Category) -> dict[str, Post]:
    """The next `newer` and the next `older` post of a category, if there is one, with the fields of
    a headline. One query."""
    next_post = """
        SELECT '{side}', post.id, slug, title, post.published_at
        FROM articles_postcategory joins JOIN articles_post post ON post.id = post_id
        WHERE category_id = %(category)s AND status = 'published'
            AND joins.published_at <= %(now)s
            AND (joins.published_at, post_id) {sign} (%(published_at)s, %(post)s)
        ORDER BY joins.published_at {order}, post_id {order} LIMIT 1
    """
    newer = next_post.format(side="newer", sign=">", order="ASC")
    older = next_post.format(side="older", sign="<", order="DESC")
    with prepared(read_connection()) as cursor:
        cursor.execute(
            f"({newer}) UNION ALL ({older})",
            {
                "category": category.pk,
                "now": timezone.now(),
                "published_at": post.published_at,
                "post": post.pk,
            },
        )
        return {
            side: Post(id=pk, slug=slug, title=title, published_at=published_at)
            for side, pk, slug, title, published_at in cursor
        }
