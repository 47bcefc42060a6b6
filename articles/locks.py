"""Who may work on what at a time, by PostgreSQL's advisory locks. Each number here is a lock."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction

WRITER = 0x6E657773  # "news", any number: of whoever writes many posts
IMPORT = WRITER + 1
BULK_CHANGE = WRITER + 2
PUBLISHING = WRITER + 3


def take_turn(
    kind: int = WRITER, *, using: str = DEFAULT_DB_ALIAS, within: int | None = None
) -> bool:
    """Wait until no other transaction has this turn. The others wait until this transaction, which
    is on the connection `using`, ends.

    With `within`, wait for that many seconds at most. Returns False if the turn was not free in
    time.
    """
    with connections[using].cursor() as cursor:
        if within is None:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [kind])
            return True
        try:
            with transaction.atomic(using=using):
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{within}s"])
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [kind])
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                return False
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    return True


@contextmanager
def exclusive(kind: int, key: int) -> Iterator[bool]:
    """Hold a lock for `key` while inside; False: another connection holds it. The lock ends with
    the connection, however that ends."""
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
    """The keys for which some connection holds a lock of this kind."""
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
