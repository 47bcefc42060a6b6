"""Holidays by their names → their days in a year."""

import datetime as dt
from typing import Final

#: Of the solar calendar: their first day and their last.
SOLAR: Final = {
    "元旦": ((1, 1), (1, 3)),
    "情人节": ((2, 14), (2, 14)),
    **dict.fromkeys(("妇女节", "三八节", "三八妇女节"), ((3, 8), (3, 8))),
    **dict.fromkeys(("五一", "劳动节", "五一劳动节", "五一国际劳动节"), ((5, 1), (5, 5))),
    **dict.fromkeys(("六一", "儿童节", "六一儿童节"), ((6, 1), (6, 1))),
    **dict.fromkeys(("国庆", "十一黄金周", "十一长假", "十一假期", "十一期间"), ((10, 1), (10, 7))),
    **dict.fromkeys(("双十一", "双11"), ((11, 11), (11, 11))),
    **dict.fromkeys(("双十二", "双12"), ((12, 12), (12, 12))),
    "圣诞": ((12, 25), (12, 25)),
}
ONE_DAY: Final = dt.timedelta(1)
#: Of the lunar calendar, and 清明, in each year since 2010: the day of 春节 (1/1), of 清明 (a solar
#: term), of 端午 (5/5) and of 中秋 (8/15), as lunar_python 1.4.8 computes them by GB/T 33661-2017.
FIRST_YEAR: Final = 2010
LUNAR_YEARS: Final = """
02-14 04-05 06-16 09-22
02-03 04-05 06-06 09-12
01-23 04-04 06-23 09-30
02-10 04-04 06-12 09-19
01-31 04-05 06-02 09-08
02-19 04-05 06-20 09-27
02-08 04-04 06-09 09-15
01-28 04-04 05-30 10-04
02-16 04-05 06-18 09-24
02-05 04-05 06-07 09-13
01-25 04-04 06-25 10-01
02-12 04-04 06-14 09-21
02-01 04-05 06-03 09-10
01-22 04-05 06-22 09-29
02-10 04-04 06-10 09-17
01-29 04-04 05-31 10-06
02-17 04-05 06-19 09-25
02-06 04-05 06-09 09-15
01-26 04-04 05-28 10-03
02-13 04-04 06-16 09-22
02-03 04-05 06-05 09-12
01-23 04-05 06-24 10-01
02-11 04-04 06-12 09-19
01-31 04-04 06-01 09-08
02-19 04-05 06-20 09-27
02-08 04-05 06-10 09-16
""".split("\n")[1:-1]
LUNAR_NAMES: Final = ("春节", "清明", "端午", "中秋")
#: The first day and the last of each, counted from its day: as long as most are free.
LUNAR: Final = {
    "除夕": ("春节", -1, -1),
    **dict.fromkeys(("春节", "农历新年"), ("春节", 0, 6)),
    **dict.fromkeys(("元宵", "正月十五"), ("春节", 14, 14)),
    "清明": ("清明", -1, 1),
    "端午": ("端午", -1, 1),
    "中秋": ("中秋", -1, 1),
}
HOLIDAYS: Final = (*SOLAR, *LUNAR)


def days_of(name: str, year: int) -> tuple[dt.date, dt.date] | None:
    """The first day and the last of a holiday of `HOLIDAYS`; None in years of which they are not
    known."""
    if name in SOLAR:
        begin, end = SOLAR[name]
        is_year = dt.MINYEAR <= year <= dt.MAXYEAR
        return (dt.date(year, *begin), dt.date(year, *end)) if is_year else None
    if not 0 <= year - FIRST_YEAR < len(LUNAR_YEARS):
        return None
    counted_from, first, last = LUNAR[name]
    written = LUNAR_YEARS[year - FIRST_YEAR].split()[LUNAR_NAMES.index(counted_from)]
    day = dt.date.fromisoformat(f"{year}-{written}")
    return day + first * ONE_DAY, day + last * ONE_DAY
