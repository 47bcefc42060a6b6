"""Reads an exchange's CSV list of securities. Returns the securities, and each rejected line with
the reason.

Columns are known by their headings, in English or Chinese, in any order; others are passed over,
and so are titles before the headings and totals at the end. A code and a name are needed. A
security may have several rows: the last one without an end of its period has the name of today, and
the names of the others are former ones.
"""

import codecs
import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from ...characters import REPLACEMENT, as_name
from .documents import guess_encoding

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

#: What a market is called that may be any of `NEW_YORK`: Nasdaq lists the most. Eastmoney has no
#: number for an exchange that is not known.
UNITED_STATES: Final = frozenset(["us", "美", "美国", "美股"])
#: What exchanges are called, with Eastmoney's number of their market.
MARKETS: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        ["1", "沪市", "sh", "ss", "sse", "xshg", "沪", "上海", "上交所", "上海证券交易所"], 1
    ),
    **dict.fromkeys(
        ["0", "深市", "sz", "szse", "xshe", "深", "深圳", "深交所", "深圳证券交易所"], 0
    ),
    **dict.fromkeys(["bj", "bse", "京", "北", "北京", "北交所", "北京证券交易所"], 0),
    **dict.fromkeys(["116", "hk", "hkex", "港", "香港", "港股", "港交所", "香港联合交易所"], 116),
    **dict.fromkeys(UNITED_STATES, 105),
    **dict.fromkeys(["105", "o", "nasdaq", "纳斯达克"], 105),
    **dict.fromkeys(["106", "n", "nyse", "纽约", "纽交所", "纽约证券交易所"], 106),
    **dict.fromkeys(["107", "amex"], 107),
    **dict.fromkeys(["90", "board", "板块"], 90),
}
#: Parts of exchanges, which some lists have as the market, or after it.
SEGMENT: Final = re.compile(
    r"\s?(?:主板|中小企?业?板|创业板|科创板|cdr|star|chinext|(?:^|(?<=[沪深海圳京市所]))[ab]股?)$"
)
#: The exchanges of New York, whose codes are different from each other's.
NEW_YORK: Final[Mapping[int, str]] = dict.fromkeys([105, 106, 107], "us")
CODE = re.compile(
    r"(?:(?P<before>sh|sz|bj|hk)[.:]?(?=\d)|(?P<number>\d{1,3})\.)?"
    r"(?P<code>[a-z0-9]{1,12}|[a-z]{1,5}[.-][a-z])"
    r"(?:\.(?P<after>sh|ss|sz|bj|hk|us|o|n|xshg|xshe))?",
    re.IGNORECASE | re.ASCII,
)
#: What spreadsheets make of a code: ="000858", '000858, 858.0.
SPREADSHEET = re.compile(r"^=?[\"']|[\"']$|(?<=^\d)\.0$|(?<=\d\d)\.0$")
#: Signs between the digits of a code, or before its exchange, that stand for no sign or a dot.
THOUSANDS = re.compile(r"(?<=^\d{3}),(?=\d{3}$)", re.ASCII)
BEFORE_EXCHANGE = re.compile(r"(?<=\d)[-_ ](?=(?:sh|ss|sz|bj|hk)$)", re.ASCII | re.IGNORECASE)
#: Digits in a code of each market. Spreadsheets drop leading zeros.
DIGITS: Final = {0: 6, 1: 6, 116: 5}
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
PADDING = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
#: Letters, digits and signs of full width, as Shenzhen writes them: 万科Ａ, ＊ＳＴ.
WIDE: Final = re.compile(r"[Ａ-Ｚａ-ｚ０-９＊－]")
TO_NARROW: Final = 0xFEE0
#: How the lines at the end of a table begin that are no securities.
FOOTER = re.compile(
    r"合计|总计|小计|共计|数据来源|资料来源|来源[:：]|注[:：]|备注[:：]|说明[:：]|total\b",
    re.IGNORECASE,
)
ONE_DAY: Final = dt.timedelta(days=1)
LONGEST_NAME: Final = 100  # characters
DELIMITERS: Final = ",\t;|，"
MOST_BEFORE: Final = 20  # lines before the headings
MOST_COLUMNS: Final = 1000
MOST_LINES: Final = 50  # of one row
NO_ENCODING: Final = "neither UTF-8 nor GBK nor Big5"
NAMED: Final = 5  # codes in a note


