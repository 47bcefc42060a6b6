"""Latin words and figures that are written as one → the same apart, as posts may have them: covid19
is covid 19 or covid-19, SmithJones is Smith Jones, modely is Model Y; and the other way round:
C-919 is C919, rtx-4090 is RTX 4090."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from .engine import Search
from .misspelt import is_code
from .query import Clause, Conjunction, Criterion, Place, Query, reread
from .romanised import Meanings, parted
from .securities import is_word

BESIDE_FIGURE = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
BEFORE_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
ANY = re.compile(f"{BESIDE_FIGURE.pattern}|{BEFORE_CAPITAL.pattern}")
SIGNS: Final = (" ", "-")
#: The last letters or figures of a word that has both, which may be two words themselves.
LAST_RUN = re.compile("(?<=[0-9])[A-Za-z]{2,9}$|(?<=[A-Za-z])[0-9]{2,9}$")
#: The seam before the last letter, by its sign: model y, dm-i.
LAST_SEAMS: Final = {
    " ": re.compile("(?<=[A-Za-z]{3})(?=[A-Za-z]$)"),
    "-": re.compile("(?<=[A-Za-z]{2})(?=[A-Za-z]$)"),
}
HYPHEN_BESIDE_LETTER = re.compile("(?<=[A-Za-z])-(?=[0-9A-Za-z])|(?<=[0-9])-(?=[A-Za-z])")


def with_compounds_apart(
    query: Query, ways_of: Callable[[Criterion], Iterable[Criterion]]
) -> tuple[Query, Meanings]:
    """The query in which each such word, unless it is a code or is left out, may also be written in
    each of its `ways_of`; and those ways, by the word. A word that finds nothing may have Chinese
    beside it: modely降价."""
    meanings: dict[str, dict[Criterion, str]] = {}

    def ways_to_write(criterion: Criterion) -> tuple[Criterion, ...]:
        if is_code(criterion.value) or not (ways := {one: one.value for one in ways_of(criterion)}):
            return ()
        meanings[criterion.value] = ways
        return (*ways,)

    def meant(criterion: Criterion, place: Place) -> Conjunction:
        if not is_word(criterion) or place is Place.LEFT_OUT:
            return ((criterion,),)
        if ways := ways_to_write(criterion):
            return (ways if place is Place.ALONE else (criterion, *ways),)
        parts = [(one, ways_to_write(one)) for one in parted(criterion)]
        if place is Place.ALONE and any(ways for _, ways in parts):
            return tuple(ways or (one,) for one, ways in parts)
        return ((criterion,),)

    return replace(query, clauses=reread(query, meant)), meanings


def apart(criterion: Criterion) -> Iterator[Criterion]:
    """A word apart at its figures, before its capitals, or at both."""
    word = in_half_width(criterion)
    joints = (BESIDE_FIGURE, BEFORE_CAPITAL, ANY)
    yield from as_phrases(criterion, [joint.sub(sign, word) for joint in joints for sign in SIGNS])


def apart_anywhere(search: Search, criterion: Criterion) -> Iterable[Criterion]:
    """The other ways to write a word that some post has: apart within its last letters or figures,
    iphone14promax, ARJ21700, or before the last letter, modely; or with its hyphen left out, C-919,
    or as a space, rtx-4090. One statement, if there are such."""
    word = in_half_width(criterion)
    ways = [HYPHEN_BESIDE_LETTER.sub(sign, word) for sign in ("", " ")]
    ways += (seam.sub(sign, word) for sign, seam in LAST_SEAMS.items())
    last = LAST_RUN.search(word)
    for at in range(last.start() + 1, last.end()) if last else ():
        for sign in SIGNS:
            ways.append(f"{word[:at]}{sign}{word[at:]}")
            ways.append(f"{BESIDE_FIGURE.sub(sign, word[:at])}{sign}{word[at:]}")
    asked = [Clause((one,), False, ()) for one in as_phrases(criterion, ways)]
    missing = search.met_by_none(asked)
    return [clause.criteria[0] for clause in asked if clause not in missing]


def in_half_width(criterion: Criterion) -> str:
    return unicodedata.normalize("NFKC", criterion.value)


def as_phrases(criterion: Criterion, ways: Iterable[str]) -> Iterator[Criterion]:
    """The other ways to write a criterion, each once."""
    for value in dict.fromkeys(ways):
        if value != in_half_width(criterion):
            yield replace(criterion, value=value, is_phrase=True)
