"""A word that is in no post → names that sound like it or are written much like it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..models import Facet
from ..pinyin import NAME_MARK, full_pinyin, spaced
from ..terms import SECURITY, SOURCE
from .names import Match, Spelled, matched
from .query import Clause, Criterion, Query
from .suggest import as_written

MAX_OFFERED: Final = 4
CANDIDATES: Final = 12  # names of each kind, of which the best are offered
SHORTEST_MISSPELT: Final = 3  # characters: of two, a wrong one leaves too little
SHORTEST_PART: Final = 4  # characters of a part of a name in which one may be wrong
LONGEST: Final = 24  # characters
SOUNDS_ALIKE, PART_SOUNDS_ALIKE, ONE_WRONG = 3, 2, 1  # ranks


@dataclass(frozen=True, slots=True)
class Offer:
    """What may have been meant, and the whole query with it."""

    name: str
    query: str


def offers(query: Query, words: Iterable[tuple[Clause, Criterion]]) -> list[Offer]:
    """For words of a query, criteria of these clauses, names that may have been meant, each put in
    for the word; none twice."""
    found: dict[str, Offer] = {}
    for clause, criterion in words:
        for name in near(criterion.value):
            offer = Offer(name, put_in(query, clause, criterion, name))
            if len(found) < MAX_OFFERED and offer.query != query.text:
                found.setdefault(name, offer)
    return [*found.values()]


def put_in(query: Query, clause: Clause, criterion: Criterion, name: str) -> str:
    """The text of the query with a name instead of a word; the same if the word is not in it as it
    is looked for."""
    name = name if criterion.is_phrase else as_written(name)
    for start, end in clause.places:
        written = query.text[start:end]
        if criterion.value in written:
            changed = written.replace(criterion.value, name, 1)
            return query.text[:start] + changed + query.text[end:]
    return query.text


def near(word: str) -> list[str]:
    """Names of securities and sources, and parts of them, that sound like a word, or have one
    character otherwise, more or less. One statement, which reads all names once."""
    word = "".join(letter for letter in word if letter.isalnum())[:LONGEST]
    if len(word) < 2 or word.isascii():
        return []
    match, params = resembling(word)
    kinds = {SECURITY.facet: CANDIDATES, SOURCE.facet: CANDIDATES}
    found = matched(dict.fromkeys(kinds, match), params, kinds)
    found.sort(key=lambda one: (-one.rank, one.facet != Facet.SECURITY, -one.posts))
    return [*dict.fromkeys(name for one in found for name in names_of(one, word))]


def names_of(found: Spelled, word: str) -> Iterator[str]:
    """The part of a name that sounds like `word`, then the name."""
    if found.rank == PART_SOUNDS_ALIKE:
        size, sound = len(word), spaced(word)
        parts = (found.name[at : at + size] for at in range(len(found.name) - size + 1))
        yield from (part for part in parts if part != word and spaced(part) == sound)
    if found.name != word:
        yield found.name


def resembling(word: str) -> tuple[Match, dict[str, object]]:
    """SQL for names that resemble a word, ranked by how. If one character is wrong, one half of the
    word is right: few names have it, so the patterns, which are slow, are compared with few."""
    sound = full_pinyin([word]).strip(NAME_MARK)
    params: dict[str, object] = {"part": f"%{sound}%", "sound": f"%{NAME_MARK}{sound}{NAME_MARK}%"}
    condition = "full_pinyin LIKE %(part)s"
    size = len(word)
    if size >= SHORTEST_MISSPELT:
        params |= {"half": word[: size // 2], "other_half": word[size // 2 :]}
        params["misspelt"] = [f"%{pattern}%" for pattern in patterns(word)]
        length = "true" if size >= SHORTEST_PART else f"char_length(name) <= {size + 1}"
        is_half = "strpos(name, %(half)s) > 0 OR strpos(name, %(other_half)s) > 0"
        condition += f" OR {length} AND ({is_half}) AND name LIKE ANY(%(misspelt)s)"
    return (
        Match(
            condition,
            f"CASE WHEN full_pinyin LIKE %(sound)s THEN {SOUNDS_ALIKE}"
            f" WHEN full_pinyin LIKE %(part)s THEN {PART_SOUNDS_ALIKE} ELSE {ONE_WRONG} END",
        ),
        params,
    )


def patterns(word: str) -> list[str]:
    """LIKE patterns of a word with one character otherwise, left out or put in."""
    places = range(len(word))
    return [
        *(f"{word[:at]}_{word[at + 1 :]}" for at in places),
        *(word[:at] + word[at + 1 :] for at in places),
        *(f"{word[:at]}_{word[at:]}" for at in places[1:]),
    ]
