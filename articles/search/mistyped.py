"""Pinyin in which one letter is wrong → the names that may have been meant: guizhoumotai, maotia,
gzmtt."""

import re
from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import Final

from ..models import Facet
from ..pinyin import NAME_MARK, spaced
from .kept_names import AllNames, NamesOfKind
from .names import matched
from .securities import ENGLISH
from .typed import Ranks, Typed

SHORTEST: Final = 4  # letters
SHORTEST_PART: Final = 2  # syllables of a name
CANDIDATES: Final = 12  # names of each kind
WHOLE, PART, INITIALS = 2, 1, 0  # ranks


def meant_by_mistyped(
    known: AllNames, text: str, facets: Collection[Facet]
) -> Iterator[tuple[str, Facet]]:
    """The names of these facets of which a text is the pinyin, or the initials, with one letter
    wrong, the likeliest first. If the text is only a part of a name, that part comes before the
    name."""
    letters = Typed(text).letters
    if len(letters) < SHORTEST or not letters.isalpha() or letters in ENGLISH:
        return
    ranked = {facet: ranks(letters, known.of[facet]) for facet in facets}
    found = matched(known, ranked, dict.fromkeys(facets, CANDIDATES))
    for one in sorted(found, key=lambda one: (-one.rank, -one.posts)):
        if one.rank == PART and len(syllables := spaced(one.name).split()) == len(one.name):
            yield from (
                (one.name[start:end], one.facet) for start, end in near_parts(letters, syllables)
            )
        yield one.name, one.facet


def ranks(letters: str, names: NamesOfKind) -> Ranks:
    """Names that are these letters except for one, ranked by which part of them is. Where one is
    wrong, or two are exchanged, the second half is right, or the first except its last letter."""
    half = len(letters) // 2
    right = re.compile(rf" {' ?'.join(letters[: half - 1])}|{' ?'.join(letters[half:])} ")
    found: dict[int, int] = {}
    for number in names.initials.matching(right):
        if any(is_near(letters, one) for one in names.rows[number].initials.split()):
            found[number] = INITIALS
    for number in names.spoken.matching(right):
        for name in names.rows[number].full_pinyin.split(NAME_MARK):
            syllables = name.split()
            for start, end in near_parts(letters, syllables):
                rank = WHOLE if end - start == len(syllables) else PART
                found[number] = max(rank, found.get(number, rank))
    return found


def near_parts(letters: str, syllables: list[str]) -> Iterator[tuple[int, int]]:
    """Where in a name syllables begin and end that are these letters except for one."""
    for start in range(len(syllables) - SHORTEST_PART + 1):
        for end in range(start + SHORTEST_PART, len(syllables) + 1):
            if is_near(letters, "".join(syllables[start:end])):
                yield start, end


def is_near(one: str, other: str) -> bool:
    """Whether two words differ in one letter, which one of them may lack, or in the order of two
    neighbours."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    mine, theirs = one[same:], other[same:]
    return (
        mine[1:] == theirs[1:]
        or mine[1:] == theirs
        or mine == theirs[1:]
        or (mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:])
    )
