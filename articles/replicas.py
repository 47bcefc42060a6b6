"""The servers of a site with replicas: the primary, which is written to, and the replicas, which
answer readers (docs/decisions/0031-replicas.md).

Each process remembers which servers are away, and looks after those until they are back. So a page
may wait for a server that is just going away, but no page waits for one that is known to be away.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from threading import Lock, Thread
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from .database import (
    address_of,
    all_are_applied,
    identity,
    read_connection,
    reading_from,
    why_away,
)
from .models import ArchiveVersion
from .outages import (
    DATABASE_GONE,
    KnownOutageError,
    in_a_line,
    is_gone,
    sqlstate,
    was_waited_for,
)

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

PAUSE: Final = 0.5  # seconds between two looks at a server that is away
#: Seconds within which a server that can be reached again is asked again: a look may have begun too
#: early, and has to end; then come a pause, and a look that takes some time on a busy machine.
UNTIL_BACK: Final = settings.CONNECT_TIMEOUT + PAUSE + 1
CATCHING_UP: Final = 0.25  # seconds for which a replica that was behind is not asked
MOST_BEHIND: Final = 20  # versions, as many as an import makes in some seconds
MOTIONLESS: Final = 10  # seconds after which a replica that stands still is not waited for
LEFT_BEHIND: Final = 60  # seconds until somebody waits for it again
#: What a replica says of a query that it ended to go on with the changes of the primary.
CONFLICT: Final = "40001"


class Server:
    """A database server, by its alias in Django's settings."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.is_away = False
        self.is_told = False  # that it does not answer: the one error of an outage in this process
        self.back_since = 0.0
        self.behind_until = 0.0
        self.identity: tuple[int, int] | None = None  # of the primary, once somebody has asked
        self.unfit = ""  # or why no page can be read from it: it is …
        self.fit: WeakKeyDictionary[Any, tuple[int, int]] = WeakKeyDictionary()  # by connection
        self.stuck_at: int | None = None  # a version other than the primary's
        self.stuck_since = 0.0
        self.lock = Lock()

    def __str__(self) -> str:
        return address_of(self.alias)

    @property
    def may_be_asked(self) -> bool:
        return not self.is_away and time.monotonic() >= self.behind_until

    def is_behind(self) -> None:
        """Call it when a replica lacks what this process has shown, or needs to read."""
        self.behind_until = time.monotonic() + CATCHING_UP

    def is_fit(self) -> bool:
        """Whether pages of this release can be read from it. The server at the address of a replica
        may not be a copy of the primary, or may lack migrations. It is checked with each new
        connection, and again until it is fit. Call it while reading from this server."""
        if self is primary:
            return True
        connection = read_connection()
        connection.ensure_connection()
        found = self.fit.get(connection.connection)
        if found and found == primary.identity:
            return True
        found = identity()
        if found != primary.identity and not primary.is_away:
            with asking(primary):
                primary.identity = identity()
        former, self.unfit = self.unfit, ""
        if primary.identity not in (found, None):  # which nobody can tell while it is away
            self.unfit = "of another archive"
        elif not all_are_applied():
            self.unfit = "not migrated"
        else:
            self.fit[connection.connection] = found
        if self.unfit:
            self.is_behind()
            if self.unfit != former:
                logger.warning(
                    "No page is read from the replica at %s: it is %s.", self, self.unfit
                )
        return not self.unfit

    def stands_still(self, number: int, of_primary: int) -> bool:
        """Whether a replica has had the same version for `MOTIONLESS` seconds, and the primary
        another: it does not follow, or follows a server that is no longer the primary. Each call
        tells what both have now."""
        now = time.monotonic()
        if number == of_primary:
            self.stuck_at = None
        elif number != self.stuck_at:
            self.stuck_at, self.stuck_since = number, now
        return self.stuck_at is not None and now - self.stuck_since > MOTIONLESS

    def note(self, error: BaseException, since: float) -> None:
        """Tell of an outage if this error means that the server is away, and ask it nothing until
        it answers again. A server that is alone is asked until somebody has waited in vain: a page
        waits while it restarts. The error of a question that was put before the server was back
        tells nothing new."""
        if not is_gone(error) or isinstance(error, KnownOutageError):
            return
        with self.lock:
            if since < self.back_since:
                return
            self.is_away |= bool(replicas) or was_waited_for(error)
            if self.is_told:
                return
            self.is_told = True
        logger.error("The database at %s does not answer: %s", self, in_a_line(error))
        Thread(target=self.wait_until_back, daemon=True).start()

    def wait_until_back(self) -> None:
        told = ""
        while why := why_away(self.alias, for_writing=self is primary):
            if why != told:
                logger.warning("The database at %s is away: %s", self, why)
                told = why
            time.sleep(PAUSE)
        with self.lock:
            self.is_away = self.is_told = False
            self.back_since = time.monotonic()
        logger.warning("The database at %s answers again.", self)


