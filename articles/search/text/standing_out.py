"""Words that the titles of some days have more often than those of the days before, found without a
dictionary.

A word is any run of letters that several stories have in their titles. Most runs are no words: they
are parts of a longer one, or go across the edge of two. Those are known by a longer or a rarer word
that the same stories have.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log
from typing import Final, NamedTuple

import numpy as np

from .normalise import encode

LEAST: Final = 3  # stories that have a word
RAREST: Final = 500  # of so many stories, one has a word that is looked at
LIFT: Final = 3  # times as often as usual, at least
#: How unlikely chance must make it: once in ten thousand. The upper end of the distribution of
#: chi-square with one degree of freedom, which a likelihood ratio has.
SURE: Final = 15.1
LONGEST: Final = 12  # characters and words in Latin letters
SAME: Final = 0.8  # of its stories, in which a word is part of a longer one, or beside another
SHARED: Final = 0.5  # of its stories, in which it tells no more than a word that overlaps it
BUCKETS: Final = 20  # bits of a hash, at most
HASHED: Final = 4  # characters: hardly any text has all runs of four of a word, and not the word

#: A Chinese character, or a word in other letters. Figures are none: dates and prices are always
#: new.
UNIT: Final = re.compile(r"(?<![a-z0-9])[0-9]*[a-z][a-z0-9]*|[^\W\d_a-z]")

Stories = set[int]


class Before(NamedTuple):
    """The first titles of stories of some days, normalised, a line each; how many lines those are;
    and which part of them is of the same days of the week, where days are compared."""

    titles: str
    stories: int
    alike: str = ""
    stories_alike: int = 0


class Rise(NamedTuple):
    """A word or term, the stories that have it, how many have it usually, and how sure it is that
    this is more: a likelihood ratio, doubled."""

    word: str
    stories: Stories
    usual: float
    sure: float


def standing_out(titles: Sequence[tuple[int, str]], before: Before, most: int) -> list[Rise]:
    """The `most` words that stand out in these titles, the surest first. Each title, normalised,
    has the number of its story: a story counts once."""
    told = len({story for story, _ in titles})
    words = whole_words(repeated(titles, max(LEAST, told // RAREST)))
    by_hash = Usual(before.titles)
    found = []
    for word, stories in words.items():
        if risen(len(stories), told, by_hash.at_most(word), before.stories) is None:
            continue
        lines = lines_with(word, before.titles)
        if (rise := risen(len(stories), told, lines, before.stories)) is None:
            continue
        usual, sure = rise
        if before.stories_alike:
            alike = lines_with(word, before.alike)
            usual = max(usual, expected(told, alike, before.stories_alike))
        if len(stories) >= LIFT * usual:
            found.append(Rise(word, stories, usual, sure))
    found.sort(key=lambda one: (-one.sure, -len(one.word), one.word))
    return distinct(found, most)


def risen(stories: int, of: int, before: int, of_before: int) -> tuple[float, float] | None:
    """How many stories usually have what `stories` of some have that `before` had it, and how sure
    it is that this is more. None unless it is much more, and surely so.

    T. Dunning, Accurate Methods for the Statistics of Surprise and Coincidence (1993).
    """
    usual = expected(of, before, of_before)
    if stories < max(LEAST, LIFT * usual):
        return None
    share = (stories + before) / (of + of_before)
    parts = [(stories, of * share), (before, of_before * share)]
    sure = 2 * sum(number * log(number / mean) for number, mean in parts if number)
    return (usual, sure) if sure >= SURE else None


def expected(of: int, before: int, of_before: int) -> float:
    """How many of some stories would have what so many of those before had."""
    return of * before / of_before if of_before else 0.0


def runs_of(title: str) -> Iterator[tuple[str, list[int]]]:
    """The runs of units that nothing separates: each with the places where its units begin, and the
    one where the last ends."""
    bounds: list[int] = []
    for match in UNIT.finditer(title):
        if bounds and match.start() != bounds[-1]:
            yield title, bounds
            bounds = []
        bounds = bounds or [match.start()]
        bounds.append(match.end())
    if bounds:
        yield title, bounds


def repeated(titles: Iterable[tuple[int, str]], least: int) -> dict[str, Stories]:
    """The runs of two characters or more that at least so many stories have, and which stories
    those are. A longer run is only looked for where the shorter one that it begins with is one."""
    found: dict[str, Stories] = {}
    places = [
        (story, title, bounds, at)
        for story, text in dict.fromkeys(titles)  # copies mostly have the same title
        for title, bounds in runs_of(text)
        for at in range(len(bounds) - 1)
    ]
    for length in range(1, LONGEST + 1):
        having: dict[str, Stories] = defaultdict(set)
        longer = []
        for place in places:
            story, title, bounds, at = place
            if at + length < len(bounds):
                part = title[bounds[at] : bounds[at + length]]
                having[part].add(story)
                longer.append((place, part))
        common = {part: stories for part, stories in having.items() if len(stories) >= least}
        places = [place for place, part in longer if part in common]
        found |= {part: stories for part, stories in common.items() if len(part) > 1}
    return found


def whole_words(words: Mapping[str, Stories]) -> dict[str, Stories]:
    """Those that are not nearly always part of one that is a character longer."""
    most: Counter[str] = Counter()
    for word, stories in words.items():
        for part in (word[1:], word[:-1]):
            most[part] = max(most[part], len(stories))
    return {word: stories for word, stories in words.items() if most[word] < SAME * len(stories)}


def distinct(found: Iterable[Rise], most: int) -> list[Rise]:
    """The first `most`, without those that have nearly the same stories as an earlier one, or that
    overlap one and have most of their stories with it."""
    kept: list[Rise] = []
    for one in found:
        if not any(
            len(one.stories & other.stories)
            >= (SHARED if overlap(one.word, other.word) else SAME) * len(one.stories)
            for other in kept
        ):
            kept.append(one)
            if len(kept) == most:
                break
    return kept


def overlap(one: str, other: str) -> bool:
    """Whether one is in the other, or begins as the other ends."""
    if one in other or other in one:
        return True
    return any(
        one.startswith(other[-length:]) or other.startswith(one[-length:])
        for length in range(1, min(len(one), len(other)))
    )


def lines_with(word: str, lines: str) -> int:
    """How many lines contain a word; if it begins or ends with a Latin letter or digit, not as part
    of another."""
    found, place = 0, lines.find(word)
    while place >= 0:
        end = place + len(word)
        if joins(lines[place - 1 : place], word[0]) or joins(word[-1], lines[end : end + 1]):
            place = lines.find(word, place + 1)
            continue
        found += 1
        line = lines.find("\n", end)
        place = lines.find(word, line) if line >= 0 else -1
    return found


def joins(one: str, other: str) -> bool:
    return bool(one and other) and (one + other).isascii() and (one + other).isalnum()


class Usual:
    """How often a text has any run of two or more characters, at most: the rarest of its runs of
    `HASHED`, of which those whose hashes are equal are counted together. Counting thousands of
    words one by one takes a hundred times as long."""

    def __init__(self, text: str) -> None:
        self.units = np.frombuffer(encode(text), "<u2").astype(np.uint32)
        #: So many that most are empty: to count into more takes longer.
        self.bits = min(BUCKETS, len(self.units).bit_length() + 2)
        self.counts: dict[int, np.ndarray[tuple[int], np.dtype[np.intp]]] = {}

    def at_most(self, word: str) -> int:
        units = np.frombuffer(encode(word), "<u2").astype(np.uint32)
        length = min(len(units), HASHED)
        if length > len(self.units):
            return 0
        if length not in self.counts:
            hashed = hashes(self.units, length, self.bits)
            self.counts[length] = np.bincount(hashed, minlength=1 << self.bits)
        return int(self.counts[length][hashes(units, length, self.bits)].min())


def hashes(
    units: "np.ndarray[tuple[int], np.dtype[np.uint32]]", length: int, bits: int
) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    """The hash of each run of so many units, of so many bits."""
    last = len(units) - length + 1
    hashed: np.ndarray[tuple[int], np.dtype[np.uint32]] = units[:last].copy()
    for place in range(1, length):
        hashed *= np.uint32(0x9E37_79B1)  # Fibonacci hashing
        hashed += units[place : place + last]
    hashed *= np.uint32(0x9E37_79B1)
    return hashed >> np.uint32(32 - bits)
