"""Posts → the search tables and the facet counts. `articles.changes` calls this for whoever
writes posts.

Drafts and hidden posts have a table of their own, which editors search and which is not counted.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Prefetch
from django.utils import timezone
from psycopg.adapt import Dumper
from psycopg.pq import Format

from ..database import write_connection
from ..days import local
from ..models import Facet, Post
from ..terms import JOINED, TERMS
from .days_told import forget
from .text.tokens import (
    KEYS,
    IndexedText,
    facet_of,
    facet_token,
    index_text,
    int4_array,
)

TABLE: Final = "articles_searchentry"
UNPUBLISHED: Final = "articles_unpublishedentry"
COUNTS: Final = "articles_facetcount"
MENTIONS: Final = "articles_mention"
ARCHIVE_VERSION: Final = "articles_edition"
INDEX: Final = "searchentry_tokens"
INDEX_WORKERS: Final = 2  # besides the leader; PostgreSQL 18 builds GIN indexes in parallel
#: The kinds of term in the order of their tokens in an entry; also used for entries that an
#: import makes.
IN_FACET_ORDER: Final = sorted(TERMS, key=attrgetter("facet"))
FACETS: Final = frozenset(Facet.values)
LARGE: Final = 500  # posts: an empty table that gets this many is indexed after they are loaded


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of one of the search tables."""

    post_id: int
    published_at: dt.datetime
    terms: Sequence[tuple[Facet, int]]  # by their primary keys
    indexed: IndexedText
    is_published: bool = True
    facets: list[int] = field(init=False)
    counted: list[int] = field(init=False)

    def __post_init__(self) -> None:
        day = timezone.localtime(self.published_at).date()
        facets = [facet_token(Facet.MONTH, month_key(day))]  # which posts_by_month counts
        facets += [facet_token(facet, key) for facet, key in self.terms]
        object.__setattr__(self, "facets", facets)
        object.__setattr__(self, "counted", [*facets, *year_and_day(day)])


def year_and_day(day: dt.date) -> tuple[int, int]:
    return facet_token(Facet.YEAR, day.year), facet_token(Facet.DAY, day.toordinal())


def month_key(day: dt.date) -> int:
    return day.year * 100 + day.month


class Replaced(NamedTuple):
    """What a replacement of entries concerns: the tokens of all facets that published ones had or
    have; and the ids of the posts whose former entry readers saw."""

    facets: set[int]
    seen: set[int]


class Int4Array(bytes):
    """An int4[] in PostgreSQL's binary form."""


class Int4ArrayDumper(Dumper):
    format = Format.BINARY
    oid = 1007  # _int4 in pg_type.dat

    def dump(self, obj: Any) -> bytes:
        return bytes(obj)


#: PostgreSQL merges the pending list into the index when it is full: at this size an editor waits
#: 0.2 s for that, at the default one 2 s.
MERGE_EARLY: Final = "SET LOCAL gin_pending_list_limit = '1MB'"


def update(post_ids: Sequence[int]) -> tuple[list[EntryRow], Replaced]:
    """Replace the entries of these posts by new ones, made from the posts as stored. Returns those,
    and what `replace` returns."""
    with write_connection().cursor() as cursor:
        cursor.execute(MERGE_EARLY)
    entries = read_entries(post_ids)
    return entries, replace(post_ids, entries)


def update_securities(post_ids: Sequence[int]) -> tuple[set[int], list[int]]:
    """Bring up to date the securities in the entries of these posts, of which nothing else has
    changed: a tenth of the work of `update`, since no text is read or written. Returns the tokens
    of all facets that published entries had or have; and the ids of the posts that now have other
    securities, or the same ones in another order."""
    first, last = (facet_token(Facet.SECURITY, key) for key in (0, KEYS - 1))
    others = f"ARRAY(SELECT token FROM unnest(%s) token WHERE token NOT BETWEEN {first} AND {last})"
    counts: Counter[int] = Counter()
    days: set[dt.date] = set()
    differing: list[int] = []
    with write_connection().cursor() as cursor:
        cursor.execute(MERGE_EARLY)
        for table in (TABLE, UNPUBLISHED):
            cursor.execute(
                f"""
                UPDATE {table} entry
                SET facets = {others % "entry.facets"} || named.tokens,
                    tokens = {others % "entry.tokens"} || named.tokens
                FROM (SELECT post_id, facets FROM {table} WHERE post_id = ANY(%s)) before
                CROSS JOIN LATERAL (
                    SELECT ARRAY(
                        SELECT ({first} + security_id)::int4 FROM {MENTIONS} mention
                        WHERE mention.post_id = before.post_id ORDER BY position
                    ) AS tokens
                ) named
                WHERE entry.post_id = before.post_id
                RETURNING before.facets, entry.facets, entry.published_at, entry.post_id,
                    named.tokens <> ARRAY(
                        SELECT token FROM unnest(before.facets) WITH ORDINALITY had (token, place)
                        WHERE token BETWEEN {first} AND {last} ORDER BY place
                    )
                """,
                [list(post_ids)],
            )
            if table == TABLE:
                for facets_before, facets, published_at, post_id, differs in cursor:
                    counts.update(facets)
                    counts.subtract(facets_before)
                    days.add(local(published_at).date())
                    if differs:
                        differing.append(post_id)
        add_counts(cursor, counts)
        forget(cursor, days)
    return {*counts}, differing


