"""Days, months, years and periods as people write them → the days that they mean."""

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from ....characters import HAN_RANGE
from ..clauses import Days
from .period import period_of
from .ranges import DISTANCE, UP_TO, Found, read_comparison, read_point, read_range
from .relative import NAME, NEWEST_WEEKDAY, RECENT, RECENTLY, read_relative
from .spelling import END, spelled_plainly
from .written import HOLIDAY, MONTHS_OF_YEAR, OF_A_MONTH, OF_NAMED_YEAR, has_unknown_holiday

LONGEST: Final = 64  # characters of a period
LONGEST_MONTH: Final = 31  # days
A_LEAP_YEAR: Final = 2020
DAY_IN_FIGURES = re.compile(
    r"(?:((?:19|20)[0-9]{2})(?:\s?年\s?|[-/.]))?([0-9]{1,2})(?:\s?月\s?|[-/.])([0-9]{1,2})(\s?[日号])?"
)
AS_FIGURE = re.compile(r"20[1-9][0-9](?:0[1-9]|1[0-2])(?:[0-3][0-9])?")  # 202203, 20220315
YEAR_ALONE = re.compile("20[1-9][0-9]")  # a figure as often as a year
AS_YEAR = re.compile(rf"{YEAR_ALONE.pattern}|{AS_FIGURE.pattern}")
HAN = re.compile(f"[{HAN_RANGE}]?")
REPORT = re.compile("(?<=[年季])(?:度|[中季]?报)")  # 三季报, 2022年度 and 2022年中报 are words


def parse_days(value: str, today: dt.date | None = None) -> Days | None:
    """2022, 2022-01, 202201, 2022Q1, 2022-01-29, 2022年1月29日, 今天, 近7天, last week, a..b, ..b,
    a.., >a, …; None for anything else, and for days relative to `today` where that is not given."""
    text = value.strip()
    found = read_days(text, 0, today)
    return found.days if found and found.end == len(text) else None


def are_customary(value: str) -> bool:
    """Whether the days of a period are not in its name: 五一, 年底, 3月上旬."""
    text = spelled_plainly(value)
    return any(one.search(text) for one in (HOLIDAY, OF_NAMED_YEAR, OF_A_MONTH))


def are_unknown(value: str) -> bool:
    """Whether a text has a holiday of a year in which its days are not known: 2036年春节."""
    return has_unknown_holiday(spelled_plainly(value))


def is_no_day(value: str, *, is_date: bool = False) -> bool:
    """Whether a text is written as a day that its month has not: 2022-02-29, 2月30日; 2/30 only if
    it `is_date`, and no fraction."""
    match = DAY_IN_FIGURES.fullmatch(spelled_plainly(value).strip())
    if match is None or not (is_date or match[1] or match[4]):
        return False
    year, month, day = int(match[1] or A_LEAP_YEAR), int(match[2]), int(match[3])
    has_month, has_day = period_of(year, month, 0), period_of(year, month, day)
    return bool(has_month and not has_day and 0 < day <= LONGEST_MONTH)


def are_undated(value: str, today: dt.date) -> bool:
    """Whether a period is neither counted from today nor has a year: 3月15日, 五一."""
    text = spelled_plainly(value)
    relative = (NAME, RECENTLY, NEWEST_WEEKDAY, RECENT)
    found = (match.start() for one in relative for match in one.finditer(text))
    return not (parse_days(value) or any(read_relative(text, start, today) for start in found))


def have_days_in_common(one: Days, other: Days) -> bool:
    first = max(days.first or dt.date.min for days in (one, other))
    return first <= min(days.last or dt.date.max for days in (one, other))


def read_days(text: str, start: int, today: dt.date | None) -> Found | None:
    """The days that are written in `text` from `start` on, as a whole word or several."""
    part = spelled_plainly(text[start : start + LONGEST])
    found = read_comparison(part, 0, today) or read_range(part, 0, today)
    return placed(found, part, start)


def read_period(text: str, start: int, today: dt.date | None) -> Found | None:
    """A period at `start` that no field announces: two ends, or days counted from `today` that have
    begun. Anything else could as well be text."""
    part = spelled_plainly(text[start : start + LONGEST])
    found = read_range(part, 0, today)
    return placed(found, part, start) if found and found.is_plain else None


def read_words(text: str, start: int, today: dt.date | None) -> Found | None:
    """A day, a month or another period at `start` that is written in several words, and could as
    well be text: March 2022, Q3 2022, 2022 年 3 月, 去年 3月, 3、4月."""
    part = spelled_plainly(text[start : start + LONGEST])
    point = read_point(part, 0, today)
    if point is None or len(re.split(r"\s+|、", part[: point[1]].strip())) == 1:
        return None
    return placed(Found(Days(*point[0][:2]), point[1]), part, start)


def period_beside(
    text: str, today: dt.date | None, *, is_loose: bool = False
) -> tuple[Days, int, int] | None:
    """A day, a month or a period with two ends that stands at the end or at the beginning of a text
    without a space: its days, where it starts, and where it ends. If it `is_loose`, any period. A
    year alone touches nothing but Han: 2017/2018 and GB/T 19001-2016 have none."""
    part = spelled_plainly(text[:LONGEST])
    starts = [*range(1, len(part) if len(text) <= LONGEST else 0), 0]
    for start in starts:
        is_cut = part[start - 1 : start].isdecimal() and part[start].isdecimal()
        found = None if is_cut else read_range(part, start, today)
        if (
            found
            and (found.end == len(part) or not start)
            and not REPORT.match(part, found.end)
            and not part[:start].endswith(UP_TO)
            and not DISTANCE.match(part, found.end)
            and is_beside_han(part, start, found.end)
            and is_exact(part[start : found.end], found, is_loose=is_loose)
        ):
            return found.days, start, found.end
    return None


def is_beside_han(text: str, start: int, end: int) -> bool:
    """Whether what stands there is no year alone, or touches Han or nothing."""
    beside = text[max(0, start - 1) : start], text[end : end + 1]
    return not YEAR_ALONE.fullmatch(text, start, end) or all(map(HAN.fullmatch, beside))


def is_exact(text: str, found: Found, *, is_loose: bool) -> bool:
    """Whether what was found is a day, a month, has two ends, or is written as 2022H1 or 1-3月, and
    is no figure, except of six or eight digits since 2010; if it `is_loose`, whether it is any
    period that is no figure except these and a year since 2010."""
    days = found.days
    if text.isdecimal():
        return bool((AS_YEAR if is_loose else AS_FIGURE).fullmatch(text))
    is_short = days.first and days.last and (days.last - days.first).days < LONGEST_MONTH
    return bool(
        is_loose
        or found.is_plain
        or is_short
        or not {*"hq"}.isdisjoint(text)
        or MONTHS_OF_YEAR.fullmatch(text)
    )


def placed(found: Found | None, part: str, start: int) -> Found | None:
    """What was found in a part of a text that begins at `start`, if a word ends after it."""
    if found is None or not END.match(part, found.end):
        return None
    return replace(found, end=start + found.end)
