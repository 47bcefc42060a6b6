"""Which database server a page is read from (docs/decisions/0031-replicas.md).

All of a page is read from one server, which has the version of the archive that was shown before,
or a newer one. A site without replicas has one server, and is asked nothing more here.
"""

import re
import time
from collections.abc import Callable
from mmap import mmap
from threading import Lock
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from newsroom import slots
from newsroom.environment import MOST_PROCESSES

from .. import changes, replicas
from ..editing import pending
from ..models import ArchiveState, ArchiveVersion
from ..outages import KnownOutageError
from ..replicas import Server, asking, primary
from . import page_cache

Answer = Callable[[ArchiveState], HttpResponseBase]

PATIENCE: Final = 1  # seconds to wait for a version while the primary is away
PAUSE: Final = 0.05  # seconds between two looks at them
LOOK: Final = 5  # seconds after which the primary is asked again what it has
VERSION: Final = re.compile(r'"([0-9]{1,18})-')  # in an ETag of ours


class Shown:
    """The newest version of the archive that readers were shown by the processes of this node and,
    if nodes share their pages, by the others. gunicorn's processes are forked, and share memory
    that was mapped before. Each has a number of its own there, so that none waits for a lock that
    one had that was killed."""

    def __init__(self) -> None:
        self.numbers = memoryview(mmap(-1, 8 * (1 + MOST_PROCESSES))).cast("q")
        self.is_open = mmap(-1, 1)  # 1 once a replica has decided while the primary was away
        self.looked_at = time.monotonic()
        self.lock = Lock()

    @property
    def number(self) -> int:
        return max(self.numbers)

    def newest(self) -> int:
        number, shared = self.number, page_cache.store.newest_shown()
        if shared < number:  # its server has lost it
            page_cache.store.show(number)
        return max(number, shared)

    def show(self, number: int) -> None:
        """Call it before a page of this version is sent."""
        if number > self.number:
            page_cache.store.show(number)
            own = 1 + int(slots.slot) if slots.slot.isdigit() else 0
            with self.lock:
                self.numbers[own] = max(self.numbers[own], number)

    @property
    def is_doubtful(self) -> bool:
        """Whether the primary should be asked: it may be back with changes that it alone had, or
        have changes that nobody was shown because no replica follows it."""
        return bool(self.is_open[0]) or time.monotonic() - self.looked_at > LOOK

    def settle(self) -> None:
        """Call it once the primary has said which version it has."""
        self.is_open[0] = 0
        self.looked_at = time.monotonic()

    def forget(self, lost: int, number: int) -> None:
        """Go back to a version, since the database that had the `lost` one is no more."""
        page_cache.store.forget(lost, number)
        with self.lock:
            if self.number <= lost:
                for place, shown in enumerate(self.numbers):
                    self.numbers[place] = min(shown, number)


shown = Shown()


def read(request: HttpRequest, answer: Answer) -> HttpResponseBase:
    """What `answer` makes of the state of the archive. Raises `KnownOutageError` if no server
    answers."""
    if not replicas.replicas:
        return write(request, lambda: answer(with_due(ArchiveVersion.objects.current())))
    if shown.is_doubtful and not primary.is_away:
        look()
    known = shown.newest()
    floor = max(known, claimed(request))
    for server in in_order(request):
        if (response := attempt(server, answer, known, floor)) is not None:
            return response
    return of_newest_replica(answer, known, floor)


def look() -> None:
    """See which version the primary has. No page may be of an older one from then on."""
    with asking(primary):
        shown.show(ArchiveVersion.objects.number())
        shown.settle()


def write(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer of the primary, to a request that may write. A restart of a server that is alone
    fails no page, since each waits for a connection. But once one has waited in vain, the others do
    not wait, until the server answers again: raises `KnownOutageError` at once."""
    if primary.is_away:
        raise KnownOutageError("The primary is away.")
    with asking(primary):
        return answer()
    raise KnownOutageError("The primary went away.")


def made(response: HttpResponseBase) -> HttpResponseBase:
    """Call it after a page was made: it may show a change that arrived meanwhile."""
    if replicas.replicas:
        shown.show(ArchiveVersion.objects.current().number)
    return response


def in_order(request: HttpRequest) -> list[Server]:
    """The servers that may be asked: the replicas in turn, then the primary; but the primary first
    for whoever has a session, and so may have changed something."""
    found = replicas.in_turn()
    if not primary.is_away:
        place = 0 if settings.SESSION_COOKIE_NAME in request.COOKIES else len(found)
        found.insert(place, primary)
    return found


def claimed(request: HttpRequest) -> int:
    """The newest version of which a reader's browser has a page, as it says; 0 for none."""
    found = VERSION.findall(request.headers.get("If-None-Match", ""))
    return max(map(int, found), default=0)


def attempt(server: Server, answer: Answer, known: int, floor: int) -> HttpResponseBase | None:
    """The answer of this server. None if it has failed, or is a replica that is not fit, or lacks
    the version `floor` or a change that only the primary can publish. What the primary lacks is
    lost: `known` is the newest version that was shown."""
    response = None
    with asking(server) as question:
        if not server.is_fit():
            return None
        state = ArchiveVersion.objects.current()
        if server is primary:
            state = with_due(state)
            if state.number < known:
                shown.forget(known, state.number)
        elif state.number < floor or (state.has_due and not primary.is_away):
            if state.number < known:
                server.is_behind()
            return None
        shown.show(state.number)
        response = answer(state)
    return None if question.has_failed else response


def of_newest_replica(answer: Answer, known: int, floor: int) -> HttpResponseBase:
    """While the primary is away: what the newest replica answers once it has the version `floor`.
    If it does not get that within `PATIENCE`, the version is lost, or comes with the primary. If no
    server answers, wait `UNTIL_BACK` for one: it may be this node that was cut off."""
    begin = time.monotonic()
    waited = 0.0
    while waited <= replicas.UNTIL_BACK:
        waited = time.monotonic() - begin
        numbers = replicas.versions()
        server, number = max(numbers.items(), key=lambda item: item[1], default=(None, 0))
        if server and (number >= floor or waited > PATIENCE):
            if number < known:
                shown.forget(known, number)
                shown.is_open[0] = 1
            response = attempt(server, answer, min(known, number), number)
            if response is not None:
                return response
        time.sleep(PAUSE)
    raise KnownOutageError("No database server answers.")


def with_due(state: ArchiveState) -> ArchiveState:
    """The state after pending changes that are due have been published, and scheduled posts that
    have appeared are stamped: before any page shows them."""
    if not state.has_due:
        return state
    pending.publish_due()
    changes.posts_appeared()
    return ArchiveVersion.objects.current()
