"""Days, months, years and periods as people write them → the days that they mean."""

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import starmap
from typing import Final, NamedTuple

from ..text.normalise import fold
from .clauses import Days


class Period(NamedTuple):
    """A day, a month, a quarter or a year, or some days up to today. `unit` is how exactly it was
    written."""

    first: dt.date
    last: dt.date
    unit: str = "day"


@dataclass(frozen=True, slots=True)
class Found:
    """Days that are written in a text, up to `end`. `is_plain` if they could hardly be anything
    else without a field before them: two ends, not merely two numbers."""

    days: Days
    end: int
    is_plain: bool = False


MONTHS: Final = 12  # of a year
OF_A_QUARTER: Final = 3  # months
LONGEST: Final = 64  # characters of a period
LEAP_YEARS: Final = 8  # at most from one 29 February to the next

YEAR: Final = r"([0-9]{4})"
DAY: Final = "[日号]"
DATE = re.compile(
    rf"{YEAR}(?![0-9])(?:\s?年(?:\s?([0-9]{{1,2}})\s?月"
    rf"(?:\s?([0-9]{{1,2}})\s?{DAY}|([0-9]{{1,2}})(?![0-9]))?)?"
    r"|[-/.]([0-9]{1,2})(?![0-9])(?:[-/.]([0-9]{1,2})(?![0-9]))?)?"
)
DIGITS = re.compile(rf"{YEAR}([0-9]{{2}})([0-9]{{2}})?(?![0-9])")
QUARTER = re.compile(
    rf"{YEAR}\s?(?:年\s?第?\s?([一二三四1-4])\s?季度?|(?:年|-)?\s?q([1-4])(?![0-9]))"
)
MONTHS_IN_ENGLISH: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH_IN_ENGLISH: Final = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
#: March 2022, Mar 5, 2022, 5 March 2022, March; and months and days without a year, 3月 and 3月5日.
ENGLISH = re.compile(
    rf"(?:([0-9]{{1,2}})\s{{1,3}})?{MONTH_IN_ENGLISH}"
    rf"(?:\s{{1,3}}([0-9]{{1,2}})(?![0-9]))?(?:,?\s{{1,3}}{YEAR}(?![0-9]))?"
)
WITHOUT_YEAR = re.compile(rf"([0-9]{{1,2}})\s?月(?:\s?([0-9]{{1,2}})\s?{DAY})?(?![0-9])")
#: The second end of a period, without what it shares with the first: 2022年3月到5月.
REST = re.compile(
    rf"(?:([0-9]{{1,2}})\s?月(?:\s?([0-9]{{1,2}})\s?{DAY}?)?|([0-9]{{1,2}})\s?{DAY})(?![0-9])"
)
#: And a quarter without a year.
REST_QUARTER = re.compile(r"(?:第?\s?([一二三四1-4])\s?季度?|q([1-4]))(?![0-9])")
BARE_REST = re.compile(r"(?:([0-9]{1,2})[-/.])?([0-9]{1,2})(?![-/.]?[0-9])")

OPEN_RANGE = re.compile(r"\s{0,3}(?:\.{2,6}|。{2,6}|…{1,2}|~{1,2}|至)\s{0,3}")
RANGE = re.compile(r"\s{0,3}(?:到|—{1,2}|–)\s{0,3}|\s{1,3}(?:to|-{1,2})\s{1,3}|-{1,2}")
COMPARISON = re.compile(r"(>=|<=|=>|=<|[><≥≤])\s{0,3}")
END = re.compile(r"""$|[\s|,;，、；。！？!?()"“”「『]""")

