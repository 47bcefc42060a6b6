"""Files that change in folders, told of when they have settled."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

from .discovery import may_be_document

SETTLED = 1.0  # seconds without a change: who is still writing a file writes more often
TICK = 250  # milliseconds between looks at what is not settled


def settled_changes(folders: Sequence[str], should_stop: Callable[[], bool]) -> Iterator[list[str]]:
    """The folders themselves, as soon as they are watched; then lists of new and changed files
    below them, each at least a second old. What changes while one is dealt with is in the next."""
    roots = [Path(folder).resolve() for folder in folders]
    waiting: set[str] = set()
    is_first = True
    for changes in watch(
        *roots, yield_on_timeout=True, rust_timeout=TICK, debounce=TICK, raise_interrupt=False
    ):
        if should_stop():
            return
        if is_first:
            yield list(folders)
            is_first = False
        waiting |= {
            path
            for change, path in changes
            if change != Change.deleted and would_be_found(Path(path), roots)
        }
        settled = sorted(path for path in waiting if is_settled(path))
        waiting -= set(settled)
        if there := [path for path in settled if Path(path).is_file()]:
            yield there


def would_be_found(path: Path, roots: Iterable[Path]) -> bool:
    """Whether an import of any of these folders would come upon this file."""
    folders = [path.relative_to(root).parts for root in roots if path.is_relative_to(root)]
    return may_be_document(path.name) and any(
        not any(part.startswith(".") for part in parts) for parts in folders
    )


def is_settled(path: str) -> bool:
    """Whether nobody has written to it for a while, or it is gone."""
    try:
        status = Path(path).stat()
    except OSError:
        return True
    return time.time() - max(status.st_mtime, status.st_ctime) >= SETTLED
