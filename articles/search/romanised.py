"""Words in pinyin, and codes → the securities, sources and words that they stand for."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any, Final

from ..pinyin import spaced
from ..terms import SECURITY, SOURCE
from .kept_names import AllNames, NamesOfKind, all_names
from .names import Spelled, matched
from .query import Clause, Conjunction, Criterion, Field, Place, Query, reread
from .securities import (
    ENGLISH,
    FEW,
    MAX_CARDS,
    is_word,
    meant_by_word,
    numbers_of_code,
    posts_of_code,
)
from .text.normalise import normalise, normalise_aligned
from .text.vocabulary import FREQUENT, UBIQUITOUS
from .typed import CASHTAG, PART, WHOLE, Typed, letters_of

#: A run of letters and digits of an alphabet, or of anything else.
RUN = re.compile(r"[a-z0-9]+|[^a-z0-9]+")
#: What stands between signs, except those of figures and codes.
WORD = re.compile(r"[\w.%+-]+")
SLASHES = re.compile("[/／]")
SHORTEST_RUN: Final = 2  # characters that are pinyin beside Chinese: the A of A股 is none
SHORTEST_BESIDE: Final = 3  # letters that are pinyin beside alternatives
OFTEN: Final = 10  # titles
HAN_PAIR = re.compile("[\u4e00-\u9fff]{2}")

#: What each word stands for: criteria, each with what it is called.
Meanings = Mapping[str, Mapping[Criterion, str]]


@dataclass(frozen=True, slots=True)
class InCharacters:
    """A query in which pinyin and codes are replaced by what they mean. `meanings` has that, by the
    word as typed."""

    query: Query
    meanings: Meanings


def names_to_search() -> AllNames:
    """`all_names`, with all that a process makes of them and of frequent words once. Call it before
    a search begins, so that it takes none of that search's time."""
    known = all_names()
    known.make_lines()
    frequent_words()
    return known


def in_characters(
    query: Query, known: AllNames, titles: Callable[[], Iterable[str]] = tuple
) -> InCharacters | None:
    """How to read a query that finds nothing as it is written; None if none of its words means
    anything else. Syllables with spaces between are one word (gui zhou mao tai), and pinyin beside
    Chinese is one of its own (gzmt业绩). What is nothing else may be words of new `titles`, which
    are asked for only then."""
    meanings: dict[str, Mapping[Criterion, str]] = {}
    is_strict = len(query.clauses) > 1
    names = known.of[SECURITY.facet]

    @cache
    def of_titles() -> Mapping[str, Sequence[str]]:
        return words_of_titles(titles())

    @cache  # each takes up to two statements
    def meanings_of(criterion: Criterion, is_strict: bool) -> Mapping[Criterion, str]:
        if found := meanings_in(known, criterion, is_strict):
            return found
        letters = Typed(criterion.value).letters if is_word(criterion) else ""
        if len(letters) < SHORTEST_BESIDE or not letters.isalpha() or letters in ENGLISH:
            return {}
        return {Criterion(Field.TEXT, word): word for word in of_titles().get(letters, ())}

    def meant(criterion: Criterion) -> tuple[Criterion, ...]:
        found = meanings_of(criterion, is_strict)
        if found:
            meanings[criterion.value] = found
        return (*found,) or (criterion,)

    def read(criterion: Criterion, place: Place) -> Conjunction:
        if place is Place.LEFT_OUT:
            return ((criterion,),)
        if before := before_name(criterion, names):
            text, rest = criterion.value[:before], criterion.value[before:]
            tag = replace(criterion, value=rest)
            return (meant(replace(criterion, value=text)), meant(tag))
        parts = () if meanings_of(criterion, is_strict) else parted(criterion)
        if any(meanings_of(one, True) for one in parts):
            return tuple(map(meant, parts))
        return (meant(criterion),)

    together = replace(query, clauses=tuple(joined(query.clauses, meanings_of)))
    clauses = reread(together, read)
    return InCharacters(replace(query, clauses=clauses), meanings) if meanings else None


def beside_others(query: Query, known: AllNames) -> InCharacters:
    """How to read a query as it is written: words in pinyin that are alternatives, or left out, are
    looked for as text and as what they mean, since the posts that the query finds do not tell
    whether these have them. Short words, and those that many posts have, are only text."""
    names = known.of[SECURITY.facet]
    meanings: dict[str, Mapping[Criterion, str]] = {}

    def read(criterion: Criterion, place: Place) -> Conjunction:
        word = criterion.normalised
        is_text = place is Place.ALONE or word in FREQUENT or word in UBIQUITOUS
        if (
            is_text
            or len(letters_of(SLASHES.sub("", word))) < SHORTEST_BESIDE
            or any(posts_of_code(criterion, names))
        ):
            return ((criterion,),)
        if found := meanings_in(known, criterion, True):
            meanings[criterion.value] = found
        return ((criterion, *found),)

    return InCharacters(replace(query, clauses=reread(query, read)), meanings)


def joined(
    clauses: Sequence[Clause], meanings_of: Callable[[Criterion, bool], Any]
) -> Iterator[Clause]:
    """The clauses; adjacent syllables of one name become one clause."""
    for is_syllable, group in groupby(clauses, is_in_letters):
        several = [*group]
        if is_syllable and len(several) > 1:
            words = " ".join(one.criteria[0].value for one in several)
            together = Criterion(Field.TEXT, words)
            if meanings_of(together, True):
                places = tuple(place for one in several for place in one.places)
                yield Clause((together,), False, places)
                continue
        yield from several


