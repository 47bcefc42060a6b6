"""The databases that the archive is read from and written to, as Django's routers choose them.

Search opens its cursors on the connection for reading. Imports, pruning, reparsing, the removal of
samples, the rebuilding of the index and `changes` read and write on the connection for writing. The
desk's own transactions are on the default connection, which has to be the one for writing. Only
what is done within `reading_from` reads elsewhere: the pages for readers (`articles.replicas`).
"""

import secrets
import select
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler

from newsroom import silence
from newsroom.environment import database_at

from .models import Post
from .outages import DATABASE_GONE, in_a_line

#: The alias of the database that is read from here and now.
alias_for_reading: ContextVar[str] = ContextVar("alias_for_reading", default=DEFAULT_DB_ALIAS)


class Router:
    """Django's router of a site with replicas: reads go where `reading_from` says, and all else to
    the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return alias_for_reading.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        return alias == DEFAULT_DB_ALIAS


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """While inside, read from this database."""
    token = alias_for_reading.set(alias)
    try:
        yield
    finally:
        alias_for_reading.reset(token)


def read_connection() -> BaseDatabaseWrapper:
    """Where readers' questions are answered. It may lag behind what was written."""
    return connections[router.db_for_read(Post)]


def write_connection() -> BaseDatabaseWrapper:
    """Where posts are written, and read by whoever writes them."""
    return connections[router.db_for_write(Post)]


@contextmanager
def reading_within(seconds: float) -> Iterator[None]:
    """A transaction in which neither the connection nor a statement may take longer than this. A
    server that is not there is not waited for. Raises `OperationalError`."""
    connection = read_connection()
    if connection.connection is None and pool_of(connection):
        try:
            reach(connection, seconds)
        except psycopg.OperationalError as error:
            raise OperationalError(str(error)) from error
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true)", [f"{seconds * 1000:.0f}"]
        )
        yield


def reach(connection: BaseDatabaseWrapper, seconds: float) -> None:
    """See to it that the pool has a connection within some seconds: Django would wait for it as
    long as the pool's own setting says. A connection that is begun now tells at once whether the
    server is there; the pool would go on trying. Raises `psycopg.OperationalError`."""
    pool = pool_of(connection)
    pool.open()
    if pool.get_stats()["pool_available"]:
        there = pool.getconn(seconds)
        is_open = not may_have_ended(there)
        is_there = not is_open or silence.answers(there.info)
        pool.putconn(there)
        if not is_there:  # it hangs, and would hold whoever asks it
            raise psycopg.OperationalError("The server does not answer.")
        if is_open:
            return
    connect(connection).close()
    pool.check()
    pool.putconn(pool.getconn(seconds))


def connect(connection: Any) -> psycopg.Connection[Any]:
    """A connection beside the pool. Raises `psycopg.OperationalError`."""
    options = {"connect_timeout": settings.CONNECT_TIMEOUT} | connection.get_connection_params()
    return psycopg.connect(**options)


def lead_to_one(one: str, other: str) -> bool:
    """Whether two URLs lead to the same database of the same server, maybe by way of a pooler: a
    lock that is taken at one is not free at the other. Raises `psycopg.OperationalError`."""
    lock = secrets.randbits(63)
    with connect(connection_to(one)) as here, connect(connection_to(other)) as there:
        here.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        [(is_free,)] = there.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
    return not is_free


def connection_to(url: str) -> BaseDatabaseWrapper:
    """A connection, not yet open, to a database that is not in Django's settings."""
    return ConnectionHandler({DEFAULT_DB_ALIAS: database_at(url)})[DEFAULT_DB_ALIAS]


def address_of(alias: str) -> str:
    """Where a database is, without its user and password."""
    at = connections[alias].settings_dict
    return f"{at['HOST'] or 'localhost'}:{at['PORT'] or 5432}"


def why_away(alias: str, *, for_writing: bool = False) -> str:
    """Why a database cannot be asked, or, `for_writing`, written to; empty if it can. It is asked
    by a connection of its own, since a pool would go on trying; if it answers, the broken ones of
    the pool go."""
    connection: Any = connections[alias]
    try:
        with connect(connection) as there, there.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            [(is_replica,)] = cursor.fetchall()
        if pool := pool_of(connection):
            pool.open()
            pool.check()
    except DATABASE_GONE as error:
        return in_a_line(error)
    return "it is a replica" if for_writing and is_replica else ""


def close_connections() -> None:
    """Call it at the end of a thread that has asked databases."""
    connections.close_all()


def disconnect() -> None:
    """Give up the connection for writing and its pool after the server went away, so that the next
    import begins with a new one."""
    connection: Any = write_connection()
    connection.close()
    with suppress(*DATABASE_GONE):  # an embedded server that cannot be started has no pool
        connection.close_pool()


def renew_if_closed(*, connection: Any, **_: object) -> None:
    """Django calls it with each connection that it takes from a pool. A server that was restarted
    has closed all of them, and a page that asked by one would fail. Raises `OperationalError` if
    the server is away."""
    if may_have_ended(connection.connection) and not connection.is_usable():
        connection.close()
        if pool := pool_of(connection):
            pool.check()
        connection.connect()


def may_have_ended(there: psycopg.Connection[Any]) -> bool:
    """Whether an idle connection has something to read. It has if the server closed it, and hardly
    ever otherwise. Nobody is asked."""
    watched = select.poll()
    watched.register(there.fileno(), select.POLLIN)
    return bool(watched.poll(0))


def pool_of(connection: BaseDatabaseWrapper) -> Any:
    """The pool of a connection; None if its database has none."""
    return getattr(connection, "pool", None)


def pool_statistics() -> Mapping[str, int]:
    """What psycopg_pool counts of this process's connections to all databases; empty before the
    first one, and without a pool."""
    pools = getattr(write_connection(), "_connection_pools", {})  # `connection.pool` would make one
    found: Counter[str] = Counter()
    for pool in [*pools.values()]:
        found.update(pool.get_stats())
    return found


def migrations() -> list[str]:
    """The migrations that the database has, each as "app.name"."""
    applied = MigrationRecorder(write_connection()).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def identity() -> tuple[int, int]:
    """What the database that is read from has in common with its streaming replicas and with no
    other: the number of its cluster, which initdb draws, and its own number in that."""
    with read_connection().cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier, oid::int8 FROM pg_control_system(), pg_database"
            " WHERE datname = current_database()"
        )
        cluster, database = cursor.fetchone()
    return cluster, database


def all_are_applied() -> bool:
    """Whether the database that is read from has every migration of this release."""
    return MigrationRecorder(read_connection()).applied_migrations().keys() >= newest_migrations()


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The newest migration of each app of this release."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
