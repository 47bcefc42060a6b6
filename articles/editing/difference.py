"""What differs between two texts, line by line and within lines: a body is one line of thousands of
characters, and three of them may have changed.

The shortest edit is found by Myers's algorithm ("An O(ND) Difference Algorithm and Its Variations",
1986), which is fast when little differs. When much does, the comparison is given up after an effort
proportional to the length of the texts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

CONTEXT_LINES = 3  # lines around a change
AROUND = 40  # characters kept around a change within a line
MOST_LINES = 2_000  # shown
MOST_EDITS = 500  # lines, or tokens of a line, removed or added
# The effort limit of a comparison is STEPS + STEPS_PER_CHARACTER × the length of both texts.
STEPS = 100_000
STEPS_PER_CHARACTER = 4
LEAST_KEPT = 0.3  # share of a passage's tokens that are the same: below, all is shown as new

TOKEN = re.compile(r"<[^<>]*+>|[A-Za-z0-9]+|\s+|.")  # an HTML tag, a word, a Chinese character


class TooDifferentError(Exception):
    """Two texts differ so much that finding the differences would take too long."""


class Part(NamedTuple):
    text: str
    is_changed: bool


class Line(NamedTuple):
    """A line of the older text, of the newer or of both, with its number in each, from one; or a
    gap between lines; or the last line, if the rest is too different to compare."""

    kind: Literal["same", "removed", "added", "gap", "too different"]
    old: int | None = None
    new: int | None = None
    parts: tuple[Part, ...] = ()


class Passage(NamedTuple):
    """A part of two sequences, from `old` to `old_end` and from `new` to `new_end`."""

    is_changed: bool
    old: int
    old_end: int
    new: int
    new_end: int


def difference(old: str, new: str) -> list[Line]:
    """The lines that differ, those around them, and a gap for each run of lines left out: none if
    the texts are the same, and `MOST_LINES` at most."""
    comparison = Comparison(STEPS + STEPS_PER_CHARACTER * (len(old) + len(new)))
    older, newer = old.splitlines(), new.splitlines()
    try:
        found = comparison.passages(older, newer)
    except TooDifferentError:
        return [Line("too different")]
    lines: list[Line] = []
    for number, passage in enumerate(found):
        if passage.is_changed:
            lines += changed_lines(comparison, older, newer, passage)
        else:
            is_last = number == len(found) - 1
            lines += same_lines(older, passage, is_first=number == 0, is_last=is_last)
        if len(lines) > MOST_LINES:
            return [*lines[:MOST_LINES], Line("too different")]
    return lines


def same_lines(
    older: list[str], passage: Passage, *, is_first: bool, is_last: bool
) -> Iterator[Line]:
    """Those lines of an unchanged passage that are near a change."""
    length = passage.old_end - passage.old
    after = 0 if is_first else min(CONTEXT_LINES, length)
    before = 0 if is_last else min(CONTEXT_LINES, length - after)
    for i in (*range(after), *range(length - before, length)):
        if i == length - before and after + before < length:
            yield Line("gap")
        old, new = passage.old + i, passage.new + i
        yield Line("same", old + 1, new + 1, (Part(older[old], is_changed=False),))


def changed_lines(
    comparison: "Comparison", older: list[str], newer: list[str], passage: Passage
) -> Iterator[Line]:
    """The lines of a changed passage, each new one after the old one that it replaces."""
    for i in range(max(passage.old_end - passage.old, passage.new_end - passage.new)):
        a, b = passage.old + i, passage.new + i
        is_old, is_new = a < passage.old_end, b < passage.new_end
        if is_old and is_new:
            before, after = within(comparison, older[a], newer[b])
        else:
            before = (Part(older[a], is_changed=True),) if is_old else ()
            after = (Part(newer[b], is_changed=True),) if is_new else ()
        if is_old:
            yield Line("removed", a + 1, None, before)
        if is_new:
            yield Line("added", None, b + 1, after)


def within(
    comparison: "Comparison", old: str, new: str
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The parts of a line before and after the change, without long runs that are the same."""
    older, newer = TOKEN.findall(old), TOKEN.findall(new)
    parts: tuple[list[Part], list[Part]] = ([], [])
    for is_changed, a, a_end, b, b_end in passages_of_line(comparison, older, newer):
        parts[0].append(Part("".join(older[a:a_end]), is_changed))
        parts[1].append(Part("".join(newer[b:b_end]), is_changed))
    return shortened(parts[0]), shortened(parts[1])


