"""Text and words → the text in pieces, those that match marked: what a result shows.

Words are normalised, as `query.Query.words` gives them. What comes out is the original text, and
plain: whoever shows it escapes it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

from .normalise import normalise_aligned

LENGTH: Final = 110  # characters of a passage
LEAD: Final = 24  # characters before the first match, at most, if no sentence begins there
LONGEST: Final = 200_000  # characters of a text that are looked at
SENTENCE = re.compile(r"[。！？!?；;\n]\s*")


class Piece(NamedTuple):
    text: str
    is_match: bool


class Span(NamedTuple):
    start: int
    end: int
    word: int  # its place among the words


def mark(text: str, words: Sequence[str]) -> list[Piece]:
    """The whole of `text`."""
    return pieces(text, find(text, words), 0, len(text))


def best_passage(text: str, words: Sequence[str]) -> list[Piece]:
    """About `LENGTH` characters of `text`, where the most words stand close together; of equally
    good passages the one with the most matches, then the first. Empty if there is no match."""
    text = text[:LONGEST]
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
    """Where in `text` words stand, in order; they may overlap."""
    normalised, places = normalise_aligned(text)
    spans = []
    for number, word in enumerate(words):
        start = normalised.find(word) if word else -1
        while start >= 0:
            end = start + len(word)
            spans.append(
                Span(start, end, number)
                if places is None
                else Span(places[start], after(places, end), number)
            )
            start = normalised.find(word, end)
    return sorted(spans)


def after(places: list[int], end: int) -> int:
    """Where in the original the character ends that comes before `end` of the normalised."""
    last = places[end - 1]
    while places[end] == last:
        end += 1
    return places[end]


def best_start(spans: Sequence[Span]) -> int:
    starts = [span.start for span in spans]

    def worth(first: int) -> tuple[int, int, int]:
        behind = bisect_left(starts, spans[first].start + LENGTH - LEAD)
        within = [span for span in spans[first:behind] if span.end <= spans[first].start + LENGTH]
        return len({span.word for span in within}), len(within), -first

    return spans[max(range(min(len(spans), 500)), key=worth)].start


def beginning(text: str, match: int) -> int:
    """Where a passage begins that shows the match at `match`: with its sentence, if that is
    near."""
    if match <= LEAD:
        return 0
    ends = [
        found.end()
        for found in SENTENCE.finditer(text, match - 2 * LEAD if match > 2 * LEAD else 0, match)
    ]
    return ends[-1] if ends else match - LEAD


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
