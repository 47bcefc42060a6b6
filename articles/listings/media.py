"""Media that words of a query name → the posts that they wrote. (The query itself finds the posts
that name them.)"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from ..search.conditions import Scope
from ..search.engine import Count, Search
from ..search.query import Clause, Query
from ..search.securities import is_word
from ..search.typed import Typed
from ..terms import SOURCE
from .interpretations import Interpretation
from .request import ListingRequest

MOST: Final = 2  # media
ENDS: Final = ("\t", "网\t", "·")  # of names in `NamesOfKind.written`, the surest first


class Medium(NamedTuple):
    """A source that a word names, the query of the address that asks for its posts with the rest of
    the query, and how many it finds."""

    source: Any
    query: str
    found: Count


def media_named(
    search: Search, request: ListingRequest, reading: Interpretation, scope: Scope
) -> list[Medium]:
    """The media that words of a query name and that wrote posts which match the rest of it, unless
    the posts are of certain media already. One statement, if a word names one."""
    if SOURCE.name in request.filters.selected or SOURCE.name not in request.filters.form.fields:
        return []
    named = [*islice(sources_named(search, reading.query), MOST)]
    asked = [
        search.conditions(without(reading.query, clause), replace(scope, terms=(*scope.terms, one)))
        for clause, one in named
    ]
    return [
        Medium(one, query_of(request, reading, clause, one), count)
        for (clause, one), count in zip(named, search.counts(asked), strict=True)
        if count.posts
    ]


def sources_named(search: Search, query: Query) -> Iterator[tuple[Clause, Any]]:
    """The clauses that are a single word which is the name of a source, each with that source. The
    word may lack the 网 of the name, or what stands after a dot: 证券时报网,
    上海证券报·中国证券网."""
    names = search.terms.known.of[SOURCE.facet]
    for clause in query.clauses:
        if len(clause.criteria) > 1 or clause.is_excluded or not is_word(clause.criteria[0]):
            continue
        spellings = Typed(clause.criteria[0].value).spellings
        found = (names.written.having(f"\t{one}{end}") for end in ENDS for one in spellings)
        for number in islice(chain.from_iterable(found), 1):
            row = names.rows[number]
            yield clause, SOURCE.model(pk=row.key, name=row.name, slug=row.address)


def without(query: Query, clause: Clause) -> Query:
    return replace(query, clauses=tuple(one for one in query.clauses if one is not clause))


def query_of(request: ListingRequest, reading: Interpretation, clause: Clause, source: Any) -> str:
    rest = reading.without(clause) or None
    return request.filters.query(q=rest, **{SOURCE.name: getattr(source, SOURCE.address_key)})
