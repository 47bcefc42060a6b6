"""Days, months, quarters and years as they are written, not counted from today → their periods."""

import datetime as dt
import re
from typing import Final

from ....characters import HAN_RANGE
from ..clauses import Days
from .holidays import HOLIDAYS, days_of
from .period import MONTHS, OF_A_HALF, Period, between, months_of, of_year, period_of, quarter_of
from .spelling import NUMBER, NUMERAL, NUMERALS, number

YEAR: Final = r"([0-9]{4})"
DAY: Final = "[日号]"
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
    r"|(前)?\s?第?\s?([一二两三四1-4])\s?个?季度?|q([1-4])(?![0-9a-z]))"
)
OF_A_YEAR = re.compile(PART)
PART_OF_YEAR = re.compile(rf"{YEAR}\s?(?:年\s?|-)?{PART}")
PART_AND_YEAR = re.compile(rf"{PART}(?:\s{{0,3}}|\s{{1,3}}of\s{{1,3}}){YEAR}(?![0-9])")
#: First half of 2022, second quarter 2022.
PART_IN_ENGLISH = re.compile(
    r"(?!(?:third|fourth)\s{1,3}half)"
    rf"(first|second|third|fourth)\s{{1,3}}(?:(half)|quarter)(?:\s{{1,3}}of)?\s{{1,3}}{YEAR}(?![0-9])"
)
ORDINALS: Final = ("first", "second", "third", "fourth")
#: As analysts write: 3Q22, 1H2022, Q3'22, FY22.
OF_ANALYSTS = re.compile(
    rf"(?:([12])h|([1-4])q|h([12])(?=')|q([1-4])(?=')|fy)\s?'?(?:{YEAR}|([0-9]{{2}}))(?![0-9a-z])"
)
#: 22年3月, 22年上半年, 22H1.
IN_TWO_DIGITS = re.compile(
    rf"([0-9]{{2}})(?:年\s?{NUMBER}\s?月份?(?:\s?{NUMBER}\s?{DAY})?|(?:年\s?|(?=[hq])){PART})"
)
#: 22年以来, 21年至今; 10年以来 and 30年以来 are as many years.
YEAR_IN_TWO_DIGITS = re.compile(r"(?<![0-9])(1[1-9]|2[0-9])年(?=\s?(?:以来|至今))")
#: 22/3/5, 22-03-05, 22.3.5, since 2010; no version: iOS15.3.1.
DAY_IN_TWO_DIGITS = re.compile(
    r"(?<![0-9a-z./])([1-3][0-9])([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9]|\2[0-9])"
)
MONTH_AND_YEAR = re.compile(r"(?<![0-9./])([0-9]{1,2})/(20[1-9][0-9])(?![0-9]|/[0-9])")  # 03/2022
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
    rf"{NUMBER}\s?月份?(?:\s?{NUMBER}\s?{DAY}|([0-9]{{1,2}})(?=[-~至到–、]))?(?![0-9])"
)
#: 3/15, 03-15; not the fractions of 超过2/3 and 2/3以上.
MONTH_AND_DAY = re.compile(
    r"(?<![0-9./过约近达占足])([0-9]{1,2})(?:/|(?<!-[0-9])(?<!-[0-9]{2})-)([0-9]{1,2})"
    "(?![0-9]|[/.][0-9]|以[上下内]|的?(?:股权|股份|比例|多数|表决权|席位))"
)
TWO_DAYS: Final = r"([0-9]{1,2})(?:\s?[-~–]\s?|\s{1,3}to\s{1,3})([0-9]{1,2})(?![0-9])"
#: Mar 15-20, 2022, and 15-20 March 2022.
DAYS_IN_ENGLISH = re.compile(
    rf"(?:{MONTH_IN_ENGLISH}\s{{1,3}}{TWO_DAYS}|{TWO_DAYS}\s{{1,3}}{MONTH_IN_ENGLISH})"
    rf"(?:,?\s{{1,3}}{YEAR}(?![0-9]))?"
)
#: 3/15/2022 and 15/3/2022, where one of the two can be no month.
YEAR_LAST = re.compile(r"(?<![0-9./])([0-9]{1,2})/([0-9]{1,2})/((?:19|20)[0-9]{2})(?![0-9/])")
#: After a day: 上午, 周六.
IN_DAY = re.compile(
    r"\s?(?:\(WEEKDAY\)|WEEKDAY)|[上下]午|早[上间]|晚[上间]|凌晨|中午".replace(
        "WEEKDAY", "(?:周|星期|礼拜)[一二三四五六日天]"
    )
)
#: Of a year or a month; not 初步 and 初三, 中报, 底部, 末期.
AT_BEGINNING: Final = "初(?![一二三四五六七八九十步级次中始期])"
IN_MIDDLE: Final = f"中(?![{HAN_RANGE}])"
AT_END: Final = "底(?![部线牌价])|末(?!期)"
#: 2022年底, 22年初; after 去年 only what follows.
TIME: Final = f"年?({AT_BEGINNING}|{IN_MIDDLE}|中(?=[到至以])|{AT_END})"
TIME_OF_YEAR = re.compile(rf"(?:{YEAR}|([0-9]{{2}}))\s?年\s?{TIME}")
OF_NAMED_YEAR = re.compile(TIME)
TIMES: Final = {"初": (1, 2), "中": (6, 7), "底": (12, 12), "末": (12, 12)}  # their months
WITHOUT_ITS_YEAR = re.compile(f"(?=年){TIME}")  # 年底: of the newest that has begun
#: 3月上旬, 上月底.
OF_A_MONTH = re.compile(
    rf"\s?([上中下])旬|(?<=月)({AT_BEGINNING}|{IN_MIDDLE}|{AT_END})"
    r"|(?<=[月份])(?:([上下])半月|的?第([一二三四1-4])周)"
)
TENS: Final = {"上": 1, "初": 1, "中": 11, "下": 21, "底": 21, "末": 21}  # their first days
HOLIDAY = re.compile(
    rf"(?<![一二三四五六七八九十])({'|'.join(sorted(HOLIDAYS, key=len, reverse=True))})"
    "(?:节|小?长假|假期|假日|黄金周|期间){0,3}"
)
HOLIDAY_OF_YEAR = re.compile(rf"(?:{YEAR}\s?年?|([0-9]{{2}})\s?年)\s?(?={HOLIDAY.pattern})")
#: Before a holiday which is one of that year.
WITH_YEAR = re.compile(r"(?:(?<![0-9])[0-9]{4}\s?年?|[0-9]{2}\s?年)\s?$")
#: 1-3月, 2022年1-3月; and 3、4月, 三、四、五月, 三四月, of which each follows the one before.
MONTHS_OF_YEAR = re.compile(
    rf"(?:(?:{YEAR}|([0-9]{{2}}))\s?年\s?)?{NUMBER}"
    rf"(?:[-~至到–]|—{{1,2}}|(、(?:(?:{NUMERAL})、){{0,10}}|(?<=[一二三四五六七八])(?=[二三四五六七八九]月)))"
    rf"{NUMBER}\s?月份?"
)
#: 第一、二季度, 2022年二、三季度, 一二季度: the second follows the first.
QUARTERS_OF_YEAR = re.compile(
    rf"(?:(?:{YEAR}|([0-9]{{2}}))\s?年\s?)?第?(?:([一二三1-3])、第?|([一二三]))([二三四2-4])季度?"
)
#: 2022年前3个月.
FIRST_MONTHS = re.compile(rf"(?:{YEAR}|([0-9]{{2}}))\s?年\s?前{NUMBER}个?月")


