"""Text without spaces → the words that it may be made of: 茅台的业绩 → 茅台, 业绩.

Search itself needs no words (docs/decisions/0005-containment.md). Only a query that finds nothing
is cut into some, at what the archive calls things: its names, and what its titles say. No piece is
a single character, except a word of one that follows others at the end, 楼市跌 and 铜价大跌, or a
single character that is all the rest: 酒涨. Between pieces, characters and signs may be left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from .exchange_marks import MARK_AFTER, MARKED, PREFIX
from .vocabulary import FREQUENT, UBIQUITOUS

LONGEST: Final = 12  # atoms in a piece that is a word
LONGEST_UNKNOWN: Final = 6  # atoms in a piece that may be one

#: Characters that are written without spaces: kana and Han.
SINGLE: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: What no cut goes through: a word of an alphabet, a day, a figure, a fraction, or one of any
#: other character. Between atoms may be signs, at which every cut parts the text, except that the
#: sign of a percentage or an amount is one of its figure, and those of *ST and -U are of these.
DAY: Final = r"\d{1,2}月\d{1,2}[日号]"
MARK: Final = rf"s?\*st(?=[{SINGLE}])|(?<=[{SINGLE}]){MARKED}(?![a-z0-9])"
ATOM = re.compile(
    rf"{DAY}|{MARK}|[^\W\d_{SINGLE}]+|(?:(?<![a-z0-9])[-+])?\d+(?:[.,]\d+)*(?:%|(?=[亿万千百元倍度点]))"
    r"|\d+(?:[.,/]\d+)*|[^\W_]"
)

# What a piece costs. A known word costs 1 and a little more the less sure it is one; so fewer
# pieces are better than surer ones, unless a piece would be so long that it may well be several
# words. One that neither names nor titles have costs more the longer it is: known words are cut out
# of it. What is left out costs most, unless it is a word that only joins others.
WHOLE, EDGE, FREQUENT_IN_TITLES, INSIDE = 1.0, 1.1, 1.2, 1.3
LAST_CHARACTER, UNKNOWN, LEFT_OUT, JOINING_LEFT_OUT = 1.5, 1.9, 3.25, 0.5
JOINING: Final = frozenset("的和与及呢吗吧")
#: What prices, figures and people do, in one character.
SHORTEST_WORDS: Final = frozenset("涨跌升降增减盈亏赚赔买卖贵热罚")
DEGREES: Final = frozenset("大暴猛狂微小略再又")  # of these, which may be left out: 大跌
BARE: Final = re.compile(f"[{SINGLE}](?<![{''.join(sorted(JOINING))}])")
UNKNOWN_ATOM: Final = 1.3  # for each atom of an unknown piece from the second
OFTEN: Final = 2  # times in titles
AMOUNTS: Final = frozenset("亿万千百元")
UNITS: Final = AMOUNTS | frozenset("天日号月年周季时分秒个美港股吨手倍点度只家次位名")


@dataclass(frozen=True)
class Lexicon:
    """What the archive calls things: normalised `names`, and `titles` that may have the words of a
    text, one on each line. No cut goes through a name that `is_kept_whole`; only what an exchange
    adds to it may be parted from it."""

    names: str
    titles: str
    is_kept_whole: Callable[[str], bool] = lambda name: False
    costs: dict[str, float | None] = field(default_factory=dict)

    @cached_property
    def lines(self) -> str:
        return "\n".join(["", self.names, *FREQUENT, *UBIQUITOUS, ""])

    def has(self, piece: str) -> bool:
        """Whether `piece` is likely a word."""
        cost = self.cost(piece)
        return cost is not None and cost < UNKNOWN

    def is_name(self, piece: str) -> bool:
        """Whether `piece` is a name or a frequent word, or one begins or ends with it."""
        cost = self.cost(piece)
        return cost is not None and cost <= EDGE

    def cost(self, piece: str) -> float | None:
        """What it costs to take `piece` for a word; None if neither a name nor a title has it."""
        if piece not in self.costs:
            self.costs[piece] = self.read_cost(piece)
        return self.costs[piece]

    def read_cost(self, piece: str) -> float | None:
        if piece in self.lines:
            begins, ends = f"\n{piece}" in self.lines, f"{piece}\n" in self.lines
            if begins and ends and f"\n{piece}\n" in self.lines:
                return WHOLE
            if (begins or ends) and not joins(piece):
                return EDGE
        if self.is_kept_whole(piece):
            return EDGE
        count = self.titles.count(piece)
        if joins(piece) and (count or piece in self.lines):
            return UNKNOWN
        if count >= OFTEN:
            return FREQUENT_IN_TITLES
        return INSIDE if count or piece in self.lines else None


def joins(piece: str) -> bool:
    """Whether a piece begins or ends with what only joins words."""
    return not JOINING.isdisjoint((piece[0], piece[-1]))


class Piece(NamedTuple):
    """`text[start:end]` of a text that is cut."""

    start: int
    end: int
    cost: float


class Cut(NamedTuple):
    """A way to cut a text, and how unlikely it is: the last piece, and the cut of what is before
    it; how many characters and words are left out, of those that do not only join others, and
    which was left out after the last piece."""

    cost: float = 0
    shortness: int = 0  # of cuts that cost the same, the one with the longest pieces is likeliest
    before: "Cut | None" = None
    last: Piece | None = None
    left_out: int = 0
    dropped: str = ""

    def followed_by(self, piece: Piece) -> "Cut":
        length = piece.end - piece.start
        shortness = self.shortness - length**2
        return Cut(self.cost + piece.cost, shortness, self, piece, self.left_out)

    def without(self, atom: str, *, is_mark: bool) -> "Cut":
        if atom in JOINING:
            return self._replace(cost=self.cost + JOINING_LEFT_OUT, dropped="")
        dropped = "" if is_mark else atom
        return self._replace(cost=self.cost + LEFT_OUT, left_out=self.left_out + 1, dropped=dropped)

    def without_degree(self) -> "Cut":
        return self._replace(cost=self.cost + JOINING_LEFT_OUT, left_out=self.left_out + 1)

    @property
    def pieces(self) -> list[Piece]:
        before = self.before.pieces if self.before else []
        return [*before, self.last] if self.last else before


def words(text: str) -> list[str]:
    """The shortest words that a normalised text may be made of, in order: every pair of neighbours,
    and what no cut goes through."""
    atoms = list(ATOM.finditer(text))
    pairs = [
        f"{one[0][-1]}{other[0][0]}" for one, other in pairwise(atoms) if one.end() == other.start()
    ]
    return [*pairs, *(atom[0] for atom in atoms if len(atom[0]) > 1)]


def cuts(text: str, lexicon: Lexicon, most: int, *, is_strict: bool = False) -> list[Cut]:
    """Up to `most` ways to cut a normalised text, one of which may be not to cut it. The likeliest
    come first: those with the fewest pieces, among these the surest, among these the longest. Only
    single characters are left out; if `is_strict`, everything that the lexicon does not have.
    A word that it has is never left out, nor cut short, and one of its names is not cut.
    Empty if the text is all signs, or all ASCII.
    """
    if text.isascii():
        return []
    atoms = list(ATOM.finditer(text))
    if not atoms:
        return []
    inside, marks = names_in(text, atoms, lexicon)
    best: list[list[Cut]] = [[Cut()], *([] for _ in atoms)]
    for first, atom in enumerate(atoms):
        best[first] = likeliest(best[first], most)
        is_mark = first in marks
        if len(atom[0]) > 1 and (lexicon.has(atom[0]) or not is_strict) and not is_mark:
            pieces = [(first + 1, Piece(*atom.span(), WHOLE))]
        else:
            pieces = []
            without = [
                cut.without(atom[0], is_mark=is_mark)
                for cut in best[first]
                if (is_mark and is_strict)
                or (not is_mark and may_be_left_out(atom, text, cut, lexicon, is_strict=is_strict))
            ]
            best[first + 1] += without if inside.isdisjoint(atom.span()) else []
            if first == len(atoms) - 1 and not is_strict and atom[0] in SHORTEST_WORDS:
                last = Piece(*atom.span(), LAST_CHARACTER)
                best[-1] += [
                    cut.followed_by(last)
                    for cut in best[first]
                    if touches(cut, last.start)
                    and may_be_left_out(atom, text, cut, lexicon, is_strict=is_strict)
                ]
                if first and (degree := atoms[first - 1])[0] in DEGREES:
                    best[-1] += [
                        cut.without_degree().followed_by(last)
                        for cut in best[first - 1]
                        if touches(cut, degree.start())
                    ]
        pieces += pieces_from(text, atoms, first, lexicon)
        for end, piece in pieces:
            is_sure = piece.cost < UNKNOWN or not is_strict
            if is_sure and inside.isdisjoint((piece.start, piece.end)):
                best[end] += [
                    cut.followed_by(piece)
                    for cut in best[first]
                    if not (cut.last and parts_amount(text, cut.last, piece))
                    and not (
                        cut.dropped and crosses(cut.dropped, text[piece.start : piece.end], lexicon)
                    )
                ]
    size = sum(1 + bool(re.fullmatch(DAY, atom[0])) for atom in atoms)
    cost = lexicon.cost(text) if len(text) <= LONGEST else None
    whole = Cut().followed_by(Piece(0, len(text), cost or UNKNOWN))
    if cost == WHOLE:
        return [whole]
    found = [
        cut
        for cut in best[-1]
        if is_likely(cut, text, size) and cut.pieces[0][:2] != (0, len(text))
    ]
    if len(text) == len(atoms) == 2 and text[1] in SHORTEST_WORDS:
        singles = Cut().followed_by(Piece(0, 1, LAST_CHARACTER))
        found.append(singles.followed_by(Piece(1, 2, LAST_CHARACTER)))
    return likeliest([whole, *found], most)


def names_in(
    text: str, atoms: Sequence[re.Match[str]], lexicon: Lexicon
) -> tuple[set[int], set[int]]:
    """The places of a text within names that are kept whole, of which the first and longest
    counts; and the numbers of the atoms that an exchange adds to these: ST, -U. A place beside one
    of those is not within the name."""
    inside: set[int] = set()
    marks: set[int] = set()
    end = 0
    for first, atom in enumerate(atoms):
        start = atom.start()
        ends = range(first + 1, min(first + LONGEST, len(atoms))) if start >= end else range(0)
        kept = (n for n in reversed(ends) if lexicon.is_kept_whole(text[start : atoms[n].end()]))
        if last := next(kept, 0):
            end = atoms[last].end()
            inside |= {*range(start + 1, end)}
            prefix = PREFIX.match(text, start)
            if prefix and prefix.end() == atom.end():
                inside.remove(atom.end())
                marks.add(first)
            if MARK_AFTER.fullmatch(atoms[last][0]):
                inside.remove(atoms[last].start())
                marks.add(last)
    return inside, marks


def parts_amount(text: str, before: Piece, piece: Piece) -> bool:
    """Whether a piece begins with the unit of the figure before it: 亿元 of 3.5亿元, 年一季度 of
    2022年一季度, but not 年报 of 2022年报, which is a word."""
    is_beside = before.end == piece.start and text[piece.start - 1].isdecimal()
    first = text[piece.start]
    return is_beside and (first in AMOUNTS or (first in UNITS and piece.cost > EDGE))


def crosses(dropped: str, following: str, lexicon: Lexicon) -> bool:
    """Whether what was left out is a part of a word with what follows it, or with its beginning; or
    is the figure of a unit, which says nothing alone: 7 of 天内."""
    if dropped[-1].isdecimal() and following[0] in UNITS:
        return True
    return lexicon.has(dropped + following) or lexicon.is_name(dropped + following[0])


def may_be_left_out(
    atom: re.Match[str], text: str, cut: Cut, lexicon: Lexicon, *, is_strict: bool
) -> bool:
    """Whether a cut may go on without an atom: if that makes no word with what is before it."""
    if atom[0] in JOINING:
        return True
    if cut.dropped:
        return is_strict and not lexicon.has(cut.dropped + atom[0])
    if cut.last is None or cut.last.end < atom.start():
        return True
    if re.fullmatch(DAY, text[cut.last.start : cut.last.end]):
        return True
    return not (
        (atom[0] in UNITS and text[atom.start() - 1].isdecimal())
        or lexicon.has(text[cut.last.start : atom.end()])
        or lexicon.is_name(text[cut.last.end - 1 : atom.end()])
    )


def touches(cut: Cut, place: int) -> bool:
    """Whether the last piece of a cut ends at a place of the text, with nothing left out there."""
    return cut.last is not None and cut.last.end == place


def is_likely(cut: Cut, text: str, size: int) -> bool:
    """Whether a cut of a text of so many atoms, a day being two, may be what was meant. More than
    half must be left; and if that is a single piece that touches characters that were left out, it
    must be a whole name."""
    if not cut.left_out or cut.last is None:
        return cut.last is not None
    piece = cut.last
    around = text[max(0, piece.start - 1) : piece.start] + text[piece.end : piece.end + 1]
    is_sure = len(cut.pieces) > 1 or piece.cost == WHOLE or not BARE.search(around)
    return is_sure and 2 * cut.left_out < size


def pieces_from(
    text: str, atoms: Sequence[re.Match[str]], first: int, lexicon: Lexicon
) -> Iterator[tuple[int, Piece]]:
    """The pieces of several atoms that begin with the atom `first`, each with the number of the
    atom after it."""
    start = atoms[first].start()
    is_known = True
    for last in range(first + 1, min(first + LONGEST, len(atoms))):
        if atoms[last - 1].end() < atoms[last].start():
            return
        end = atoms[last].end()
        cost = lexicon.cost(text[start:end]) if is_known else None
        is_known = cost is not None
        if cost is None and last - first < LONGEST_UNKNOWN:
            cost = UNKNOWN + UNKNOWN_ATOM * (last - first)
        if cost is None:
            return
        yield last + 1, Piece(start, end, cost)


def likeliest(found: Iterable[Cut], most: int) -> list[Cut]:
    return sorted(found, key=itemgetter(0, 1))[:most]
