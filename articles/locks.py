"""Whose turn it is, by PostgreSQL's advisory locks: each number here is a lock of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

WRITER = 0x6E657773  # "news": any number, the same for every writer
IMPORT = WRITER + 1
BULK_CHANGE = WRITER + 2


def take_turn() -> None:
    """Wait until nobody else writes many posts; the others wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER])


@contextmanager
def alone(kind: int, key: int) -> Iterator[bool]:
    """While inside, no other connection is there for the same; False: one was there first. The
    lock ends with the connection, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [kind, key])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, key])


def taken(kind: int) -> set[int]:
    """The keys for which some connection is inside `alone`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT objid::int8 FROM pg_locks
            WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            [kind],
        )
        return {key for (key,) in cursor}
