"""The market and the code of a security, as lists write them."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from .faults import ListError

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
