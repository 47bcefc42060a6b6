"""Periods with one end or two: 2022-01..2022-03, >2022, 3月到5月."""

import datetime as dt
import re
from dataclasses import dataclass
from itertools import starmap
from typing import Final

from ..clauses import Days
from .period import A_MONTH, MONTHS, Period, between, period_of
from .relative import is_counted, read_relative
from .spelling import END, NUMBER, NUMERAL, number
from .written import (
    DAY,
    DAYS_IN_ENGLISH,
    HOLIDAY,
    MONTHS_OF_YEAR,
    OF_A_YEAR,
    YEAR,
    days_of_month,
    part_of,
    part_of_month,
    read_written,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Days that are written in a text, up to `end`. `is_plain` if they could hardly be anything
    else without a field before them: two ends, not merely two numbers."""

    days: Days
    end: int
    is_plain: bool = False


PARTS_OF_YEAR = ("quarter", "half")  # units
#: The second end of a period, without what it shares with the first: 2022年3月到5月.
REST = re.compile(rf"(?:{NUMBER}\s?月份?(?:\s?{NUMBER}\s?{DAY}?)?|{NUMBER}\s?{DAY})(?![0-9])")
BARE_REST = re.compile(r"(?:([0-9]{1,2})[-/.])?([0-9]{1,2})(?![-/.]?[0-9])")
#: A year after the month or the quarter.
YEAR_AT_LAST = re.compile(rf"\S.*\s{YEAR}")
FIGURE = re.compile(r"[0-9.\s]+")
OPEN_RANGE = re.compile(r"\s{0,3}(?:\.{2,6}|。{2,6}|…{1,2}|~{1,2}|至)\s{0,3}")
RANGE = re.compile(r"\s{0,3}(?:到|—{1,2}|–)\s{0,3}|\s{1,3}(?:to|-{1,2})\s{1,3}|-{1,2}")
#: Between periods of which the second follows the first: 3月5、6日, 上半年和下半年.
AND_NEXT = re.compile(r"[、和与及]")
#: As Lucene writes a period, an open end as an asterisk: [2022-03-01 TO 2022-05-31].
OF_LUCENE = re.compile(r"[\[{]\s?(\*|[^\s*]{4,20})\sto\s(\*|[^\s*\]}]{4,20})\s?[\]}]")
FROM = re.compile(r"[从自](?![从自])|(?:from|between)\s{1,3}(?!from|between)")
#: Of two ends after between, as to.
AND: Final = (" and ", " to  ")
SINCE_IN_ENGLISH = re.compile(r"since\s{1,3}(?!since)")
COMPARISON = re.compile(r"(>=|<=|=>|=<|[><≥≤])\s{0,3}")
#: After a day from which, or before which, a period is open. Not 2017年至今年, 3月起诉, 2022年来自,
#: 2022年后市.
SINCE = re.compile(
    rf"\s{{0,3}}(?:至今(?![天日月年])|[到至](?:现在|目前)|以来|以后|之后"
    rf"|(?:(?<=年)来|(?<=[年月日号])后|起|开始)(?={END.pattern}))"
)
UNTIL = re.compile(rf"\s{{0,3}}(?:以前|之前|前(?={END.pattern}))")
AT_END: Final = ("底", "末")  # before 前, with which a period is until its end: 3月底前
UP_TO: Final = ("截至", "截止", "截止到")
UNTIL_THE_END = re.compile("|".join((*reversed(UP_TO), "到")))
LAST = re.compile("为?止")  # after a period that is the last, and needed after 到: 到2022年3月为止
#: After a period, which it does not change: 2022年内; not 2022年内蒙古.
WITHIN = re.compile(
    rf"(?<=[年月周度])(?:以内|之内|内(?={END.pattern}))"
    rf"|(?:(?<=[0-9]年)(?:全年|度)|(?<=[12][0-9]{{3}})(?:全年|年度))(?={END.pattern})"
)
#: In the week before a day, or from then until the week after it.
AROUND = re.compile("前(?:(?P<eve>夕)|后)")
A_WEEK = dt.timedelta(7)
#: So far from a day, which is as often one day as several: 元旦前一天, 春节后三个交易日.
DISTANCE = re.compile(
    rf"[前后]第?\s?(?:[0-9]{{3}}|{NUMERAL})\s?个?(?:交易|工作)?(?:小时|[天日周月年]|星期)"
)
#: Likewise after a holiday: 五一后, 国庆节前; not 五一前后.
SINCE_HOLIDAY = re.compile(f"(?!{DISTANCE.pattern})后(?![续市期来天日])")
UNTIL_HOLIDAY = re.compile(f"(?!{DISTANCE.pattern})前(?![后天日期])")


def read_comparison(text: str, start: int, today: dt.date | None) -> Found | None:
    sign = COMPARISON.match(text, start)
    point = read_point(text, sign.end(), today) if sign else None
    if not sign or not point:
        return None
    period, end = point
    try:
        match sign[1]:
            case ">":
                return Found(Days(period.last + dt.timedelta(1), None), end)
            case "<":
                return Found(Days(None, period.first - dt.timedelta(1)), end)
            case ">=" | "=>" | "≥":
                return Found(Days(period.first, None), end)
        return Found(Days(None, period.last), end)
    except OverflowError:  # after 9999
        return None


def read_range(text: str, start: int, today: dt.date | None) -> Found | None:
    """A period with one end or two, or only a day, a month, a year. With two it may begin with a
    word: 从3月到5月."""
    if match := OF_LUCENE.match(text, start):
        plain = "..".join(match.groups()).replace("*", "")
        found = read_range(plain, 0, today)
        is_whole = found is not None and found.end == len(plain)
        return Found(found.days, match.end(), is_plain=True) if found and is_whole else None
    if match := FROM.match(text, start):
        if match[0].startswith("between"):
            text = text[:start] + text[start:].replace(*AND, 1)
        point, whole = read_point(text, match.end(), today), read_range(text, match.end(), today)
        return whole if point and whole and point[1] < whole.end else None
    if match := SINCE_IN_ENGLISH.match(text, start):
        point = read_point(text, match.end(), today)
        is_plain = point is not None and is_dated(text[match.end() : point[1]], point[0].unit)
        return Found(Days(point[0].first, None), point[1], is_plain) if point else None
    if (match := UNTIL_THE_END.match(text, start)) and (
        point := read_point(text, match.end(), today)
    ):
        said = LAST.match(text, point[1])
        if said or match[0] in UP_TO:
            return Found(Days(None, point[0].last), said.end() if said else point[1])
    if (match := DAYS_IN_ENGLISH.match(text, start)) and (days := days_of_month(match, today)):
        return Found(days, match.end(), is_plain=bool(match[7]))
    left = read_point(text, start, today)
    middle = left[1] if left else start
    is_holiday = left is not None and HOLIDAY.search(text, start, middle) is not None
    if left and (match := AROUND.match(text, middle)) and (days := days_around(left[0], match)):
        return Found(days, match.end())
    since = SINCE.match(text, middle) or (is_holiday and SINCE_HOLIDAY.match(text, middle))
    until = UNTIL.match(text, middle) or (is_holiday and UNTIL_HOLIDAY.match(text, middle))
    if left and since:
        return Found(Days(left[0].first, None), since.end())
    if left and until and text.startswith(AT_END, middle - 1):
        return Found(Days(None, left[0].last), until.end())
    if left and until and left[0].first > dt.date.min:
        return Found(Days(None, left[0].first - dt.timedelta(1)), until.end())
    is_open = OPEN_RANGE.match(text, middle)
    is_next = AND_NEXT.match(text, middle) if left else None
    sign = is_open or is_next or (RANGE.match(text, middle) if left else None)
    if left and sign and (found := read_with_year_last(text[start:middle], text, sign.end())):
        return found
    if sign:
        right = None
        if left:
            right = read_rest(text, sign.end(), left[0], is_dashed="-" in sign[0])
        if right is None and (right := read_point(text, sign.end(), today)) and left:
            left = begun_by(right[0], left, text, start, today)
        if is_next and left and right:
            if (right[0].first - left[0].last).days == 1:
                return Found(between(left[0], right[0]), right[1])
            right = None
        if right:
            if not left:
                return Found(Days(None, right[0].last), right[1])
            ends = (text[start:middle], left[0].unit), (text[sign.end() : right[1]], right[0].unit)
            is_plain = "年" in text[start:middle] or ".." in sign[0] or all(starmap(is_dated, ends))
            return Found(between(left[0], right[0]), right[1], is_plain)
        if left and is_open and END.match(text, sign.end()):
            return Found(Days(left[0].first, None), sign.start() + len(sign[0].rstrip()))
    if not left:
        return None
    has_begun = today is not None and left[0].first <= today
    first, last, unit = left[0]
    has_two_ends = unit in PARTS_OF_YEAR or bool(MONTHS_OF_YEAR.fullmatch(text, start, middle))
    days = Days(first, last, has_two_ends=has_two_ends)
    return Found(days, middle, has_begun and is_counted(text[start:middle]))


def days_around(period: Period, around: re.Match[str]) -> Days | None:
    """The days that `AROUND` means of a period; None if it is longer than a month."""
    first, last, _ = period
    if last - first >= A_MONTH:
        return None
    try:
        end = first - dt.timedelta(1) if around["eve"] else last + A_WEEK
        return Days(first - A_WEEK, end, has_two_ends=True)
    except OverflowError:  # before the year 1, or after 9999
        return None


def begun_by(
    end: Period, begin: tuple[Period, int], text: str, start: int, today: dt.date | None
) -> tuple[Period, int]:
    """A period at `start` that begins another, which has begun when that ends, if it has no year:
    国庆到春节 is over the end of a year."""
    if today is None or begin[0].first <= end.last or read_relative(text, start, today):
        return begin
    return read_written(text, start, end.last) or begin


def is_dated(text: str, unit: str) -> bool:
    """Whether an end of a period is written as a date, with its year, and hardly as a figure:
    2022-03-01, 20220301, 2022-03, 2022/3 and March 2022, but neither 2022 nor 2022.3; or is one
    counted from today."""
    return is_counted(text) or (
        bool(re.search(YEAR, text)) and (unit == "day" or not FIGURE.fullmatch(text))
    )


def read_with_year_last(first: str, text: str, start: int) -> Found | None:
    """The period from `first`, which has no year, to the day, month or quarter at `start` of the
    text, if a year comes last there, which both share: March to May 2022. Nov to Feb 2022 begins
    in the year before."""
    last = None if re.search(YEAR, first) else read_point(text, start, None)
    if last is None or not YEAR_AT_LAST.fullmatch(text[start : last[1]]):
        return None
    for year in (last[0].first.year, last[0].first.year - 1):
        whole = f"{first.strip()} {year:04}"
        found = read_point(whole, 0, None)
        if found and found[1] == len(whole) and found[0].first <= last[0].last:
            return Found(between(found[0], last[0]), last[1], is_plain=True)
    return None


def read_point(text: str, start: int, today: dt.date | None) -> tuple[Period, int] | None:
    """A day, a third of a month, a month, a quarter, a half or a year, and where it ends. Without a
    year, the newest that has begun by `today`."""
    relative = read_relative(text, start, today) if today else None
    point = relative or read_written(text, start, today)
    if point is None:
        return None
    period, end = part_of_month(text, *point)
    within = WITHIN.match(text, end)
    return period, within.end() if within else end


def read_rest(text: str, start: int, left: Period, *, is_dashed: bool) -> tuple[Period, int] | None:
    """The second end of a period that shares its year, or year and month, with the first. A month
    before that of the first is one of the next year, if the period is then the shorter one:
    2022年11月到2月, but not 2022年5月到3月; and so is a quarter."""
    if left.unit == "year":
        return None
    if left.unit in PARTS_OF_YEAR:
        match = OF_A_YEAR.match(text, start)
        return rest_in_parts(match, left) if match else None
    month = day = 0
    if match := REST.match(text, start):
        month, day = number(match[1]) or left.first.month, number(match[2] or match[3])
        names_month = bool(match[1])
    elif (match := BARE_REST.match(text, start)) and (
        not is_dashed or (match[1] and left.unit == "day")
    ):
        names_month = bool(match[1]) or left.unit == "month"
        if match[1] or left.unit == "day":
            month, day = int(match[1] or left.first.month), int(match[2])
        else:
            month = int(match[2])
    else:
        return None
    is_next = names_month and 2 * (left.first.month - month) > MONTHS
    year = left.first.year + is_next
    period = period_of(year, month, day)
    return part_of_month(text, period, match.end()) if period else None


def rest_in_parts(match: re.Match[str], left: Period) -> tuple[Period, int] | None:
    found = part_of(left.first.year, *match.groups())
    if found and 2 * (left.last.month - found.last.month) > MONTHS:
        found = part_of(left.first.year + 1, *match.groups())
    return (found, match.end()) if found else None
