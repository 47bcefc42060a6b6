"""Days that are counted from today: 昨天, last week, 近7天 → their periods."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

from .period import MONTHS, Period, back, months_of, named, period_of
from .spelling import END, NUMBER, NUMERAL, number
from .written import (
    DAY,
    OF_A_YEAR,
    OF_NAMED_YEAR,
    TIMES,
    WITHOUT_YEAR,
    YEAR_IN_TWO_DIGITS,
    part_of,
    read_holiday,
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
MOST_YEARS: Final = 100  # so many may be counted; 2022年 is the year
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
#: 近7天, 过去24小时, 前三个月, last 7 days; 7天内, 半年以来; past week. Not 前三季度 and
#: 前两个季度, which are the first.
RECENT = re.compile(
    rf"(?P<before>最近|近|过去|前|(?:last|past)\s{{1,3}})?\s?(?:(?P<half>半)"
    rf"|(?P<number>[0-9]{{3,4}}(?=[^0-9])|{NUMERAL})\s?(?P<of>个?)\s?)"
    r"(?P<unit>小时|天|日|周|星期|月|季度|年|hour|day|week|month|quarter|year)s?"
    r"(?P<within>以内|之内|内|以来|来)?"
    r"|past\s{1,3}(?P<one>day|week|month|quarter|year)(?![a-z])"
)
SINCE: Final = ("以来", "来")


def is_counted(text: str) -> bool:
    """Whether a day or a period is counted from today, and says so: 上周五, 近7天, but not 3月, nor
    去年3月, which is as often what a text is about."""
    name = NAME.match(text)
    rest = text[name.end() :] if name else ""
    return bool(
        (name and (not rest or WEEKDAY.fullmatch(rest) or DAY_OF_MONTH.fullmatch(rest)))
        or RECENTLY.fullmatch(text)
        or ((recent := RECENT.fullmatch(text)) and is_of_recent(recent))
    )


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


def is_of_recent(match: re.Match[str]) -> bool:
    """Whether `RECENT` found days that end today: 近三季度, but neither 前三季度 nor 三季度, nor
    days before another: 前一天, 节前三天; nor those since a month, a quarter or a year: 3月以来,
    22年以来."""
    if match["one"]:
        return True
    unit, before = UNITS[match["unit"]], match["before"]
    if match["half"] and unit != "year":
        return False
    if before == "前":
        if number(match["number"]) == 1 or match.string[: match.start()][-1:].isalnum():
            return False
        return bool(unit in ("hour", "day", "week") or (match["of"] and unit != "quarter"))
    if not before and YEAR_IN_TWO_DIGITS.match(match.string, match.start()):
        return False
    if not (before or match["of"]) and (
        (unit == "month" and match["within"] in SINCE) or unit == "quarter"
    ):
        return False
    return bool(before or match["within"])


def first_of(match: re.Match[str], today: dt.date) -> dt.date | None:
    """The first of the days that `RECENT` means; None if it means none, or over `MOST_YEARS`."""
    if not is_of_recent(match):
        return None
    if match["one"]:
        return back(today, match["one"], 1)
    if match["half"]:
        return back(today, "month", MONTHS // 2)
    unit, several = UNITS[match["unit"]], number(match["number"])
    if unit == "hour":
        return today - dt.timedelta(-(-several // 24)) if several else None
    first = back(today, unit, several) if several else None
    return first if first and today.year - first.year <= MOST_YEARS else None
