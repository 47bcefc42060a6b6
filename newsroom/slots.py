"""Which of gunicorn's workers a process is, so that its figures go on where the last one's ended.

prometheus-client keeps the figures of each process in files of its own, and sums them. By process
ids there would be more files after each restart of a worker. By slots there are as many as there
are workers: a new worker takes the lowest number that none has. docs/decisions/0025-metrics.md has
the reasons.
"""

import os
import shutil
import tempfile
from itertools import count
from typing import Any, Final

from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # as prometheus-client calls it
#: A folder in memory, where the system has one: files that are mapped kill whoever writes to them
#: once their disk is full (SIGBUS).
MEMORY: Final = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108, mkdtemp's

slot = "master"
folder = ""


def prepare() -> None:
    """Called as gunicorn reads its configuration, and again when it is told to reload."""
    global folder
    if not folder:
        folder = os.environ[FOLDER] = tempfile.mkdtemp(prefix="newsroom-metrics-", dir=MEMORY)
        values.ValueClass = values.MultiProcessValue(lambda: slot)  # type: ignore[no-untyped-call]


def assign(server: Any, worker: Any) -> None:
    """gunicorn's `pre_fork`."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(number for number in map(str, count()) if number not in taken)


def take(server: Any, worker: Any) -> None:
    """gunicorn's `post_fork`."""
    global slot
    slot = worker.slot


def leave(server: Any, worker: Any) -> None:
    """gunicorn's `child_exit`: what a process has now, such as connections, it has no longer."""
    mark_process_dead(worker.slot, folder)  # type: ignore[no-untyped-call]


def remove(server: Any) -> None:
    """gunicorn's `on_exit`."""
    shutil.rmtree(folder, ignore_errors=True)
