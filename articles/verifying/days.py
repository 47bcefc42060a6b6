"""What is kept of the days that are over, from which hot words are counted."""

from collections.abc import Iterator

from ..search import days_told
from .difference import Difference


def differences(*, repair: bool = False) -> Iterator[Difference]:
    for day in days_told.wrong_days():
        if repair:
            days_told.keep(day)
        yield Difference(f"day {day}: what it told is out of date", repaired=repair)
