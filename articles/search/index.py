"""The search table, kept in step with posts by whoever writes posts, in the same transaction."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg.adapt import Dumper
from psycopg.pq import Format

from ..models import Post
from .tokens import IndexedText, index_text

TABLE = "articles_searchentry"
INDEX = "searchentry_tokens"
INDEX_WORKERS = 2  # beside the one that leads; PostgreSQL 18 builds GIN with them
BATCH = 1000
LARGE = 500  # posts: to load that many into an empty table, first do without the index


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the search table."""

    post_id: int
    published_at: dt.datetime
    source_id: int | None
    category_ids: Sequence[int]
    tag_ids: Sequence[int]
    indexed: IndexedText


class Int4Array(bytes):
    """An int4[] that is in PostgreSQL's binary form already."""


class Int4ArrayDumper(Dumper):
    format = Format.BINARY
    oid = 1007  # _int4 in pg_type.dat

    def dump(self, obj: Any) -> bytes:
        return bytes(obj)


def write(cursor: Any, entries: Iterable[Entry]) -> None:
    """Add entries for posts that have none."""
    cursor.adapters.register_dumper(Int4Array, Int4ArrayDumper)
    with cursor.copy(
        f"COPY {TABLE} (post_id, published_at, source_id, category_ids, tag_ids, text, tokens) "
        "FROM STDIN (FORMAT BINARY)"
    ) as copy:
        copy.set_types(["int8", "timestamptz", "int8", "int8[]", "int8[]", "text", "int4[]"])
        for entry in entries:
            copy.write_row((
                entry.post_id,
                entry.published_at,
                entry.source_id,
                list(entry.category_ids),
                list(entry.tag_ids),
                entry.indexed.text,
                Int4Array(entry.indexed.tokens),
            ))  # fmt: skip


def remove(cursor: Any, post_ids: Sequence[int]) -> None:
    cursor.execute(f"DELETE FROM {TABLE} WHERE post_id = ANY(%s)", [list(post_ids)])


@transaction.atomic
def update(post_ids: Sequence[int]) -> None:
    """Bring the entries of these posts in step with the posts as they are stored now."""
    with connection.cursor() as cursor:
        remove(cursor, post_ids)
        write(cursor, read_entries(post_ids))


def read_entries(post_ids: Sequence[int]) -> list[Entry]:
    posts = (
        Post.objects.filter(pk__in=post_ids, status=Post.Status.PUBLISHED)
        .defer("body_html")
        .prefetch_related("postcategory_set", "posttag_set")
    )
    return [
        Entry(
            post.pk,
            post.published_at,
            post.source_id,
            sorted(join.category_id for join in post.postcategory_set.all()),
            sorted(join.tag_id for join in post.posttag_set.all()),
            index_text(post.title, post.digest, post.body_text),
        )
        for post in posts
    ]


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
    """Build the index if it is not there, and give the planner fresh statistics."""
    with connection.cursor() as cursor:
        if not has_index():
            # PostgreSQL counts workers by the table's size, most of which is out of line here.
            cursor.execute(f"ALTER TABLE {TABLE} SET (parallel_workers = {INDEX_WORKERS})")
            cursor.execute(f"CREATE INDEX {INDEX} ON {TABLE} USING gin (tokens)")
            cursor.execute(f"ALTER TABLE {TABLE} RESET (parallel_workers)")
            cursor.execute(f"ANALYZE {TABLE}")


def rebuild(on_batch: Callable[[int], None] = lambda count: None) -> None:
    """Make every entry anew, in batches, each in step when its transaction ends."""
    last = 0
    while ids := list(
        Post.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        update(ids)
        last = ids[-1]
        on_batch(len(ids))
