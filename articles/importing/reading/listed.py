"""An exchange's list of securities, as CSV → the securities, or the line at fault and why.

Columns are known by their headings, in English or Chinese, in any order; others are passed over. A
code and a name are needed. A security may have several rows: the last one without an end of its
period has the name of today, and the names of the others are former ones.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ...characters import FORBIDDEN

#: The headings of each column, the best first, in lower case and without spaces, signs and what
#: tells share classes apart.
HEADINGS: Final[Mapping[str, str]] = {
    "market": "market exchange 市场 交易所 上市地 上市地点 市场代码",
    "code": "code symbol ticker tscode 代码 证券代码 股票代码 公司代码 基金代码",
    "name": "name shortname 名称 简称 证券简称 股票简称 公司简称 证券名称 股票名称 公司 中文简称",
    "former": "formernames formername 曾用名 曾用简称 历史名称 历史简称 更名历史",
    "since": "since startdate 开始日期 起始日期 启用日期",
    "until": "until enddate 结束日期 终止日期 停用日期",
    "pinyin": "pinyin cnspell 拼音 拼音缩写 拼音简称",
    "english": "englishname enname english 英文名称 英文简称 英文全称 公司英文名称",
}
COLUMNS: Final = {
    heading: (column, rank)
    for column, headings in HEADINGS.items()
    for rank, heading in enumerate(headings.split())
}
NO_HEADING = re.compile(r"[\s_\-（）()/]+|^[ab]股")

#: What exchanges are called, with Eastmoney's number of their market.
MARKETS: Final[Mapping[str, int]] = {
    **dict.fromkeys(["1", "sh", "ss", "sse", "xshg", "沪", "上海", "上交所", "上海证券交易所"], 1),
    **dict.fromkeys(["0", "sz", "szse", "xshe", "深", "深圳", "深交所", "深圳证券交易所"], 0),
    **dict.fromkeys(["bj", "bse", "京", "北京", "北交所", "北京证券交易所"], 0),
    **dict.fromkeys(["116", "hk", "hkex", "港", "香港", "港股", "港交所", "香港联合交易所"], 116),
    **dict.fromkeys(["105", "nasdaq", "纳斯达克"], 105),
    **dict.fromkeys(["106", "nyse", "纽约", "纽交所", "纽约证券交易所"], 106),
    **dict.fromkeys(["107", "amex"], 107),
    **dict.fromkeys(["90", "board", "板块"], 90),
}
CODE = re.compile(
    r"'?(?:(?P<before>sh|sz|bj|hk)[.:]?|(?P<number>\d{1,3})\.)?(?P<code>[a-z0-9]{1,12})"
    r"(?:\.(?P<after>sh|ss|sz|bj|hk))?",
    re.IGNORECASE | re.ASCII,
)
#: How many digits codes have there: tables drop the zeros before them.
DIGITS: Final = {0: 6, 1: 6, 116: 5}
DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", re.ASCII)
FORMER = re.compile(r"(?P<name>[^(（]+)(?:[(（](?P<period>[^)）]*)[)）])?")
BETWEEN_NAMES = re.compile(r"[;；|、→\n]|->|,(?=[^\d])")
BETWEEN_DAYS = re.compile(r"[~～至到–]|—+|\s-\s")
UNSEEN = re.compile(f"[{FORBIDDEN}]")
LONGEST_NAME: Final = 100  # characters
ENCODINGS: Final = ("utf-8-sig", "gb18030")


class ListError(ValueError):
    """A list that cannot be read: `line` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Period(NamedTuple):
    """A name that a security had, from a day to another one; None if that is not known."""

    name: str
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(slots=True)
class ListedSecurity:
    """A security as a list has it. What the list lacks is empty."""

    market: int
    code: str
    name: str = ""
    former: list[Period] = field(default_factory=list)
    pinyin: str = ""
    english_name: str = ""


