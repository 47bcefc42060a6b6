"""Periods, and the arithmetic of the calendar."""

import datetime as dt
from calendar import monthrange
from collections.abc import Callable
from typing import Final, NamedTuple

from ..clauses import Days


class Period(NamedTuple):
    """A day, a month, a quarter or a year, or some days up to today. `unit` is how exactly it was
    written."""

    first: dt.date
    last: dt.date
    unit: str = "day"


MONTHS: Final = 12  # of a year
OF_A_QUARTER: Final = 3  # months
OF_A_HALF: Final = 2  # quarters
A_MONTH: Final = dt.timedelta(31)
LEAP_YEARS: Final = 8  # at most from one 29 February to the next


def between(left: Period, right: Period) -> Days:
    if left.first > right.last:
        return Days(right.first, left.last, is_reversed=True, has_two_ends=True)
    return Days(left.first, right.last, has_two_ends=True)


def of_year(
    year: str | None, today: dt.date | None, period_in: Callable[[int], Period | None]
) -> Period | None:
    """What `period_in` gives for a year; where that is not written, for the newest in which it has
    begun by `today`. What is longer than a month has when a month of it is over, if there is an
    older one: on 4 January, 上半年 is that of the year before."""
    if year:
        return period_in(int(year) + (2000 if len(year) == len("22") else 0))
    years = (today.year - ago for ago in range(LEAP_YEARS + 1)) if today else ()
    begun = [one for one in map(period_in, years) if one and today and one.first <= today]
    lasted = (
        one
        for one in begun
        if today and (one.last - one.first < A_MONTH or today - one.first >= A_MONTH)
    )
    return next(lasted, begun[0] if begun else None)


def period_of(year: int, month: int, day: int, *, has_month: bool = True) -> Period | None:
    """A day; a month, without a day; a year, without a month. None if there is no such one."""
    try:
        if not has_month:
            return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), "year")
        if not day:
            last = monthrange(year, month)[1]
            return Period(dt.date(year, month, 1), dt.date(year, month, last), "month")
        return Period(dt.date(year, month, day), dt.date(year, month, day))
    except ValueError:  # 2022-13, 2022-02-30, year 0
        return None


def months_of(year: int, first: int, last: int) -> Period | None:
    """From one month of a year to another, which is one of the next year where it is much earlier:
    11-2月, but not 5-3月. None if there are no such months."""
    is_next = 2 * (first - last) > MONTHS
    begin, end = period_of(year, first, 0), period_of(year + is_next, last, 0)
    if not (begin and end and begin.first <= end.first):
        return None
    return Period(begin.first, end.last, "month")


def quarter_of(year: int, number: int) -> Period | None:
    """A quarter of a year, by its number from 1. None if there is no such year."""
    first = period_of(year, OF_A_QUARTER * (number - 1) + 1, 0)
    last = period_of(year, OF_A_QUARTER * number, 0)
    return Period(first.first, last.last, "quarter") if first and last else None


def named(unit: str, number: int, today: dt.date) -> Period:
    """The day, week, month, quarter or year that is `number` of them from today's."""
    if unit == "day":
        day = today + dt.timedelta(number)
        return Period(day, day)
    if unit == "week":
        monday = today + dt.timedelta(7 * number - today.weekday())
        return Period(monday, monday + dt.timedelta(6))
    year, month = months_from(today, unit, number)
    if unit == "quarter":
        period = quarter_of(year, month // OF_A_QUARTER + 1)
    else:
        period = period_of(year, month + 1, 0, has_month=unit == "month")
    if period is None:
        raise ValueError(f"no {unit} {number} from {today}")
    return period


def back(today: dt.date, unit: str, number: int) -> dt.date:
    """The first of the days, weeks, months, quarters or years that end today."""
    if unit in ("day", "week"):
        return today - dt.timedelta(number * (7 if unit == "week" else 1) - 1)
    year, month = months_from(today, unit, -number)
    month += 1
    day = min(today.day, monthrange(year, month)[1])
    return dt.date(year, month, day) + dt.timedelta(1)


def months_from(day: dt.date, unit: str, number: int) -> tuple[int, int]:
    """The year, and the month from 0, that is `number` months, quarters or years after a day's."""
    size = {"quarter": OF_A_QUARTER, "year": MONTHS}.get(unit, 1)
    return divmod(day.year * MONTHS + day.month - 1 + number * size, MONTHS)
