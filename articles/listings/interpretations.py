"""A query → the ways to read it, of which the first that finds posts is taken."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, TypeVar

from django.utils import timezone

from ..models import PageKey
from ..search.compounds import apart, apart_anywhere, with_compounds_apart
from ..search.conditions import Conditions, Scope
from ..search.cutting import CutQuery, cut, rewritten
from ..search.engine import Search
from ..search.headlines import as_headline
from ..search.kept_names import AllNames
from ..search.misspelt import is_code
from ..search.query import (
    Clause,
    Criterion,
    Query,
    Remark,
    assumed,
    assumed_alternatives,
    exactly,
    is_of_archive,
    is_period,
    last_days,
    parse,
    undated_after,
    undated_alone,
    with_periods,
    with_periods_apart,
    with_slashes_apart,
    without_periods,
)
from ..search.romanised import InCharacters, Meanings, beside_others, in_characters
from ..search.securities import under_all_names
from ..search.text.normalise import normalise
from ..terms import SECURITY, SOURCE

TITLES: Final = 2_000  # whose words may be meant in pinyin
HAS_FIGURE = re.compile("[0-9]")

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A query as it is looked for. `meanings` has what is looked for instead of words in pinyin and
    codes, `as_cut` tells how the query was cut. `is_as_written` if it is read in no other way than
    it is written; otherwise `exact`, once it was answered, is the query with a text that says how
    it was read, its clauses in the same order. `dated` is the query whose periods find nothing, if
    they are text here."""

    query: Query
    meanings: Meanings = field(default_factory=dict)
    as_cut: CutQuery | None = None
    is_as_written: bool = False
    exact: Query | None = None
    dated: Query | None = None

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
    2. words between slashes as alternatives: A股/港股; and names, codes and periods between 或:
       茅台或五粮液;
    3. words that are periods as such: 3月;
    4. a day or a month that touches a word, too: 茅台3月;
    5. words in pinyin and codes as what they mean: gzmt;
    6. any period that touches a word, and years alone, parted from it: 茅台昨天, 2022茅台;
    7. Latin words and figures that are written as one apart: covid19, SmithJones, modely;
    8. without words that only ask, 请问; a headline without what is around it, 快讯：, or in pieces
       between its signs;
    9. texts cut into words: 茅台业绩; 7 to 9 before 6, unless a cut leaves such a period out.

    Each of the first six goes on from the one before, and reads words wherever they stand, as
    `reread` puts it; only what is in quotation marks or left out stays. After each its periods are
    tried as text, 6个月内, since a text that posts have counts for more than a period that finds
    nothing; in 6 before it, for 2080 may be a price. Of several alternatives each period is tried
    alone, as `by_posts` does. The last way has its periods, so that the days beside them are known.

    Which one finds posts depends on the scope: links from what a page shows to other scopes ask for
    what it was answered with, as `Listing.answering` does."""
    if not query.clauses:
        yield Interpretation(query, is_as_written=True)
        return
    readings = Readings(search, query, scope)
    yield from readings.in_turn()
    yield from readings.apart()
    loose, in_days = readings.with_any_period_apart()
    if headline := as_headline(search, query, scope):
        yield Interpretation(headline.query, as_cut=headline)
    elif found := readings.as_cut(loose):
        yield found
    elif in_days:
        yield from in_days
    elif as_text(readings.last).query != readings.last.query:
        yield readings.last


class Readings:
    """The `interpretations` of a query that has clauses, each once. `last` is that from which the
    next one goes on, and `to_cut` are those whose texts may be cut into words, the likeliest
    first."""

    def __init__(self, search: Search, query: Query, scope: Scope) -> None:
        self.search, self.query, self.scope = search, query, scope
        self.known, self.today = search.terms.known, timezone.localdate()
        self.dated = self.as_found(query)
        is_as_written = self.dated.clauses == query.clauses and not assumed_alternatives(query)
        self.last = replace(as_written(self.dated, self.known), is_as_written=is_as_written)
        self.to_cut = [self.last]
        self.tried: set[Any] = set()

    def as_found(self, query: Query) -> Query:
        """The query with those of its words as periods, and those of its periods as text, that
        posts decide."""
        with_texts = by_texts(self.search, query, self.scope, self.today)
        return by_posts(self.search, by_archive(self.search, with_texts, self.today), self.scope)

    def untried(self, *ways: Interpretation) -> Iterator[Interpretation]:
        for way in ways:
            if way.query.meaning not in self.tried:
                self.tried.add(way.query.meaning)
                yield way

    def reread(self, read: Interpretation | InCharacters) -> Interpretation:
        """The last reading, read in another way."""
        meanings = {**self.last.meanings, **read.meanings}
        return Interpretation(self.as_found(read.query), meanings)

    def in_turn(self) -> Iterator[Interpretation]:
        """The first five."""
        known, today, dated = self.known, self.today, self.dated
        in_parts = with_slashes_apart(dated, today, is_name=partial(is_in_name, known))
        steps: tuple[Callable[[Query], Interpretation | InCharacters | None], ...] = (
            lambda _: as_written(in_parts, known) if in_parts != dated else None,
            lambda query: Interpretation(with_periods(query, today)),
            lambda query: Interpretation(with_periods_apart(query, today)),
            lambda query: in_characters(query, known, partial(self.search.newest_titles, TITLES)),
        )
        yield from self.untried(self.last, as_text(self.last))
        for step in steps:
            read = step(self.last.query)
            if read and read.query != self.last.query:
                self.last = self.reread(read)
                yield from self.untried(self.last, as_text(self.last))
                before = [] if step in steps[:2] else self.to_cut
                self.to_cut = [self.last, *before]

    def apart(self) -> Iterator[Interpretation]:
        """The seventh."""
        for ways_of in (apart, partial(apart_anywhere, self.search)):
            query, meanings = with_compounds_apart(self.last.query, ways_of)
            if meanings and self.search.with_posts([self.search.conditions(query, self.scope)]):
                yield from self.untried(Interpretation(query, {**self.last.meanings, **meanings}))

    def with_any_period_apart(self) -> tuple[Query, list[Interpretation]]:
        """The last query with any period parted from the word that it touches, and the sixth, with
        its periods as text before it."""
        loose = Interpretation(with_periods_apart(self.last.query, self.today, is_loose=True))
        if loose.query == self.last.query:
            return loose.query, []
        in_days = self.reread(loose)
        return loose.query, [*self.untried(as_text(in_days, were_tried=False), in_days)]

    def as_cut(self, loose: Query) -> Interpretation | None:
        """The ninth; None if no text can be cut, or one of these periods would be lost."""
        to_cut = [*self.to_cut, as_text(self.to_cut[-1], in_quotation_marks=True)]
        if any(note.remark is Remark.NOT_CLOSED for note in self.query.notes):
            to_cut.append(as_written(parse(self.query.unquoted, self.today), self.known))
        for reading in {one.query: one for one in to_cut}.values():
            if as_cut := cut(self.search, reading.query, self.scope):
                if parts_period(as_cut, reading.query, loose):
                    return None
                dated = reading.dated and rewritten(reading.dated, as_cut.cuts)
                found = replace(reading, query=as_cut.query, as_cut=as_cut, dated=dated)
                return replace(found, is_as_written=False)
        return None


def as_text(
    reading: Interpretation, *, in_quotation_marks: bool = False, were_tried: bool = True
) -> Interpretation:
    """The reading with its periods that no field announces as text. If these `were_tried`, they
    find nothing."""
    query = without_periods(
        reading.query, in_quotation_marks=in_quotation_marks, were_tried=were_tried
    )
    dated = reading.query if were_tried and query != reading.query else None
    return replace(reading, query=query, is_as_written=False, dated=dated)


def by_archive(search: Search, query: Query, today: dt.date) -> Query:
    """The query with periods without a year in the newest year in which the archive has posts in
    them: 3月15日 is of 2022, if no 15 March is newer. Two statements, if there are such periods."""
    if not is_of_archive(query, today):
        return query
    newest = search.keys(Conditions(), 1)
    last = timezone.localdate(newest[0].published_at) if newest else today
    days, undated = last_days(last), undated_alone(query, today)
    if newest and undated.clauses:
        asked = (undated_after(undated, today, day) for day in days)
        found = search.with_posts([search.conditions(one, Scope()) for one in asked], most=1)
        days = [days[number] for number in found] or days
    return undated_after(query, today, days[0])


def is_in_name(known: AllNames, text: str) -> bool:
    """Whether a name of a security or a source has a text of two characters or more, or the text
    can be a code."""
    if is_code(text):
        return True
    facets = (SECURITY.facet, SOURCE.facet)
    names = (number for one in facets for number in known.of[one].written.having(normalise(text)))
    return len(text) > 1 and any(True for _ in names)


def by_texts(search: Search, query: Query, scope: Scope, today: dt.date) -> Query:
    """The query with each word that may be a period, is one of several alternatives, and finds
    nothing as text, as a period: 2022-03 | 茅台; where all of them may be periods, all as soon as
    one finds nothing. So is a date that is left out, where no post has it as text: -2022-03. One
    statement, if there are such words."""
    tried = [
        (clause, one)
        for clause in query.clauses
        for one in clause.criteria
        if (HAS_FIGURE.search(one.value) if clause.is_excluded else len(clause.criteria) > 1)
        if is_period(one, today) and not one.is_negated
    ]
    asked = [with_alternative(query, clause, one) for clause, one in tried]
    found = search.with_posts([search.conditions(one, scope) for one in asked])
    empty = [tried[number] for number in range(len(tried)) if number not in found]
    of_periods = [
        clause
        for clause, _ in empty
        if not clause.is_excluded and all(is_period(one, today) for one in clause.criteria)
    ]
    periods = {one for clause, one in tried if (clause, one) in empty or clause in of_periods}
    return with_periods(query, today, only=periods) if periods else query


def by_posts(search: Search, query: Query, scope: Scope) -> Query:
    """The query with each period that is one of several alternatives, and no field announces, as
    text where it finds nothing and another alternative may find something: each is answered as it
    would be alone. One statement, if there are such alternatives."""
    tried = assumed_alternatives(query)
    asked = [with_alternative(query, clause, one) for clause, one in tried]
    found = search.with_posts([search.conditions(one, scope) for one in asked])
    full = {one.days for number, (_, one) in enumerate(tried) if number in found}
    periods = {one for _, one in tried}
    mixed = [
        clause
        for clause, _ in tried
        if any(one not in periods or one.days in full for one in clause.criteria)
    ]
    empty = {one.days for clause, one in tried if clause in mixed} - full
    return without_periods(query, only=empty)


def with_alternative(query: Query, clause: Clause, criterion: Criterion) -> Query:
    """The query with one alternative of a clause alone, which must hold."""
    alone = replace(clause, criteria=(criterion,), is_excluded=False)
    return replace(query, clauses=tuple(alone if one is clause else one for one in query.clauses))


def parts_period(as_cut: CutQuery, read: Query, dated: Query) -> bool:
    """Whether a cut of what was `read` leaves out, or goes through, what is a period in it once it
    is `dated`."""
    pieces = [one.value for one in criteria_of(as_cut.query)]
    known = {*assumed(read).values(), *(one.value for one in criteria_of(read))}
    periods = {*assumed(dated).values()} - known
    return any(not any(period in piece for piece in pieces) for period in periods)


def criteria_of(query: Query) -> Iterator[Criterion]:
    return (one for clause in query.clauses for one in clause.criteria)


def other_readings(
    search: Search, asked: Query, reading: Interpretation, scope: Scope
) -> list[str]:
    """The queries that find something with their periods in quotation marks, as text, with words
    that may be periods as such, or with words between slashes as alternatives, where the query was
    not read so; and first that of periods that find nothing, whose page has the days beside them.
    At most two statements."""
    today, query = timezone.localdate(), reading.query
    dated = by_archive(search, with_periods(query, today), today)
    others = [
        other
        for other in (
            without_periods(query, in_quotation_marks=True),
            dated,
            with_slashes_apart(query, today),
        )
        if other.meaning not in (asked.meaning, query.meaning)
    ]
    found = search.with_posts([search.conditions(other, scope) for other in others])
    empty = [replace(reading.dated, text="")] if reading.dated else []
    found_so = [other for number, other in enumerate(others) if number in found]
    return [exactly(other, today).text for other in (*empty, *found_so)]


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
