"""What each day told: its titles, the stories of its posts, and the securities that these name.

To read a month of it from search entries and stories takes ten times as long as a page may. So it
is kept for days that are over. Whoever writes an entry or a story forgets the days of those posts
in the same transaction, and the worker keeps them anew.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import compress, takewhile
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import transaction
from django.utils import timezone

from ..database import read_connection, write_connection
from ..days import end_of, local, start_of
from ..models import DayTold, Facet
from .text.tokens import KEYS, facet_token

TABLE: Final = "articles_searchentry"
COUNTS: Final = "articles_facetcount"
ARCHIVE_VERSION: Final = "articles_edition"
KEPT: Final = "articles_daytold"

#: A post: its key, that of the first of its story, whether it comes first there itself, and how
#: many securities it names.
POST: Final = np.dtype([("post", "<i8"), ("story", "<i8"), ("is_first", "?"), ("named", "<u2")])
SECURITY: Final = np.dtype("<i4")
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


class Told(NamedTuple):
    """What a day told. `titles`, normalised, a line each, and `posts` (`POST`) are in the order of
    time; `securities` are the keys of those that the first post names, then of those that the next
    one names."""

    titles: str
    posts: "np.ndarray[tuple[int], np.dtype[Any]]"
    securities: Ints

    @property
    def stories(self) -> int:
        """How many of the posts come first in their stories."""
        return int(self.posts["is_first"].sum())

    def lines(self) -> Iterator[tuple[int, int, str]]:
        """Each post: its key, its story, and its title."""
        yield from zip(
            self.posts["post"].tolist(),
            self.posts["story"].tolist(),
            self.titles.split("\n"),
            strict=True,
        )

    def first_titles(self) -> str:
        """The titles of the posts that come first in their stories, a line each."""
        first = self.posts["is_first"]
        if first.all():
            return self.titles
        return "\n".join(compress(self.titles.split("\n"), first.tolist()))

    def naming(self) -> tuple[Ints, Ints]:
        """The story and the security of each mention, by their keys."""
        return np.repeat(self.posts["story"], self.posts["named"]), self.securities

    def named_first(self) -> Ints:
        """The securities named by posts that come first in their stories."""
        named: Ints = self.securities[np.repeat(self.posts["is_first"], self.posts["named"])]
        return named


def days_told(first: dt.date, last: dt.date, most: int | None = None) -> dict[dt.date, Told]:
    """What each day from the first to the last told, if it has posts that readers see, in the order
    of time; with `most`, only the last day, and before it the newest days that together have so
    many stories. At most two queries."""
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            SELECT key, titles, posts, securities FROM (
                SELECT counted.key, titles, told.posts, securities,
                       sum(coalesce(stories, counted.posts)) FILTER (WHERE counted.key < %(last)s)
                           OVER (ORDER BY counted.key DESC)
                           - coalesce(stories, counted.posts) AS later
                FROM {COUNTS} counted
                LEFT JOIN {KEPT} told ON told.key = counted.key AND entries = counted.posts
                WHERE facet = %(day)s AND counted.posts > 0
                    AND counted.key BETWEEN %(first)s AND %(last)s
            ) day WHERE %(most)s::int IS NULL OR key = %(last)s OR later < %(most)s ORDER BY key
            """,
            {
                "day": Facet.DAY,
                "first": first.toordinal(),
                "last": last.toordinal(),
                "most": most,
            },
        )
        kept = {
            dt.date.fromordinal(key): None if titles is None else unpacked(titles, posts, named)
            for key, titles, posts, named in cursor
        }
        missing = told_on(cursor, [day for day, told in kept.items() if told is None])
    return {day: told for day in kept if (told := kept[day] or missing.get(day))}


def told_on(cursor: Any, days: Iterable[dt.date]) -> dict[dt.date, Told]:
    """What each of these days told, by search entries and stories. One query, if there are any."""
    days = sorted(days)
    if not days:
        return {}
    now = timezone.now()
    # OFFSET keeps PostgreSQL from reading the stories of the whole archive.
    cursor.execute(
        f"""
        SELECT day, entry.post_id, coalesce(first_id, entry.post_id), coalesce(place, 0) = 0, title,
               ARRAY(SELECT token FROM unnest(facets) token WHERE token BETWEEN %s AND %s)
        FROM unnest(%s::date[], %s::timestamptz[], %s::timestamptz[]) span (day, since, until)
        JOIN {TABLE} entry ON published_at >= since AND published_at < until
        LEFT JOIN LATERAL (
            SELECT first_id, place FROM articles_storypost WHERE post_id = entry.post_id OFFSET 0
        ) told ON true
        ORDER BY published_at, entry.post_id
        """,
        [
            facet_token(Facet.SECURITY, 0),
            facet_token(Facet.SECURITY, KEYS - 1),
            days,
            [start_of(day) for day in days],
            [min(end_of(day), now) for day in days],
        ],
    )
    rows: dict[dt.date, list[Any]] = {}
    for day, *row in cursor:
        rows.setdefault(day, []).append(row)
    return {day: told_by(rows[day]) for day in days if day in rows}


