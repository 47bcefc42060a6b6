"""Two versions of a text → what was taken out of it and what was put in, as people read it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Kind = Literal["same", "old", "new", "gap"]

# Where lines of HTML, which is one long line, may end: before a block.
BLOCK: Final = re.compile(r"(?<=>)(?=<(?:p|h[1-6]|figure|table|tr|ul|ol|li|blockquote|hr|pre)[ >])")
SENTENCE: Final = re.compile(r"(?<=[。！？；\n])")
CONTEXT: Final = 60  # characters that are shown on both sides of a change
CLOSE: Final = 250_000  # of two passages, the product of lengths up to which letters are compared
SHORT: Final = 2  # letters: that few in common between two changes only confuse


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both versions have, or one of them; a gap stands for a long one
    that both have."""

    kind: Kind
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Both texts in one, in pieces: sentence by sentence, and letter by letter within those that
    changed. Nothing but a gap where they are the same."""
    return list(shortened(joined(by_sentence(sentences(old), sentences(new)))))


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCE.split(BLOCK.sub("\n", text)) if part]


def by_sentence(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        before, after = "".join(old[start:end]), "".join(new[new_start:new_end])
        if kind == "equal":
            yield Piece("same", before)
        elif before and after and len(before) * len(after) <= CLOSE:
            yield from by_letter(before, after)
        else:
            yield from replaced(before, after)


def by_letter(old: str, new: str) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    at, new_at = 0, 0
    *blocks, end = matcher.get_matching_blocks()
    for start, new_start, size in [*(block for block in blocks if block.size > SHORT), end]:
        yield from replaced(old[at:start], new[new_at:new_start])
        yield Piece("same", old[start : start + size])
        at, new_at = start + size, new_start + size


def replaced(old: str, new: str) -> Iterator[Piece]:
    yield Piece("old", old)
    yield Piece("new", new)


def joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Without the empty ones, and neighbours of one kind made one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and piece.kind == found[-1].kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found


def shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(pieces):
        before = CONTEXT if number else 0
        after = CONTEXT if number < len(pieces) - 1 else 0
        if piece.kind != "same" or len(piece.text) <= before + after + CONTEXT:
            yield piece
            continue
        if before:
            yield Piece("same", piece.text[:before])
        yield Piece("gap", piece.text[before : len(piece.text) - after])
        if after:
            yield Piece("same", piece.text[-after:])
