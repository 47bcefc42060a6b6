"""The keys of a post: it is compared with those that have some of them, within a few days.

They are few, for each post that is stored looks for all others with them; and posts that tell the
same story have them.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

import numpy as np

from .evidence import OF_COPIES, Evidence, mixed, pairs_in
from .rarity import Pairs, weights

#: The kinds of keys, in the lowest bits of each. Of securities, one in common is enough for posts
#: to be compared, if their titles have more in common than its name; of words, two; of texts, one.
SECURITY, WORD, TEXT = 0, 1, 2
KINDS: Final = 3  # the mask of these bits

OF_SUBJECT: Final = 20
OF_FIGURES: Final = 4
MOST_KEYS: Final = 1 + OF_SUBJECT + OF_FIGURES + len(OF_COPIES)  # of a post
BESIDE_SECURITY: Final = 8
LEAST: Final = 2  # pairs that are a name
DIGITS: Final = 2  # of a figure that is a key
LOWER: Final = 0xFFFF_FFFF  # the mask of 32 bits
IN_COMMON: Final = 4.0  # weight of the pairs that the titles of posts about one security share


def keys_of(evidence: Evidence) -> list[int]:
    """The distinct keys of a post, as int4, of what it is about: its security, and the first pairs
    of names, or else the rarest pairs. If the title names no security these are more, and figures
    count, too. Two more are of the text, by which copies are found whatever their titles."""
    pairs = evidence.subject.names
    if len(pairs) < LEAST:
        pairs, weights_of = evidence.subject.once()
        pairs = pairs[np.lexsort((mixed(pairs), -weights_of))]
    of_text = {key(TEXT, *mark) for mark in evidence.marks}
    if evidence.are_in_title:
        words = {*word_keys(pairs[:BESIDE_SECURITY])}
    else:
        words = {*word_keys(pairs[:OF_SUBJECT]), *figure_keys(evidence.figures)}
    return [*map(security_key, evidence.securities[:1]), *words, *of_text]


def may_be_same(one: Evidence, other: Evidence) -> bool:
    """Whether two posts about one security have more in common than its name: a figure of several
    digits, or else words of their titles."""
    if has_figure_of(one, other) or has_figure_of(other, one):
        return True
    here, there = weighed(one.about), weighed(other.about)
    return sum(here[pair] for pair in here.keys() & there.keys()) >= IN_COMMON


def has_figure_of(one: Evidence, other: Evidence) -> bool:
    """Whether a text has a figure of another one, of more than two digits, or the same rounded."""
    figures = one.rounded_figures
    return any(digits > DIGITS and figure in figures for figure, digits in other.figures.items())


@lru_cache(4000)
def weighed(text: str) -> dict[int, float]:
    """The pairs of a text with their weights. Few posts are compared by these, but then with many
    others."""
    pairs, _ = pairs_in(text)
    return dict(zip(pairs.tolist(), weights(pairs).tolist(), strict=True))


def key(kind: int, *numbers: int) -> int:
    """A hash of numbers (FNV-1a, of 32 bits), as int4, with the kind in its lowest bits."""
    hashed = 0x811C_9DC5
    for number in numbers:
        hashed = (hashed ^ number) * 0x0100_0193 & 0xFFFF_FFFF
        hashed ^= hashed >> 15
    return (hashed & ~KINDS | kind) - (1 << 31)


@lru_cache(4000)
def security_key(symbol: str) -> int:
    return key(SECURITY, *symbol.encode())


def word_keys(pairs: Pairs) -> list[int]:
    """The `key` of each pair, as that of a word."""
    hashed = (pairs ^ np.uint32(0x811C_9DC5)) * np.uint32(0x0100_0193)
    hashed ^= hashed >> np.uint32(15)
    hashed = hashed & np.uint32(0xFFFF_FFFF - KINDS) | np.uint32(WORD)
    keys: list[int] = (hashed.astype(np.int64) - (1 << 31)).tolist()
    return keys


def figure_keys(figures: Mapping[int, int]) -> list[int]:
    """The `key` of each of the first figures, as that of a word."""
    some = (figure for figure, digits in figures.items() if digits >= DIGITS)
    return [key(WORD, figure & LOWER, figure >> 32) for figure in islice(some, OF_FIGURES)]
