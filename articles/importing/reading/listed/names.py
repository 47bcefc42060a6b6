"""The names of a security, as lists write them, and from which day to which it had them."""

import datetime as dt
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

from ....characters import HAN_RANGE
from .faults import ListError

DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]00:00(?::00)?)?", re.ASCII)
YEARS = re.compile(r"\d{4}年?(?:\W{1,3}(?:\d{4}年?)?)?", re.ASCII)
DAY_BEFORE_NAME = re.compile(rf"({DATE.pattern})[ :：]+(?=[^\d\s])(.+)", re.ASCII)
FORMER_WORD: Final = frozenset("前 原 旧 曾用 曾用名 更名前".split())
SQUARE: Final = str.maketrans("[]【】〔〕", "()()()")
FORMER = re.compile(r"(?P<name>[^(（]+(?:[(（]退[)）])?)(?:[(（](?P<period>[^)）]*)[)）])?")
BETWEEN_NAMES = re.compile(r"[;；|、→\n]|->|,(?=[^\d])")
BETWEEN_DAYS = re.compile(
    r"[~～至到–]|—+|\s-\s|(?<=\d{8})-|(?<=[-/.]\d\d)[-\s](?=\d{4})|(?<=\d{8})\s(?=\d{8})|(?<=[/.]\d)-"
    r"|(?<=日)[-\s]|(?<=-\d)-(?=\d{4})"
)
NO_NAME: Final = frozenset(
    """
    nan na n/a #n/a #ref! nil none null 无 暂无 没有 空 未知 不详 待定 待补 待补充 未定 的 公司
    股份 集团 证券 股票 基金 简称 名称 曾用名 同上 其他 其它 今天 昨天 明天 今日 今年
    去年 目前 以前 中国 国内 市场 企业 行业 公告 上市 退市 摘牌 停牌 复牌 更名 变更 备注 详见
    以上 st *st s*st sst xd xr dr
    """.split()
)
#: What holds the place of a name: signs, one letter, a code.
PLACEHOLDER = re.compile(
    r"[\W_]*|[a-z]|(?:(?:sh|sz|bj|hk)[.:]?)?\d{5,6}(?:\.?(?:sh|ss|sz|bj|hk|xshg|xshe))?",
    re.IGNORECASE,
)
PADDING = re.compile(f"(?<=[{HAN_RANGE}]) (?=[{HAN_RANGE}])")
#: Letters, digits and signs of full width, as Shenzhen writes them: 万科Ａ, ＊ＳＴ.
WIDE: Final = re.compile(r"[Ａ-Ｚａ-ｚ０-９＊－]")
TO_NARROW: Final = 0xFEE0
ONE_DAY: Final = dt.timedelta(days=1)


class NamePeriod(NamedTuple):
    """A name that a security had, from a day to another one; None if that is not known."""

    name: str
    since: dt.date | None = None
    until: dt.date | None = None


def is_no_name(name: str) -> bool:
    return name.lower() in NO_NAME or PLACEHOLDER.fullmatch(name) is not None


def former_names(text: str, line: int, faults: list[ListError]) -> list[NamePeriod]:
    """甲股份(2001-08-27~2006-05-25)；乙股份 → two periods, the second without days. 甲股份:20010827
    and 20010827 甲股份 have them without parentheses. Days that make no sense go to
    `faults`, and the name is taken without them."""
    found = []
    text = text.translate(SQUARE)
    if text.startswith("("):  # a list as JSON or Python writes it
        text = text.removeprefix("(").removesuffix(")")
    for part in filter(None, (part.strip(" \"'") for part in BETWEEN_NAMES.split(text))):
        if before := DAY_BEFORE_NAME.fullmatch(part):
            part = f"{before[5]}({before[1]})"
        if (day := DATE.search(part)) and part[: day.start()].endswith((" ", ":", "：")):
            part = f"{part[: day.start()].rstrip(' :：')}({part[day.start() :]})"
        match = FORMER.fullmatch(part)
        name = unpadded(match["name"].strip()) if match else part
        if match is None or is_no_name(name):
            if not is_no_name(name):
                faults.append(ListError(f"“{part}” is no former name", line))
            continue
        period = (match["period"] or "").strip()
        since = until = None
        if period not in FORMER_WORD and not YEARS.fullmatch(period):
            days = BETWEEN_DAYS.split(period, maxsplit=1)
            try:
                since, until = (day_of(day, line) for day in [*days, ""][:2])
                check_order(since, until, line)
            except ListError as fault:
                faults.append(fault)
                since = until = None
        found.append(NamePeriod(name, since, until))
    return found


def unpadded(name: str) -> str:
    """A name without the spaces and the width that exchanges give it: 万  科Ａ → 万科A."""
    return WIDE.sub(lambda wide: chr(ord(wide[0]) - TO_NARROW), PADDING.sub("", name))


def with_ends(periods: Iterable[NamePeriod]) -> list[NamePeriod]:
    """Names with the days on which they ended: the day before the next one began, if a list says
    only that."""
    periods = list(periods)
    begun = sorted({one.since for one in periods if one.since})
    following = dict(pairwise(begun))
    return [
        one._replace(until=following[one.since] - ONE_DAY)
        if one.since in following and not one.until
        else one
        for one in periods
    ]


def check_order(since: dt.date | None, until: dt.date | None, line: int) -> None:
    if since and until and until < since:
        raise ListError(f"a name ends on {until}, before it begins on {since}", line)


def day_of(text: str, line: int) -> dt.date | None:
    """2001-08-27, 20010827, 2001年8月27日; None for nothing."""
    text = text.strip()
    if not text or text in ("-", "—", "至今", "今"):
        return None
    match = DATE.fullmatch(text)
    try:
        if match:
            return dt.date(*map(int, match.groups()))
    except ValueError:
        pass
    raise ListError(f"“{text}” is no day", line)
