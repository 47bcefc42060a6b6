"""Numerals and years, spelled as expressions read them."""

import re
from functools import lru_cache
from typing import Final

from ....characters import HAN_RANGE
from ...text.normalise import fold

#: Of a month or a day, or of several: 3, 12, 三, 十二, 三十.
NUMERAL: Final = "[0-9]{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
NUMBER: Final = f"({NUMERAL})"
YEAR_IN_NUMERALS = re.compile(r"[〇○零一二三四五六七八九]{4}(?=\s?年)")
AS_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
#: Where a word ends.
END = re.compile(
    rf"""$|[\s|,;，、；。！？!?()"“”「『」』+&*]|/(?=[{HAN_RANGE}]|[0-9]{{1,2}}\s?月)"""
)
NUMERALS: Final = {
    **{numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)},
    "两": 2,
}


def spelled_plainly(text: str) -> str:
    """`text` with each character folded that folds to one, and years in digits: 二〇二二年 is
    2022年. So places stay."""
    plain = "".join(map(folded_letter, text))
    return YEAR_IN_NUMERALS.sub(lambda year: year[0].translate(AS_DIGITS), plain)


@lru_cache(maxsize=1_000)
def folded_letter(letter: str) -> str:
    folded = fold(letter)
    return folded if len(folded) == 1 else letter


def number(numeral: str | None) -> int:
    """A numeral of `NUMBER` or of `RECENT` as a number; 0 for none."""
    if not numeral or numeral.isdecimal():
        return int(numeral or 0)
    tens, is_more, ones = numeral.rpartition("十")
    return (10 * NUMERALS.get(tens, 1) if is_more else 0) + NUMERALS.get(ones, 0)
