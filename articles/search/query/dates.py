"""Days, months, years and periods as people write them → the days that they mean."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import starmap
from typing import Final, NamedTuple

from ..text.normalise import fold
from .clauses import Days
from .holidays import HOLIDAYS, days_of


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
OF_A_HALF: Final = 2  # quarters
LONGEST: Final = 64  # characters of a period
LONGEST_MONTH: Final = 31  # days
LEAP_YEARS: Final = 8  # at most from one 29 February to the next

YEAR: Final = r"([0-9]{4})"
DAY: Final = "[日号]"
#: Of a month or a day, or of several: 3, 12, 三, 十二, 三十.
NUMERAL: Final = "[0-9]{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
NUMBER: Final = f"({NUMERAL})"
DATE = re.compile(
    rf"{YEAR}(?![0-9])(?:(?:\s?年|(?=\s(?:{NUMERAL})\s?月))"
    rf"(?:\s?{NUMBER}\s?月份?(?:\s?{NUMBER}\s?{DAY}|([0-9]{{1,2}})(?![0-9]))?)?"
    r"|[-/.]([0-9]{1,2})(?![0-9])(?:[-/.]([0-9]{1,2})(?![0-9]))?)?"
)
DIGITS = re.compile(rf"{YEAR}([0-9]{{2}})([0-9]{{2}})?(?![0-9])")
#: A half or a quarter of a year, or several quarters from the first: 上半年, H1, 三季度, Q3,
#: 前三季度.
PART: Final = (
    r"(?:([上下])半年|h([12])(?![0-9a-z])"
    r"|(前)?\s?第?\s?([一二三四1-4])\s?个?季度?|q([1-4])(?![0-9a-z]))"
)
OF_A_YEAR = re.compile(PART)
PART_OF_YEAR = re.compile(rf"{YEAR}\s?(?:年\s?|-)?{PART}")
PART_AND_YEAR = re.compile(rf"{PART}\s{{0,3}}{YEAR}(?![0-9])")
#: As analysts write: 3Q22, 1H2022, Q3'22, FY22.
OF_ANALYSTS = re.compile(
    rf"(?:([12])h|([1-4])q|h([12])(?=')|q([1-4])(?=')|fy)\s?'?(?:{YEAR}|([0-9]{{2}}))(?![0-9a-z])"
)
#: 22年3月, 22年上半年, 22H1.
IN_TWO_DIGITS = re.compile(
    rf"([0-9]{{2}})(?:年\s?{NUMBER}\s?月份?(?:\s?{NUMBER}\s?{DAY})?|(?:年\s?|(?=[hq])){PART})"
)
MONTHS_IN_ENGLISH: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH_IN_ENGLISH: Final = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
ORDINAL: Final = "(?:st|nd|rd|th)?"
#: March 2022, Mar 5th, 2022, 5 March 2022, 2022 March, March; and without a year, as 3月
#: and 3月5日.
ENGLISH = re.compile(
    rf"(?:(?:{YEAR}|([0-9]{{1,2}}){ORDINAL})\s{{1,3}})?{MONTH_IN_ENGLISH}"
    rf"(?:\s{{1,3}}([0-9]{{1,2}}){ORDINAL}(?![0-9]))?(?:,?\s{{1,3}}{YEAR}(?![0-9]))?"
)
WITHOUT_YEAR = re.compile(
    rf"{NUMBER}\s?月份?(?:\s?{NUMBER}\s?{DAY}|([0-9]{{1,2}})(?=[-~至到–]))?(?![0-9])"
)
#: 3/15, 03-15.
MONTH_AND_DAY = re.compile(
    r"(?<![0-9./])([0-9]{1,2})(?:/|(?<!-[0-9])(?<!-[0-9]{2})-)([0-9]{1,2})(?![0-9]|[/.][0-9])"
)
TWO_DAYS: Final = r"([0-9]{1,2})(?:\s?[-~–]\s?|\s{1,3}to\s{1,3})([0-9]{1,2})(?![0-9])"
#: Mar 15-20, 2022, and 15-20 March 2022.
DAYS_IN_ENGLISH = re.compile(
    rf"(?:{MONTH_IN_ENGLISH}\s{{1,3}}{TWO_DAYS}|{TWO_DAYS}\s{{1,3}}{MONTH_IN_ENGLISH})"
    rf"(?:,?\s{{1,3}}{YEAR}(?![0-9]))?"
)
#: 2022年底, 22年初; after 去年 only what follows. Not 2022年中报, 2022年底部, 今年初步.
TIME: Final = (
    "年?(初(?![一二三四五六七八九十步级次中始期])|中(?![\u3400-\u9fff])|中(?=[到至以])"
    "|底(?![部线牌价])|末(?!期))"
)
TIME_OF_YEAR = re.compile(rf"(?:{YEAR}|([0-9]{{2}}))\s?年\s?{TIME}")
OF_NAMED_YEAR = re.compile(TIME)
TIMES: Final = {"初": (1, 2), "中": (6, 7), "底": (12, 12), "末": (12, 12)}  # their months
WITHOUT_ITS_YEAR = re.compile(f"(?=年){TIME}")  # 年底: of the newest that has begun
#: 3月上旬, 上月底; not 3月初步核算.
OF_A_MONTH = re.compile(
    r"\s?([上中下])旬|(?<=月)(初(?![一二三四五六七八九十步级次中始期])|中(?![\u3400-\u9fff])|底(?![部线牌价])|末(?!期))"
)
TENS: Final = {"上": 1, "初": 1, "中": 11, "下": 21, "底": 21, "末": 21}  # their first days
HOLIDAY = re.compile(
    rf"(?<![一二三四五六七八九十])({'|'.join(sorted(HOLIDAYS, key=len, reverse=True))})"
    "(?:节|小?长假|假期|假日|黄金周|期间){0,3}"
)
HOLIDAY_OF_YEAR = re.compile(rf"(?:{YEAR}\s?年?|([0-9]{{2}})\s?年)\s?(?={HOLIDAY.pattern})")
#: 1-3月, 2022年1-3月.
MONTHS_OF_YEAR = re.compile(
    rf"(?:(?:{YEAR}|([0-9]{{2}}))\s?年\s?)?([0-9]{{1,2}})(?:[-~至到–]|—{{1,2}})([0-9]{{1,2}})\s?月份?"
)
#: The second end of a period, without what it shares with the first: 2022年3月到5月.
REST = re.compile(rf"(?:{NUMBER}\s?月份?(?:\s?{NUMBER}\s?{DAY}?)?|{NUMBER}\s?{DAY})(?![0-9])")
BARE_REST = re.compile(r"(?:([0-9]{1,2})[-/.])?([0-9]{1,2})(?![-/.]?[0-9])")

YEAR_IN_NUMERALS = re.compile(r"[〇○零一二三四五六七八九]{4}(?=\s?年)")
AS_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
#: A year after the month or the quarter.
YEAR_AT_LAST = re.compile(rf"\S.*\s{YEAR}")
FIGURE = re.compile(r"[0-9.\s]+")

OPEN_RANGE = re.compile(r"\s{0,3}(?:\.{2,6}|。{2,6}|…{1,2}|~{1,2}|至)\s{0,3}")
RANGE = re.compile(r"\s{0,3}(?:到|—{1,2}|–)\s{0,3}|\s{1,3}(?:to|-{1,2})\s{1,3}|-{1,2}")
COMPARISON = re.compile(r"(>=|<=|=>|=<|[><≥≤])\s{0,3}")
#: After a day from which, or before which, a period is open.
SINCE = re.compile(r"\s{0,3}(?:至今|以来|以后|之后)")
UNTIL = re.compile(r"\s{0,3}(?:以前|之前)")
END = re.compile(
    r"""$|[\s|,;，、；。！？!?()"“”「『」』+&*]|/(?=[\u3400-\u9fff]|[0-9]{1,2}\s?月)"""
)

