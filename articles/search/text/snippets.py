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


def best_passage(text: str, words: Sequence[str]) -> list[Piece]:
    """The `LENGTH` or so characters of `text` with the most of the words; of equally good passages
    the one with the most matches, then the first. Empty if nothing matches."""
    text = text[:MAX_SEARCHED]
    spans = find(text, words)
    if not spans:
        return []
    start = beginning(text, best_start(spans))
    end = min(len(text), start + LENGTH)
    end = max([end, *(span.end for span in spans if start <= span.start < end)])
    return [
        *([Piece("…", False)] if start > 0 else []),
        *pieces(text, spans, start, end),
        *([Piece("…", False)] if end < len(text) else []),
    ]


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


def best_start(spans: Sequence[Span]) -> int:
    starts = [span.start for span in spans]

    def worth(first: int) -> tuple[int, int, int]:
        limit = bisect_left(starts, spans[first].start + LENGTH - LEAD_IN)
        within = [span for span in spans[first:limit] if span.end <= spans[first].start + LENGTH]
        return len({span.word for span in within}), len(within), -first

    return spans[max(range(min(len(spans), 500)), key=worth)].start


def beginning(text: str, match: int) -> int:
    """Where a passage that shows the match at `match` begins: with the sentence of the match, if
    that begins nearby."""
    if match <= LEAD_IN:
        return 0
    ends = [found.end() for found in SENTENCE.finditer(text, max(0, match - 2 * LEAD_IN), match)]
    return ends[-1] if ends else match - LEAD_IN


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