def passages_of_line(comparison: "Comparison", older: list[str], newer: list[str]) -> list[Passage]:
    """The passages of a line. If too little between the common beginning and the common end is the
    same, all of that is one changed passage."""
    start, end = ends(older, newer)
    old_end, new_end = len(older) - end, len(newer) - end
    try:
        found = comparison.passages(older, newer)
    except TooDifferentError:
        kept = 0
    else:
        same = sum(p.old_end - p.old for p in found if not p.is_changed)
        kept = 2 * (same - start - end)
    if kept >= LEAST_KEPT * (old_end - start + new_end - start):
        return found
    return [
        Passage(False, 0, start, 0, start),
        Passage(True, start, old_end, start, new_end),
        Passage(False, old_end, len(older), new_end, len(newer)),
    ]


def ends(older: Sequence[str], newer: Sequence[str]) -> tuple[int, int]:
    """How many items are common at the beginning, and how many of the others at the end."""
    most = min(len(older), len(newer))
    start = next((i for i in range(most) if older[i] != newer[i]), most)
    most -= start
    return start, next((i for i in range(most) if older[-1 - i] != newer[-1 - i]), most)


class Comparison:
    """Finds what sequences have in common. Its steps limit the effort of all its calls together."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def passages(self, older: Sequence[str], newer: Sequence[str]) -> list[Passage]:
        """Both sequences as passages that are the same and passages that are not. Empty if all is
        the same. Raises `TooDifferentError`."""
        start, end = ends(older, newer)
        middle = self.pairs(older[start : len(older) - end], newer[start : len(newer) - end])
        runs = [(0, 0, start)]  # of common items: where in each sequence, and how many
        for a, b in middle:
            old, new, length = runs[-1]
            if (a + start, b + start) == (old + length, new + length):
                runs[-1] = old, new, length + 1
            else:
                runs.append((a + start, b + start, 1))
        runs.append((len(older) - end, len(newer) - end, end))
        found = []
        old_done = new_done = 0
        for old, new, length in runs:
            if (old_done, new_done) != (old, new):
                found.append(Passage(True, old_done, old, new_done, new))
            if length:
                found.append(Passage(False, old, old + length, new, new + length))
            old_done, new_done = old + length, new + length
        return found if any(passage.is_changed for passage in found) else []

    def pairs(self, older: Sequence[str], newer: Sequence[str]) -> list[tuple[int, int]]:
        """The places of the common items in the shortest edit."""
        if not older or not newer:
            return []
        furthest = {1: 0}  # progress in `older`, by how far it is ahead of that in `newer`
        past = []
        for edits in range(MOST_EDITS + 1):
            past.append(furthest.copy())
            for ahead in range(
                -edits + 2 * max(0, edits - len(newer)),
                edits - 2 * max(0, edits - len(older)) + 1,
                2,
            ):
                a = first = begins(furthest, ahead)
                b = a - ahead
                while a < len(older) and b < len(newer) and older[a] == newer[b]:
                    a, b = a + 1, b + 1
                self.steps -= 1 + a - first
                if self.steps < 0:
                    raise TooDifferentError
                furthest[ahead] = a
                if a == len(older) and b == len(newer):
                    return way_back(past, a, b)
        raise TooDifferentError


def begins(furthest: dict[int, int], ahead: int) -> int:
    """The progress in the older sequence after one more edit, which adds an item or removes one."""
    return max(furthest.get(ahead + 1, -1), furthest.get(ahead - 1, -1) + 1)


def way_back(past: list[dict[int, int]], a: int, b: int) -> list[tuple[int, int]]:
    """The pairs of common items before `a` and `b`. `past` is the progress before each edit."""
    found = []
    for furthest in reversed(past):
        ahead = a - b
        first = begins(furthest, ahead)
        while a > first:
            a, b = a - 1, b - 1
            found.append((a, b))
        is_added = first == furthest.get(ahead + 1, -1)
        a, b = (a, b - 1) if is_added else (a - 1, b)
    return found[::-1]


def shortened(parts: list[Part]) -> tuple[Part, ...]:
    """`parts` without empty ones, and without the middle of long unchanged ones."""
    kept = []
    last = len(parts) - 1
    for i, (text, is_changed) in enumerate(parts):
        if not is_changed and len(text) > 3 * AROUND:
            text = (text[:AROUND] if i else "") + " … " + (text[-AROUND:] if i < last else "")
        if text:
            kept.append(Part(text, is_changed))
    return tuple(kept)
