"""A request → the listing that answers it."""

from dataclasses import replace
from typing import Final

from prometheus_client import Counter

from ..search import busiest, engine
from ..search.conditions import Scope
from ..terms import CATEGORY
from .bare import bare
from .entries import entry
from .listing import Listing
from .notes import sentences
from .pages import page
from .request import Detail, ListingRequest
from .subjects import TermSubject
from .watchlist import as_followed

SEARCHES: Final = Counter(
    "newsroom_searches",
    "Searches for readers, by the order of a page or the detail of a feed or tape, and by outcome.",
    ["kind", "outcome"],
)


def answer(request: ListingRequest) -> Listing:
    """The listing that answers a request, empty if a filter makes no sense. Raises
    `engine.SearchTimeoutError`."""
    scope = request.scope
    if scope is None:
        return Listing(request)
    if request.query.is_senseless:
        return Listing(request, notes=sentences(request.query.notes))
    read = page if request.detail is Detail.PAGE else bare
    if not request.is_search:
        return read(request, scope)
    kind = request.order if request.detail is Detail.PAGE else request.detail
    try:
        scope, notes, said = as_followed(scope)
        listing = read(request, scope)
    except engine.SearchTimeoutError:
        SEARCHES.labels(kind.value, "timeout").inc()
        raise
    SEARCHES.labels(kind.value, "found" if listing.entries else "nothing").inc()
    return replace(listing, notes=(*sentences(notes), *said, *listing.notes))


def newest_of_busiest(categories: int, size: int) -> list[Listing]:
    """The headlines of the newest posts of each of the busiest categories, by one query."""
    request = ListingRequest(detail=Detail.HEADLINE, size=size)
    return [
        Listing(
            replace(request, scope=Scope((category,)), subject=TermSubject(CATEGORY, category)),
            entries=[entry(post, request.detail) for post in posts],
        )
        for category, posts in busiest.newest_of_busiest(categories, size)
    ]
