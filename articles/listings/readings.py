"""A query → the ways to read it, of which the first that finds posts is taken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ..search import securities
from ..search.conditions import Conditions
from ..search.cutting import CutQuery
from ..search.query import Query

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Reading:
    """A query as it is looked for. `instead` are the securities that are looked for instead of the
    word that was written, `as_cut` tells how the query was cut."""

    query: Query
    instead: securities.Meant | None = None
    as_cut: CutQuery | None = None


def readings(
    query: Query, meant: securities.Meant, cut: Callable[[Query], CutQuery | None]
) -> Iterator[Reading]:
    """As it is written, under all names of the security that it names. If that finds nothing, a
    word in pinyin or a code stands for the securities that are `meant`, and any other query is
    `cut`."""
    written = securities.under_all_names(query, meant)
    yield Reading(written)
    if meant.stand_in:
        yield Reading(securities.posts_of(query, meant), instead=meant)
    elif written.clauses and (as_cut := cut(written)):
        yield Reading(as_cut.query, as_cut=as_cut)


def first_that_finds(
    ways: Iterator[Reading], look: Callable[[Query], tuple[Conditions, Found]]
) -> tuple[Reading, Conditions, Found]:
    """The first reading that finds posts, or else the last, and what `look` returns for its query:
    the conditions, and what meets them, which is false if nothing does."""
    for reading in ways:
        conditions, found = look(reading.query)
        if found:
            break
    return reading, conditions, found
