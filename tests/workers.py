"""How tests have workers say that they are there, or fall silent, and see which take tasks."""

import datetime as dt

from django.db import connection


def beat(ago: dt.timedelta = dt.timedelta()) -> None:
    """A worker said so long ago that it is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s)", [ago]
        )


def fall_silent() -> None:
    """All workers so far have said nothing for an hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
        )


def listening() -> int:
    """How many workers take tasks: one that ends does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # or a transaction sees what it saw first
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN %'"
        )
        return cursor.fetchone()[0]
