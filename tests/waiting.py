"""How tests wait for other threads and processes."""

import time
from collections.abc import Callable

from django.db import connection

PATIENCE = 120  # seconds until a test gives up on what it waits for


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def waiting() -> int:
    """How many connections to the database of the tests wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN"
            " (SELECT pid FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]
