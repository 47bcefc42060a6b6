"""Which of gunicorn's workers a process is, so that its figures go on where the last one's ended.

prometheus-client keeps the figures of each process in files of its own, and sums them. By process
ids there would be more files after each restart of a worker. By slots there are as many as there
are workers: a new worker takes the lowest number that none has. docs/decisions/0025-metrics.md has
the reasons.
"""

import logging
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Final

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import mark_process_dead

logger = logging.getLogger(__name__)

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # as prometheus-client calls it
#: A folder in memory, where the system has one: these files are written with each request.
MEMORY: Final = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108, mkdtemp's
ROOM: Final = 2**20  # bytes for the files of a process
SMALLEST: Final = 2**16  # bytes of a file
OVERHEAD: Final = 28  # bytes, at most, that a figure takes besides its name

slot = "master"
folder = ""
has_told = False  # that this process found no room


def prepare(workers: int) -> str:
    """Make the folder for the files of so many workers, and return the one that it is in. Called as
    gunicorn reads its configuration, and again when it is told to reload. Exits if there is no room
    for a folder anywhere."""
    global folder
    if not folder:
        if hasattr(os, "posix_fallocate"):  # macOS lacks it
            values.MmapedDict = Figures  # type: ignore[attr-defined]
        values.ValueClass = values.MultiProcessValue(lambda: slot)  # type: ignore[no-untyped-call]
        try:
            folder = os.environ[FOLDER] = new_folder((workers + 1) * ROOM)
        except OSError as error:
            sys.exit(f"There is no room for temporary files: {error.strerror}.")
    return str(Path(folder).parent)


def new_folder(room: int) -> str:
    """A folder in memory, or, if that has no room for so many bytes, where temporary files are.
    Raises `OSError` if neither has room for a folder."""
    if MEMORY:
        made = ""
        try:
            made = tempfile.mkdtemp(prefix="newsroom-metrics-", dir=MEMORY)
            with tempfile.TemporaryFile(dir=made) as file:
                allocate(file.fileno(), room)
            return made
        except OSError as error:
            shutil.rmtree(made, ignore_errors=True)
            logger.warning("%s has no room: figures are kept on disk. %s", MEMORY, error.strerror)
    return tempfile.mkdtemp(prefix="newsroom-metrics-")


def allocate(file: int, size: int) -> None:
    """Give a file its blocks, as far as the system can: `size` is in bytes. Raises `OSError` if
    there is no room."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)


class Figures(MmapedDict):
    """The figures of a process, in a mapped file that has its blocks before it is written to:
    whoever writes to a block for which there is no room is killed (SIGBUS). Without room the
    figures are in memory that no other process reads, and `/metrics` lacks them."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        try:
            with Path(filename).open("ab") as file:
                allocate(file.fileno(), SMALLEST)
        except OSError as error:
            with suppress(OSError):  # an empty file cannot be read
                if not Path(filename).stat().st_size:
                    Path(filename).unlink()
            self.keep_in_memory(error)
        else:
            super().__init__(filename)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        size = self._capacity
        while self._used + len(key.encode()) + OVERHEAD > size:
            size *= 2
        try:
            allocate(self._f.fileno(), size)
        except OSError as error:
            written = self._m[: self._used]
            self.close()  # type: ignore[no-untyped-call]
            self.keep_in_memory(error, written, size)
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def keep_in_memory(self, error: OSError, written: bytes = b"", size: int = SMALLEST) -> None:
        global has_told
        if not has_told:
            has_told = True
            why = error.strerror
            logger.warning(
                "/metrics lacks figures of a process, as %s has no room: %s", folder, why
            )
        with os.fdopen(os.memfd_create("figures"), "r+b", buffering=0) as file:
            file.write(written)
            file.truncate(size)
            super().__init__(f"/proc/self/fd/{file.fileno()}")  # type: ignore[no-untyped-call]


def assign(server: Any, worker: Any) -> None:
    """gunicorn's `pre_fork`."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(number for number in map(str, count()) if number not in taken)


def take(server: Any, worker: Any) -> None:
    """gunicorn's `post_fork`."""
    global slot, has_told
    slot, has_told = worker.slot, False


def leave(server: Any, worker: Any) -> None:
    """gunicorn's `child_exit`: remove what the ended process had, such as connections."""
    mark_process_dead(worker.slot, folder)  # type: ignore[no-untyped-call]


def remove(server: Any) -> None:
    """gunicorn's `on_exit`."""
    shutil.rmtree(folder, ignore_errors=True)
