"""Pages in a Valkey or Redis server."""

import logging
import time
from collections.abc import Callable
from typing import Final, cast

from redis import Redis, RedisError

logger = logging.getLogger(__name__)

PATIENCE: Final = 0.25  # seconds to wait for the server
PAUSE: Final = 5  # seconds to leave it alone after it failed
LIFETIME: Final = 24 * 3600  # seconds to keep a page there
SHOWN: Final = "newsroom:shown"  # the newest version of the archive that readers were shown
#: In one step, for several processes do it at once.
SHOW: Final = """
    if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or 0) then
        redis.call('SET', KEYS[1], ARGV[1])
    end
"""
FORGET: Final = """
    if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
"""


class SharedStore:
    """A store of `page_cache` that the processes of several machines share. If the server does not
    answer, pages are made as if it had none."""

    def __init__(self, url: str) -> None:
        self.server = Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None
        )
        self.silent_until = 0.0

    def get(self, key: str) -> bytes | None:
        return cast("bytes | None", self.ask(lambda: self.server.get(key)))

    def set(self, key: str, page: bytes) -> None:
        self.ask(lambda: self.server.set(key, page, ex=LIFETIME))

    def newest_shown(self) -> int:
        number = cast("bytes | None", self.ask(lambda: self.server.get(SHOWN))) or b""
        return int(number) if number.isdigit() else 0  # if it is damaged, as if it were lost

    def show(self, number: int) -> None:
        self.ask(lambda: self.server.eval(SHOW, 1, SHOWN, number))

    def forget(self, lost: int, number: int) -> None:
        self.ask(lambda: self.server.eval(FORGET, 1, SHOWN, lost, number))

    def ask(self, question: Callable[[], object]) -> object:
        if time.monotonic() < self.silent_until:
            return None
        try:
            return question()
        except RedisError as error:
            self.silent_until = time.monotonic() + PAUSE
            logger.warning("The server of CACHE_URL does not answer: %s", error)
            return None