def replace(post_ids: Sequence[int], entries: Sequence[EntryRow]) -> Replaced:
    """Delete the entries of these posts, write `entries` instead, and count what that changes."""
    published = [entry for entry in entries if entry.is_published]
    counts = Counter(token for entry in published for token in entry.counted)
    days = {local(entry.published_at).date() for entry in published}
    seen = set()
    now = timezone.now()
    with write_connection().cursor() as cursor:
        cursor.execute(
            f"""
            WITH deleted AS (
                DELETE FROM {TABLE} WHERE post_id = ANY(%s) RETURNING post_id, facets, published_at
            )
            SELECT post_id, facets, published_at FROM deleted
            """,
            [list(post_ids)],
        )
        for post_id, facets, published_at in cursor:
            if published_at <= now:
                seen.add(post_id)
            day = local(published_at).date()
            counts.subtract([*facets, *year_and_day(day)])
            days.add(day)
        cursor.execute(f"DELETE FROM {UNPUBLISHED} WHERE post_id = ANY(%s)", [list(post_ids)])
        write(cursor, TABLE, published)
        write(cursor, UNPUBLISHED, [entry for entry in entries if not entry.is_published])
        add_counts(cursor, counts)
        forget(cursor, days)
    return Replaced({*counts}, seen)


def write(cursor: Any, table: str, entries: Sequence[EntryRow]) -> None:
    if not entries:
        return
    cursor.adapters.register_dumper(Int4Array, Int4ArrayDumper)
    with cursor.copy(
        f"COPY {table} (post_id, published_at, facets, title, text, tokens) "
        "FROM STDIN (FORMAT BINARY)"
    ) as copy:
        copy.set_types(["int8", "timestamptz", "int4[]", "text", "text", "int4[]"])
        for entry in entries:
            copy.write_row(
                (
                    entry.post_id,
                    entry.published_at,
                    Int4Array(int4_array(b"", entry.facets)),
                    entry.indexed.title,
                    entry.indexed.text,
                    Int4Array(int4_array(entry.indexed.tokens, entry.counted)),
                )
            )


def add_counts(cursor: Any, counts: Counter[int]) -> None:
    """Add to the facet counts, always in the same order: two writers cannot deadlock."""
    add_to_values(cursor, by_value(counts))


def by_value(counts: Counter[int]) -> Counter[tuple[int, int]]:
    """The counts of tokens as those of facets and keys. A token of no facet, which a damaged entry
    may have, is not counted."""
    values = {facet_of(token): number for token, number in counts.items()}
    return Counter({value: number for value, number in values.items() if value[0] in FACETS})


def add_to_values(cursor: Any, counts: Counter[tuple[int, int]]) -> None:
    changed = sorted((*value, more) for value, more in counts.items() if more)
    if changed:
        facets, keys, posts = zip(*changed, strict=True)
        cursor.execute(
            f"""
            INSERT INTO {COUNTS} AS stored (facet, key, posts)
            SELECT * FROM unnest(%s::int2[], %s::int4[], %s::int4[])
            ON CONFLICT (facet, key) DO UPDATE SET posts = stored.posts + excluded.posts
            """,
            [list(facets), list(keys), list(posts)],
        )


def read_entries(post_ids: Sequence[int]) -> list[EntryRow]:
    """The entries that these posts, as stored, should have."""
    alias = write_connection().alias
    joins = [Prefetch(kind.join_set, kind.join.objects.using(alias)) for kind in JOINED]
    posts = Post.objects.using(alias).filter(pk__in=post_ids).defer("body_html").order_by("pk")
    return [
        EntryRow(
            post.pk,
            post.published_at,
            list(terms_of(post)),
            index_text(post.title, post.digest, post.body_text),
            post.status == Post.Status.PUBLISHED,
        )
        for post in posts.prefetch_related(*joins)
    ]


def terms_of(post: Post) -> Iterator[tuple[Facet, int]]:
    """The terms of a post, those that are not there included. A key that is too large for a token
    is left out: only a damaged archive has one."""
    for kind in IN_FACET_ORDER:
        if kind.join is not None:
            keys = [getattr(join, f"{kind.name}_id") for join in getattr(post, kind.join_set).all()]
        else:
            keys = [getattr(post, f"{kind.field}_id")]
        yield from ((kind.facet, key) for key in keys if key is not None and 0 <= key < KEYS)


