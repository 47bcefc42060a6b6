"""How tests wait for other threads and processes."""

import time
from collections.abc import Callable

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

PATIENCE = 120  # seconds until a test gives up on what it waits for


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def waiting(holder: BaseDatabaseWrapper = connection) -> int:
    """How many connections wait for a lock that this one holds, or for one that waits for it."""
    with holder.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE waiting AS ("
            " SELECT pg_backend_pid() AS pid UNION SELECT lock.pid FROM waiting JOIN pg_locks lock"
            " ON NOT granted AND waiting.pid = ANY(pg_blocking_pids(lock.pid))"
            ") SELECT count(*) - 1 FROM waiting"
        )
        return cursor.fetchone()[0]
