"""What differs between two texts, line by line and within lines: a body is one line of thousands of
characters, of which three may have changed."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

CONTEXT = 3  # lines around a change
AROUND = 40  # characters kept around a change within a line
MOST_LINES = 5_000  # that are compared
MOST_TOKENS = 1_500  # of a changed passage, beyond which it is taken to be new altogether
ALIKE = 0.3  # of a passage's tokens are the same, or it is shown as new altogether

TOKEN = re.compile(r"<[^<>]*>|[A-Za-z0-9]+|\s+|.")  # a mark of HTML, a word, a Chinese character


class Part(NamedTuple):
    text: str
    is_changed: bool


class Line(NamedTuple):
    """A line of the older text, the newer or both, with its numbers there; or a gap between."""

    kind: Literal["same", "removed", "added", "gap"]
    old: int | None = None
    new: int | None = None
    parts: tuple[Part, ...] = ()


def difference(old: str, new: str) -> list[Line]:
    """The lines that differ, those around them, and a gap for each run of lines left out. Empty
    when the texts are the same. Lines beyond `MOST_LINES` are not looked at."""
    older, newer = old.splitlines()[:MOST_LINES], new.splitlines()[:MOST_LINES]
    lines: list[Line] = []
    groups = SequenceMatcher(None, older, newer, autojunk=False).get_grouped_opcodes(CONTEXT)
    for number, group in enumerate(groups):
        if number or group[0][1] or group[0][3]:
            lines.append(Line("gap"))
        for kind, a, a_end, b, b_end in group:
            if kind == "equal":
                lines += (
                    Line("same", a + i + 1, b + i + 1, (Part(text, is_changed=False),))
                    for i, text in enumerate(older[a:a_end])
                )
            else:
                lines += changed_lines(older[a:a_end], newer[b:b_end], a + 1, b + 1)
    return lines


def changed_lines(older: list[str], newer: list[str], old: int, new: int) -> Iterator[Line]:
    """Lines that took the place of others, each behind the one that it took the place of."""
    for i in range(max(len(older), len(newer))):
        if i < len(older) and i < len(newer):
            before, after = within(older[i], newer[i])
        else:
            before, after = ((Part(side[i], is_changed=True),) if i < len(side) else ()
                             for side in (older, newer))  # fmt: skip
        if i < len(older):
            yield Line("removed", old + i, None, before)
        if i < len(newer):
            yield Line("added", None, new + i, after)


def within(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The parts of a line before and after, with what is the same for long left out."""
    older, newer = TOKEN.findall(old), TOKEN.findall(new)
    start = common(older, newer)
    end = common(older[start:][::-1], newer[start:][::-1])
    middle = older[start : len(older) - end], newer[start : len(newer) - end]
    head, tail = "".join(older[:start]), "".join(older[len(older) - end :])
    parts: tuple[list[Part], list[Part]] = ([Part(head, False)], [Part(head, False)])
    for is_changed, *texts in passages(*middle):
        for side, text in zip(parts, texts, strict=True):
            side.append(Part(text, is_changed))
    for side in parts:
        side.append(Part(tail, False))
    return shortened(parts[0]), shortened(parts[1])


def common(older: list[str], newer: list[str]) -> int:
    """How many tokens both begin with."""
    pairs = enumerate(zip(older, newer, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(older), len(newer)))


def passages(older: list[str], newer: list[str]) -> Iterator[tuple[bool, str, str]]:
    """Whether they differ, and the texts, of passage after passage."""
    found: Sequence[tuple[str, int, int, int, int]] = [("replace", 0, len(older), 0, len(newer))]
    if max(len(older), len(newer)) <= MOST_TOKENS:
        matcher = SequenceMatcher(None, older, newer, autojunk=False)
        found = matcher.get_opcodes() if matcher.ratio() >= ALIKE else found
    for kind, a, a_end, b, b_end in found:
        yield kind != "equal", "".join(older[a:a_end]), "".join(newer[b:b_end])


def shortened(parts: list[Part]) -> tuple[Part, ...]:
    """`parts` without empty ones, and without the middle of long ones that are the same."""
    kept = []
    last = len(parts) - 1
    for i, (text, is_changed) in enumerate(parts):
        if not is_changed and len(text) > 3 * AROUND:
            text = (text[:AROUND] if i else "") + " … " + (text[-AROUND:] if i < last else "")
        if text:
            kept.append(Part(text, is_changed))
    return tuple(kept)
