"""Text → tokens: the numbers in the index.

A token is one to three neighbouring characters, packed into an int4:

- every letter and digit, and every pair of neighbours at least one of which is a letter or digit
  (so 农业 is found in 农业发展银行, and a phrase by the pairs on both sides of its spaces);
- in ASCII also every three neighbours, and every six digits: otherwise 600519 would be a few pairs
  that are in every post.

Letters and digits are those of any script, with the signs inside 3.5%, HFO-1234yf and S&P. A text
that contains a word has every token of the word. The converse is true for words of one or two
characters, and for those of three in ASCII (`are_exact`).

Facets (a post's month, its source, …) have tokens too, so that one index answers for words and
filters together. Their numbers begin where Unicode has its private-use characters; no word has
those, so no pair has the same number.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Self
from zlib import crc32

import numpy as np

from .distinct import distinct
from .normalise import encode, normalise
from .vocabulary import absent_words, frequent_words

Tokens = np.ndarray[tuple[int], np.dtype[np.int32]]

PIECE: Final = 2**20  # characters
LONGEST_TOKEN: Final = 6  # characters of which a token is made: six digits

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

BREAK, ASCII, WIDE, SIGN = 0, 1, 2, 3

SPACE: Final = ord(" ")
DIGIT_0: Final = ord("0")
POWERS_OF_TEN: Final = np.array([10**power for power in range(5, -1, -1)], np.uint32)
ASCII_SIGNS: Final = ".%-&+"
SINGLE = 0x0020_0000  # + a UTF-16 unit
FACET = 0xE000_0000  # + kind << 24 + key; up to 0xF8FF_FFFF
MAX_KINDS, KEYS = 25, 1 << 24
# Kinds besides those of models.Facet: the absence of a ubiquitous word and the presence of a
# frequent one, by hash; six digits, by their number; the tokens of titles, by hash.
ABSENCE, WORD, SIX_DIGITS, TITLE = 21, 22, 23, 24


def tokens(normalised: str) -> Tokens:
    """The distinct tokens of a normalised text, sorted. A long text is read in pieces, because
    reading takes 50 bytes of memory a character."""
    if len(normalised) <= PIECE:
        return Grams.of(normalised).pack()
    pieces = [
        Grams.of(normalised[start : start + PIECE + LONGEST_TOKEN - 1]).pack()
        for start in range(0, len(normalised), PIECE)
    ]
    distinct: Tokens = np.unique(np.concatenate(pieces).view(np.uint32)).view(np.int32)
    return distinct


def covering_tokens(words: str) -> Tokens:
    """Those tokens of normalised words that are not part of a longer token. A text with these
    tokens has all the others too, so fewer are looked up.

    Of a phrase with spaces, only the pairs beside its spaces are taken: Chinese texts have few of
    them, and intersecting the long lists of the other pairs costs twice what it saves.
    """
    grams = Grams.of(words)
    beside_spaces = grams.beside_spaces()
    return replace(
        grams,
        single=grams.single & ~spread(grams.ascii_pair | grams.other_pair),
        other_pair=beside_spaces if beside_spaces.any() else grams.other_pair,
        ascii_pair=grams.ascii_pair & ~spread(grams.ascii_triple),
    ).pack()


@dataclass(frozen=True, slots=True)
class Grams:
    """Where in a text tokens begin: for each kind of token, whether one begins at each unit."""

    units: "np.ndarray[tuple[int], np.dtype[np.uint32]]"
    single: Mask
    other_pair: Mask
    ascii_pair: Mask
    ascii_triple: Mask
    six_digits: Mask

    @classmethod
    def of(cls, normalised: str) -> Self:
        units = np.frombuffer(encode(normalised), "<u2")
        kind = unit_kinds()[units]
        is_ascii = kind == ASCII
        in_word = is_ascii | (kind == WIDE)
        joins = kind != BREAK
        ascii_pair = is_ascii[:-1] & is_ascii[1:]
        either = in_word[:-1] | in_word[1:]
        is_digit = (units >= DIGIT_0) & (units < DIGIT_0 + 10)
        two = is_digit[:-1] & is_digit[1:]
        four = two[:-2] & two[2:]
        return cls(
            units.astype(np.uint32),
            in_word,
            joins[:-1] & joins[1:] & either & ~ascii_pair,
            ascii_pair,
            ascii_pair[:-1] & ascii_pair[1:],
            four[:-2] & two[4:],
        )

    def beside_spaces(self) -> Mask:
        """The pairs of a letter or digit and a space."""
        is_space = self.units == SPACE
        beside: Mask = self.other_pair & (is_space[:-1] | is_space[1:])
        return beside

    def pack(self) -> Tokens:
        first, second = self.units[:-1], self.units[1:]
        parts = [
            SINGLE + self.units[self.single],
            (first << 16 | second)[self.other_pair],
            (first << 7 | second)[self.ascii_pair],
            (first[:-1] << 14 | second[:-1] << 7 | self.units[2:])[self.ascii_triple],
        ]
        if self.six_digits.any():
            digits = np.lib.stride_tricks.sliding_window_view(self.units, 6)[self.six_digits]
            keys = (digits - DIGIT_0) @ POWERS_OF_TEN
            parts.append(np.uint32(FACET + (SIX_DIGITS << 24)) + keys)
        found = np.concatenate(parts)
        found.sort()
        packed: Tokens = distinct(found).view(np.int32)
        return packed


def spread(mask: Mask) -> Mask:
    """For tokens that are one unit shorter than those in `mask`: which are part of one of those."""
    spread: Mask = np.append(mask, False) | np.append(False, mask)
    return spread


def are_exact(word: str) -> bool:
    """Whether every text that has the tokens of this normalised word contains it. Never so with
    spaces or signs: they have no token of their own."""
    units = np.frombuffer(encode(word), "<u2")
    longest = 3 if word.isascii() else 2
    is_word = np.isin(unit_kinds()[units], (ASCII, WIDE))
    return 0 < len(units) <= longest and bool(is_word.all())


def title_tokens(found: Tokens) -> Tokens:
    """The tokens by which a title is found apart from digest and body. They are hashed to 24 bits,
    so an entry may have the tokens of a title that is not its own."""
    distinct: Tokens = np.unique(of_title(found.view(np.uint32))).view(np.int32)
    return distinct


def of_title(
    packed: "np.ndarray[tuple[int], np.dtype[np.uint32]]",
) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    hashed = packed * np.uint32(0x9E37_79B1) >> np.uint32(8)  # Fibonacci hashing
    return np.uint32(FACET + (TITLE << 24)) + hashed


def title_pairs(title: str, most: int) -> set[int]:
    """The title tokens of the first `most` pairs of letters and digits of a normalised title. Takes
    no characters beyond the BMP."""
    grams = Grams.of(title)
    first, second = grams.units[:-1], grams.units[1:]
    places = np.flatnonzero(grams.single[:-1] & grams.single[1:])[:most]
    packed = np.where(grams.ascii_pair, first << 7 | second, first << 16 | second)[places]
    return set(of_title(packed).view(np.int32).tolist())


@cache
def word_token(word: str) -> int:
    """The token of texts that contain a frequent word."""
    return facet_token(WORD, crc32(word.encode()) % KEYS)


@cache
def absence_token(word: str) -> int:
    """The token of texts that do not contain a ubiquitous word."""
    return facet_token(ABSENCE, crc32(word.encode()) % KEYS)


def facet_token(kind: int, key: int) -> int:
    """The token of a facet's value: `kind` is a `models.Facet` or one of the kinds above, `key` the
    number of the value. Raises `ValueError` for a key that is too large."""
    if not (0 <= kind < MAX_KINDS and 0 <= key < KEYS):
        raise ValueError(f"no token for key {key} of kind {kind}")
    return FACET + (kind << 24) + key - (1 << 32)  # int4 is signed


def facet_of(token: int) -> tuple[int, int]:
    """The kind and the key of a token that `facet_token` made."""
    return divmod(token + (1 << 32) - FACET, KEYS)


@cache
def unit_kinds() -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    """The kind of each UTF-16 unit: ASCII or WIDE in words, SIGN between words, BREAK where no
    pair may be made: control characters, and units with which the tokens of facets begin.
    Surrogates are WIDE, so a character beyond the BMP is a pair."""
    kinds = np.full(0x10000, SIGN, np.uint8)
    for code in range(0x10000):
        if unicodedata.category(chr(code))[0] in "LNM" or 0xD800 <= code < 0xE000:
            kinds[code] = ASCII if code < 0x80 else WIDE
        elif code < ord(" ") or FACET >> 16 <= code < (FACET >> 16) + (MAX_KINDS << 8):
            kinds[code] = BREAK
    kinds[[ord(sign) for sign in ASCII_SIGNS]] = ASCII
    return kinds


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What is indexed of a post: its title and its text, normalised, and the tokens of both as an
    array of int4. The text is title and digest, a line each, and then the body."""

    title: str
    text: str
    tokens: bytes


def normal_text(title: str, digest: str, body: str) -> str:
    """The text of an `IndexedText`."""
    return normalise("\n".join([title.replace("\n", " "), digest.replace("\n", " "), body]))


def index_text(title: str, digest: str, body: str) -> IndexedText:
    text = normal_text(title, digest, body)
    first = text.partition("\n")[0]
    words = [*map(word_token, frequent_words(text)), *map(absence_token, absent_words(text))]
    found = [tokens(text), title_tokens(tokens(first)), np.array(words, np.int32)]
    return IndexedText(first, text, np.concatenate(found).tobytes())


def int4_array(tokens: bytes, more: Iterable[int] = ()) -> bytes:
    """The binary form of a PostgreSQL int4[] (array_send in src/backend/utils/adt/arrayfuncs.c):
    dimensions, whether any is null, element type, length, lower bound; then each one's size and
    value, all big-endian."""
    values = np.concatenate([np.frombuffer(tokens, np.int32), np.array([*more], np.int32)])
    items = np.empty((len(values), 2), ">i4")
    items[:, 0] = 4
    items[:, 1] = values
    return np.array([1, 0, 23, len(values), 1], ">i4").tobytes() + items.tobytes()
