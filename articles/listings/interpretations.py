"""A query → the ways to read it, of which the first that finds posts is taken."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ..models import PageKey
from ..search.conditions import Conditions, Scope
from ..search.cutting import CutQuery, cut
from ..search.engine import Search
from ..search.query import Criterion, Field, Note, Query, Remark, parse_days
from ..search.romanised import Meanings, in_characters
from ..search.securities import is_word, under_all_names

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A query as it is looked for. `meanings` has what is looked for instead of words in pinyin and
    codes, `as_cut` tells how the query was cut."""

    query: Query
    meanings: Meanings = field(default_factory=dict)
    as_cut: CutQuery | None = None

    @property
    def names(self) -> Mapping[Criterion, str]:
        """What the criteria that nobody wrote are called."""
        return {one: name for found in self.meanings.values() for one, name in found.items()}


def interpretations(search: Search, query: Query, scope: Scope) -> Iterator[Interpretation]:
    """As it is written, under all names of the securities that it names. If that finds nothing,
    days, months and years stand for the posts of then; then words in pinyin and codes for what they
    mean; then the remaining text is cut, or else the text as it was before those."""
    if not query.clauses:
        yield Interpretation(query)
        return
    known = search.terms.known
    reading = Interpretation(under_all_names(query, known))
    yield reading
    if (dated := with_periods(reading.query)) != reading.query:
        reading = Interpretation(dated)
        yield reading
    to_cut = [reading]
    if read := in_characters(reading.query, known):
        to_cut.insert(0, Interpretation(read.query, read.meanings))
        yield to_cut[0]
    for reading in to_cut:
        if as_cut := cut(search, reading.query, scope):
            yield Interpretation(as_cut.query, reading.meanings, as_cut)
            return


def with_periods(query: Query) -> Query:
    """The query with each word that is a day, a month or a year, as 2022年3月, read as one, and a
    note on it. Figures alone may be codes."""
    notes: list[Note] = []

    def meant(criterion: Criterion) -> Criterion:
        days = None if criterion.value.isdecimal() else parse_days(criterion.value)
        if not (days and is_word(criterion)):
            return criterion
        notes.append(Note(Remark.READ_AS_DATE, criterion.value))
        return replace(criterion, field=Field.DATE, days=days)

    clauses = tuple(
        clause
        if clause.is_excluded
        else replace(clause, criteria=tuple(map(meant, clause.criteria)))
        for clause in query.clauses
    )
    return replace(query, clauses=clauses, notes=(*query.notes, *notes))


def first_that_finds(
    search: Search,
    query: Query,
    scope: Scope,
    look: Callable[[Query], tuple[Conditions, Found]],
) -> tuple[Interpretation, Conditions, Found]:
    """The first interpretation of a query that finds posts, or else the last for which there was
    time, and what `look` returns for it: the conditions, and the result, which is falsy if nothing
    matched."""
    ways = interpretations(search, query, scope)
    reading = next(ways)
    conditions, found = look(reading.query)
    if not found:
        with search.budget.extras():
            for way in ways:
                asked = search.conditions(way.query, scope)
                if way.as_cut or search.with_posts([asked]):
                    conditions, found = look(way.query)
                else:
                    conditions = asked
                reading = way
                if found:
                    break
    return reading, conditions, found


def keys_found(
    search: Search, query: Query, scope: Scope, most: int
) -> tuple[Interpretation, Conditions, list[PageKey]]:
    """The interpretation of a query that finds posts, its conditions, and the newest `most` of
    those posts."""

    def look(query: Query) -> tuple[Conditions, list[PageKey]]:
        conditions = search.conditions(query, scope)
        return conditions, search.keys(conditions, most)

    return first_that_finds(search, query, scope, look)
