"""The signals by which people and systems end an import."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the last where a terminal is closed
IMPATIENCE = 1.0  # seconds after the first signal from which another one does not wait
#: One entry while what the main thread does may be broken off.
breakable: Final[list[None]] = []


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """While inside, `ENDING` signals ask to stop; yields whether one has come. The first raises
    `KeyboardInterrupt` only where what is under way is `broken_off`; another one, a second later or
    more, everywhere: who asks again does not want to wait. One that is ignored stays so, as SIGHUP
    after `nohup`. Outside of the main thread signals are not ours, and stay as they are."""
    came: list[float] = []
    kept: dict[signal.Signals, Any] = {}

    def ask(*_: object) -> None:
        is_first = not came
        came.append(time.monotonic())
        if breakable if is_first else came[-1] - came[0] > IMPATIENCE:
            raise KeyboardInterrupt

    with suppress(ValueError):  # not the main thread
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                kept[number] = signal.signal(number, ask)
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextmanager
def broken_off() -> Iterator[None]:
    """While inside, the first signal does not wait: what is done here may take long, and is taken
    back as a whole."""
    breakable.append(None)
    try:
        yield
    finally:
        breakable.pop()
