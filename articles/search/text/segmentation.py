"""Text without spaces → the words that it may be made of: 茅台业绩 → 茅台, 业绩.

Search itself needs no words (docs/decisions/0005-containment.md). Only a query that finds nothing
is cut into some, at what the archive calls things: its names, and what its titles say.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from .vocabulary import FREQUENT, UBIQUITOUS

LONGEST: Final = 12  # atoms in a piece that is a word
LONGEST_UNKNOWN: Final = 6  # atoms in a piece that may be one

#: What no cut goes through: a word of Latin letters, a figure, or one character of any other kind.
#: Between atoms may be signs, at which every cut parts the text.
ATOM = re.compile(r"[a-z]+|\d+(?:[.,]\d+)*%?|[^\W_]")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

# What a piece costs. A known word costs 1 and a little more the less sure it is one; so fewer
# pieces are better than surer ones, unless a piece would be a single character or so long that it
# may well be several words.
WHOLE, EDGE, FREQUENT_IN_TITLES, INSIDE = 1.0, 1.1, 1.2, 1.3
UNKNOWN, SINGLE = 1.9, 1.95
UNKNOWN_ATOM: Final = 0.6  # for each atom of an unknown piece from the fourth
OFTEN: Final = 2  # times in titles


@dataclass(frozen=True)
class Lexicon:
    """What the archive calls things: normalised `names`, and `titles` that may have the words of a
    text; one a line each."""

    names: str
    titles: str

    @cached_property
    def lines(self) -> str:
        return "\n".join(["", self.names, *FREQUENT, *UBIQUITOUS, ""])

    def cost(self, piece: str) -> float | None:
        """What it costs to take `piece` for a word; None if neither a name nor a title has it."""
        if piece in self.lines:
            begins, ends = f"\n{piece}" in self.lines, f"{piece}\n" in self.lines
            if begins and ends and f"\n{piece}\n" in self.lines:
                return WHOLE
            if begins or ends:
                return EDGE
        count = self.titles.count(piece)
        if count >= OFTEN:
            return FREQUENT_IN_TITLES
        return INSIDE if count or piece in self.lines else None


class Piece(NamedTuple):
    """`text[start:end]` of a text that is cut."""

    start: int
    end: int
    cost: float


class Cut(NamedTuple):
    """A way to cut a text, and how unlikely it is: the last piece, and the cut of what is before
    it."""

    cost: float = 0
    shortness: int = 0  # of cuts that cost the same, the one with the longest pieces is likeliest
    before: "Cut | None" = None
    last: Piece | None = None

    def followed_by(self, piece: Piece) -> "Cut":
        length = piece.end - piece.start
        return Cut(self.cost + piece.cost, self.shortness - length**2, self, piece)

    @property
    def pieces(self) -> list[Piece]:
        before = self.before.pieces if self.before else []
        return [*before, self.last] if self.last else before


def pairs(text: str) -> list[str]:
    """The pairs of neighbours of which the words of a normalised text are made, in order."""
    atoms = list(ATOM.finditer(text))
    return [
        f"{one[0][-1]}{other[0][0]}" for one, other in pairwise(atoms) if one.end() == other.start()
    ]


def cuts(text: str, lexicon: Lexicon, most: int) -> list[Cut]:
    """Up to `most` ways to cut a normalised text, the likeliest first, that of not cutting it
    included: those with the fewest pieces, of these with the surest, of these with the longest.
    None if it has no Han."""
    if not HAN.search(text):
        return []
    atoms = list(ATOM.finditer(text))
    best: list[list[Cut]] = [[Cut()], *([] for _ in atoms)]
    for first in range(len(atoms)):
        best[first] = likeliest(best[first], most)
        for end, piece in pieces_from(text, atoms, first, lexicon):
            best[end] += [cut.followed_by(piece) for cut in best[first]]
    cost = lexicon.cost(text) if len(text) <= LONGEST else None
    whole = Cut().followed_by(Piece(0, len(text), cost or UNKNOWN))
    found = [cut for cut in best[-1] if cut.last and cut.last[:2] != (0, len(text))]
    return likeliest([whole, *found], most)


def pieces_from(
    text: str, atoms: Sequence[re.Match[str]], first: int, lexicon: Lexicon
) -> Iterator[tuple[int, Piece]]:
    """The pieces that begin with the atom `first`, each with the number of the atom after it."""
    start = atoms[first].start()
    is_known = True
    for last in range(first, min(first + LONGEST, len(atoms))):
        if last > first and atoms[last - 1].end() < atoms[last].start():
            return
        end = atoms[last].end()
        piece = text[start:end]
        if last == first:
            cost: float | None = WHOLE if end - start > 1 else SINGLE
        else:
            cost = lexicon.cost(piece) if is_known else None
            is_known = cost is not None
        if cost is None and last - first < LONGEST_UNKNOWN:
            cost = UNKNOWN + UNKNOWN_ATOM * max(0, last - first - 2)
        if cost is None:
            return
        yield last + 1, Piece(start, end, cost)


def likeliest(found: Iterable[Cut], most: int) -> list[Cut]:
    return sorted(found, key=itemgetter(0, 1))[:most]
