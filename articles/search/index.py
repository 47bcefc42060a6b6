"""The search table, kept in step with posts by whoever writes posts, in the same transaction.

Drafts and hidden posts have a table of their own, which editors search and nothing counts.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from psycopg.adapt import Dumper
from psycopg.pq import Format

from .. import locks
from ..models import (
    ArchiveVersion,
    Facet,
    Post,
    PostQuerySet,
)
from .text.tokens import (
    IndexedText,
    facet_of,
    facet_token,
    index_text,
    int4_array,
)
from .text.vocabulary import FINGERPRINT

TABLE = "articles_searchentry"
UNPUBLISHED = "articles_unpublishedentry"
COUNTS = "articles_facetcount"
ARCHIVE_VERSION = "articles_edition"
INDEX = "searchentry_tokens"
INDEX_WORKERS = 2  # beside the one that leads; PostgreSQL 18 builds GIN with them
BATCH = 250  # posts: whoever saves one of them meanwhile waits for less than a second
LARGE = 500  # posts: to load that many into an empty table, first do without the index


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of one of the search tables."""

    post_id: int
    published_at: dt.datetime
    joins: Sequence[tuple[Facet, int]]  # its source, categories, tags and securities, by id
    indexed: IndexedText
    is_published: bool = True
    facets: list[int] = field(init=False)
    counted: list[int] = field(init=False)

    def __post_init__(self) -> None:
        day = timezone.localtime(self.published_at).date()
        facets = [facet_token(Facet.MONTH, month_key(day))]  # which engine.posts_by_month counts
        facets += [facet_token(facet, key) for facet, key in self.joins]
        object.__setattr__(self, "facets", facets)
        object.__setattr__(self, "counted", [*facets, *year_and_day(day)])


def year_and_day(day: dt.date) -> tuple[int, int]:
    return facet_token(Facet.YEAR, day.year), facet_token(Facet.DAY, day.toordinal())


def month_key(day: dt.date) -> int:
    return day.year * 100 + day.month


class Int4Array(bytes):
    """An int4[] that is in PostgreSQL's binary form already."""


class Int4ArrayDumper(Dumper):
    format = Format.BINARY
    oid = 1007  # _int4 in pg_type.dat

    def dump(self, obj: Any) -> bytes:
        return bytes(obj)


def replace(cursor: Any, post_ids: Sequence[int], entries: Sequence[Entry]) -> None:
    """Put `entries` in the place of those that these posts have."""
    published = [entry for entry in entries if entry.is_published]
    counts = Counter(token for entry in published for token in entry.counted)
    cursor.execute(
        f"""
        WITH gone AS (
            DELETE FROM {TABLE} WHERE post_id = ANY(%s) RETURNING facets, published_at
        )
        SELECT facets, published_at FROM gone
        """,
        [list(post_ids)],
    )
    for facets, published_at in cursor:
        day = timezone.localtime(published_at).date()
        counts.subtract([*facets, *year_and_day(day)])
    cursor.execute(f"DELETE FROM {UNPUBLISHED} WHERE post_id = ANY(%s)", [list(post_ids)])
    write(cursor, TABLE, published)
    write(cursor, UNPUBLISHED, [entry for entry in entries if not entry.is_published])
    add_counts(cursor, counts)
    ArchiveVersion.objects.advance(vocabulary=FINGERPRINT)


def write(cursor: Any, table: str, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    cursor.adapters.register_dumper(Int4Array, Int4ArrayDumper)
    with cursor.copy(
        f"COPY {table} (post_id, published_at, facets, title, text, tokens) "
        "FROM STDIN (FORMAT BINARY)"
    ) as copy:
        copy.set_types(["int8", "timestamptz", "int4[]", "text", "text", "int4[]"])
        for entry in entries:
            copy.write_row((
                entry.post_id,
                entry.published_at,
                Int4Array(int4_array(b"", entry.facets)),
                entry.indexed.title,
                entry.indexed.text,
                Int4Array(int4_array(entry.indexed.tokens, entry.counted)),
            ))  # fmt: skip


def add_counts(cursor: Any, counts: Counter[int]) -> None:
    """Add to the counts of facets, always in the same order, so that two writers that wait for
    each other's cannot both wait."""
    changed = sorted((*facet_of(token), more) for token, more in counts.items() if more)
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


@transaction.atomic
def update(post_ids: Sequence[int]) -> None:
    """Bring the entries of these posts in step with the posts as they are stored now."""
    with connection.cursor() as cursor:
        # Where the list of what is to be merged is full, an editor waits for 0.2 s, and not for 2.
        cursor.execute("SET LOCAL gin_pending_list_limit = '1MB'")
        replace(cursor, post_ids, read_entries(post_ids))


@transaction.atomic
def remove(post_ids: Sequence[int]) -> None:
    """Take posts that are about to be deleted out of search."""
    with connection.cursor() as cursor:
        replace(cursor, post_ids, [])


def read_entries(post_ids: Sequence[int]) -> list[Entry]:
    posts = (
        Post.objects.filter(pk__in=post_ids)
        .defer("body_html")
        .prefetch_related("postcategory_set", "posttag_set", "mention_set")
        .order_by("pk")
    )
    return [
        Entry(
            post.pk,
            post.published_at,
            list(joins_of(post)),
            index_text(post.title, post.digest, post.body_text),
            post.status == Post.Status.PUBLISHED,
        )
        for post in posts
    ]


def joins_of(post: Post) -> Iterator[tuple[Facet, int]]:
    if post.source_id is not None:
        yield Facet.SOURCE, post.source_id
    yield from ((Facet.CATEGORY, join.category_id) for join in post.postcategory_set.all())
    yield from ((Facet.TAG, join.tag_id) for join in post.posttag_set.all())
    yield from ((Facet.SECURITY, join.security_id) for join in post.mention_set.all())


def has_index() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [INDEX])
        return bool(cursor.fetchone()[0])