NAMED: Final = {  # days, weeks, months, quarters or years from now
    "day": {
        "大前天": -3,
        **dict.fromkeys(("前天", "前日"), -2),
        **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
        **dict.fromkeys(("今天", "今日", "today"), 0),
        **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
        "后天": 2,
    },
    "week": {
        **dict.fromkeys(("上上周",), -2),
        **dict.fromkeys(("上周", "上个周", "上一周", "上星期", "上个星期", "last week"), -1),
        **dict.fromkeys(("本周", "这周", "这个周", "这一周", "本星期", "这个星期", "this week"), 0),
        **dict.fromkeys(("下周", "下个周", "下一周", "下星期", "下个星期", "next week"), 1),
    },
    "month": {
        **dict.fromkeys(("上上个月", "上上月"), -2),
        **dict.fromkeys(("上月", "上个月", "上一个月", "last month"), -1),
        **dict.fromkeys(("本月", "这个月", "当月", "this month"), 0),
        **dict.fromkeys(("下月", "下个月", "下一个月", "next month"), 1),
    },
    "quarter": {
        **dict.fromkeys(("上季", "上季度", "上个季度", "上一季度", "last quarter"), -1),
        **dict.fromkeys(("本季", "本季度", "这季度", "这个季度", "当季", "this quarter"), 0),
        **dict.fromkeys(("下季", "下季度", "下个季度", "下一季度", "next quarter"), 1),
    },
    "year": {
        "前年": -2,
        **dict.fromkeys(("去年", "上一年", "last year"), -1),
        **dict.fromkeys(("今年", "本年", "这一年", "this year"), 0),
        **dict.fromkeys(("明年", "下一年", "next year"), 1),
    },
}
DISTANCES: Final = {
    name: (unit, number) for unit, names in NAMED.items() for name, number in names.items()
}
LATELY: Final = {  # days that end today
    **dict.fromkeys(
        ("最近几天", "近几天", "近几日", "这几天", "past few days", "last few days"), 7
    ),
    **dict.fromkeys(("最近", "近来", "lately", "recently"), 30),
}