def is_in_letters(clause: Clause) -> bool:
    """Whether the clause is a single word in Latin letters, which may be a syllable."""
    [first, *others] = clause.criteria
    is_plain = not (clause.is_excluded or others) and is_word(first)
    return is_plain and Typed(first.value).letters.isalpha()


def parted(criterion: Criterion) -> Sequence[Criterion]:
    """The Latin and Chinese parts of a word that mixes both; otherwise none."""
    if not is_word(criterion) or criterion.normalised.isascii():
        return ()
    normalised, origins = normalise_aligned(criterion.value)
    spans = [span for word in WORD.finditer(normalised) for span in runs_of(word)]
    if origins is not None:
        spans = [(origins.starts[start], origins.ends[end - 1]) for start, end in spans]
    parts = [Criterion(Field.TEXT, criterion.value[start:end]) for start, end in spans]
    return parts if len(parts) > 1 else ()


def before_name(criterion: Criterion, names: NamesOfKind) -> int:
    """How many characters of a word come before the name of a security with its code: two of
    减持万科A（000002，股吧）. None, if the name is none that the security has or begins with."""
    found = CASHTAG.fullmatch(criterion.value) if is_word(criterion) else None
    if found is None or not found["name"]:
        return 0
    rows = [names.rows[number] for number in numbers_of_code(Typed(found["code"]), names)]
    known_as = [normalise(name) for row in rows for name in (row.name, *row.names)]
    for start in range(len(found["name"]) - SHORTEST_RUN + 1):
        name = normalise(found["name"][start:])
        if any(one.startswith(name) for one in known_as):
            return start
    return 0


def runs_of(word: re.Match[str]) -> Sequence[tuple[int, int]]:
    """Where the Latin and Chinese parts of a word without signs are; the word, if one is too
    short."""
    runs = [run.span() for run in RUN.finditer(word.string, *word.span())]
    return [word.span()] if any(end - start < SHORTEST_RUN for start, end in runs) else runs


def meanings_in(known: AllNames, criterion: Criterion, is_strict: bool) -> Mapping[Criterion, str]:
    """What a word in pinyin or a code stands for, each with what it is called: securities; or else
    sources, if it is the whole name of one; or else frequent words, or a few sources. English is
    no pinyin, and among other words no code either."""
    if is_word(criterion) and len(sides := SLASHES.split(criterion.value)) > 1:
        return meanings_of_all(known, [replace(criterion, value=side) for side in sides])
    typed = Typed(criterion.value)
    if not (is_word(criterion) and typed.is_ascii) or (is_strict and typed.letters in ENGLISH):
        return {}
    meant = meant_by_word(criterion, known, is_strict=is_strict)
    if meant.securities:
        return {Criterion(Field.CODE, one.symbol): str(one) for one in meant.securities}
    sources = sources_of(typed, known, is_strict=is_strict)
    if sources and sources[0].rank == WHOLE:
        return by_source(sources)
    words = frequent_words().get(typed.letters, ())
    return {Criterion(Field.TEXT, word): word for word in words} or by_source(sources)


def meanings_of_all(known: AllNames, sides: Iterable[Criterion]) -> Mapping[Criterion, str]:
    """What the sides of slashes stand for, of which any will do: gzmt/wlye. None, unless each
    stands for something."""
    found = [
        meanings_in(known, one, True) if len(one.value) >= SHORTEST_BESIDE else {} for one in sides
    ]
    return {one: name for each in found for one, name in each.items()} if all(found) else {}


def sources_of(typed: Typed, known: AllNames, *, is_strict: bool) -> Sequence[Spelled]:
    """The sources called this in pinyin; if there are none, up to `FEW` whose names contain it as
    syllables."""
    names = known.of[SOURCE.facet]
    if typed.letters in ENGLISH:
        return []
    found = dict.fromkeys(typed.with_part_in_pinyin(names), PART)
    found |= dict.fromkeys(typed.with_whole_pinyin(names, SOURCE, is_strict=is_strict), WHOLE)
    sources = matched(known, {SOURCE.facet: found}, {SOURCE.facet: FEW + 1})
    best = [one for one in sources if one.rank == sources[0].rank]
    return [] if best and best[0].rank == PART and len(best) > FEW else best[:MAX_CARDS]


def by_source(sources: Sequence[Spelled]) -> Mapping[Criterion, str]:
    return {Criterion(Field.SOURCE, one.name): one.name for one in sources}


@cache
def frequent_words() -> Mapping[str, Sequence[str]]:
    """Frequent words of at least two characters, and what several of them share as beginning or end
    (业绩 in 业绩快报, 业绩预告), by pinyin without spaces."""
    words = {word for word in FREQUENT | UBIQUITOUS if len(word) > 1 and not word.isascii()}
    halves = Counter(half for word in words for half in {word[:2], word[-2:]})
    words |= {half for half, count in halves.items() if count > 1}
    return by_pinyin(words)


def words_of_titles(titles: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Pairs of characters that so many titles have that they are words, by pinyin."""
    pairs = Counter(
        pair for title in titles for pair in {title[at : at + 2] for at in range(len(title) - 1)}
    )
    words = (pair for pair, count in pairs.items() if count >= OFTEN and HAN_PAIR.fullmatch(pair))
    return by_pinyin(words)


def by_pinyin(words: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Words by their pinyin without spaces."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        found.setdefault(spaced(word).replace(" ", ""), []).append(word)
    return found
