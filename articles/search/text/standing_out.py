"""Words that the titles of some days have more often than those of the days before, found without a
dictionary.

A word is any run of letters that several stories have in their titles. Most runs are no words: they
are parts of a longer one, or go across the edge of two. Those are known by a longer or a rarer word
that the same stories have.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import log
from typing import Final, NamedTuple

import numpy as np

from .distinct import are_new, distinct

LEAST: Final = 3  # stories that have a word
RAREST: Final = 500  # of so many stories, one has a word that is looked at
LIFT: Final = 3  # times as often as usual, at least
#: How unlikely chance must make it: once in ten thousand. The upper end of the distribution of
#: chi-square with one degree of freedom, which a likelihood ratio has.
SURE: Final = 15.1
LONGEST: Final = 12  # characters and words in Latin letters
SAME: Final = 0.8  # of its stories, in which a word is part of a longer one, or beside another
SHARED: Final = 0.5  # of its stories or its rise, which a word has from one that overlaps it
FIRST_BITS: Final = 16  # of a hash
HASHED: Final = 4  # characters: hardly any text has all runs of four of a word, and not the word

#: A unit: a Chinese character, or a word in Latin letters, hyphens within it included. Figures are
#: none: dates and prices are always new. One before a word that stands out belongs to it.
ALONE: Final = re.compile(r"[^\W\d_a-z]")
#: What words in Latin letters are made of. A word has a letter, or it would be a figure.
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
DIGITS: Final = "0123456789"
LATIN: Final = {*LETTERS, *DIGITS}

Stories = set[int]
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Marks = np.ndarray[tuple[int], np.dtype[np.bool_]]
Codes = np.ndarray[tuple[int], np.dtype[np.uint32]]
Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]


class Before(NamedTuple):
    """The first titles of stories of some days, normalised, a line each; how many lines those are;
    and which part of them is of the same days of the week, where days are compared."""

    titles: str
    stories: int
    alike: str = ""
    stories_alike: int = 0


class Rise(NamedTuple):
    """A word or term, the stories that have it, how many usually have it, and how sure it is that
    this is more: a likelihood ratio, doubled."""

    word: str
    stories: Stories
    usual: float
    sure: float


def standing_out(titles: Sequence[tuple[int, str]], before: Before, most: int) -> list[Rise]:
    """The `most` words that stand out in these titles, the surest first. Each title, normalised,
    has the number of its story: a story counts once."""
    told = len({story for story, _ in titles})
    repeated = Repeated.of(titles, max(LEAST, told // RAREST))
    words = whole_words(repeated.stories)
    common = lines_with_each(words, before.titles)
    found = []
    for word, lines in zip(words, common, strict=True):
        stories = repeated.stories[word]
        if risen(stories, told, 0, before.stories) is None:
            continue
        if lines and may_be_in_fewer(word):
            too_many = int(stories * before.stories / (LIFT * told)) + 1
            lines = lines_with(word, before.titles, too_many)
        if rise := rise_of(word, stories, told, lines, before):
            found.append(Rise(word, repeated.stories_with(word), *rise))
    for word in [one.word for one in found]:
        for written, having in with_figures(word, titles).items():
            lines = lines_with(written, before.titles)
            if rise := rise_of(written, len(having), told, lines, before):
                found.append(Rise(written, having, *rise))
    found.sort(key=lambda one: (-one.sure, -len(one.word), one.word))
    return unlike_others(found, most)


def rise_of(
    word: str, stories: int, told: int, lines: int, before: Before
) -> tuple[float, float] | None:
    """What `risen` says of a word that so many lines had before, if there are as many more than on
    the same days of the week."""
    rise = risen(stories, told, lines, before.stories)
    if rise and lines and before.stories_alike:
        usual, sure = rise
        alike = lines_with(word, before.alike)
        usual = max(usual, expected(told, alike, before.stories_alike))
        return (usual, sure) if stories >= LIFT * usual else None
    return rise


def with_figures(word: str, titles: Iterable[tuple[int, str]]) -> dict[str, Stories]:
    """A word after each figure that it has in enough stories, 4680电池, with these stories."""
    figure = re.compile(rf"(?<![0-9a-z.-])[0-9]+{re.escape(word)}")
    found: dict[str, Stories] = defaultdict(set)
    for story, title in titles:
        if word in title:
            for written in figure.findall(title):
                found[written].add(story)
    return {written: stories for written, stories in found.items() if len(stories) >= LEAST}


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


class Units(NamedTuple):
    """The units of some lines: which character of the text each begins with, after which it ends,
    its number, the same for the same unit, which line it is in, and whether the next one stands
    beside it: of two words in Latin letters, after a space."""

    starts: Ints
    ends: Ints
    numbers: Ints
    lines: Ints
    are_joined: Marks

    @classmethod
    def of(cls, lines: Sequence[str]) -> "Units":
        """The units of lines that are joined by a line break."""
        text = "\n".join(lines)
        codes = codes_of(text)
        number_of = np.zeros(int(codes.max(initial=ord("z"))) + 1, np.int64)  # 0: none
        there = np.flatnonzero(np.bincount(codes)).tolist()
        alone = [code for code in there if ALONE.match(chr(code))]
        number_of[alone] = np.arange(1, len(alone) + 1)
        numbers = number_of[codes]
        ends = np.arange(1, len(codes) + 1)
        latin: dict[str, int] = defaultdict(lambda: len(alone) + 1 + len(latin))
        for start, end in latin_words(codes):
            numbers[start] = latin[text[start:end]]
            ends[start] = end
        starts = np.flatnonzero(numbers)
        ends, numbers = ends[starts], numbers[starts]
        are_latin = numbers > len(alone)
        are_joined = np.zeros(len(starts), bool)
        apart = starts[1:] - ends[:-1]
        after_space = are_latin[:-1] & are_latin[1:] & (apart == 1)
        after_space[after_space] = codes[ends[:-1][after_space]] == ord(" ")
        are_joined[:-1] = (apart == 0) | after_space
        line_of = np.repeat(np.arange(len(lines)), [len(line) + 1 for line in lines])
        return cls(starts, ends, numbers, line_of[starts], are_joined)


def latin_words(codes: Codes) -> list[tuple[int, int]]:
    """Where each word in Latin letters begins, and after which character it ends."""
    kinds = np.zeros(int(codes.max(initial=ord("z"))) + 1, np.int8)
    kinds[[*map(ord, DIGITS)]] = 1
    kinds[[*map(ord, LETTERS)]] = 2
    found = kinds[codes]
    hyphens = np.flatnonzero(codes[1:-1] == ord("-")) + 1
    found[hyphens] = (found[hyphens - 1] > 0) & (found[hyphens + 1] > 0)
    edges = np.flatnonzero(np.diff(found > 0, prepend=False, append=False))
    starts, ends = edges[0::2], edges[1::2]
    letters = np.append(0, np.cumsum(found == 2))
    are_words = letters[ends] > letters[starts]
    return [*zip(starts[are_words].tolist(), ends[are_words].tolist(), strict=True)]


class Repeated(NamedTuple):
    """The runs of two characters or more that enough stories have, each with how many those are;
    and, to find these, at which step each run was found, and its number there, with the numbers and
    the stories of all runs of each step."""

    stories: Mapping[str, int]
    found: Mapping[str, tuple[int, int]]
    steps: Sequence[tuple[Ints, Ints]]
    ids: Ints

    @classmethod
    def of(cls, titles: Sequence[tuple[int, str]], least: int) -> "Repeated":
        """The runs that at least so many stories have. A longer run is only looked for where the
        shorter one that it begins with is one."""
        lines = [title for _, title in titles]
        text = "\n".join(lines)
        units = Units.of(lines)
        ids, story_of = np.unique(np.array([story for story, _ in titles]), return_inverse=True)
        step = int(units.numbers.max(initial=0)) + 1
        # A character alone is no word, and pairs need not be looked for where it comes often: they
        # come seldom enough themselves.
        places = np.flatnonzero(units.ends - units.starts > 1)
        values = units.numbers[places]
        words: dict[str, int] = {}
        found: dict[str, tuple[int, int]] = {}
        steps = []
        for length in range(1, LONGEST + 1):
            often = perhaps_often(values, least)
            places, values = places[often], values[often]
            stories = story_of[units.lines[places]]
            common, having = in_stories(values, stories, least)
            runs = common.searchsorted(values)
            are_common = np.append(common, -1)[runs] == values
            places, runs, stories = places[are_common], runs[are_common], stories[are_common]
            steps.append((runs, stories))
            of_each = np.empty(len(common), np.int64)
            of_each[runs] = places
            bounds = units.starts[of_each], units.ends[of_each + length - 1]
            numbers = zip(*(array.tolist() for array in (having, *bounds)), strict=True)
            for run, (number, start, end) in enumerate(numbers):
                words[text[start:end]] = number
                found[text[start:end]] = (length - 1, run)
            if length == 1:
                places, runs = np.arange(len(units.starts)), units.numbers
            longer = units.are_joined[places + length - 1]
            places, runs = places[longer], runs[longer]
            values = runs * step + units.numbers[places + length]
        return cls(words, found, steps, ids)

    def stories_with(self, word: str) -> Stories:
        step, run = self.found[word]
        runs, stories = self.steps[step]
        return {*self.ids[stories[runs == run]].tolist()}


def perhaps_often(values: Ints, least: int) -> Ints:
    """The places of the values that come so often, and of few others: those whose hashes are equal
    are counted together. Most are not, and need not be sorted."""
    bits = len(values).bit_length() + 2
    hashed = (values.astype(np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15)) >> np.uint64(64 - bits)
    hashed = hashed.astype(np.int64)
    return np.flatnonzero(np.bincount(hashed, minlength=1 << bits)[hashed] >= least)


def in_stories(values: Ints, stories: Ints, least: int) -> tuple[Ints, Ints]:
    """The values that at least so many stories have, sorted, and how many have each."""
    step = int(stories.max(initial=0)) + 1
    each = distinct(np.sort(values * step + stories)) // step
    places = np.flatnonzero(are_new(each))
    having = np.diff(places, append=len(each))
    return each[places[having >= least]], having[having >= least]


def whole_words(words: Mapping[str, int]) -> list[str]:
    """Those that are not nearly always part of one that is a character longer, or a word after a
    space."""
    most: dict[str, int] = defaultdict(int)
    for word, stories in words.items():
        for part in (word[1:], word[:-1], word.partition(" ")[2], word.rpartition(" ")[0]):
            if stories > most[part]:
                most[part] = stories
    return [word for word, stories in words.items() if most.get(word, 0) < SAME * stories]


def unlike_others(found: Sequence[Rise], most: int) -> list[Rise]:
    """The first `most`, without those that have nearly the same stories as an earlier one, or that
    overlap one and have most of their stories with it. Longer words that are news come before the
    usual word that they contain."""
    kept: list[Rise] = []
    for one in chain.from_iterable((*newer_forms(one, found), one) for one in found):
        if not any(
            len(one.stories & other.stories)
            >= (SHARED if overlap(one.word, other.word) else SAME) * len(one.stories)
            for other in kept
        ):
            kept.append(one)
            if len(kept) == most:
                break
    return kept


def newer_forms(usual: Rise, found: Iterable[Rise]) -> list[Rise]:
    """The longer words that contain a word, and account for much of its rise, though they were
    rarer before: 钠电池 of 电池."""
    if not usual.usual:
        return []
    return [
        one
        for one in found
        if usual.word in one.word
        and one.sure >= SHARED * usual.sure
        and one.usual * len(usual.stories) < usual.usual * len(one.stories)
    ]


def overlap(one: str, other: str) -> bool:
    """Whether one is in the other, or begins as the other ends."""
    if one in other or other in one:
        return True
    return any(
        one.startswith(other[-length:]) or other.startswith(one[-length:])
        for length in range(1, min(len(one), len(other)))
    )


def lines_with(word: str, lines: str, enough: int | None = None) -> int:
    """How many lines contain a word; if it begins or ends with a Latin letter or digit, not as part
    of another. No more are counted than are `enough`."""
    found, place = 0, lines.find(word)
    while place >= 0 and found != enough:
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


def lines_with_each(words: Sequence[str], text: str) -> list[int]:
    """How many lines contain each of some words of two or more characters; or at most, if it
    `may_be_in_fewer`: those with the rarest of its runs of `HASHED`. Counting thousands of words
    one by one takes a hundred times as long."""
    codes = codes_of(text)
    found = np.zeros(len(words), np.int64)
    lengths = np.array([*map(len, words)], np.int64)
    for length in range(2, HASHED + 1):
        chosen = np.flatnonzero(np.minimum(lengths, HASHED) == length)
        if len(chosen):
            theirs = hashes(codes_of("".join(words[number] for number in chosen.tolist())), length)
            having = lines_having(theirs, hashes(codes, length), codes)
            ends = np.cumsum(lengths[chosen])
            edges = np.stack([ends - lengths[chosen], ends - length + 1], 1).ravel()
            found[chosen] = np.minimum.reduceat(np.append(having, 0), edges)[::2]
    return found.tolist()


def may_be_in_fewer(word: str) -> bool:
    """Whether a line may have all runs of a word, and not the word."""
    return len(word) > HASHED or word[0] in LATIN or word[-1] in LATIN


def lines_having(runs: Hashes, of_text: Hashes, codes: Codes) -> Ints:
    """How many lines of a text of these characters have each of some runs, by their hashes."""
    sought, which = np.unique(runs, return_inverse=True)
    # The first bits tell most runs of the text from them; what is left is looked up.
    others = np.uint64(64 - FIRST_BITS)
    are_marked = np.zeros(1 << FIRST_BITS, bool)
    are_marked[sought >> others] = True
    places = np.flatnonzero(are_marked[of_text >> others])
    numbers = sought.searchsorted(of_text[places])
    are_sought = np.append(sought, 0)[numbers] == of_text[places]
    places, numbers = places[are_sought], numbers[are_sought]
    lines = np.flatnonzero(codes == ord("\n")).searchsorted(places)
    step = len(codes) + 1
    each = distinct(np.sort(numbers * step + lines)) // step
    return np.bincount(each, minlength=len(sought))[which]


def codes_of(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def hashes(codes: Codes, length: int) -> Hashes:
    """The hash of each run of so many characters. Of a million runs hardly two have the same."""
    last = max(len(codes) - length + 1, 0)
    hashed = codes[:last].astype(np.uint64)
    for place in range(1, length):
        hashed *= np.uint64(0x9E37_79B9_7F4A_7C15)  # Fibonacci hashing
        hashed += codes[place : place + last]
    hashed *= np.uint64(0x9E37_79B9_7F4A_7C15)
    return hashed
