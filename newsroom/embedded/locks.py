"""Locks between processes: flock(2) on a file that holds nothing.

A lock belongs to the opened file, so it passes to forked children, and ends when the last
process that has the descriptor closes it or dies.
"""

import fcntl
import os
from pathlib import Path

SHARED, EXCLUSIVE = fcntl.LOCK_SH, fcntl.LOCK_EX


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def acquire(path: Path, kind: int = EXCLUSIVE) -> int:
    """Wait for the lock; return the descriptor that holds it. Raises OSError."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def try_acquire(path: Path) -> int | None:
    """The descriptor that holds the exclusive lock, or None when another holds it."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def release(descriptor: int) -> None:
    """Let go for everyone who has the descriptor, a child forked at this moment included."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
