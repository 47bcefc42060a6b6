"""What must hold together: among alternatives, left out, or in the place of a criterion."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import chain, product
from math import prod
from typing import Any, Final, TypeVar

from .clauses import Clause, Criterion, Query, Span

MAX_CLAUSES: Final = 32  # into which a part of a query is multiplied out

#: Clauses of which all must hold. In them, criteria are negated, and no clause is excluded.
Conjunction = tuple[tuple[Criterion, ...], ...]


class TooComplexError(ValueError):
    """More than `MAX_CLAUSES` clauses would be made."""


def either(alternatives: list[tuple[Conjunction, bool]]) -> Conjunction:
    """Alternatives, each with whether it is excluded, multiplied out. If all are, none of them may
    hold: that is what people mean by -a | -b."""
    found = [negated(one) if is_excluded else one for one, is_excluded in alternatives]
    if all(is_excluded for _, is_excluded in alternatives):
        return tuple(clause for one in found for clause in one)
    return tuple(joined(*clauses) for clauses in multiplied(found))


def negated(conjunction: Conjunction) -> Conjunction:
    """By De Morgan: one criterion of every clause does not hold."""
    return tuple(
        joined([replace(criterion, is_negated=not criterion.is_negated) for criterion in criteria])
        for criteria in multiplied(conjunction)
    )


T = TypeVar("T")


def multiplied(factors: Sequence[Sequence[T]]) -> Iterator[tuple[T, ...]]:
    if prod(map(len, factors)) > MAX_CLAUSES:
        raise TooComplexError
    return product(*factors)


def joined(*clauses: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """The criteria of all the clauses, each of those that find the same once."""
    found: dict[Any, Criterion] = {}
    for criterion in chain(*clauses):
        found.setdefault(criterion.meaning, criterion)
    return tuple(found.values())


def clauses_at(place: Span, conjunction: Conjunction) -> Iterator[Clause]:
    if all(len(criteria) == 1 and criteria[0].is_negated for criteria in conjunction):
        yield excluded(joined(*conjunction), place)
        return
    for criteria in conjunction:
        if len(criteria) == 1 and criteria[0].is_negated:
            yield excluded(criteria, place)
        else:
            yield Clause(criteria, False, (place,))


def distinct(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """The clauses, those that find the same as one, which has the places of them all."""
    found: dict[Any, Clause] = {}
    for clause in clauses:
        before = found.setdefault(clause.meaning, clause)
        places = tuple(dict.fromkeys((*before.places, *clause.places)))
        found[clause.meaning] = replace(before, places=places)
    return tuple(found.values())


def excluded(criteria: Iterable[Criterion], place: Span) -> Clause:
    plain = tuple(replace(criterion, is_negated=False) for criterion in criteria)
    return Clause(plain, True, (place,))


class Place(Enum):
    """Where a criterion stands in a query."""

    ALONE = auto()  # in a clause of its own
    BESIDE = auto()  # alternatives
    LEFT_OUT = auto()


def reread(query: Query, meant: Callable[[Criterion, Place], Conjunction]) -> tuple[Clause, ...]:
    """The clauses of a query with what each criterion is `meant` for in its place, as if that stood
    there in parentheses: all of its groups must hold, of each one of its criteria. A clause of
    which that would make too many stays as it is."""
    return distinct(one for clause in query.clauses for one in clauses_for(clause, meant))


def clauses_for(
    clause: Clause, meant: Callable[[Criterion, Place], Conjunction]
) -> Iterator[Clause]:
    def read(criterion: Criterion) -> Conjunction:
        if clause.is_excluded or criterion.is_negated:
            return negated(meant(replace(criterion, is_negated=False), Place.LEFT_OUT))
        return meant(criterion, Place.ALONE if len(clause.criteria) == 1 else Place.BESIDE)

    try:
        read_as = [read(criterion) for criterion in clause.criteria]
        if clause.is_excluded:
            found: Conjunction = tuple(group for one in read_as for group in one)
        else:
            found = tuple(joined(*groups) for groups in multiplied(read_as))
    except TooComplexError:
        yield clause
        return
    for one in clauses_at(clause.places[0], found):
        yield replace(one, places=clause.places)
