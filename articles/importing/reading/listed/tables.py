"""Finds the table in an exchange's list of securities: its headings, and its rows.

Columns are known by their headings, in English or Chinese, in any order; others are passed over,
and so are titles before the headings and totals at the end.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from ....characters import REPLACEMENT, as_name
from ..documents import guess_encoding
from .faults import ListError

#: Headings of each column, best first: lower case, without spaces, punctuation or the prefix A股.
HEADINGS: Final[Mapping[str, str]] = {
    "market": (
        "exchange market 市场 市场类型 交易所 交易市场 上市市场 上市交易所 上市地 上市地点 市场代码"
    ),
    "code": (
        "orderbookid tscode code symbol ticker stockcode securitycode"
        " 代码 证券代码 股票代码 股份代号 上市代码 公司代码 基金代码"
        " 代號 證券代號 股票代號 股份代號"
    ),
    "b_code": "b股代码",
    "b_name": "b股简称",
    "name": (
        "name shortname secname securityname stockname displayname"
        " 名称 简称 证券简称 股票简称 中文简称 扩位简称 扩位证券简称 公司简称"
        " 上市公司简称 基金简称 证券名称 股票名称 股份名称 公司 公司名称"
        " 公司全称 公司中文全称 中文名称 中文全称 簡稱 證券簡稱 名稱 證券名稱 股票名稱 股份名稱"
        " companyname nameofsecurities stockshortname"
    ),
    "former": "formernames formername former 曾用名 曾用简称 历史名称 历史简称 更名历史",
    "since": "since startdate 开始日期 起始日期 起始日 启用日期",
    "until": "until enddate 结束日期 终止日期 截止日期 停用日期",
    "pinyin": "pinyin cnspell 拼音 拼音缩写 拼音简称 拼音首字母",
    "english": (
        "englishname enname english companyenglishname englishfullname"
        " 英文名称 英文名 英文简称 英文全称 公司英文名称 公司英文名"
        " 公司英文全称 公司英文简称 证券英文简称 英文名稱"
    ),
}
COLUMNS: Final = {
    heading: (column, rank)
    for column, headings in HEADINGS.items()
    for rank, heading in enumerate(headings.split())
}
NO_HEADING = re.compile(r"[\s_\-（）()/]+|^a股")
#: The ranks of the columns by which Ricequant's lists are known.
OF_RICEQUANT: Final = frozenset(COLUMNS[heading][1] for heading in ("orderbookid", "symbol"))
#: What the exchange of Hong Kong alone calls them. Its codes do not tell its market.
OF_HONG_KONG: Final = frozenset("nameofsecurities 股份代号 股份代號 股份名称 股份名稱".split())
#: How the lines at the end of a table begin that are no securities.
FOOTER = re.compile(
    r"合计|总计|小计|共计|数据来源|资料来源|来源[:：]|注[:：]|备注[:：]|说明[:：]|total\b",
    re.IGNORECASE,
)
DELIMITERS: Final = ",\t;|，"
MOST_BEFORE: Final = 20  # lines before the headings
MOST_COLUMNS: Final = 1000
MOST_LINES: Final = 50  # of one row
NO_ENCODING: Final = "neither UTF-8 nor GBK nor Big5"


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a list: the line of its headings, the columns that it has, the headings of those
    `passed_over`; and each row as its cells by column, with the number of its first line."""

    line: int
    columns: Set[str]
    passed_over: Sequence[str]
    rows: Iterator[tuple[int, Mapping[str, str]]]


def read_table(content: bytes, faults: list[ListError]) -> Table:
    """Malformed rows go to `faults` as the others are read. Raises `ListError` if there are no
    headings for codes and names."""
    lines = list(io.StringIO(decode(content), newline=""))
    before, delimiter = find_headings(lines)
    rows = rows_of(lines, before, delimiter, faults)
    line, headings = next(rows, (before + 1, []))
    places, unknown = columns_of(headings)
    if "code" not in places or "name" not in places:
        raise ListError("the headings are not CSV", line)
    exchange = "hk" if any(plain(one) in OF_HONG_KONG for one in headings) else ""
    return Table(line, places.keys(), unknown, securities_in(rows, places, exchange, faults))


