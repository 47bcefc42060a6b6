"""Text and words → pieces of the text, which match a word or do not: what a result shows.

Words are normalised, as `query.Query.words` gives them. The pieces are of the original text and
not escaped.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

from .normalise import normalise_aligned

LENGTH: Final = 110  # characters of a passage
MOST_PARTS: Final = 4  # of a passage
LEAD_IN: Final = 24  # characters before the first match, if no sentence begins nearby
MAX_SEARCHED: Final = 200_000  # characters of a text that are searched
SENTENCE = re.compile(r"[。！？!?；;\n]\s*")


class Piece(NamedTuple):
    text: str
    is_match: bool


class Span(NamedTuple):
    start: int
    end: int
    word: int  # its number among the words


def highlight(text: str, words: Sequence[str]) -> list[Piece]:
    """The whole of `text`."""
    return pieces(text, find(text, words), 0, len(text))


def best_passage(text: str, words: Sequence[str], title: str = "") -> list[Piece]:
    """The `LENGTH` or so characters of `text` with the most of the words that its title lacks, or
    of all if it has no such word; of equally good passages the one with the most matches, then the
    first. Where these words are far apart, up to `MOST_PARTS` shorter parts. Empty if nothing
    matches."""
    text = text[:MAX_SEARCHED]
    spans = find(text, words)
    if not spans:
        return []
    every = {span.word for span in spans}
    sought = every - {span.word for span in find(title, words)} or every
    for number in range(1, MOST_PARTS + 1):
        parts, unseen = parts_with(text, spans, sought, number)
        if not unseen:
            break
    found: list[Piece] = []
    position = 0
    for start, end in sorted(parts):
        if start > position:
            found.append(Piece("…", False))
        found += pieces(text, spans, max(start, position), end)
        position = max(position, end)
    return [*found, Piece("…", False)] if position < len(text) else found


def parts_with(
    text: str, spans: Sequence[Span], words: set[int], number: int
) -> tuple[list[tuple[int, int]], set[int]]:
    """Where up to so many parts of a passage are, each the best for those of the words that none
    before it has; and the words that none has."""
    size, unseen = LENGTH // number, words
    parts: list[tuple[int, int]] = []
    while unseen and len(parts) < number:
        match = best_start([span for span in spans if span.word in unseen], size)
        start = beginning(text, match, LEAD_IN // number)
        end = min(len(text), start + size)
        end = max([end, *(span.end for span in spans if start <= span.start < end)])
        parts.append((start, end))
        unseen = unseen - {span.word for span in spans if start <= span.start and span.end <= end}
    return parts, unseen


def find(text: str, words: Sequence[str]) -> list[Span]:
    """Where words occur in `text`, in order. Spans of different words may overlap."""
    normalised, origins = normalise_aligned(text)
    spans = []
    for number, word in enumerate(words):
        start = normalised.find(word) if word else -1
        while start >= 0:
            end = start + len(word)
            spans.append(
                Span(start, end, number)
                if origins is None
                else Span(int(origins.starts[start]), int(origins.ends[end - 1]), number)
            )
            start = normalised.find(word, end)
    return sorted(spans)


def best_start(spans: Sequence[Span], size: int) -> int:
    """Where the first match of the best `size` characters begins."""
    starts = [span.start for span in spans]
    lead_in = LEAD_IN * size // LENGTH

    def worth(first: int) -> tuple[int, int, int]:
        limit = bisect_left(starts, spans[first].start + size - lead_in)
        within = [span for span in spans[first:limit] if span.end <= spans[first].start + size]
        return len({span.word for span in within}), len(within), -first

    return spans[max(range(min(len(spans), 500)), key=worth)].start


def beginning(text: str, match: int, lead_in: int) -> int:
    """Where a passage that shows the match at `match` begins: with the sentence of the match, if
    that begins nearby."""
    if match <= lead_in:
        return 0
    ends = [found.end() for found in SENTENCE.finditer(text, max(0, match - 2 * lead_in), match)]
    return ends[-1] if ends else match - lead_in


def pieces(text: str, spans: Sequence[Span], start: int, end: int) -> list[Piece]:
    """`text[start:end]`, in pieces that match and pieces that do not."""
    found: list[Piece] = []
    position = start
    for span in spans:
        if span.start >= end or span.end <= position or span.start < start:
            continue
        if span.start > position:
            found.append(Piece(text[position : span.start], False))
        first = max(span.start, position)
        if found and found[-1].is_match and first == position:
            found[-1] = Piece(found[-1].text + text[first : span.end], True)
        else:
            found.append(Piece(text[first : span.end], True))
        position = span.end
    if position < end:
        found.append(Piece(text[position:end], False))
    return found
