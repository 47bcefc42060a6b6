"""The databases that the archive is read from and written to, as Django's routers choose them.

Search opens its cursors on the connection for reading. Imports, pruning, reparsing, the removal of
samples, the rebuilding of the index and `changes` read and write on the connection for writing. The
desk's own transactions are on the default connection, which has to be the one for writing. With a
replica for readers, the queries of the desk need a router that does not send them there.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.db import OperationalError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from .models import Post


def read_connection() -> BaseDatabaseWrapper:
    """Where readers' questions are answered. It may lag behind what was written."""
    return connections[router.db_for_read(Post)]


def write_connection() -> BaseDatabaseWrapper:
    """Where posts are written, and read by whoever writes them."""
    return connections[router.db_for_write(Post)]


@contextmanager
def reading_within(seconds: float) -> Iterator[None]:
    """A transaction in which neither the connection nor a statement may take longer. Raises
    `OperationalError`."""
    connection = read_connection()
    if connection.connection is None and (pool := getattr(connection, "pool", None)):
        try:  # Django would wait as long as the pool's own setting says
            pool.open()
            pool.putconn(pool.getconn(seconds))
        except psycopg.OperationalError as error:
            raise OperationalError(str(error)) from error
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true)", [f"{seconds * 1000:.0f}"]
        )
        yield


def pool_statistics() -> Mapping[str, int]:
    """What psycopg_pool counts of this process's connections for reading; empty before the first
    one, and without a pool."""
    connection = read_connection()
    pools = getattr(connection, "_connection_pools", {})  # `connection.pool` would make one
    return pools[connection.alias].get_stats() if connection.alias in pools else {}


def migrations() -> list[str]:
    """The migrations that the database has, each as "app.name"."""
    applied = MigrationRecorder(write_connection()).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)
