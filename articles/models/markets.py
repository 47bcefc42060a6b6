"""Markets, and the codes of securities as exchanges write them."""

import re
from collections.abc import Collection
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Market(models.IntegerChoices):
    """Eastmoney's market numbers, which come before the dot in 1.600519."""

    SHENZHEN = 0, _("Shenzhen")  # and Beijing
    SHANGHAI = 1, _("Shanghai")
    BOARD = 90, _("Board")
    NASDAQ = 105, "Nasdaq"
    NYSE = 106, "NYSE"
    NYSE_AMERICAN = 107, "NYSE American"
    HONG_KONG = 116, _("Hong Kong")


#: The markets of the exchanges by which codes are written: SH600519 or 600519.SH.
EXCHANGES: Final = {
    **dict.fromkeys(
        ("SH", "SS", "SHA", "SSE", "SHSE", "XSHG", "沪市", "沪", "上交所"), (Market.SHANGHAI,)
    ),
    **dict.fromkeys(("SZ", "SHE", "SZSE", "XSHE", "深市", "深", "深交所"), (Market.SHENZHEN,)),
    "CH": (Market.SHANGHAI, Market.SHENZHEN),  # Bloomberg
    # Eastmoney gives Beijing the number of Shenzhen.
    **dict.fromkeys(("BJ", "BSE", "北交所", "北京", "北", "京"), (Market.SHENZHEN,)),
    **dict.fromkeys(("HK", "HKEX", "SEHK", "HKG", "港股", "港交所", "港"), (Market.HONG_KONG,)),
    "NASDAQ": (Market.NASDAQ,),
    "NYSE": (Market.NYSE,),
    **dict.fromkeys(("US", "美股"), (Market.NASDAQ, Market.NYSE, Market.NYSE_AMERICAN)),
}
SYMBOL: Final = re.compile(
    rf"(?P<prefix>{'|'.join(EXCHANGES)})[.:]?(?P<prefixed>\w+)"
    rf"|(?P<market>\d{{1,4}})\.(?!HK$)(?P<code>[\w.]+)"
    rf"|(?P<suffixed>\w+(?=\.)|\d{{4,6}})\.?(?P<suffix>{'|'.join(EXCHANGES)})",
    re.ASCII | re.IGNORECASE,
)


def symbol_parts(value: str) -> tuple[list[int], str] | None:
    """The markets and the code of SH600519, 沪600519, 600519.SH, 600519SH, 600519.SS, 9988.HK or
    1.600519; None for any other text."""
    match = SYMBOL.fullmatch(value)
    if match is None:
        return None
    if market := match["market"]:
        return [int(market)], match["code"]
    exchange = match["prefix"] or match["suffix"]
    return list(EXCHANGES[exchange.upper()]), match["prefixed"] or match["suffixed"]


def split_symbol(symbol: str) -> tuple[int, str] | None:
    """The market and the code in a symbol, 1.600519; None for any other text."""
    market, _dot, code = symbol.partition(".")
    is_number = market.isascii() and market.isdecimal() and len(market) < 5
    return (int(market), code) if is_number else None


def padded(markets: Collection[int], code: str) -> str:
    """A code with all of its digits: in Hong Kong, 700 is 00700."""
    return code.zfill(5) if Market.HONG_KONG in markets and code.isdecimal() else code
