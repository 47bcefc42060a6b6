"""Whole pages, kept as they were sent until what they show changes.

The key includes everything that determines the content, such as the archive's version
(`articles.web.conditional`). So nothing is ever invalidated: nobody asks for the pages of former
versions, and the least recently used ones make room.
"""

import json
import logging
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from typing import Final, Protocol, cast
from zlib import crc32

from cachetools import LRUCache
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from prometheus_client import Counter

logger = logging.getLogger(__name__)

KEPT_STATUSES: Final = {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
OVERHEAD: Final = 300  # bytes that a page in memory takes besides its own
CHECKSUM: Final = 4  # bytes
#: Imported only where it is asked for: the client of Redis takes 0.2 s and most sites do without.
SHARED_STORE: Final = "articles.web.shared_store.SharedStore"

PAGES: Final = Counter(
    "newsroom_pages",
    "Public pages, by origin: they were kept, or made and then kept, or made and not kept.",
    ["origin"],
)
KEPT, MADE, BYPASSED = (PAGES.labels(origin) for origin in ("kept", "made", "bypassed"))


class Store(Protocol):
    """Pages by key, as bytes. A store of several processes also knows the newest version of the
    archive that any of them has shown."""

    def get(self, key: str) -> bytes | None: ...

    def set(self, key: str, page: bytes) -> None: ...

    def newest_shown(self) -> int: ...

    def show(self, number: int) -> None: ...

    def forget(self, lost: int, number: int) -> None:
        """Go back to a version if the newest one is the `lost` one."""


class MemoryStore:
    """Pages in the memory of this process, in at most `size` bytes."""

    def __init__(self, size: int) -> None:
        self.pages: LRUCache[str, bytes] = LRUCache(size, lambda page: len(page) + OVERHEAD)
        self.lock = Lock()

    def get(self, key: str) -> bytes | None:
        with self.lock:
            return self.pages.get(key)

    def set(self, key: str, page: bytes) -> None:
        with self.lock:
            if len(page) + OVERHEAD <= self.pages.maxsize:
                self.pages[key] = page

    def newest_shown(self) -> int:
        return 0  # the process itself knows

    def show(self, number: int) -> None:
        pass

    def forget(self, lost: int, number: int) -> None:
        pass


def new_store() -> Store:
    """The store that the settings ask for."""
    if settings.CACHE_URL:
        shared: Callable[[str], Store] = import_string(SHARED_STORE)
        return shared(settings.CACHE_URL)
    return MemoryStore(settings.PAGE_CACHE_MIB * 2**20)


store = new_store()
# A page is made under one of these, by its key, so that others who ask for it wait.
making: Final = [Lock() for _ in range(64)]


def kept_or_made(parts: tuple[str, ...], make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The page that is kept under all these parts; or the one that `make` returns, which is kept if
    it may be. While one thread makes a page, the others of its process wait for it."""
    digest = sha256("\n".join(parts).encode())
    key = f"newsroom:{digest.hexdigest()}"
    if kept := kept_page(key):
        return kept
    lock = making[digest.digest()[0] % len(making)]
    if lock.acquire(blocking=False):
        try:
            return made(key, make)
        finally:
            lock.release()
    with lock:
        pass
    if kept := kept_page(key):
        return kept
    return made(key, make)


def kept_page(key: str) -> HttpResponse | None:
    """The page that is kept under a key. A damaged one counts as missing: it is made anew."""
    if not (page := store.get(key)):
        return None
    try:
        response = unpacked(page)
    except ValueError:
        logger.warning("A page that was kept is damaged, and is made anew.")
        return None
    KEPT.inc()
    return response


def made(key: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    response = make()
    if may_be_kept(response):
        store.set(key, packed(response))
        MADE.inc()
    else:
        BYPASSED.inc()
    return response


def may_be_kept(response: HttpResponseBase) -> bool:
    """Whether the response is for everybody who asks for this page."""
    return (
        response.status_code in KEPT_STATUSES
        and not response.streaming
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
    )


def packed(response: HttpResponseBase) -> bytes:
    """A checksum of the rest; status and headers as a line of JSON; then the body."""
    head = json.dumps([response.status_code, dict(response.items())])
    page = head.encode() + b"\n" + cast("HttpResponse", response).content
    return checksum(page) + page


def unpacked(packed: bytes) -> HttpResponse:
    """Raises `ValueError` if the page is not as it was packed."""
    page = packed[CHECKSUM:]
    if checksum(page) != packed[:CHECKSUM]:
        raise ValueError("damaged")
    head, _, body = page.partition(b"\n")
    status, headers = json.loads(head)
    return HttpResponse(body, status=status, headers=headers)


def checksum(page: bytes) -> bytes:
    """Against damage, not against forgery: whoever can write to the server can write pages."""
    return crc32(page).to_bytes(CHECKSUM)
