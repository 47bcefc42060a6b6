"""Statements that PostgreSQL plans once for each connection, not each time that they are put."""

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


def prepared(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor for such statements: what many pages ask, where one plan is best whatever the values
    are. They are planned each time through a pooler, which may lead each transaction to another
    connection, and where statements are logged, which are to be seen with their values."""
    cursor = connection.cursor()
    there = connection.connection
    if there.prepare_threshold is not None and not connection.queries_logged:
        cursor.cursor = psycopg.Cursor(there)  # Django's puts the values into the statement
    return cursor
