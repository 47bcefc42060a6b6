"""Eastmoney's marks in HTML → the securities that a post names or charts.

A mark states market and code together (`data-code="1,600519"` or "sh600519"), or the code alone;
then the market is in the address of the quote page, or in the id of a span around it. A link to a
quote page and a span with such an id are marks without either. A link that leads elsewhere,
such as to baike.eastmoney.com, is not a mark.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Self

from bs4 import Tag

from ...characters import as_name

Kind = Literal["stock", "fund", "index", "board"]

# The number of a market. In Shenzhen (0) and Shanghai (1) codes have six digits.
MARKET = r"(?![01] ?+[,.] ?+(?!\d{6}(?!\w)))(\d{1,4})"
DATA_CODE = re.compile(rf"{MARKET} ?[,.] ?([\w.\-]{{1,20}})", re.ASCII)  # a dot in our own HTML
SPAN_ID = re.compile(rf"[A-Za-z]{{1,20}}[_.]{MARKET}\.([\w\-][\w.\-]{{0,19}})", re.ASCII)
NAMING_ID = re.compile(r"(?:stock|bk)_\d{1,4}\.", re.ASCII)  # quote_1.600519 holds the price
QUOTE_PAGE = re.compile(
    r"(?:https?:)?//(?:(?:[a-z]{1,10}\.)?quote\.eastmoney\.com"
    r"|(?:em)?wap\.eastmoney\.com(?:/quote)?)/([^?#]*)",
    re.IGNORECASE,
)
# The names of markets in addresses, each with its number.
CODES = [
    (r"(?:sh/?|zs(?=000))(\d{6})", 1),
    (r"(?:(?:sz|bj)/?|zs(?=399))(\d{6})", 0),
    (r"hk/?(\d{5})", 116),
]
# The names of markets in marks, before a code or after it, each with its number. Of the markets of
# the United States `US.AAPL` names none, so it is left to the text, as a link to us/AAPL.html is.
MARKET_CODES = [
    (re.compile(form, re.ASCII | re.IGNORECASE), market)
    for form, market in (
        *CODES,
        (r"(?:sh|sse)[.:_ ](\d{6})|(\d{6})[.:_ ](?:s[hs]|sse|xshg)", 1),
        (r"(?:sz|szse|bj|bse)[.:_ ](\d{6})|(\d{6})[.:_ ](?:sz|szse|xshe|bj|bse)", 0),
        (r"(?:hk|hkex)[.:_ ](\d{1,5})|(\d{1,5})[.:_ ](?:hk|hkex|xhkg)", 116),
        (r"nasdaq[.:_ ]([a-z.\-]{1,10})|([a-z]{1,5})\.(?:o|oq)", 105),
        (r"nyse[.:_ ]([a-z.\-]{1,10})|([a-z]{1,5})\.n", 106),
        (r"(BK\d{4})", 90),
    )
]
# The forms of a quote page's path, each with its market if the path does not name one.
PATHS: list[tuple[re.Pattern[str], int | None]] = [
    (re.compile(rf"(?:[a-z]{{1,20}}/){{0,3}}{form}(?:\.html)?/?", re.ASCII | re.IGNORECASE), market)
    for form, market in (
        (rf"{MARKET}\.(?!s?html?(?:/|$))([\w\-][\w.\-]{{0,19}}?)", None),
        *CODES,
        (r"hk/(\d{1,4})", 116),
        (r"kcb/(\d{6})", 1),  # the STAR market
        (r"(?:web|bk)/(BK\d{4})1?", 90),
    )
]
CHART_DATA_CODE = re.compile(r"(?:K\s+)?([\w.\-]{1,20})\|(\d{1,4})\|", re.ASCII)
CHART_PAGE = "GetPic.aspx?"
CHART_SYMBOL = re.compile(r"nid=(\d{1,4})\.([\w.\-]{1,20})", re.ASCII)

MARKING = frozenset(("data-code", "href", "class", "id"))  # a mark has one of these attributes

NAME_LENGTH = 100  # characters; a mark on a longer text names nothing
# What a link to a quote page says is a name only if it looks like one: not 点击查看行情>>.
NAME = re.compile(r"[*＊]?[^\W\d_][\w*＊·&.\- ]{1,19}")
LETTERS, SIGN = "[a-z]{1,4}", "[.:_ ]?"  # of a market, and between these and a code
NO_NAME = re.compile(r"行情|点击|查看|更多|详情|股吧|走势")


@dataclass(frozen=True, slots=True)
class SecurityMark:
    """A security that a post names: market and code as in 1.600519; no name from a chart."""

    market: int
    code: str
    name: str = ""

    @property
    def symbol(self) -> str:
        return f"{self.market}.{self.code}"

    def with_symbol(self, symbol: str) -> Self:
        market, _dot, code = symbol.partition(".")
        return replace(self, market=int(market), code=code)

    @property
    def kind(self) -> Kind:
        """The kind of security, by the ranges from which the exchanges assign codes."""
        if self.market == 90:
            return "board"
        if self.market == 1 and self.code.startswith("000"):
            return "index"
        if self.market == 0 and self.code.startswith("399"):
            return "index"
        if self.market in (0, 1) and re.match(r"5[0168]|1[568]", self.code):
            return "fund"
        return "index" if self.market == 100 else "stock"


def named_securities(body: Tag) -> dict[str, SecurityMark]:
    """The securities of a body by symbol: those that it names, then those that it only charts."""
    named: dict[str, SecurityMark] = {}
    charted: dict[str, SecurityMark] = {}
    for node in body.descendants:
        if not isinstance(node, Tag):
            continue
        if node.name == "img":
            if mark := chart_security(node):
                charted.setdefault(mark.symbol, mark)
        elif (mark := named_security(node)) and not (
            mark.symbol in named and named[mark.symbol].name
        ):
            named[mark.symbol] = mark
    return named | {symbol: charted[symbol] for symbol in charted if symbol not in named}


def named_security(element: Tag) -> SecurityMark | None:
    """The security that Eastmoney marked with this `a` or `span`, or that it links to."""
    attributes = element.attrs
    if element.name not in ("a", "span") or MARKING.isdisjoint(attributes):
        return None
    stated = symbol_of_code(str(attributes.get("data-code", "")).strip())
    symbol = stated or symbol_of_address(str(attributes.get("href", ""))) or symbol_of_id(element)
    if symbol is None or in_caption(element):
        return None
    name = as_name(beginning(element.strings))
    if not name:
        return None
    if len(name) > NAME_LENGTH or not (stated or is_marked(element) or is_name(name)):
        name = ""
    if is_code(name, symbol[1]):
        name = ""
    return SecurityMark(int(symbol[0]), symbol[1], name)


def is_marked(element: Tag) -> bool:
    """Whether Eastmoney marked the element itself; if not, somebody only linked from it."""
    classes = str(element.get("class", "")).split()
    return "data-code" in element.attrs or "keytip" in classes or "em_stock_key_common" in classes


def is_name(text: str) -> bool:
    return bool(NAME.fullmatch(text)) and not NO_NAME.search(text)


def is_code(text: str, code: str) -> bool:
    """Whether a text is a code of figures, alone or with letters of its market: sh600519."""
    return any(map(str.isdigit, code)) and bool(
        re.fullmatch(
            rf"(?:{LETTERS}{SIGN})?{re.escape(code)}(?:{SIGN}{LETTERS})?", text, re.IGNORECASE
        )
    )


def symbol_of_code(code: str) -> tuple[str, str] | None:
    """Market and code from a mark that states both."""
    for form, market in MARKET_CODES:
        if found := form.fullmatch(code):
            stated = found[found.lastindex or 1].upper()
            return str(market), stated.zfill(5) if stated.isdigit() else stated
    if found := DATA_CODE.fullmatch(code):
        return found[1], found[2]
    return None


def symbol_of_address(address: str) -> tuple[str, str] | None:
    """Market and code of the security whose quote page has this address."""
    page = QUOTE_PAGE.match(address.strip())
    if page is None:
        return None
    for form, market in PATHS:
        if found := form.fullmatch(page[1]):
            if market is None:
                return found[1], found[2]
            return str(market), found[1].upper().zfill(5)
    return None


def symbol_of_id(element: Tag) -> tuple[str, str] | None:
    """Market and code from the id of an element, or of one close around it if it is marked."""
    holders: tuple[Tag | None, ...] = (element,)
    if is_marked(element):
        parent = element.parent
        holders = (element, parent, parent and parent.parent)
    elif not NAMING_ID.match(str(element.get("id", ""))) or element.find("a") is not None:
        return None
    for holder in holders:
        if holder is not None and (found := SPAN_ID.fullmatch(str(holder.get("id", "")))):
            return found[1], found[2]
    return None


def beginning(texts: Iterable[str]) -> str:
    """The texts joined, and cut if they are longer than any name."""
    parts: list[str] = []
    room = 2 * NAME_LENGTH
    for text in texts:
        parts.append(text)
        room -= len(text.strip()) or 1
        if room <= 0:
            break
    return "".join(parts)


def in_caption(element: Tag) -> bool:
    return element.parent is not None and element.parent.name == "figcaption"


def chart_security(image: Tag) -> SecurityMark | None:
    """The security whose price an image charts."""
    _, _, query = str(image.get("src", "")).partition(CHART_PAGE)
    for field in reversed(query.split("&")):
        if found := CHART_SYMBOL.match(field):
            return SecurityMark(int(found[1]), found[2])
    if found := CHART_DATA_CODE.match(str(image.get("data-code", ""))):
        return SecurityMark(int(found[2]), found[1])
    return None