def securities_in(
    rows: Iterable[tuple[int, list[str]]],
    places: Mapping[str, int],
    exchange: str,
    faults: list[ListError],
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The cells of those rows that are of a security. Without a market, they are of `exchange`."""
    for line, row in rows:
        first = next(filter(None, map(str.strip, row)), "")
        if not first or FOOTER.match(first):
            continue
        if any(REPLACEMENT in one for one in row):
            faults.append(ListError(NO_ENCODING, line))
            continue
        cells = {name: cell(row, place) for name, place in places.items()}
        yield line, {**cells, "market": cells.get("market") or exchange}


def decode(content: bytes) -> str:
    """The text of a list, with `REPLACEMENT` for bytes in no encoding. Raises `ListError` if most
    lines have them."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = error.start
    if guessed := guess_encoding(content):
        return guessed[0]
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, max(wrong, error.start)) + 1
        read = (content.decode(encoding, "replace") for encoding in ("utf-8", "gb18030"))
        text = min(read, key=lambda one: one.count(REPLACEMENT))
        bad = [REPLACEMENT in one for one in text.splitlines()]
        if sum(bad) * 2 > len(bad):
            raise ListError(NO_ENCODING, line) from error
        return text


def find_headings(lines: Sequence[str]) -> tuple[int, str]:
    """How many lines stand before the headings, and what separates these."""
    first = None
    for number, line in enumerate(lines[:MOST_BEFORE]):
        if line.strip() and first is None:
            first = number
        for delimiter in DELIMITERS:
            columns, _ = columns_of(line.rstrip("\r\n").split(delimiter))
            if "code" in columns and "name" in columns:
                return number, delimiter
    if first is None:
        raise ListError("the list is empty", 1)
    columns, _ = columns_of(re.split(f"[{DELIMITERS}]", lines[first].strip()))
    missing = "name" if "code" in columns else "code"
    headings = ", ".join(HEADINGS[missing].split())
    raise ListError(f"no column for the {missing}: its heading may be {headings}", first + 1)


def rows_of(
    lines: Sequence[str], before: int, delimiter: str, faults: list[ListError]
) -> Iterator[tuple[int, list[str]]]:
    """Each row after the first `before` lines, with the number of its first line. Malformed rows
    go to `faults`, and reading goes on in the line after."""
    at, width = before, MOST_COLUMNS
    while at < len(lines):
        try:
            row, end = row_at(lines, at, delimiter, width)
        except ListError as fault:
            faults.append(fault)
            end = at + 1
        else:
            width = width if at > before else len(row)
            yield at + 1, row
        at = end


def row_at(lines: Sequence[str], at: int, delimiter: str, width: int) -> tuple[list[str], int]:
    """The row that begins in a line, and the line after it. Raises `ListError` if it is no CSV, or
    a cell goes on into lines with cells enough for a row of this `width`: a quotation mark lacks
    its end."""
    for end in range(at + 1, min(len(lines), at + MOST_LINES) + 1):
        if end > at + 1 and len(lines[end - 1].split(delimiter)) >= width:
            break
        try:
            return next(csv.reader(lines[at:end], delimiter=delimiter, strict=True)), end
        except csv.Error as error:
            if "field limit" in str(error):
                reason = f"a cell of more than {csv.field_size_limit():,} characters"
                raise ListError(reason, at + 1) from error
            if "unexpected end of data" not in str(error):
                raise ListError(f"not CSV: {error}", at + 1) from error
    raise ListError("a quotation mark lacks its end", at + 1)


def columns_of(row: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """The place of each column that is there, and the headings of others."""
    ranked: list[tuple[str, int, int]] = []
    unknown = []
    for place, heading in enumerate(row):
        heading = " ".join(heading.strip().strip('"').split())
        known = COLUMNS.get(plain(heading))
        if known and known not in (one[:2] for one in ranked):
            ranked.append((*known, place))
        elif heading:
            unknown.append(heading)
    columns = {name: place for name, _rank, place in sorted(ranked, reverse=True)}
    if "name" not in columns:  # Ricequant's `symbol` is the name
        at = {rank: place for name, rank, place in ranked if name == "code"}
        if at.keys() >= OF_RICEQUANT:
            columns["name"] = at[max(OF_RICEQUANT)]
    for name in ("code", "name"):
        if f"b_{name}" in columns:
            columns.setdefault(name, columns[f"b_{name}"])
    return columns, unknown


def plain(heading: str) -> str:
    return NO_HEADING.sub("", heading.strip().strip('"').lower())


def cell(row: list[str], place: int) -> str:
    return as_name(row[place]) if place < len(row) else ""
