"""The signals by which people and systems end an import."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the last where a terminal is closed
IMPATIENCE = 1.0  # seconds after the first signal from which another one does not wait


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """While inside, `ENDING` signals ask to stop; yields whether one has come. Another one, a
    second later or more, raises `KeyboardInterrupt`: who asks again does not want to wait. One that
    is ignored stays so, as SIGHUP after `nohup`. Outside of the main thread signals are not ours,
    and stay as they are."""
    came: list[float] = []
    kept: dict[signal.Signals, Any] = {}

    def ask(*_: object) -> None:
        if came and time.monotonic() - came[0] > IMPATIENCE:
            raise KeyboardInterrupt
        came.append(time.monotonic())

    with suppress(ValueError):  # not the main thread
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                kept[number] = signal.signal(number, ask)
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
