"""Listings for anything but a page: posts, and their count if it is asked for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ..models import ChangePlace, Page, PageKey, Post
from ..search import engine, facets
from ..search.conditions import Conditions, Scope
from ..search.query import Query
from ..search.romanised import names_to_search
from .entries import entry, with_detail
from .interpretations import keys_found
from .listing import NO_MATCHES, Listing
from .notes import cut_of, missing_of, notes_on, on_filters, sentences
from .plain import plain_changes, plain_page
from .request import Detail, ListingRequest, Order

MATCHES: Final = 5_000  # of a query, among which flashes are looked for: more than a day has


def bare(request: ListingRequest, scope: Scope) -> Listing:
    """The posts of a request for anything but a page, with the detail that it wants."""
    return searched(request, scope) if request.is_search else plain(request, scope)


def plain(request: ListingRequest, scope: Scope) -> Listing:
    conditions = Conditions().within(scope)
    if request.order is Order.CHANGED:
        listing = by_change(request, plain_changes(request, scope))
    else:
        listing = of_page(request, plain_page(request, scope))
    summary = NO_MATCHES
    if request.is_counted:
        with engine.searching() as search:
            summary = counted(search, conditions)
    notes = sentences(request.query.notes) + on_filters(request.filters)
    return replace(listing, summary=summary, notes=notes, conditions=conditions)


def searched(request: ListingRequest, scope: Scope) -> Listing:
    with engine.searching(names_to_search()) as search:
        first = most_of(request) if request.order is Order.NEWEST and not request.before else 1
        reading, conditions, keys = keys_found(
            search, request.query, scope, first, request.by_story
        )
        match request.order:
            case Order.NEWEST:
                listing = newest(search, request, conditions, keys)
            case Order.RELEVANCE:
                listing = most_relevant(search, request, reading.query, conditions)
            case Order.CHANGED:
                listing = last_changed(search, request, conditions)
        summary = counted(search, conditions) if request.is_counted else NO_MATCHES
        missing: tuple[str, ...] = ()
        if not keys and request.query.clauses:
            with search.budget.extras():
                missing = missing_of(search, reading)
    return replace(
        listing,
        summary=summary,
        notes=(*notes_on(request, reading, conditions.notes, search.terms.known), *missing),
        cut=cut_of(request, reading) if keys else None,
        conditions=conditions,
    )


def most_of(request: ListingRequest) -> int:
    """How many matches are looked at. The index does not tell which posts are flashes."""
    return MATCHES if request.detail is Detail.FLASH else request.size + 1


def newest(
    search: engine.Search,
    request: ListingRequest,
    conditions: Conditions,
    keys: Sequence[PageKey],
) -> Listing:
    """`keys` are those of the newest matches, unless older ones are wanted."""
    by_story, before = request.by_story, request.before
    if before:
        keys = search.keys(conditions, most_of(request), by_story, before=before)
    posts = with_detail(Post.objects.published(), request.detail)
    if by_story:
        posts = posts.with_story()
    found = posts.filter(pk__in=[key.id for key in keys])
    return of_page(request, found.page(size=request.size, before=before))


def most_relevant(
    search: engine.Search, request: ListingRequest, query: Query, conditions: Conditions
) -> Listing:
    found = search.ranked(
        conditions,
        query.alternatives,
        size=request.size,
        number=request.number,
        by_story=request.by_story,
    )
    return of_page(request, found)


def last_changed(search: engine.Search, request: ListingRequest, conditions: Conditions) -> Listing:
    size, before = request.size + 1, request.changed_before
    return by_change(request, search.changed(conditions, size, before, request.by_story))


def by_change(request: ListingRequest, changed: Sequence[tuple[ChangePlace, int]]) -> Listing:
    """The listing of posts that `changed`: one more than its size, if there are so many."""
    shown = changed[: request.size]
    posts = with_detail(Post.objects.published(), request.detail).in_bulk([pk for _, pk in shown])
    return Listing(
        request,
        entries=[entry(posts[pk], request.detail) for _, pk in shown if pk in posts],
        last_change=shown[-1][0] if len(changed) > len(shown) else None,
    )


def of_page(request: ListingRequest, found: Page) -> Listing:
    entries = [entry(post, request.detail) for post in found.posts]
    return Listing(request, entries, newer=found.newer, older=found.older)


def counted(search: engine.Search, conditions: Conditions) -> facets.Summary:
    """The count of all matches, without facets."""
    count = search.count(conditions)
    return facets.Summary(min(count, engine.COUNT_LIMIT), count > engine.COUNT_LIMIT, ())
