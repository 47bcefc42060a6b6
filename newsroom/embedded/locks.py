"""Locks between processes: flock(2) on an empty file.

A lock belongs to the open file description, so forked children share it. It ends when the last
process that has a descriptor of it closes that or dies.
"""

import fcntl
import os
from pathlib import Path

SHARED, EXCLUSIVE = fcntl.LOCK_SH, fcntl.LOCK_EX


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def acquire(path: Path, kind: int = EXCLUSIVE) -> int:
    """Wait for the lock, and return the descriptor that holds it. Raises `OSError`."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def try_acquire(path: Path) -> int | None:
    """The descriptor that holds the exclusive lock; None if another process holds the lock."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def release(descriptor: int) -> None:
    """Release the lock for all who share it, including a child that is forked at this moment."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