class ListError(ValueError):
    """A list that cannot be read: `line` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class NamePeriod(NamedTuple):
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
    former: list[NamePeriod] = field(default_factory=list)
    pinyin: str = ""
    english_name: str = ""
    is_exchange_said: bool = True


@dataclass(slots=True)
class SecurityList:
    """The securities of a list in the order of their first rows, the rows that were refused, and
    what else its owner would want to know."""

    securities: list[ListedSecurity]
    faults: list[ListError] = field(default_factory=list)
    notes: list[ListError] = field(default_factory=list)
    has_former: bool = False  # a column for former names, or for the end of a name


def read_list(content: bytes) -> SecurityList:
    """Raises `ListError` if no row can be read."""
    lines = list(io.StringIO(decode(content), newline=""))
    before, delimiter = find_headings(lines)
    found: dict[tuple[int, str], ListedSecurity] = {}
    result = SecurityList([])
    rows = rows_of(lines, before, delimiter, result.faults)
    line, headings = next(rows, (before + 1, []))
    columns, unknown = columns_of(headings)
    if "code" not in columns or "name" not in columns:
        raise ListError("the headings are not CSV", line)
    result.has_former = not columns.keys().isdisjoint(["former", "until"])
    exchange = "hk" if any(plain(one) in OF_HONG_KONG for one in headings) else ""
    if unknown:
        result.notes.append(ListError(f"columns passed over: {', '.join(unknown)}", line))
    for line, row in rows:
        first = next(filter(None, map(str.strip, row)), "")
        if not first or FOOTER.match(first):
            continue
        if any(REPLACEMENT in one for one in row):
            result.faults.append(ListError(NO_ENCODING, line))
            continue
        cells = {name: cell(row, place) for name, place in columns.items()}
        cells["market"] = cells.get("market") or exchange
        for shares in shares_in(cells):
            try:
                take(found, shares, line, result)
            except ListError as fault:
                result.faults.append(fault)
    for security in found.values():
        if not security.name:  # all of its names have ended
            security.name = security.former.pop().name
        by_start = {(one.name, one.since): one for one in with_ends(security.former)}
        security.former = [one for one in by_start.values() if one.name != security.name]
    result.securities = list(found.values())
    if unsaid := [one.code for one in result.securities if not one.is_exchange_said]:
        note = (
            f"no exchange is said of {', '.join(unsaid[:NAMED])}"
            f"{' and others' if len(unsaid) > NAMED else ''}: "
            f"taken for Nasdaq's where the archive does not know them"
        )
        result.notes.append(ListError(note, before + 1))
    return result


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


def shares_in(cells: Mapping[str, str]) -> list[Mapping[str, str]]:
    """The A shares and the B shares of a company, which Shanghai and Shenzhen have in one row. B
    shares beside A shares count if they have a name of their own."""
    code, name = cells.get("b_code", ""), cells.get("b_name", "")
    has_a, has_b = (bool(re.search(r"\d", one)) for one in (cells["code"], code))
    if not has_b or (has_a and not name) or code == cells["code"]:
        return [cells]
    of_b = {**cells, "code": code, "name": name or cells["name"], "former": "", "pinyin": ""}
    return [cells, of_b] if has_a else [of_b]


def take(
    found: dict[tuple[int, str], ListedSecurity],
    cells: Mapping[str, str],
    line: int,
    result: SecurityList,
) -> None:
    """Add one row to `found`. Raises `ListError`, and then adds nothing."""
    market, code, is_exchange_said = symbol_of(cells["code"], cells.get("market", ""), line)
    name = unpadded(cells["name"])
    if is_no_name(name):
        raise ListError(f"no name for {cells['code']}", line)
    if len(name) > LONGEST_NAME:
        raise ListError(f"a name of more than {LONGEST_NAME} characters", line)
    since, until = (day_of(cells.get(which, ""), line) for which in ("since", "until"))
    check_order(since, until, line)
    former = former_names(cells.get("former", ""), line, result)
    new = ListedSecurity(market, code, is_exchange_said=is_exchange_said)
    security = found.setdefault((market, code), new)
    if until:
        security.former.append(NamePeriod(name, since, until))
    else:
        if since:
            security.former.append(NamePeriod(name, since))
        if security.name not in ("", name, *(one.name for one in security.former)):
            security.former.append(NamePeriod(security.name))
            note = (
                f"{cells['code']} is {security.name} in a row before: taken for a former name, "
                f"until a list without that row is loaded"
            )
            result.notes.append(ListError(note, line))
        security.name = name
    security.former += former
    security.pinyin = cells.get("pinyin", "").lower() or security.pinyin
    security.english_name = cells.get("english", "") or security.english_name


def symbol_of(code: str, market: str, line: int) -> tuple[int, str, bool]:
    """Market and code: by the column of the market, the exchange in the code, or its range; and
    whether the exchange is said."""
    narrow = unicodedata.normalize("NFKC", code)
    narrow = SPREADSHEET.sub("", SPREADSHEET.sub("", narrow)).strip()
    match = CODE.fullmatch(BEFORE_EXCHANGE.sub(".", THOUSANDS.sub("", narrow)))
    if match is None:
        raise ListError(f"“{code}” is no code" if code else "no code", line)
    bare = match["code"].upper().replace("-", ".")
    if market.lower() not in MARKETS:
        market = SEGMENT.sub("", market.lower())
    said = [one for one in (market, match["before"], match["after"], match["number"]) if one]
    said.sort(key=lambda one: one.lower() in UNITED_STATES)  # what says more goes first
    numbers = [number_of(one, line) for one in said]
    if lacks_digit(numbers[0] if numbers else None, bare):
        raise ListError(f"“{code}” lacks a digit, or its market should be said: Hong Kong", line)
    number = numbers[0] if numbers else market_of(bare)
    if number is None and bare.isdecimal():
        reason = f"“{code}” lacks digits: zeros that a spreadsheet dropped, or its market"
        raise ListError(reason, line)
    if number is None:
        raise ListError(f"the market of {code} is not said, and its code does not tell", line)
    if any(NEW_YORK.get(one, one) != NEW_YORK.get(number, number) for one in numbers):
        raise ListError(f"“{code}” is no code of the market “{said[0]}”", line)
    digits = DIGITS.get(number)
    if digits and not (bare.isdecimal() and len(bare) <= digits):
        raise ListError(f"“{code}” is no code of {digits} digits", line)
    is_said = not said or said[0].lower() not in UNITED_STATES
    return number, bare.zfill(digits or 0), is_said


def lacks_digit(market: int | None, code: str) -> bool:
    """Whether a code of five digits had six. Spreadsheets drop zeros, but no code of the mainland
    has only one before it; in Hong Kong, shares begin with 0, or with 8 if they are traded in
    yuan."""
    if not (code.isdecimal() and len(code) == DIGITS[116]):
        return False
    return code[0] not in "08" if market is None else market in (0, 1)


def number_of(market: str, line: int) -> int:
    number = MARKETS.get(market.lower())
    if number is None:
        raise ListError(f"no market is called “{market}”", line)
    return number


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


def is_no_name(name: str) -> bool:
    return name.lower() in NO_NAME or PLACEHOLDER.fullmatch(name) is not None


def former_names(text: str, line: int, result: SecurityList) -> list[NamePeriod]:
    """甲股份(2001-08-27~2006-05-25)；乙股份 → two periods, the second without days. 甲股份:20010827
    and 20010827 甲股份 have them without parentheses. Days that make no sense are told, and the
    name is taken without them."""
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
                result.faults.append(ListError(f"“{part}” is no former name", line))
            continue
        period = (match["period"] or "").strip()
        since = until = None
        if period not in FORMER_WORD and not YEARS.fullmatch(period):
            days = BETWEEN_DAYS.split(period, maxsplit=1)
            try:
                since, until = (day_of(day, line) for day in [*days, ""][:2])
                check_order(since, until, line)
            except ListError as fault:
                result.faults.append(fault)
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
