"""Text → tokens: the numbers that the index holds.

A token is one to three neighbouring characters of a word, packed into an int4:

- every character on its own, and every pair of neighbours (农业 is found in 农业发展银行);
- for ASCII every three neighbours too, or 600519 would be five pairs that are in every post.

A word is a run of letters and digits of any script, with the points, signs and hyphens inside
3.5%, HFO-1234yf and S&P. A text that contains a term has every token of the term. The
converse holds for terms of one or two characters, and of three in ASCII (`exact`).
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from .normalise import normalise

Tokens = np.ndarray[tuple[int], np.dtype[np.int32]]

BREAK, ASCII, WIDE = 0, 1, 2

ASCII_SIGNS: Final = ".%-&+"
SINGLE = 0x0020_0000  # + a UTF-16 unit


def tokens(normalised: str) -> Tokens:
    """The distinct tokens of a normalised text, sorted."""
    units = np.frombuffer(normalised.encode("utf-16-le", "surrogatepass"), "<u2")
    kind = unit_kinds()[units]
    wide = units.astype(np.uint32)
    first, second = wide[:-1], wide[1:]
    in_word = kind != BREAK
    ascii_ = kind == ASCII
    ascii_pair = ascii_[:-1] & ascii_[1:]
    other_pair = in_word[:-1] & in_word[1:] & ~ascii_pair
    ascii_triple = ascii_pair[:-1] & ascii_pair[1:]
    found = np.concatenate([
        SINGLE + wide[in_word],
        (first << 16 | second)[other_pair],
        (first << 7 | second)[ascii_pair],
        (wide[:-2] << 14 | wide[1:-1] << 7 | wide[2:])[ascii_triple],
    ])  # fmt: skip
    found.sort()  # four times as fast as np.unique, which hashes
    is_first = np.append(True, found[1:] != found[:-1])[: len(found)]
    distinct: Tokens = found[is_first].view(np.int32)
    return distinct


@cache
def unit_kinds() -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    """BREAK, ASCII or WIDE for each UTF-16 unit; surrogates are WIDE, so a character beyond
    the BMP is a pair."""
    kinds = np.zeros(0x10000, np.uint8)
    for code in range(0x10000):
        if unicodedata.category(chr(code))[0] in "LNM" or 0xD800 <= code < 0xE000:
            kinds[code] = ASCII if code < 0x80 else WIDE
    kinds[[ord(sign) for sign in ASCII_SIGNS]] = ASCII
    return kinds


@dataclass(frozen=True, slots=True)
class IndexedText:
    """A post's text as it is indexed: a line each for title, digest and body, and the tokens
    as PostgreSQL's binary form of int4[]."""

    text: str
    tokens: bytes


def index_text(title: str, digest: str, body: str) -> IndexedText:
    text = normalise(f"{title}\n{digest}\n{body}")
    return IndexedText(text, int4_array(tokens(text)))


def int4_array(values: Tokens) -> bytes:
    """The binary form of a PostgreSQL int4[] (array_send in src/backend/utils/adt/arrayfuncs.c):
    dimensions, whether any is null, element type, length, lower bound; then each one's size and
    value, all big-endian."""
    items = np.empty((len(values), 2), ">i4")
    items[:, 0] = 4
    items[:, 1] = values
    return np.array([1, 0, 23, len(values), 1], ">i4").tobytes() + items.tobytes()
