"""PostgreSQL's advisory locks, by which writers take turns. Each number here is a lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, transaction
from django.db.backends.signals import connection_created

from .database import lead_to_one, write_connection
from .outages import POOLER, in_a_line

WRITER = 0x6E657773  # of whoever writes many posts; the number is "news"
IMPORT = WRITER + 1
BULK_CHANGE = WRITER + 2
PUBLISHING = WRITER + 3
MAINTENANCE = WRITER + 4
APPEARING = WRITER + 5

TWO_ARCHIVES = (
    "DATABASE_SESSION_URL leads to another server or database than DATABASE_URL: set both to the "
    "same one, of the primary (docs/settings.md)."
)
NOT_COMPARED = "DATABASE_URL and DATABASE_SESSION_URL have to be compared first"
NO_SESSION = f"This needs a connection to PostgreSQL of its own. {POOLER}"


def take_turn(kind: int = WRITER, *, within: int | None = None) -> bool:
    """Wait until no other transaction has this turn. The others wait until this one, on the
    connection for writing, ends.

    With `within`, wait for that many seconds at most. Returns False if the turn was not free in
    time. Without it, wait as long as it takes, and so for all other locks of this transaction.
    """
    connection = write_connection()
    with connection.cursor() as cursor:
        if within is None:
            cursor.execute(
                "SELECT set_config('lock_timeout', '0', true), pg_advisory_xact_lock(%s)", [kind]
            )
            return True
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{within}s"])
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [kind])
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                return False
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    return True


def take_free_turn(kind: int) -> bool:
    """Take a turn as `take_turn` does, unless another transaction has it: then return False."""
    with write_connection().cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [kind])
        [is_free] = cursor.fetchone()
    return bool(is_free)


@contextmanager
def writing() -> Iterator[Any]:
    """A transaction for whoever writes many posts: it waits for its turn. Yields its cursor."""
    connection = write_connection()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        take_turn()
        yield cursor


def require_session() -> None:
    """Raises `ImproperlyConfigured` if a pooler answers in place of PostgreSQL. It may do each
    transaction on another of its connections, where locks and temporary tables would stay."""
    refuse_pooler(connection=write_connection())


def refuse_pooler(*, connection: Any, **_: object) -> None:
    """Django calls it with each new connection while inside `requiring_session`."""
    if connection.alias != write_connection().alias:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        if cursor.fetchone()[0] != connection.connection.info.backend_pid:  # which is the pooler's
            raise ImproperlyConfigured(NO_SESSION)


def refuse_other_archive(*, connection: Any, **_: object) -> None:
    """Django calls it with each new connection. Raises `ImproperlyConfigured` in a command that
    would write to another database than that which pages show, and `OperationalError` if nobody
    can tell."""
    if connection.alias != write_connection().alias or not settings.ADDRESSES_OF_ARCHIVE:
        return
    try:
        if not lead_to_one(*settings.ADDRESSES_OF_ARCHIVE):
            connection.close()  # or it would be there for commands of Django that go on
            raise ImproperlyConfigured(TWO_ARCHIVES)
    except psycopg.OperationalError as error:
        connection.close()
        raise OperationalError(f"{NOT_COMPARED}: {in_a_line(error)}") from error
    settings.ADDRESSES_OF_ARCHIVE = ()  # which are compared once


@contextmanager
def requiring_session() -> Iterator[None]:
    """While inside, whoever connects for writing gets `ImproperlyConfigured` as from
    `require_session`. A database that is away, or not there yet, is not asked."""
    if write_connection().connection is not None:
        require_session()
    connection_created.connect(refuse_pooler)
    try:
        yield
    finally:
        connection_created.disconnect(refuse_pooler)


@contextmanager
def exclusive(kind: int, key: int) -> Iterator[bool]:
    """Hold a lock for `key` while inside; False: another connection holds it. The lock ends with
    the connection, however that ends. Raises `ImproperlyConfigured` as `require_session` does."""
    require_session()
    connection = write_connection()
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
    with write_connection().cursor() as cursor:
        cursor.execute(
            """
            SELECT objid::int8 FROM pg_locks
            WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            [kind],
        )
        return {key for (key,) in cursor}
