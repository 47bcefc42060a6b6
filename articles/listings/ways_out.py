"""A query that finds nothing → what may be asked instead."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from django.utils import timezone

from ..search import misspelt
from ..search.conditions import Scope
from ..search.engine import Advice, Search
from ..search.fewer_words import in_fewer_words
from ..search.kept_names import AllNames
from ..search.misspelt import Offer, is_code
from ..search.query import MAX_LENGTH, Clause, Field, Query, parse
from ..search.text.segmentation import JOINING
from ..terms import BY_QUERY_FIELD, TermKind
from .interpretations import Interpretation, keys_found
from .nearest import dates_of, nearest_days
from .request import ListingRequest


@dataclass(slots=True)
class WaysOut:
    """What `find`, `find_offers` and `find_nearest` found so far; the fields are as in
    `listing.Listing`."""

    search: Search
    request: ListingRequest
    scope: Scope
    advice: Sequence[Advice] = ()
    near: Sequence[Offer] = ()
    nearest: list[tuple[dt.date, str]] = field(default_factory=list)
    in_whole_text: str = ""
    in_capitals: str = ""
    directories: Sequence[TermKind] = ()

    def find(self, reading: Interpretation) -> None:
        """Everything that may be asked instead of a query that finds nothing, read as it was last.
        The likeliest to help comes first, since there may not be time for all."""
        advice = self.search.advice(reading.query, self.scope)
        operators = {*self.request.query.in_small}
        self.advice = [one for one in advice if operators.isdisjoint(one.clause.places)]
        self.directories = self.directories_of(reading.query)
        wrong = [one.clause for one in self.advice if one.finds_nothing]
        self.in_capitals = self.if_it_finds(self.request.query.in_capitals)
        if not self.in_capitals:
            self.find_offers(reading, wrong or misspelt_in_cut(reading, self.search.terms.known))
        self.find_nearest(reading)
        if not (self.near or self.nearest) and (dated := dates_of(reading.query)):
            self.near = self.of_any_time(reading.without(*dated))
        if not self.near and (unquoted := self.if_it_finds(self.request.query.unquoted)):
            self.near = [Offer(unquoted, unquoted)]
        self.in_whole_text = self.if_it_finds(self.request.query.in_whole_text)

    def directories_of(self, query: Query) -> Sequence[TermKind]:
        """The kinds of term in which a field, or a code, asks for a term that nobody knows."""
        asked = [one for clause in query.clauses for one in clause.criteria]
        unknown = {
            one.field
            for one in asked
            if one.field in BY_QUERY_FIELD and not self.search.terms.tokens(one)
        }
        unknown |= {Field.CODE for one in asked if one.field is Field.TEXT and is_code(one.value)}
        return [kind for field, kind in BY_QUERY_FIELD.items() if field in unknown]

    def find_offers(
        self, reading: Interpretation, wrong: Sequence[Clause], *, may_lack_words: bool = True
    ) -> None:
        """What may have been meant by the clauses that are `wrong`; or, if posts `may_lack_words`,
        the most of its words that a post has."""
        asked, query = self.request.query, reading.query
        if asked.in_capitals:  # of the same length, so all places stay
            asked = parse(asked.in_capitals, timezone.localdate())
        as_typed = replace(query, text=asked.text)
        near = misspelt.offers(self.search, as_typed, wrong, self.scope) if wrong else []
        if not near:
            near = in_fewer_words(self.search, query, self.scope, may_lack_words=may_lack_words)
        near = misspelt.other_than(near, self.request.query, asked, query)
        self.advice, self.near = without_repeats(
            reading, self.advice, near, is_any_wrong=bool(wrong)
        )

    def find_nearest(self, reading: Interpretation) -> None:
        """The days beside an empty period."""
        days = nearest_days(self.search, reading.query, self.scope)
        self.nearest = [(day, on_day(self.request, reading, day)) for day in days]

    def of_any_time(self, text: str) -> Sequence[Offer]:
        """The text of a query without its period, or in fewer words, as it finds something."""
        if found := self.if_it_finds(text):
            return [Offer(found, found)]
        return in_fewer_words(self.search, parse(text, timezone.localdate()), self.scope)

    def if_it_finds(self, text: str) -> str:
        """The text of a query, if that finds a post; otherwise empty."""
        if not text:
            return ""
        query = parse(text, timezone.localdate())
        _, _, keys = keys_found(self.search, query, self.scope, 1)
        return text if keys else ""


def without_repeats(
    reading: Interpretation, advice: Sequence[Advice], near: Sequence[Offer], *, is_any_wrong: bool
) -> tuple[Sequence[Advice], Sequence[Offer]]:
    """Advice and offers, with only one of those that lead to the same: the advice, if it names a
    clause that finds nothing; otherwise the offer, which editors get, too."""
    today, query = timezone.localdate(), reading.query
    rests = [
        (
            parse(reading.without(one.clause), today),
            replace(query, clauses=tuple(each for each in query.clauses if each != one.clause)),
        )
        for one in advice
    ]
    if is_any_wrong:
        return advice, misspelt.other_than(near, *chain(*rests))
    offered = {parse(one.query, today).meaning for one in near}
    kept = [
        one
        for one, ways in zip(advice, rests, strict=True)
        if offered.isdisjoint(way.meaning for way in ways)
    ]
    return kept, near


def on_day(request: ListingRequest, reading: Interpretation, day: dt.date) -> str:
    """The query of the address that asks for the same on another day."""
    query = reading.query
    changed = {"q": reading.without(*dates_of(query)) or None} if query.clauses else {}
    return request.filters.query(**changed, **{"from": day, "to": day})


def misspelt_in_cut(reading: Interpretation, known: AllNames) -> list[Clause]:
    """The clauses of a cut query of which a word may be misspelt: what they are sounds like a name,
    or the cut left out more than signs and what joins words."""
    if reading.as_cut is None:
        return []
    return [
        Clause((criterion,), False, ((0, MAX_LENGTH),))
        for criterion, cut in reading.as_cut.cuts.items()
        if any(letter.isalnum() and letter not in JOINING for letter in "".join(cut.left_out))
        or misspelt.sounds_like_name(known, criterion.value)
    ]