def has_table(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
        return bool(cursor.fetchone()[0])


def has_index(connection: BaseDatabaseWrapper) -> bool:
    """Whether searches use it. One whose building was interrupted is there, but not valid."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_index WHERE indexrelid = to_regclass(%s)
                AND indrelid = to_regclass(%s) AND indisvalid
            )
            """,
            [INDEX, TABLE],
        )
        return bool(cursor.fetchone()[0])


def prepare_load() -> None:
    """Drop the index if the table is empty: building it after a large load takes a third of the
    time. The caller calls `finish_load` at the end; if it is killed before, the next load does."""
    with write_connection().cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {TABLE})")
        if not cursor.fetchone()[0]:
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")


def finish_load() -> None:
    """Build the index if it is not there or not valid, and give the planner fresh statistics.
    Otherwise merge the index's pending list, up to 4 MB that every search has to read: with it,
    finding a rare word takes 4 ms instead of 1."""
    connection = write_connection()
    with connection.cursor() as cursor:
        if has_index(connection):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [INDEX])
            return
        # PostgreSQL chooses the number of workers by the size of the table itself, but most of this
        # one's data is stored out of line.
        cursor.execute(f"ALTER TABLE {TABLE} SET (parallel_workers = {INDEX_WORKERS})")
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
        cursor.execute(f"CREATE INDEX {INDEX} ON {TABLE} USING gin (tokens)")
        cursor.execute(f"ALTER TABLE {TABLE} RESET (parallel_workers)")
        cursor.execute(f"ANALYZE {TABLE}")


def recount() -> bool:
    """Correct the facet counts. Return whether any was wrong."""
    connection = write_connection()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # Writers wait, so that none of them changes what is being counted.
        cursor.execute(f"LOCK TABLE {COUNTS} IN SHARE ROW EXCLUSIVE MODE")
        counts = missing_counts(cursor)
        add_to_values(cursor, counts)
    return any(counts.values())


def wrong_counts() -> Iterator[tuple[int, int, int]]:
    """Each facet and key with a wrong count, and how many posts the count lacks: negative if the
    count is too high. A damaged row may name a facet that does not exist."""
    with write_connection().cursor() as cursor:
        counts = missing_counts(cursor)
    for value, missing in counts.items():
        if missing:
            yield (*value, missing)


def missing_counts(cursor: Any) -> Counter[tuple[int, int]]:
    counts = by_value(count_entries(cursor))
    cursor.execute(f"SELECT facet, key, posts FROM {COUNTS} WHERE posts <> 0")
    counts.subtract({(facet, key): posts for facet, key, posts in cursor})
    return counts


def count_entries(cursor: Any) -> Counter[int]:
    """How many entries have each facet, by its token."""
    cursor.execute(f"SELECT token, count(*) FROM {TABLE}, unnest(facets) token GROUP BY token")
    counts = Counter(dict(cursor.fetchall()))
    cursor.execute(
        f"SELECT (published_at AT TIME ZONE %s)::date AS day, count(*) FROM {TABLE} GROUP BY day",
        [timezone.get_default_timezone_name()],
    )
    for day, posts in cursor:
        for token in year_and_day(day):
            counts[token] += posts
    return counts


def differences(post_ids: Sequence[int], entries: Sequence[EntryRow]) -> dict[int, str]:
    """What is wrong with the stored entries of these posts, in words, by post. `entries` are those
    that they should have."""
    wanted = {
        (entry.post_id, entry.is_published): (
            entry.published_at,
            sorted(entry.facets),
            entry.indexed.title,
            entry.indexed.text,
            sorted([*np.frombuffer(entry.indexed.tokens, np.int32).tolist(), *entry.counted]),
        )
        for entry in entries
    }
    with write_connection().cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT post_id, {is_published}, published_at, facets, title, text, tokens "
                f"FROM {table} WHERE post_id = ANY(%(ids)s)"
                for table, is_published in ((TABLE, True), (UNPUBLISHED, False))
            ),
            {"ids": list(post_ids)},
        )
        stored = {
            (pk, is_published): (published_at, sorted(facets), title, text, sorted(tokens))
            for pk, is_published, published_at, facets, title, text, tokens in cursor
        }
    found = {}
    # A post in the wrong table is said to be there, rather than to be missing from the right one.
    for key in sorted(wanted.keys() | stored.keys(), key=lambda key: (key[0], key not in wanted)):
        pk, is_published = key
        if key not in stored:
            found[pk] = f"post {pk}: not indexed"
        elif key not in wanted:
            state = "published" if is_published else "unpublished"
            found[pk] = f"post {pk}: indexed as {state}, which it is not"
        elif stored[key] != wanted[key]:
            columns = ("published_at", "facets", "title", "text", "tokens")
            pairs = zip(columns, stored[key], wanted[key], strict=True)
            differ = [column for column, is_, should in pairs if is_ != should]
            found[pk] = f"post {pk}: {', '.join(differ)} out of date"
    return found