NAMED: Final = {  # days, weeks, months, quarters or years from now
    "day": {
        "大前天": -3,
        **dict.fromkeys(("前天", "前日"), -2),
        **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
        **dict.fromkeys(("今天", "今日", "today"), 0),
        **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    },
    "week": {
        **dict.fromkeys(("上上周",), -2),
        **dict.fromkeys(("上周", "上个周", "上一周", "上星期", "上个星期", "last week"), -1),
        **dict.fromkeys(("本周", "这周", "这个周", "这一周", "本星期", "这个星期", "this week"), 0),
    },
    "month": {
        **dict.fromkeys(("上上个月", "上上月"), -2),
        **dict.fromkeys(("上月", "上个月", "上一个月", "last month"), -1),
        **dict.fromkeys(("本月", "这个月", "当月", "this month"), 0),
    },
    "quarter": {
        **dict.fromkeys(("上季", "上季度", "上个季度", "上一季度", "last quarter"), -1),
        **dict.fromkeys(("本季", "本季度", "这季度", "这个季度", "当季", "this quarter"), 0),
    },
    "year": {
        "前年": -2,
        **dict.fromkeys(("去年", "上一年", "last year"), -1),
        **dict.fromkeys(("今年", "本年", "这一年", "this year"), 0),
    },
}
DISTANCES: Final = {
    name: (unit, number) for unit, names in NAMED.items() for name, number in names.items()
}
NAME = re.compile(
    "|".join(name.replace(" ", r"\s{1,3}") for name in sorted(DISTANCES, key=len, reverse=True))
)
NUMERALS: Final = {
    **{numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)},
    "两": 2,
}
UNITS: Final = {
    **dict.fromkeys(("天", "日", "day"), "day"),
    **dict.fromkeys(("周", "星期", "week"), "week"),
    **dict.fromkeys(("月", "month"), "month"),
    **dict.fromkeys(("季度", "quarter"), "quarter"),
    **dict.fromkeys(("年", "year"), "year"),
}
RECENT = re.compile(
    r"(?:最近|近|过去|(?:last|past)\s{1,3})\s?(?:(半年)|([0-9]{1,4}|[一二两三四五六七八九十])\s?个?\s?"
    r"(天|日|周|星期|月|季度|年|day|week|month|quarter|year)s?)"
    r"|past\s{1,3}(day|week|month|quarter|year)(?![a-z])"
)


def parse_days(value: str, today: dt.date | None = None) -> Days | None:
    """2022, 2022-01, 202201, 2022Q1, 2022-01-29, 2022年1月29日, 今天, 近7天, last week, a..b, ..b,
    a.., >a, …; None for anything else, and for days relative to `today` where that is not given."""
    text = value.strip()
    found = read_days(text, 0, today)
    return found.days if found and found.end == len(text) else None


def read_days(text: str, start: int, today: dt.date | None) -> Found | None:
    """The days that are written in `text` from `start` on, as a whole word or several."""
    part = spelled_plainly(text[start : start + LONGEST])
    found = read_comparison(part, 0, today) or read_range(part, 0, today)
    return placed(found, part, start)


def read_period(text: str, start: int, today: dt.date | None) -> Found | None:
    """A period at `start` that no field announces: two ends, or days counted from `today`, alone
    between spaces. Anything else could as well be text."""
    part = spelled_plainly(text[start : start + LONGEST])
    if text[start : start + 1].isdecimal():
        found = read_range(part, 0, today)
        return placed(found, part, start) if found and found.is_plain else None
    if today is None or not (relative := read_relative(part, 0, today)):
        return None
    period, end = relative
    is_alone = part[end : end + 1].strip() == "" == text[max(0, start - 1) : start].strip()
    return Found(Days(period.first, period.last), start + end) if is_alone else None


def placed(found: Found | None, part: str, start: int) -> Found | None:
    """What was found in a part of a text that begins at `start`, if a word ends after it."""
    if found is None or not END.match(part, found.end):
        return None
    return replace(found, end=start + found.end)


def spelled_plainly(text: str) -> str:
    """`text` with each character folded that folds to one, so that places stay."""
    return "".join(map(folded_letter, text))


@lru_cache(maxsize=1_000)
def folded_letter(letter: str) -> str:
    folded = fold(letter)
    return folded if len(folded) == 1 else letter


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
    """A period with one end or two, or only a day, a month, a year."""
    left = read_point(text, start, today)
    middle = left[1] if left else start
    is_open = OPEN_RANGE.match(text, middle)
    sign = is_open or (RANGE.match(text, middle) if left else None)
    if sign:
        right = None
        if left:
            right = read_rest(text, sign.end(), left[0], is_dashed="-" in sign[0])
        right = right or read_point(text, sign.end(), today)
        if right:
            if not left:
                return Found(Days(None, right[0].last), right[1])
            ends = (text[start:middle], left[0].unit), (text[sign.end() : right[1]], right[0].unit)
            is_plain = "年" in text[start:middle] or ".." in sign[0] or all(starmap(is_dated, ends))
            return Found(between(left[0], right[0]), right[1], is_plain)
        if left and text.startswith("今", sign.end()) and sign[0].endswith("至"):
            return Found(Days(left[0].first, None), sign.end() + 1)
        if left and is_open and END.match(text, sign.end()):
            return Found(Days(left[0].first, None), sign.start() + len(sign[0].rstrip()))
    return Found(Days(left[0].first, left[0].last), middle) if left else None


def is_dated(text: str, unit: str) -> bool:
    """Whether an end of a period is written as a date, with its year, and hardly as a figure:
    2022-03-01, 20220301, 2022-03 and 2022/3, but neither 2022 nor 2022.3; or is one counted from
    today."""
    return bool(NAME.fullmatch(text)) or (
        bool(DATE.match(text) or DIGITS.match(text))
        and (unit == "day" or not {*"-/年"}.isdisjoint(text))
    )


