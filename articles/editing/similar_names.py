"""Pairs of names that may mean the same source: 财联社 and 财联社。, 财联社 and 财联社深圳,
每日经济新闻 and 每日经新闻."""

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from enum import IntEnum
from itertools import combinations
from typing import Final, NamedTuple

SHORTEST_PREFIX: Final = 3  # letters: a shorter name begins many others by chance
SHORTEST_MISSPELT: Final = 4  # letters: in a shorter name, one letter makes another name


class Similarity(IntEnum):
    """How two names resemble each other, the surest way first."""

    SAME_LETTERS = 0  # except for punctuation, spaces, case and width
    PREFIX = 1  # one begins with the other
    ONE_LETTER = 2  # one letter differs or is missing


class Pair(NamedTuple):
    """Two names, the shorter first, by their ids."""

    similarity: Similarity
    first: int
    second: int


def similar_pairs(names: Mapping[int, str]) -> list[Pair]:
    """The pairs among names, given by id, that resemble each other, the surest first."""
    by_letters = defaultdict(list)
    for pk, name in names.items():
        by_letters[letters_of(name)].append(pk)
    by_letters.pop("", None)  # names without any letter
    found = dict.fromkeys(one_letter_apart(by_letters), Similarity.ONE_LETTER)
    found |= dict.fromkeys(prefixes(sorted(by_letters)), Similarity.PREFIX)
    pairs = [(how, by_letters[a][0], by_letters[b][0]) for (a, b), how in found.items()]
    for pks in by_letters.values():
        pairs += [(Similarity.SAME_LETTERS, *pair) for pair in combinations(pks, 2)]
    return sorted(
        Pair(how, *sorted(pair, key=lambda pk: (len(names[pk]), pk))) for how, *pair in pairs
    )


def letters_of(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def prefixes(names: list[str]) -> Iterator[tuple[str, str]]:
    """The pairs of sorted names of which the second begins with the first."""
    for number, name in enumerate(names):
        if len(name) >= SHORTEST_PREFIX:
            end = bisect_left(names, name + chr(0x10FFFF))
            yield from ((name, other) for other in names[number + 1 : end])


def one_letter_apart(names: Collection[str]) -> set[tuple[str, str]]:
    """The pairs of names that differ by one letter, the shorter first."""
    gaps = defaultdict(list)  # names by the place of one letter and by the rest without it
    for name in names:
        if len(name) >= SHORTEST_MISSPELT:
            for place in range(len(name)):
                gaps[place, name[:place] + name[place + 1 :]].append(name)
    pairs: set[tuple[str, str]] = set()
    for (_, rest), same in gaps.items():
        pairs.update(combinations(sorted(same), 2))
        if len(rest) >= SHORTEST_MISSPELT and rest in names:
            pairs.update((rest, name) for name in same)
    return pairs