def days_of_month(match: re.Match[str], today: dt.date | None) -> Days | None:
    """The days of `DAYS_IN_ENGLISH`; without a year, the newest that have begun by `today`."""
    month = MONTHS_IN_ENGLISH.index((match[1] or match[6])[:3]) + 1
    first, last = (int(day) for day in (match.group(2, 3) if match[1] else match.group(4, 5)))
    begin = of_year(match[7], today, lambda year: period_of(year, month, first))
    end = period_of(begin.first.year, month, last) if begin else None
    return between(begin, end) if begin and end else None


def part_of_month(text: str, period: Period, end: int) -> tuple[Period, int]:
    """The third of a month, half or week of it that is written after it at `end`, or else the
    period itself; after a day the time of the day and the weekday, too."""
    if period.unit == "day":
        while match := IN_DAY.match(text, end):
            end = match.end()
        return period, end
    match = OF_A_MONTH.match(text, end)
    if match is None or period.unit != "month" or period.first.month != period.last.month:
        return period, end
    if match[4]:
        first = period.first.replace(day=7 * number(match[4]) - 6)
        return Period(first, first + dt.timedelta(6)), match.end()
    if match[3]:
        is_first = match[3] == "上"
        half = period.first.replace(day=15 if is_first else 16)
        return (Period(period.first, half) if is_first else Period(half, period.last)), match.end()
    first = period.first.replace(day=TENS[match[1] or match[2]])
    last = period.last if first.day == max(TENS.values()) else first + dt.timedelta(9)
    return Period(first, last), match.end()