def between(left: Period, right: Period) -> Days:
    if left.first > right.last:
        return Days(right.first, left.last, is_reversed=True)
    return Days(left.first, right.last)


def read_point(text: str, start: int, today: dt.date | None) -> tuple[Period, int] | None:
    """A day, a month, a quarter or a year, and where it ends. Of a quarter without a year, the
    newest that has begun by `today`."""
    if today and (relative := read_relative(text, start, today)):
        return relative
    if match := QUARTER.match(text, start):
        quarter = NUMERALS.get(match[2]) or int(match[2] or match[3])
        found = quarter_of(int(match[1]), quarter)
        return (found, match.end()) if found else None
    if today and (match := REST_QUARTER.match(text, start)):
        number = NUMERALS.get(match[1]) or int(match[1] or match[2])
        is_to_come = OF_A_QUARTER * (number - 1) >= today.month
        found = quarter_of(today.year - is_to_come, number)
        return (found, match.end()) if found else None
    if match := DIGITS.match(text, start):
        year, month, day = match.groups()
    elif match := DATE.match(text, start):
        year, month, day = match[1], match[2] or match[5], match[3] or match[4] or match[6]
    else:
        return read_month(text, start, today)
    period = period_of(int(year), int(month or 0), int(day or 0), has_month=bool(month))
    return (period, match.end()) if period else None


def read_month(text: str, start: int, today: dt.date | None) -> tuple[Period, int] | None:
    """March 2022, 5 March 2022, March 5, 2022; without a year, and 3月 or 3月5日, the newest that
    has begun by `today`."""
    if match := ENGLISH.match(text, start):
        if match[1] and match[3]:
            return None
        month, year = MONTHS_IN_ENGLISH.index(match[2][:3]) + 1, int(match[4] or 0)
        day = int(match[1] or match[3] or 0)
    elif match := WITHOUT_YEAR.match(text, start):
        month, day, year = int(match[1]), int(match[2] or 0), 0
    else:
        return None
    if year or today is None:
        period = period_of(year, month, day)
    else:
        years = (today.year - ago for ago in range(LEAP_YEARS + 1))
        begun = (period_of(year, month, day) for year in years)
        period = next((one for one in begun if one and one.first <= today), None)
    return (period, match.end()) if period else None


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


def quarter_of(year: int, number: int) -> Period | None:
    """A quarter of a year, by its number from 1. None if there is no such year."""
    first = period_of(year, OF_A_QUARTER * (number - 1) + 1, 0)
    last = period_of(year, OF_A_QUARTER * number, 0)
    return Period(first.first, last.last, "quarter") if first and last else None


def read_rest(text: str, start: int, left: Period, *, is_dashed: bool) -> tuple[Period, int] | None:
    """The second end of a period that shares its year, or year and month, with the first. A month
    before that of the first is one of the next year, if the period is then the shorter one:
    2022年11月到2月, but not 2022年5月到3月; and so is a quarter."""
    if left.unit == "year":
        return None
    if left.unit == "quarter":
        match = REST_QUARTER.match(text, start)
        return rest_in_quarters(match, left) if match else None
    month = day = 0
    if match := REST.match(text, start):
        month, day = int(match[1] or left.first.month), int(match[2] or match[3] or 0)
        names_month = bool(match[1])
    elif not is_dashed and (match := BARE_REST.match(text, start)):
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
    return (period, match.end()) if period else None


def rest_in_quarters(match: re.Match[str], left: Period) -> tuple[Period, int] | None:
    number = NUMERALS.get(match[1]) or int(match[1] or match[2])
    before = left.last.month // OF_A_QUARTER - number
    found = quarter_of(left.first.year + (2 * before > MONTHS // OF_A_QUARTER), number)
    return (found, match.end()) if found else None


def read_relative(text: str, start: int, today: dt.date) -> tuple[Period, int] | None:
    """今天, last week, 近7天, …: a week begins on Monday, and the last seven days end today."""
    try:
        if match := NAME.match(text, start):
            unit, number = DISTANCES[" ".join(match[0].split())]
            return named(unit, number, today), match.end()
        if match := RECENT.match(text, start):
            if match[1]:
                return Period(back(today, "month", 6), today), match.end()
            unit = UNITS[match[3] or match[4]]
            number = 1 if match[4] else NUMERALS.get(match[2]) or int(match[2])
            if number:
                return Period(back(today, unit, number), today), match.end()
    except (OverflowError, ValueError):  # before the year 1
        pass
    return None


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
