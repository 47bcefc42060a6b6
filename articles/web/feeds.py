"""Atom feeds (RFC 4287): the newest posts of a list, whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _

from ..listings.answering import answer
from ..listings.listing import Listing
from ..listings.notes import how_to_insist
from ..listings.request import Detail, ListingRequest
from ..listings.subjects import Subject, TermSubject
from ..search import engine
from ..terms import TermKind
from . import addresses
from .addresses import with_query
from .errors import unavailable
from .listings import day_subject
from .watch import watched


class PostFeed:
    """The newest posts of all, or of a search, at the address of their list with `feed.xml` after
    it."""

    def __call__(self, request: HttpRequest, **address: Any) -> HttpResponse:
        try:
            return render_feed(request, self.listing(request, **address))
        except engine.SearchTimeoutError:
            return unavailable()

    def listing(self, request: HttpRequest, **address: Any) -> Listing:
        asked = ListingRequest.read(request.GET, self.subject(request, **address), Detail.WHOLE)
        addresses.check_spelling(asked.filters)
        return answer(asked)

    def subject(self, request: HttpRequest, **address: Any) -> Subject | None:
        """What the feed is of."""
        return None


def render_feed(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The feed of a listing, at the address that was asked for."""
    query = request.GET.urlencode()
    updated = max((post.updated_at for post in listing.posts), default=timezone.now())
    context = {
        "listing": listing,
        "title": " · ".join(filter(None, [name_of(listing.request), _("Newsroom")])),
        "subtitle": subtitle(listing),
        "feed": request.build_absolute_uri(with_query(request.path, query)),
        "page": request.build_absolute_uri(
            with_query(request.path.removesuffix("feed.xml"), query)
        ),
        "root": request.build_absolute_uri("/")[:-1],
        "updated": updated,
    }
    response = render(request, "feeds/atom.xml", context, "application/atom+xml; charset=utf-8")
    response["Last-Modified"] = http_date(updated.timestamp())
    return response


def subtitle(listing: Listing) -> str:
    """How the query was understood, if not as written; empty if it was."""
    cut = [*listing.cut.notes, how_to_insist()] if listing.cut else []
    return " ".join([*listing.notes, *cut])


def name_of(asked: ListingRequest) -> str:
    """What a feed is of; empty if it is of all posts."""
    parts = [asked.query.text, str(asked.subject) if asked.subject else ""]
    return " · ".join(dict.fromkeys(filter(None, parts)))


class TermFeed(PostFeed):
    """The newest posts of a term."""

    def __init__(self, kind: TermKind) -> None:
        self.kind = kind

    def subject(self, request: HttpRequest, **address: Any) -> TermSubject:
        return TermSubject(self.kind, addresses.term_at(self.kind, address["key"]))


class DayFeed(PostFeed):
    """The posts of a day."""

    def subject(self, request: HttpRequest, **address: Any) -> Subject:
        return day_subject(**address)


class WatchFeed(PostFeed):
    """The newest posts of a watchlist."""

    def subject(self, request: HttpRequest, **address: Any) -> Subject:
        return watched(request)
