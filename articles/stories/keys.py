"""The keys of a post: it is compared with those that have some of them, within a few days.

They are few, for each post that is stored looks for all others with them; and posts that tell the
same story have them.
"""

from typing import Final

import numpy as np

from .evidence import Evidence
from .rarity import RAREST, Pairs, weights

#: The kinds of keys, in the lowest bits of each. Of texts, one is enough for two posts to be
#: compared; of securities, one, and something in common of their titles besides the name; of the
#: words in titles, two.
TEXT, SECURITY, WORD = 0, 1, 2
KINDS: Final = 3  # the mask of those bits

WORDS: Final = 6
IN_COMMON: Final = 4.0  # weight of the pairs that the titles of posts about one security share


def keys_of(evidence: Evidence) -> list[int]:
    """The keys of a post, as int4.

    Of what it is about: its security, or else the rarest pairs of its title. Of its text: two
    numbers, each made of the two rarest pairs with the least hashes, so that nearly equal texts
    have one of them in common (MinHash in two bands of two), whatever their titles.
    """
    rare = evidence.text.pairs[evidence.text.weights >= RAREST]
    keys = [key(TEXT, *np.sort(mixed(rare, seed))[:2].tolist()) for seed in (1, 2) if len(rare) > 1]
    if evidence.securities:
        return [*keys, key(SECURITY, *evidence.securities[0].encode())]
    title = evidence.title
    rarest = np.lexsort((mixed(title.pairs, 3), -title.weights))[:WORDS]
    return [*keys, *(key(WORD, pair) for pair in title.pairs[rarest].tolist())]


def may_be_same(one: Evidence, other: Evidence) -> bool:
    """Whether the titles of two posts about one security have more in common than its name."""
    shared = one.about & other.about
    if not shared:
        return False
    return bool(weights(np.sort(np.array([*shared], np.uint32))).sum() >= IN_COMMON)


def key(kind: int, *numbers: int) -> int:
    """A hash of numbers (FNV-1a, of 32 bits), as int4, with the kind in its lowest bits."""
    hashed = 0x811C_9DC5
    for number in numbers:
        hashed = (hashed ^ number) * 0x0100_0193 & 0xFFFF_FFFF
        hashed ^= hashed >> 15
    return (hashed & ~KINDS | kind) - (1 << 31)


def mixed(pairs: Pairs, seed: int) -> Pairs:
    """A hash of each pair, another one for each seed."""
    hashed = (pairs ^ np.uint32(seed * 0x85EB_CA6B & 0xFFFF_FFFF)) * np.uint32(0x9E37_79B1)
    hashed ^= hashed >> np.uint32(15)
    hashed *= np.uint32(0xC2B2_AE35)
    mixed: Pairs = hashed ^ hashed >> np.uint32(13)
    return mixed
