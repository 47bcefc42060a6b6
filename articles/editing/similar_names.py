"""Names that may be one: 财联社 and 财联社。, 财联社 and 财联社深圳, 每日经济新闻 and 每日经新闻"""

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from enum import IntEnum
from itertools import combinations
from typing import Final, NamedTuple

BEGINNING: Final = 3  # letters that a name needs to be told from any other's beginning
SPELLED: Final = 4  # letters of a name, one of which may be wrong


class Likeness(IntEnum):
    """How two names are alike, the surest first."""

    SAME = 0  # but for punctuation, spaces, case and width
    BEGINNING = 1  # one is how the other begins
    LETTER = 2  # but for one letter, which is another, or is missing


class Pair(NamedTuple):
    """Two names, the shorter first, by their ids."""

    likeness: Likeness
    first: int
    second: int


def alike(names: Mapping[int, str]) -> list[Pair]:
    """The pairs of names, by id, that look alike, the surest first."""
    by_letters = defaultdict(list)
    for pk, name in names.items():
        by_letters[letters_of(name)].append(pk)
    by_letters.pop("", None)  # names of signs alone
    found = dict.fromkeys(letter_apart(by_letters), Likeness.LETTER)
    found |= dict.fromkeys(beginnings(sorted(by_letters)), Likeness.BEGINNING)
    pairs = [(likeness, by_letters[a][0], by_letters[b][0]) for (a, b), likeness in found.items()]
    pairs += [(Likeness.SAME, *p) for pks in by_letters.values() for p in combinations(pks, 2)]
    return sorted(
        Pair(likeness, *sorted(pair, key=lambda pk: (len(names[pk]), pk)))
        for likeness, *pair in pairs
    )


def letters_of(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def beginnings(names: list[str]) -> Iterator[tuple[str, str]]:
    """The pairs of sorted names of which the first is how the second begins."""
    for number, name in enumerate(names):
        if len(name) >= BEGINNING:
            end = bisect_left(names, name + chr(0x10FFFF))
            yield from ((name, other) for other in names[number + 1 : end])


def letter_apart(names: Collection[str]) -> set[tuple[str, str]]:
    """The pairs of names that are one letter apart, the shorter first."""
    gaps = defaultdict(list)  # what is left of names without one letter, and where it was
    for name in names:
        if len(name) >= SPELLED:
            for place in range(len(name)):
                gaps[place, name[:place] + name[place + 1 :]].append(name)
    pairs: set[tuple[str, str]] = set()
    for (_, rest), same in gaps.items():
        pairs.update(combinations(sorted(same), 2))
        if len(rest) >= SPELLED and rest in names:
            pairs.update((rest, name) for name in same)
    return pairs
