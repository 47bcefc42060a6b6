"""Statements that PostgreSQL plans once for each connection, not each time that they are
executed."""

from typing import Any, Self
from weakref import WeakSet

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

#: Connections of which it is known whether a pooler is at their other end.
known: WeakSet[psycopg.Connection[Any]] = WeakSet()


class Cursor(psycopg.Cursor[Any]):
    """Gives up a connection whose plans are of tables as they were before a migration: the others
    may be, too."""

    def execute(self, *args: Any, **options: Any) -> Self:
        try:
            return super().execute(*args, **options)
        except psycopg.errors.FeatureNotSupported:  # cached plan must not change result type
            self.connection.close()
            raise


def prepared(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor for such statements: what many pages ask, where one plan is best whatever the values
    are. They are planned each time through a pooler, which may take another connection for each
    transaction, and where statements are logged, so that the log shows their values."""
    cursor = connection.cursor()
    there = connection.connection
    if not connection.queries_logged and is_direct(there):
        cursor.cursor = Cursor(there)  # Django's puts the values into the statement
    return cursor


def is_direct(there: psycopg.Connection[Any]) -> bool:
    """Whether PostgreSQL itself answers, and not a pooler, which would tell another process id."""
    if there.prepare_threshold is not None and there not in known:
        answer = there.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
        if answer != (there.info.backend_pid,):
            there.prepare_threshold = None
        known.add(there)
    return there.prepare_threshold is not None
