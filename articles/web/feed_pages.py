"""Pages about feeds: what each is and how to use it, and all of them, also as OPML."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from newsroom.addresses import root_of, url

from ..listings.request import PAGE_SIZE, Detail, ListingRequest
from ..search.kept_names import all_names
from ..search.names import Spelled, spelled
from ..terms import TERMS, TermKind
from . import addresses
from .addresses import ATOM, FEED_PAGE, JSON, with_query
from .environment import term_url
from .feeds import PostFeed

OF_EACH: Final = 60  # terms of a kind


def page_of(feed: PostFeed) -> Callable[..., HttpResponse]:
    """The view of the page about a feed, which is at the address of the list with `feed/` after it
    and takes the same filters."""

    def feed_page(request: HttpRequest, **address: Any) -> HttpResponse:
        asked = ListingRequest.read(request.GET, feed.subject(request, **address), Detail.HEADLINE)
        addresses.check_spelling(asked.filters)
        path, query = request.path.removesuffix(FEED_PAGE), asked.filters.query()
        context = {
            "title": asked.name or _("All posts"),
            "kind": asked.subject.kicker if asked.subject else "",
            "listed": with_query(path, query),
            "feed": with_query(f"{path}{ATOM}", query),
            "as_json": with_query(f"{path}{JSON}", query),
            "size": PAGE_SIZE,
            "embedded": embedded(asked),
            "by_story": asked.by_story,
            "other": with_query(
                request.path, asked.filters.query(stories=None if asked.by_story else "on")
            ),
        }
        return render(request, "feeds/feed.html", context)

    return feed_page


def embedded(asked: ListingRequest) -> str | None:
    """The path at which other sites show the list in a frame; None if none may, or if it is a
    watchlist."""
    is_possible = settings.EMBED_HOSTS and asked.selecting is not None
    return f"{url('embed')}?{asked.selecting}" if is_possible else None


def all_feeds(request: HttpRequest) -> HttpResponse:
    """The feed of all posts, and those of the most used terms of each kind."""
    return render(request, "feeds/index.html", {"kinds": most_used(), "most": OF_EACH})


def opml(request: HttpRequest) -> HttpResponse:
    """The same as http://opml.org/spec2.opml, which readers of feeds import."""
    root = root_of(request)
    context = {"root": root, "kinds": most_used()}
    response = render(request, "feeds/feeds.opml", context, "text/x-opml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="newsroom.opml"'
    return response


def most_used() -> list[tuple[TermKind, list[tuple[Spelled, str]]]]:
    """The most used terms of each kind that have a name and a page, each with its address. Kinds
    that repeat another are left out. Two queries."""
    known = all_names()
    kinds = [kind for kind in TERMS if kind.facet not in known.repeated]
    found = spelled("", {kind.facet: OF_EACH for kind in kinds}, known)
    return [
        (kind, [(one, page(one)) for one in found if one.facet == kind.facet and page(one)])
        for kind in kinds
    ]


def page(term: Spelled) -> str:
    return term_url(term.facet, term.address) if term.name else ""