def told_by(rows: Iterable[Any]) -> Told:
    posts, stories, first, titles, tokens = zip(*rows, strict=True)
    securities = np.array([token for some in tokens for token in some], np.int64)
    return Told(
        # A line break in a title would make two of it.
        "\n".join(title.replace("\n", " ") for title in titles),
        np.array([*zip(posts, stories, first, map(len, tokens), strict=True)], POST),
        (securities - facet_token(Facet.SECURITY, 0)).astype(SECURITY),
    )


def unpacked(titles: str, posts: bytes, securities: bytes) -> Told:
    return Told(titles, np.frombuffer(posts, POST), np.frombuffer(securities, SECURITY))


def keep_days(most: int) -> int:
    """Keep what days told: of those that are over and not kept yet the newest, at most so many,
    until somebody changes posts. Return how many were kept. Each is a transaction of its own."""
    with write_connection().cursor() as cursor:
        cursor.execute(
            f"""
            SELECT counted.key FROM {COUNTS} counted
            LEFT JOIN {KEPT} told ON told.key = counted.key AND entries = counted.posts
            WHERE facet = %s AND counted.key < %s AND counted.posts > 0 AND told.key IS NULL
            ORDER BY counted.key DESC LIMIT %s
            """,
            [Facet.DAY, timezone.localdate().toordinal(), most],
        )
        days = [dt.date.fromordinal(key) for (key,) in cursor]
    return sum(1 for _ in takewhile(bool, (keep(day, wait=False) for day in days)))


def keep(day: dt.date, *, wait: bool = True) -> bool:
    """Keep what a day told. If somebody is changing posts, and this is not to `wait`, it keeps
    nothing. Return whether it could."""
    with locked(wait=wait) as cursor:
        if cursor is None:
            return False
        told = told_on(cursor, [day]).get(day)
        forget(cursor, [day])
        if told:
            DayTold.objects.using(write_connection().alias).create(
                key=day.toordinal(),
                entries=len(told.posts),
                stories=told.stories,
                titles=told.titles,
                posts=told.posts.tobytes(),
                securities=told.securities.tobytes(),
            )
    return True


@contextmanager
def locked(*, wait: bool = True) -> Iterator[Any]:
    """A cursor in a transaction during which no post changes; None if one does, and this is not to
    `wait`. Whoever changes posts holds the row of the version to the end of the transaction. So
    what is kept is what the posts were changed to, and the next change forgets it."""
    with transaction.atomic(using=write_connection().alias), write_connection().cursor() as cursor:
        cursor.execute(
            f"SELECT number FROM {ARCHIVE_VERSION} FOR UPDATE {'' if wait else 'SKIP LOCKED'}"
        )
        yield cursor if cursor.fetchone() or wait else None


def forget(cursor: Any, days: Iterable[dt.date]) -> None:
    """Call it when what these days told is not what it was."""
    if keys := [day.toordinal() for day in {*days}]:
        cursor.execute(f"DELETE FROM {KEPT} WHERE key = ANY(%s)", [keys])


def forget_days_of(cursor: Any, post_ids: Iterable[int]) -> None:
    """Call it when the stories of these posts are not what they were."""
    cursor.execute(f"SELECT published_at FROM {TABLE} WHERE post_id = ANY(%s)", [list(post_ids)])
    forget(cursor, [local(when).date() for (when,) in cursor.fetchall()])


def wrong_days() -> Iterator[dt.date]:
    """The days for which something other than what they told is kept."""
    kept = DayTold.objects.using(write_connection().alias)
    for key in [*kept.order_by("key").values_list("key", flat=True)]:
        day = dt.date.fromordinal(key)
        with locked() as cursor:
            row = kept.filter(key=key).first()
            told = told_on(cursor, [day]).get(day)
        if row and not (
            told
            and (row.entries, row.stories) == (len(told.posts), told.stories)
            and row.titles == told.titles
            and bytes(row.posts) == told.posts.tobytes()
            and bytes(row.securities) == told.securities.tobytes()
        ):
            yield day