def read_list(content: bytes) -> list[ListedSecurity]:
    """The securities of a list in the order of their first rows. Raises `ListError`."""
    text = decode(content)
    first_line = text.partition("\n")[0]
    delimiter = max(",\t;", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: dict[tuple[int, str], ListedSecurity] = {}
    columns: dict[str, int] = {}
    for line, row in rows_of(reader):
        if not columns:
            columns = columns_of(row, line)
        elif any(cell.strip() for cell in row):
            cells = {name: cell(row, place) for name, place in columns.items()}
            take(found, cells, line)
    if not columns:
        raise ListError("the list is empty", 1)
    for security in found.values():
        if not security.name:  # all of its names have ended
            security.name = security.former.pop().name
        by_start = {(one.name, one.since): one for one in security.former}
        security.former = [one for one in by_start.values() if one.name != security.name]
    return list(found.values())


def decode(content: bytes) -> str:
    faults = []
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            faults.append(content.count(b"\n", 0, error.start) + 1)
    raise ListError("neither UTF-8 nor GBK", max(faults))


def rows_of(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row of a `csv.reader` with its first line."""
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ListError(f"not CSV: {error}", max(reader.line_num, 1)) from error
        yield line, row
        line = reader.line_num + 1


def columns_of(row: Iterable[str], line: int) -> dict[str, int]:
    """The place of each column that is there."""
    ranked = [
        (*known, place)
        for place, heading in enumerate(row)
        if (known := COLUMNS.get(NO_HEADING.sub("", heading.strip().lower())))
    ]
    columns = {name: place for name, _rank, place in sorted(ranked, reverse=True)}
    for name in ("code", "name"):
        if name not in columns:
            headings = ", ".join(HEADINGS[name].split())
            raise ListError(f"no column for the {name}: its heading may be {headings}", line)
    return columns


def cell(row: list[str], place: int) -> str:
    return " ".join(UNSEEN.sub("", row[place]).split()) if place < len(row) else ""


def take(found: dict[tuple[int, str], ListedSecurity], cells: Mapping[str, str], line: int) -> None:
    """Add what a row says."""
    market, code = symbol_of(cells["code"], cells.get("market", ""), line)
    name = cells["name"]
    if not name:
        raise ListError(f"no name for {cells['code']}", line)
    if len(name) > LONGEST_NAME:
        raise ListError(f"a name of more than {LONGEST_NAME} characters", line)
    security = found.setdefault((market, code), ListedSecurity(market, code))
    since, until = (day_of(cells.get(which, ""), line) for which in ("since", "until"))
    if until:
        security.former.append(Period(name, since, until))
    else:
        if security.name and security.name != name:
            security.former.append(Period(security.name))
        security.name = name
    security.former += former_names(cells.get("former", ""), line)
    security.pinyin = cells.get("pinyin", "").lower() or security.pinyin
    security.english_name = cells.get("english", "") or security.english_name


def symbol_of(code: str, market: str, line: int) -> tuple[int, str]:
    """Market and code: by the column of the market, the exchange in the code, or its range."""
    match = CODE.fullmatch(code)
    if match is None:
        raise ListError(f"“{code}” is no code" if code else "no code", line)
    where = market or match["before"] or match["after"] or match["number"] or ""
    bare = match["code"].upper()
    if where:
        number = MARKETS.get(where.lower())
        if number is None:
            raise ListError(f"no market is called “{where}”", line)
    else:
        number = market_of(bare)
        if number is None:
            raise ListError(f"the market of {code} is not said, and its code does not tell", line)
    if bare.isdecimal():
        bare = bare.zfill(DIGITS.get(number, 0))
    return number, bare


def market_of(code: str) -> int | None:
    """The market whose codes are of this form: 6 and 9 are Shanghai's, of six digits; five digits
    are Hong Kong's."""
    if code.startswith("BK"):
        return 90
    if not code.isdecimal():
        return None
    if len(code) == DIGITS[1]:
        return 1 if code[0] in "569" and not code.startswith("92") else 0
    return 116 if len(code) == DIGITS[116] else None


def former_names(text: str, line: int) -> list[Period]:
    """甲股份(2001-08-27~2006-05-25)；乙股份 → two periods, the second without days."""
    found = []
    for part in filter(None, map(str.strip, BETWEEN_NAMES.split(text))):
        match = FORMER.fullmatch(part)
        if match is None:
            raise ListError(f"“{part}” is no former name", line)
        days = BETWEEN_DAYS.split(match["period"] or "", maxsplit=1)
        since, until = (day_of(day, line) for day in [*days, ""][:2])
        found.append(Period(match["name"].strip(), since, until))
    return found


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
