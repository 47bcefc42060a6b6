"""A query → the ways to read it, of which the first that finds posts is taken."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.utils import timezone

from ..models import PageKey
from ..search.conditions import Conditions, Scope
from ..search.cutting import CutQuery, cut
from ..search.engine import Search
from ..search.kept_names import AllNames
from ..search.query import (
    Clause,
    Criterion,
    Query,
    exactly,
    has_no_year,
    in_sentence,
    undated_after,
    with_periods,
    with_periods_apart,
    with_slashes_apart,
    without_periods,
)
from ..search.romanised import Meanings, beside_others, in_characters
from ..search.securities import under_all_names

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A query as it is looked for. `meanings` has what is looked for instead of words in pinyin and
    codes, `as_cut` tells how the query was cut. `is_as_written` if it is read in no other way than
    it is written; otherwise `exact`, once it was answered, is the query with a text that says how
    it was read, its clauses in the same order."""

    query: Query
    meanings: Meanings = field(default_factory=dict)
    as_cut: CutQuery | None = None
    is_as_written: bool = False
    exact: Query | None = None

    @property
    def names(self) -> Mapping[Criterion, str]:
        """What the criteria that nobody wrote are called."""
        return {one: name for found in self.meanings.values() for one, name in found.items()}

    @property
    def text(self) -> str:
        """The text of a query that asks for this wherever it is read as it is written."""
        return (self.exact or self.query).text

    def without(self, *clauses: Clause) -> str:
        """That text without some clauses of the query."""
        exact = self.exact or self.query
        both = zip(self.query.clauses, exact.clauses, strict=True)
        return exact.without(*(other for one, other in both if one in clauses))


def as_written(query: Query, known: AllNames) -> Interpretation:
    """A query as it is written: names of securities are looked for under all that they have, and
    words in pinyin and codes that are alternatives, or left out, as what they mean, too. No
    statement, unless there are such."""
    read = beside_others(query, known)
    return Interpretation(under_all_names(read.query, known), read.meanings, is_as_written=True)


def interpretations(search: Search, query: Query, scope: Scope) -> Iterator[Interpretation]:
    """The ways to read a query within a scope, in order:

    1. as it is written, a period without a year being the newest of the archive;
    2. words between slashes as alternatives: 董事/副总经理;
    3. a period in a sentence as text: 今天，沪指低开;
    4. words that are periods as such: 3月;
    5. a day or a month that touches a word, too: 茅台3月;
    6. words in pinyin and codes as what they mean: gzmt;
    7. texts cut into words: 茅台业绩;
    8. any period that touches a word, and years alone, parted from it: 茅台昨天, 2022茅台; first as
       text, for 2080 may be a price; before 7, if that leaves such a period out;
    9. again as 1 or 2, if 3 was tried, for the days beside an empty period.

    Each but the last two goes on from the one before, and reads words wherever they stand, as
    `reread` puts it; only what is in quotation marks or left out stays. Which one finds posts
    depends on the scope: links from what a page shows to other scopes ask for what it was answered
    with, as `Listing.answering` does."""
    if not query.clauses:
        yield Interpretation(query, is_as_written=True)
        return
    known, today = search.terms.known, timezone.localdate()
    dated = by_archive(search, query, today)
    reading = first = replace(as_written(dated, known), is_as_written=dated == query)
    yield reading
    if (either_side := with_slashes_apart(dated)) != dated:
        reading = first = replace(as_written(either_side, known), is_as_written=False)
        yield reading

    def reading_as(query: Query, **changed: Any) -> Interpretation:
        return replace(first, query=query, is_as_written=False, **changed)

    to_cut = [reading]
    if is_sentence := in_sentence(query):
        to_cut.append(reading_as(without_periods(reading.query)))
        yield to_cut[-1]
    if (dated := with_periods(reading.query, today)) != reading.query:
        reading = to_cut[0] = reading_as(by_archive(search, dated, today))
        yield reading
    if (dated := with_periods_apart(reading.query, today)) != reading.query:
        reading = reading_as(by_archive(search, dated, today))
        to_cut.insert(0, reading)
        yield reading
    if read := in_characters(reading.query, known):
        meanings = {**first.meanings, **read.meanings}
        to_cut.insert(0, reading_as(read.query, meanings=meanings))
        yield to_cut[0]
    dated = with_periods_apart(to_cut[-1].query, today, is_loose=True)
    apart: list[Interpretation] = []
    if dated != to_cut[-1].query:
        ways = without_periods(dated), by_archive(search, dated, today)
        apart = [reading_as(way) for way in ways if way.meaning != query.meaning]
    for reading in to_cut:
        if as_cut := cut(search, reading.query, scope):
            if apart and parts_period(as_cut, to_cut[-1].query, dated):
                yield from apart
                return
            yield reading_as(as_cut.query, meanings=reading.meanings, as_cut=as_cut)
            return
    yield from apart
    if is_sentence:  # the period is empty, of which the days beside it are to be known
        yield first


def by_archive(search: Search, query: Query, today: dt.date) -> Query:
    """The query with periods without a year in the newest that the archive has: 3月15日 is of 2022,
    if no post is newer."""
    if not any(has_no_year(one, today) for one in criteria_of(query)):
        return query
    newest = search.keys(Conditions(), 1)
    last = timezone.localdate(newest[0].published_at) if newest else today
    return undated_after(query, today, last)


def parts_period(as_cut: CutQuery, read: Query, dated: Query) -> bool:
    """Whether a cut of what was `read` leaves out, or goes through, what is a period in it once it
    is `dated`."""
    pieces = [one.value for one in criteria_of(as_cut.query)]
    periods = {one.value for one in criteria_of(dated) if one.days} - {
        one.value for one in criteria_of(read)
    }
    return any(not any(period in piece for piece in pieces) for period in periods)


def criteria_of(query: Query) -> Iterator[Criterion]:
    return (one for clause in query.clauses for one in clause.criteria)


def other_readings(
    search: Search, asked: Query, reading: Interpretation, scope: Scope
) -> list[str]:
    """The queries that find something with their periods in quotation marks, as text, with words
    that may be periods as such, or with words between slashes as alternatives, where the query was
    not read so. At most two statements."""
    today, query = timezone.localdate(), reading.query
    dated = by_archive(search, with_periods(query, today), today)
    others = [
        other
        for other in (
            without_periods(query, in_quotation_marks=True),
            dated,
            with_slashes_apart(query),
        )
        if other.meaning not in (asked.meaning, query.meaning)
    ]
    found = search.with_posts([search.conditions(other, scope) for other in others])
    return [exactly(other, today).text for number, other in enumerate(others) if number in found]


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
    if not reading.is_as_written:
        reading = replace(reading, exact=exactly(reading.query, timezone.localdate()))
    return reading, conditions, found


def keys_found(
    search: Search, query: Query, scope: Scope, most: int, by_story: bool = False
) -> tuple[Interpretation, Conditions, list[PageKey]]:
    """The interpretation of a query that finds posts, its conditions, and the newest `most` of
    those posts; if `by_story`, with each story once."""

    def look(query: Query) -> tuple[Conditions, list[PageKey]]:
        conditions = search.conditions(query, scope)
        return conditions, search.keys(conditions, most, by_story)

    return first_that_finds(search, query, scope, look)
