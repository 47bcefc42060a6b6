"""What the list of posts at the desk finds."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from ..search import desk, misspelt
from ..search.conditions import Conditions
from ..search.query import Query, parse, with_periods
from .interpretations import first_that_finds
from .notes import all_notes, missing_of, sentences
from .request import ListingRequest


class FoundByEditors(NamedTuple):
    """The ids of posts, newest first, and sentences on how the query was understood. If there are
    none, `near` has what may have been meant, or what finds some in whole texts or with operators
    in capitals."""

    ids: list[int]
    notes: tuple[str, ...]
    near: Sequence[misspelt.Offer] = ()


def found_by_editors(request: ListingRequest) -> FoundByEditors:
    """The newest posts that a request finds, of every status or of the one that it wants. Raises
    `engine.SearchTimeoutError`."""
    query, scope = request.query, request.scope
    if scope is None or query.is_senseless:
        return FoundByEditors([], sentences(query.notes))
    missing: tuple[str, ...] = ()
    with desk.searching(request.status) as search:

        def look(query: Query) -> tuple[Conditions, list[int]]:
            conditions = search.conditions(query, scope)
            return conditions, desk.newest(search, conditions, request.size)

        reading, conditions, ids = first_that_finds(search, query, scope, look)
        near: list[misspelt.Offer] = []
        if query.clauses and not ids:
            with search.budget.extras():
                missing = missing_of(search, reading)
                for text in filter(None, (query.in_capitals, query.in_whole_text)):
                    asked = parse(text, timezone.localdate())
                    if first_that_finds(search, asked, scope, look)[2]:
                        near.append(misspelt.Offer(text, text))
                offered = desk.offers(search, with_periods(query, timezone.localdate()), scope)
                near += misspelt.other_than(offered, query)
    said = all_notes(request, reading, conditions.notes, search.terms.known)
    return FoundByEditors(ids, (*said, *missing), near)