def prepare_load() -> None:
    """Drop the index if nothing is indexed, for building it behind a large load costs a third.

    The caller calls `finish_load` in the end; if it was killed before, the next one's does.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {TABLE})")
        if not cursor.fetchone()[0]:
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")


def finish_load() -> None:
    """Build the index if it is not there, and give the planner fresh statistics. Else merge into
    it what PostgreSQL keeps in a list until it is much, for every search reads that: up to 4 MB,
    with which a rare word takes 4 ms and not 1."""
    with connection.cursor() as cursor:
        if has_index():
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [INDEX])
            return
        # PostgreSQL counts workers by the table's size, most of which is out of line here.
        cursor.execute(f"ALTER TABLE {TABLE} SET (parallel_workers = {INDEX_WORKERS})")
        cursor.execute(f"CREATE INDEX {INDEX} ON {TABLE} USING gin (tokens)")
        cursor.execute(f"ALTER TABLE {TABLE} RESET (parallel_workers)")
        cursor.execute(f"ANALYZE {TABLE}")


def rebuild(on_batch: Callable[[int], None] = lambda count: None) -> None:
    """Make anew every entry that is not in step, in batches, each of which is so when its
    transaction ends; then the counts of facets. Search answers all the while, and what was done
    before an interruption is not done again."""
    prepare_load()
    for ids in batches(Post.objects.all()):
        renew(ids)
        on_batch(len(ids))
    finish_load()
    ArchiveVersion.objects.update(vocabulary=FINGERPRINT)
    recount()


@transaction.atomic
def renew(post_ids: Sequence[int]) -> None:
    """Make anew those entries of these posts that are not in step."""
    hold(post_ids)
    entries = read_entries(post_ids)
    wrong = differences(post_ids, entries)
    if wrong:
        with connection.cursor() as cursor:
            replace(cursor, list(wrong), [entry for entry in entries if entry.post_id in wrong])


def hold(post_ids: Sequence[int]) -> None:
    """Until this transaction ends, let nobody else write these posts."""
    locks.take_turn()
    list(Post.objects.select_for_update().filter(pk__in=post_ids).order_by("pk").values_list("pk"))


@transaction.atomic
def recount() -> None:
    """Put right the counts of facets."""
    with connection.cursor() as cursor:
        # Writers wait, so that none adds to what is being counted.
        cursor.execute(f"LOCK TABLE {COUNTS} IN SHARE ROW EXCLUSIVE MODE")
        counts = count_entries(cursor)
        counts.subtract(stored_counts(cursor))
        add_counts(cursor, counts)


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


def stored_counts(cursor: Any) -> Counter[int]:
    cursor.execute(f"SELECT facet, key, posts FROM {COUNTS} WHERE posts <> 0")
    return Counter({facet_token(facet, key): posts for facet, key, posts in cursor})


def check(on_batch: Callable[[int], None] = lambda count: None) -> Iterator[str]:
    """Every difference between the search table and the posts as they are stored, in words."""
    for ids in batches(Post.objects.all()):
        if found := differences(ids, read_entries(ids)):
            suspects = list(found)
            with transaction.atomic():  # a post may have been edited between the two looks at it
                hold(suspects)
                found = differences(suspects, read_entries(suspects))
            yield from found.values()
        on_batch(len(ids))
    with connection.cursor() as cursor:
        counts = count_entries(cursor)
        counts.subtract(stored_counts(cursor))
    for token, more in counts.items():
        if more:
            facet, key = facet_of(token)
            yield f"count of {Facet(facet).name.lower()} {key}: off by {-more:+}"
    if not ArchiveVersion.objects.filter(vocabulary=FINGERPRINT).exists():
        yield "vocabulary: another one, so frequent words are looked for in texts"


def differences(post_ids: Sequence[int], entries: Sequence[Entry]) -> dict[int, str]:
    """What is wrong with the stored entries of these posts, by post; `entries` are those that they
    should have."""
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
    with connection.cursor() as cursor:
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
    # Of a post that is in the wrong table, that is what is said.
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


def batches(posts: PostQuerySet) -> Iterator[list[int]]:
    """The ids of posts, `BATCH` at a time."""
    last = 0
    while ids := list(
        posts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield ids
        last = ids[-1]
