"""Posts about the same as another: those around it in time that share its securities and the
words of its title, each weighing the more the fewer have it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone

from ..models import Facet, Post, Security
from .index import TABLE, month_key
from .normalise import normalise
from .tokens import are_exact, covering_tokens, facet_token, title_tokens

AROUND: Final = dt.timedelta(days=20)  # before and behind, in whose months is looked
COMMON: Final = 200  # posts of a month: a word that more have says nothing
WORDS: Final = 24  # pairs of a title's characters
LEAST: Final = 0.2  # of the weight that a word has which two posts share


@dataclass(frozen=True, slots=True)
class Related:
    """A post, and the names and words that it shares."""

    post: Post
    shared: tuple[str, ...]


def related(post: Post, securities: Sequence[Security], count: int) -> list[Related]:
    """The `count` posts that share most with `post`, with what a headline shows. One query."""
    names = {facet_token(Facet.SECURITY, security.pk): str(security) for security in securities}
    title = normalise(post.title)
    pairs = [title[place : place + 2] for place in range(len(title) - 1)]
    places = {
        int(title_tokens(covering_tokens(pair))[0]): place
        for place, pair in reversed(list(enumerate(pairs[:WORDS])))
        if are_exact(pair)
    }
    keys = [*names, *places]
    days = {timezone.localtime(moment).date() for moment in (
        post.published_at, post.published_at - AROUND, post.published_at + AROUND
    )}  # fmt: skip
    months = sorted({facet_token(Facet.MONTH, month_key(day)) for day in days})
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH sharing AS (
                SELECT key, post_id, published_at, count(*) OVER (PARTITION BY key) AS posts
                FROM unnest(%s::int4[]) key
                CROSS JOIN unnest(%s::int4[]) month
                CROSS JOIN LATERAL (
                    SELECT post_id, published_at FROM {TABLE}
                    WHERE tokens @> ARRAY[key, month] LIMIT {COMMON}
                ) found
                WHERE post_id <> %s AND published_at <= %s
            )
            , likest AS (
                SELECT post_id, array_agg(key) AS keys, sum(1.0 / posts) AS weight,
                       abs(extract(epoch FROM published_at - %s)) AS distance
                FROM sharing WHERE posts < {COMMON}
                GROUP BY post_id, published_at HAVING sum(1.0 / posts) > {LEAST}
                ORDER BY weight DESC, distance, post_id LIMIT %s
            )
            SELECT keys, id, slug, title, published_at
            FROM likest JOIN articles_post post ON post.id = post_id
            ORDER BY weight DESC, distance, post_id
            """,
            [keys, months, post.pk, timezone.now(), post.published_at, count],
        )
        found = cursor.fetchall()
    return [
        Related(
            Post(id=pk, slug=slug, title=headline, published_at=published_at),
            (
                *(names[key] for key in shared if key in names),
                *words(title, sorted(places[key] for key in shared if key in places)),
            ),
        )
        for shared, pk, slug, headline, published_at in found
    ]


def words(title: str, places: Sequence[int]) -> list[str]:
    """The pieces of a title that pairs of its characters make: those that overlap are one."""
    pieces: list[tuple[int, int]] = []
    for place in places:
        if pieces and place < pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], place + 2)
        else:
            pieces.append((place, place + 2))
    return [title[start:end] for start, end in pieces]
