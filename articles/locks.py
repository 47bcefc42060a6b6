"""Whose turn it is, by PostgreSQL's advisory locks: each number here is a lock of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import OperationalError, connection, transaction

WRITER = 0x6E657773  # "news": any number, the same for every writer
IMPORT = WRITER + 1
BULK_CHANGE = WRITER + 2
PUBLISHING = WRITER + 3


def take_turn() -> None:
    """Wait until nobody else writes many posts; the others wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER])


def take_turn_within(seconds: int, kind: int) -> bool:
    """Wait until no other transaction is there for the same; the others wait until this one ends.
    False: it takes longer."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds}s"])
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [kind])
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                return False
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    return True


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