def any_of(names: Iterable[str]) -> str:
    """An expression for names, of which spaces may be several."""
    return "|".join(name.replace(" ", r"\s{1,3}") for name in sorted(names, key=len, reverse=True))


NAME = re.compile(any_of(DISTANCES))
RECENTLY = re.compile(rf"(?:{any_of(LATELY)})(?!\s?[0-9一二两三四五六七八九十半]|[a-z])")
NUMERALS: Final = {
    **{numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)},
    "两": 2,
}
WEEKDAYS: Final = {**{day: place for place, day in enumerate("一二三四五六日")}, "天": 6}
#: After the name of a week or a month: 上周五, 上月15日.
WEEKDAY = re.compile(f"[{''.join(WEEKDAYS)}]")
DAY_OF_MONTH = re.compile(rf"\s?{NUMBER}\s?{DAY}")
NEWEST_WEEKDAY = re.compile(f"(?:周|星期|礼拜)([{''.join(WEEKDAYS)}])")
UNITS: Final = {
    **dict.fromkeys(("小时", "hour"), "hour"),
    **dict.fromkeys(("天", "日", "day"), "day"),
    **dict.fromkeys(("周", "星期", "week"), "week"),
    **dict.fromkeys(("月", "month"), "month"),
    **dict.fromkeys(("季度", "quarter"), "quarter"),
    **dict.fromkeys(("年", "year"), "year"),
}
#: 近7天, 过去24小时, 前三个月, last 7 days; 7天内, 半年以来; past week. Not 前三季度, which are the
#: first three.
RECENT = re.compile(
    rf"(?P<before>最近|近|过去|前|(?:last|past)\s{{1,3}})?\s?(?:(?P<half>半)"
    rf"|(?P<number>[0-9]{{3,4}}(?=[^0-9])|{NUMERAL})\s?(?P<of>个?)\s?)"
    r"(?P<unit>小时|天|日|周|星期|月|季度|年|hour|day|week|month|quarter|year)s?"
    r"(?P<within>以内|之内|内|以来|来)?"
    r"|past\s{1,3}(?P<one>day|week|month|quarter|year)(?![a-z])"
)


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