def read_written(text: str, start: int, today: dt.date | None) -> tuple[Period, int] | None:
    """A day, a month, a quarter, a half or a year that is not counted from today, and where it
    ends. Without a year, the newest that has begun by `today`."""
    period = None
    if match := HOLIDAY_OF_YEAR.match(text, start):
        return read_holiday(text, match.end(), match[1] or match[2], today)
    if HOLIDAY.match(text, start) and not WITH_YEAR.search(text, max(0, start - 7), start):
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
    elif match := QUARTERS_OF_YEAR.match(text, start):
        period = read_quarters(match, today)
    elif match := FIRST_MONTHS.match(text, start):
        last = number(match[3])
        period = of_year(match[1] or match[2], today, lambda year: months_of(year, 1, last))
    elif match := PART_OF_YEAR.match(text, start):
        period = part_of(int(match[1]), *match.groups()[1:])
    elif match := PART_AND_YEAR.match(text, start):
        period = part_of(int(match[6]), *match.groups()[:5])
    elif match := PART_IN_ENGLISH.match(text, start):
        ordinal = str(ORDINALS.index(match[1]) + 1)
        half, quarter = (ordinal, "") if match[2] else ("", ordinal)
        period = part_of(int(match[3]), "", half, "", quarter, "")
    elif match := YEAR_LAST.match(text, start):
        month_number, day_number = sorted(map(int, match.group(1, 2)))
        is_clear = day_number > MONTHS
        period = period_of(int(match[3]), month_number, day_number) if is_clear else None
    elif match := DAY_IN_TWO_DIGITS.match(text, start):
        period = period_of(2000 + int(match[1]), int(match[3]), int(match[4]))
    elif match := MONTH_AND_YEAR.match(text, start):
        period = period_of(int(match[2]), int(match[1]), 0)
    elif match := YEAR_IN_TWO_DIGITS.match(text, start):
        period = period_of(2000 + int(match[1]), 0, 0, has_month=False)
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


def has_unknown_holiday(text: str) -> bool:
    """Whether a text has a holiday of a year in which its days are not known: 2036年春节."""
    return any(
        read_holiday(text, match.end(), match[1] or match[2], None) is None
        for match in HOLIDAY_OF_YEAR.finditer(text)
    )


def read_months(match: re.Match[str], today: dt.date | None) -> Period | None:
    """The months of `MONTHS_OF_YEAR`; without a year, the newest that have begun by `today`."""
    first, last = number(match[3]), number(match[5])
    if match[4] is not None:
        inner = filter(None, match[4].split("、"))
        if [first, *map(number, inner), last] != [*range(first, last + 1)]:
            return None
    return of_year(match[1] or match[2], today, lambda year: months_of(year, first, last))


def read_quarters(match: re.Match[str], today: dt.date | None) -> Period | None:
    """The quarters of `QUARTERS_OF_YEAR`; without a year, the newest that have begun by `today`."""
    first, last = number(match[3] or match[4]), number(match[5])
    if last != first + 1:
        return None

    def quarters(year: int) -> Period | None:
        begin, end = quarter_of(year, first), quarter_of(year, last)
        return Period(begin.first, end.last, "quarter") if begin and end else None

    return of_year(match[1] or match[2], today, quarters)


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
