"""Whether the time of a function grows as its input does."""

import gc
import time
from collections.abc import Callable

ATTEMPTS = 5


def is_in_proportion(
    short: Callable[[], object], long: Callable[[], object], *, growth: float, floor: float
) -> bool:
    """Whether `long` takes at most `growth` times as long as `short`, or less than `floor` seconds
    of the processor.

    Whatever else the machine does can make either slower, never faster. So the shortest time of
    each counts, and what seems too slow is tried again.
    """
    short_seconds, long_seconds = [], []
    for _ in range(ATTEMPTS):
        long_seconds.append(seconds(long))
        if min(long_seconds) < floor:
            return True
        short_seconds += [seconds(short) for _ in range(3)]
        if min(long_seconds) < growth * min(short_seconds):
            return True
    return False


def seconds(function: Callable[[], object]) -> float:
    """The seconds of the processor that a call takes, without those of collecting the garbage that
    others have left."""
    gc.disable()
    try:
        start = time.process_time()
        function()
        return time.process_time() - start
    finally:
        gc.enable()
