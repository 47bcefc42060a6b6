"""Files that change in folders, told of when they have settled."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

from .discovery import may_be_document

SETTLED = 1.0  # seconds without a change: who is still writing a file writes more often
TICK = 250  # milliseconds between looks at what is not settled


def settled_changes(folders: Sequence[str], should_stop: Callable[[], bool]) -> Iterator[list[str]]:
    """Lists of new and changed files below `folders`, each at least a second old."""
    waiting: set[str] = set()
    for changes in watch(
        *folders, yield_on_timeout=True, rust_timeout=TICK, debounce=TICK, raise_interrupt=False
    ):
        if should_stop():
            return
        waiting |= {
            path
            for change, path in changes
            if change != Change.deleted and may_be_document(Path(path).name)
        }
        settled = sorted(path for path in waiting if is_settled(path))
        waiting -= set(settled)
        if there := [path for path in settled if Path(path).is_file()]:
            yield there


def is_settled(path: str) -> bool:
    """Whether nobody has written to it for a while, or it is gone."""
    try:
        status = Path(path).stat()
    except OSError:
        return True
    return time.time() - max(status.st_mtime, status.st_ctime) >= SETTLED
