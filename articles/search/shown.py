"""The state of the archive that is shown here and now, and what is kept of it in the process.

Whoever shows a page says which state it is of (`articles.web.conditional`). What many pages of that
state have in common is read once. A change makes another state, for which nothing is kept yet.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar

from cachetools import LRUCache
from django.utils import timezone

from ..models import ArchiveState

T = TypeVar("T")

MOST: Final = 256  # answers, of some 20 kB each


class Shown(NamedTuple):
    """The number of the archive's version; and the state, with the day on which it is shown."""

    number: int
    state: str


shown: ContextVar[Shown | None] = ContextVar("shown", default=None)
answers: Final[LRUCache[Hashable, Any]] = LRUCache(MOST)
lock: Final = Lock()


@contextmanager
def showing(state: ArchiveState) -> Iterator[None]:
    """While inside, this state is shown: what is read for it need not be newer."""
    token = shown.set(Shown(state.number, f"{state.version}-{timezone.localdate()}"))
    try:
        yield
    finally:
        shown.reset(token)


def made_once(make: Callable[..., T], *asked: Hashable) -> T:
    """What `make(*asked)` returns, or returned in the state that is shown."""
    return kept_or_made((make, asked), lambda: make(*asked))


def kept_or_made(key: Hashable, make: Callable[[], T]) -> T:
    """The answer that is kept under a key and the state that is shown; or the one that `make`
    returns, which is kept, so nobody may change it. If no state is shown, nothing is kept."""
    if (state := shown.get()) is None:
        return make()
    key = (state, key)
    with lock:
        if key in answers:
            kept: T = answers[key]
            return kept
    made = make()
    with lock:
        answers[key] = made
    return made