primary: Final = Server(DEFAULT_DB_ALIAS)
replicas: Final = [Server(alias) for alias in settings.REPLICAS]
turns: Final = count()


def in_turn() -> list[Server]:
    """The replicas that may be asked. Each is the first as often as the others."""
    first = next(turns) % len(replicas)
    return [server for server in replicas[first:] + replicas[:first] if server.may_be_asked]


def all_servers() -> list[Server]:
    return [primary, *replicas]


@dataclass(slots=True)
class Question:
    """What is asked of one server. If `has_failed`, another may answer it."""

    server: Server
    has_failed: bool = False
    since: float = field(default_factory=time.monotonic)

    def note(self, error: BaseException) -> None:
        self.server.note(error, self.since)
        self.has_failed |= is_gone(error) or sqlstate(error) == CONFLICT


current: ContextVar[Question | None] = ContextVar("current", default=None)


@contextmanager
def asking(server: Server) -> Iterator[Question]:
    """While inside, read from this server. What it fails to answer is not raised if another server
    may answer it."""
    question = Question(server)
    token = current.set(question)
    try:
        with reading_from(server.alias):
            yield question
    except DATABASE_GONE as error:
        question.note(error)
        if not question.has_failed:
            raise
    finally:
        current.reset(token)


def versions() -> dict[Server, int]:
    """The number of the archive's version that each server has, of those that pages can be read
    from."""
    found = {}
    for server in all_servers():
        if not server.is_away:
            with asking(server):
                if server.is_fit():
                    found[server] = ArchiveVersion.objects.current().number
    return found


def newest_first() -> Iterator[Server]:
    """The primary; if that is away, or asked in vain, the replicas."""
    if not primary.is_away:
        yield primary
    if replicas:
        numbers = versions()
        numbers.pop(primary, None)
        yield from sorted(numbers, key=numbers.__getitem__, reverse=True)


def ask_newest(answer: Callable[[], Answer]) -> Answer:
    """The answer of the newest server that answers: for things on which the version of the archive
    has no bearing, such as a key or a link that may be revoked. Raises `KnownOutageError` if none
    answers."""
    for server in newest_first():
        with asking(server) as question:
            found = answer()
            if not question.has_failed:
                return found
    raise KnownOutageError("No database server answers.")


def standing_still() -> list[Server]:
    """The replicas that answer and do not follow, as far as earlier calls in this process tell;
    none while the primary is away."""
    numbers = versions()
    newest = numbers.pop(primary, None)
    if newest is None:
        return []
    return [server for server, number in numbers.items() if server.stands_still(number, newest)]


def wait_until_near() -> None:
    """Call it between the batches of a long change, or replicas would fall behind without bound. It
    returns once all are within `MOST_BEHIND` versions. One that does not move is not waited for."""
    seen: dict[Server, int] = {}
    since = time.monotonic()
    while replicas:
        numbers = versions()
        newest = numbers.get(primary, 0)
        behind = {
            server: number
            for server, number in numbers.items()
            if newest - number > MOST_BEHIND and server.may_be_asked
        }
        if not behind:
            return
        if behind != seen:
            seen, since = behind, time.monotonic()
        elif time.monotonic() - since > MOTIONLESS:
            for server in behind:
                logger.warning("The replica at %s does not follow.", server)
                server.behind_until = time.monotonic() + LEFT_BEHIND
        time.sleep(PAUSE)


def note(error: BaseException) -> None:
    """Call it where an error of the database becomes an answer, as the page that says so."""
    if question := current.get():
        question.note(error)