def are_undated(value: str, today: dt.date) -> bool:
    """Whether a period is neither counted from today nor has a year: 3月15日, 五一."""
    text = spelled_plainly(value)
    relative = (NAME, RECENTLY, NEWEST_WEEKDAY, RECENT)
    found = (match.start() for one in relative for match in one.finditer(text))
    return not (parse_days(value) or any(read_relative(text, start, today) for start in found))


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
    well be text: March 2022, Q3 2022, 2022 年 3 月, 去年 3月."""
    part = spelled_plainly(text[start : start + LONGEST])
    point = read_point(part, 0, today)
    if point is None or len(part[: point[1]].split()) == 1:
        return None
    return placed(Found(Days(*point[0][:2]), point[1]), part, start)


def period_beside(text: str, today: dt.date | None) -> tuple[Days, int, int] | None:
    """A day, a month or a period with two ends that stands at the end or at the beginning of a text
    without a space: its days, where it starts, and where it ends."""
    part = spelled_plainly(text[:LONGEST])
    starts = [*range(1, len(part) if len(text) <= LONGEST else 0), 0]
    for start in starts:
        is_cut = part[start - 1 : start].isdecimal() and part[start].isdecimal()
        found = None if is_cut else read_range(part, start, today)
        if (
            found
            and (found.end == len(part) or not start)
            and is_exact(part[start : found.end], found)
        ):
            return found.days, start, found.end
    return None


def is_exact(text: str, found: Found) -> bool:
    """Whether what was found is a day, a month, has two ends, or is written as 2022H1 or 1-3月, and
    is no figure."""
    days = found.days
    is_short = days.first and days.last and (days.last - days.first).days < LONGEST_MONTH
    is_meant = (
        found.is_plain or is_short or not {*"hq"}.isdisjoint(text) or MONTHS_OF_YEAR.fullmatch(text)
    )
    return not text.isdecimal() and bool(is_meant)


def placed(found: Found | None, part: str, start: int) -> Found | None:
    """What was found in a part of a text that begins at `start`, if a word ends after it."""
    if found is None or not END.match(part, found.end):
        return None
    return replace(found, end=start + found.end)


def spelled_plainly(text: str) -> str:
    """`text` with each character folded that folds to one, and years in digits: 二〇二二年 is
    2022年. So places stay."""
    plain = "".join(map(folded_letter, text))
    return YEAR_IN_NUMERALS.sub(lambda year: year[0].translate(AS_DIGITS), plain)


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
    if (match := DAYS_IN_ENGLISH.match(text, start)) and (days := days_of_month(match, today)):
        return Found(days, match.end(), is_plain=bool(match[7]))
    left = read_point(text, start, today)
    middle = left[1] if left else start
    if left and (sign := SINCE.match(text, middle)):
        return Found(Days(left[0].first, None), sign.end())
    if left and (sign := UNTIL.match(text, middle)) and left[0].first > dt.date.min:
        return Found(Days(None, left[0].first - dt.timedelta(1)), sign.end())
    is_open = OPEN_RANGE.match(text, middle)
    sign = is_open or (RANGE.match(text, middle) if left else None)
    if left and sign and (found := read_with_year_last(text[start:middle], text, sign.end())):
        return found
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
        if left and is_open and END.match(text, sign.end()):
            return Found(Days(left[0].first, None), sign.start() + len(sign[0].rstrip()))
    if not left:
        return None
    has_begun = today is not None and left[0].first <= today
    return Found(Days(*left[0][:2]), middle, has_begun and is_counted(text[start:middle]))


def is_counted(text: str) -> bool:
    """Whether a day or a period is counted from today, and says so: 上周五, 近7天, but not 3月, nor
    去年3月, which is as often what a text is about."""
    name = NAME.match(text)
    rest = text[name.end() :] if name else ""
    return bool(
        (name and (not rest or WEEKDAY.fullmatch(rest) or DAY_OF_MONTH.fullmatch(rest)))
        or RECENTLY.fullmatch(text)
        or ((recent := RECENT.fullmatch(text)) and any(recent.group("before", "within", "one")))
    )


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


def between(left: Period, right: Period) -> Days:
    if left.first > right.last:
        return Days(right.first, left.last, is_reversed=True)
    return Days(left.first, right.last)


def days_of_month(match: re.Match[str], today: dt.date | None) -> Days | None:
    """The days of `DAYS_IN_ENGLISH`; without a year, the newest that have begun by `today`."""
    month = MONTHS_IN_ENGLISH.index((match[1] or match[6])[:3]) + 1
    first, last = (int(day) for day in (match.group(2, 3) if match[1] else match.group(4, 5)))
    begin = of_year(match[7], today, lambda year: period_of(year, month, first))
    end = period_of(begin.first.year, month, last) if begin else None
    return between(begin, end) if begin and end else None


def of_year(
    year: str | None, today: dt.date | None, period_in: Callable[[int], Period | None]
) -> Period | None:
    """What `period_in` gives for a year; where that is not written, for the newest in which it has
    begun by `today`."""
    if year:
        return period_in(int(year) + (2000 if len(year) == len("22") else 0))
    years = (today.year - ago for ago in range(LEAP_YEARS + 1)) if today else ()
    found = map(period_in, years)
    return next((one for one in found if one and today and one.first <= today), None)


def read_point(text: str, start: int, today: dt.date | None) -> tuple[Period, int] | None:
    """A day, a third of a month, a month, a quarter, a half or a year, and where it ends. Without a
    year, the newest that has begun by `today`."""
    point = read_whole_point(text, start, today)
    return third_of(text, *point) if point else None


def third_of(text: str, period: Period, end: int) -> tuple[Period, int]:
    """The third of a month that is written after it at `end`, or else the period itself."""
    match = OF_A_MONTH.match(text, end)
    if match is None or period.unit != "month" or period.first.month != period.last.month:
        return period, end
    first = period.first.replace(day=TENS[match[1] or match[2]])
    last = period.last if first.day == max(TENS.values()) else first + dt.timedelta(9)
    return Period(first, last), match.end()


def read_whole_point(text: str, start: int, today: dt.date | None) -> tuple[Period, int] | None:
    """As `read_point`, except thirds of months."""
    if today and (relative := read_relative(text, start, today)):
        return relative
    period = None
    if match := HOLIDAY_OF_YEAR.match(text, start):
        return read_holiday(text, match.end(), match[1] or match[2], today)
    if HOLIDAY.match(text, start):
        return read_holiday(text, start, None, today)
    if match := OF_ANALYSTS.match(text, start):
        half, quarter, year = match[1] or match[3], match[2] or match[4], match[5] or match[6]
        period = of_year(
            year,
            today,
            lambda year: (
                part_of(year, "", half, "", quarter, "")
                if half or quarter
                else period_of(year, 0, 0, has_month=False)
            ),
        )
    elif match := PART_OF_YEAR.match(text, start):
        period = part_of(int(match[1]), *match.groups()[1:])
    elif match := PART_AND_YEAR.match(text, start):
        period = part_of(int(match[6]), *match.groups()[:5])
    elif match := IN_TWO_DIGITS.match(text, start):
        year, month, day = 2000 + int(match[1]), match[2], match[3]
        period = period_of(year, number(month), number(day))
        if not month:
            period = part_of(year, *match.groups()[3:])
    elif today and (match := OF_A_YEAR.match(text, start)):
        part = match.groups()
        period = of_year(None, today, lambda year: part_of(year, *part))
    elif match := TIME_OF_YEAR.match(text, start):
        months = TIMES[match[3]]
        period = of_year(match[1] or match[2], today, lambda year: months_of(year, *months))
    elif today and (match := WITHOUT_ITS_YEAR.match(text, start)):
        months = TIMES[match[1]]
        period = of_year(None, today, lambda year: months_of(year, *months))
    elif match := MONTHS_OF_YEAR.match(text, start):
        period = read_months(match, today)
    elif ENGLISH.match(text, start):
        return read_month(text, start, today)
    elif match := DIGITS.match(text, start):
        period = period_of(int(match[1]), int(match[2]), int(match[3] or 0))
    elif match := DATE.match(text, start):
        month, day = match[2] or match[5], match[3] or match[4] or match[6]
        period = period_of(int(match[1]), number(month), number(day), has_month=bool(month))
    else:
        return read_month(text, start, today)
    return (period, match.end()) if period else None


def number(numeral: str | None) -> int:
    """A numeral of `NUMBER` or of `RECENT` as a number; 0 for none."""
    if not numeral or numeral.isdecimal():
        return int(numeral or 0)
    tens, is_more, ones = numeral.rpartition("十")
    return (10 * NUMERALS.get(tens, 1) if is_more else 0) + NUMERALS.get(ones, 0)


def read_month(text: str, start: int, today: dt.date | None) -> tuple[Period, int] | None:
    """March 2022, 5 March 2022, March 5, 2022, 2022 March; without a year, and 3月 or 3月5日, the
    newest that has begun by `today`."""
    if match := ENGLISH.match(text, start):
        if (match[1] and match[5]) or (match[2] and match[4]):
            return None
        month, year = MONTHS_IN_ENGLISH.index(match[3][:3]) + 1, int(match[1] or match[5] or 0)
        day = int(match[2] or match[4] or 0)
    elif match := WITHOUT_YEAR.match(text, start):
        month, day, year = number(match[1]), number(match[2] or match[3]), 0
    elif match := MONTH_AND_DAY.match(text, start):
        month, day, year = int(match[1]), int(match[2]), 0
        if not day:
            return None
    else:
        return None
    written = f"{year:04}" if year else None  # 22 would be 2022
    period = of_year(written, today, lambda year: period_of(year, month, day))
    return (period, match.end()) if period else None


def read_holiday(
    text: str, start: int, year: str | None, today: dt.date | None
) -> tuple[Period, int] | None:
    """The days of a holiday that is named at `start`."""
    match = HOLIDAY.match(text, start)
    if match is None:
        return None

    def days_in(year: int) -> Period | None:
        found = days_of(match[1], year)
        return Period(*found) if found else None

    period = of_year(year, today, days_in)
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


def months_of(year: int, first: int, last: int) -> Period | None:
    """From one month of a year to another, which is one of the next year where it is much earlier:
    11-2月, but not 5-3月. None if there are no such months."""
    is_next = 2 * (first - last) > MONTHS
    begin, end = period_of(year, first, 0), period_of(year + is_next, last, 0)
    if not (begin and end and begin.first <= end.first):
        return None
    return Period(begin.first, end.last, "month")


def read_months(match: re.Match[str], today: dt.date | None) -> Period | None:
    """The months of `MONTHS_OF_YEAR`; without a year, the newest that have begun by `today`."""
    first, last = int(match[3]), int(match[4])
    return of_year(match[1] or match[2], today, lambda year: months_of(year, first, last))


def quarter_of(year: int, number: int) -> Period | None:
    """A quarter of a year, by its number from 1. None if there is no such year."""
    first = period_of(year, OF_A_QUARTER * (number - 1) + 1, 0)
    last = period_of(year, OF_A_QUARTER * number, 0)
    return Period(first.first, last.last, "quarter") if first and last else None


def part_of(year: int, half: str, h: str, from_first: str, quarter: str, q: str) -> Period | None:
    """What `PART` is of a year. None if there is no such year."""
    if half or h:
        last = OF_A_HALF * (2 if half == "下" or h == "2" else 1)
        first, unit = last - OF_A_HALF + 1, "half"
    else:
        last = NUMERALS.get(quarter) or int(quarter or q)
        first, unit = 1 if from_first else last, "quarter"
    quarters = quarter_of(year, first), quarter_of(year, last)
    ends = [*filter(None, quarters)]
    return Period(ends[0].first, ends[1].last, unit) if len(ends) == len(quarters) else None


def read_rest(text: str, start: int, left: Period, *, is_dashed: bool) -> tuple[Period, int] | None:
    """The second end of a period that shares its year, or year and month, with the first. A month
    before that of the first is one of the next year, if the period is then the shorter one:
    2022年11月到2月, but not 2022年5月到3月; and so is a quarter."""
    if left.unit == "year":
        return None
    if left.unit in ("quarter", "half"):
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
    return third_of(text, period, match.end()) if period else None


def rest_in_parts(match: re.Match[str], left: Period) -> tuple[Period, int] | None:
    found = part_of(left.first.year, *match.groups())
    if found and 2 * (left.last.month - found.last.month) > MONTHS:
        found = part_of(left.first.year + 1, *match.groups())
    return (found, match.end()) if found else None


def read_relative(text: str, start: int, today: dt.date) -> tuple[Period, int] | None:
    """今天, last week, 上周五, 去年3月, 近7天, 最近, …: a week begins on Monday, and the last seven
    days end today."""
    try:
        if match := NAME.match(text, start):
            return within(text, match.end(), *DISTANCES[" ".join(match[0].split())], today)
        if match := RECENTLY.match(text, start):
            return Period(
                back(today, "day", LATELY[" ".join(match[0].split())]), today
            ), match.end()
        if match := NEWEST_WEEKDAY.match(text, start):
            day = today - dt.timedelta((today.weekday() - WEEKDAYS[match[1]]) % 7)
            return Period(day, day), match.end()
        if (match := RECENT.match(text, start)) and (first := first_of(match, today)):
            return Period(first, today), match.end()
    except (OverflowError, ValueError):  # before the year 1
        pass
    return None


def within(
    text: str, end: int, unit: str, distance: int, today: dt.date
) -> tuple[Period, int] | None:
    """The period of that unit so far from today's, whose name ends at `end`; or what is named of it
    there: 上周五, 上月15日, 去年3月, 去年上半年."""
    period = named(unit, distance, today)
    if unit == "year" and text[end : end + 1].isspace():  # 去年 3月
        spaced = within(text, end + 1, unit, distance, today)
        is_longer = spaced is not None and spaced[1] > end + 1 and END.match(text, spaced[1])
        return spaced if is_longer else (period, end)
    if unit == "week" and (match := WEEKDAY.match(text, end)):
        day = period.first + dt.timedelta(WEEKDAYS[match[0]])
        return Period(day, day), match.end()
    if unit == "month" and (match := DAY_OF_MONTH.match(text, end)):
        day_of = period_of(period.first.year, period.first.month, number(match[1]))
        return (day_of, match.end()) if day_of and number(match[1]) else None
    if unit == "year" and (holiday := read_holiday(text, end, f"{period.first.year:04}", None)):
        return holiday
    if unit == "year" and (match := OF_NAMED_YEAR.match(text, end)):
        time = months_of(period.first.year, *TIMES[match[1]])
        return (time, match.end()) if time else None
    if unit == "year" and (match := OF_A_YEAR.match(text, end)):
        part = part_of(period.first.year, *match.groups())
        return (part, match.end()) if part else None
    if unit == "year" and (match := WITHOUT_YEAR.match(text, end)):
        month = period_of(period.first.year, number(match[1]), number(match[2]))
        return (month, match.end()) if month else None
    return period, end


def first_of(match: re.Match[str], today: dt.date) -> dt.date | None:
    """The first of the days that `RECENT` means; None if it means none."""
    if match["one"]:
        return back(today, match["one"], 1)
    is_half, numeral, before = match["half"], match["number"], match["before"]
    unit = UNITS[match["unit"]]
    if not (before or match["within"]) or (is_half and unit != "year"):
        return None
    if before == "前" and not (unit in ("hour", "day", "week") or match["of"]):
        return None
    if is_half:
        return back(today, "month", MONTHS // 2)
    several = number(numeral)
    if unit == "hour":
        return today - dt.timedelta(-(-several // 24)) if several else None
    return back(today, unit, several) if several else None


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
