"""Feeds as Atom (RFC 4287) and as JSON (https://www.jsonfeed.org/version/1.1/): the newest posts of
a list, whole, and a page at a time all others (RFC 5005, section 3)."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _

from newsroom.addresses import root_of

from .. import websub
from ..listings.answering import answer
from ..listings.listing import Entry, Listing
from ..listings.notes import how_to_insist
from ..listings.request import Detail, ListingRequest, PageKeyError
from ..listings.subjects import Subject, TermSubject
from ..search import engine
from ..terms import TermKind
from . import addresses
from .addresses import ATOM, JSON, with_query
from .errors import unavailable
from .listings import day_subject
from .watch import watched

#: A link of a body within the site. JSON Feed has no base for it.
LINK: Final = re.compile(r'(<[^<>]{1,999}?\s(?:href|src)=")(?=/[^/])')


class Feed(NamedTuple):
    """A feed: what it has, what it is called, and whole addresses: of itself, of its list, of the
    next page and of the first one, if that is another. `root` is that of the site."""

    listing: Listing
    title: str
    subtitle: str
    updated: dt.datetime
    root: str
    address: str
    page: str
    next: str
    first: str


class PostFeed:
    """The newest posts of all, or of a search, at the address of their list with `feed.xml` or
    `feed.json` after it."""

    def __call__(self, request: HttpRequest, **address: Any) -> HttpResponse:
        return self.rendered(request, as_atom, address)

    def as_json(self, request: HttpRequest, **address: Any) -> HttpResponse:
        return self.rendered(request, as_json, address)

    def rendered(
        self,
        request: HttpRequest,
        render_feed: Callable[[HttpRequest, Feed], HttpResponse],
        address: dict[str, Any],
    ) -> HttpResponse:
        try:
            feed = feed_of(request, self.listing(request, **address))
        except PageKeyError as error:
            raise Http404(str(error)) from error
        except engine.SearchTimeoutError:
            return unavailable()
        response = render_feed(request, feed)
        response["Last-Modified"] = http_date(feed.updated.timestamp())
        response["Access-Control-Allow-Origin"] = "*"  # as it is public, also for scripts
        return response

    def listing(self, request: HttpRequest, **address: Any) -> Listing:
        asked = ListingRequest.read(request.GET, self.subject(request, **address), Detail.WHOLE)
        addresses.check_spelling(asked.filters)
        return answer(asked)

    def subject(self, request: HttpRequest, **address: Any) -> Subject | None:
        """What the feed is of."""
        return None


def feed_of(request: HttpRequest, listing: Listing) -> Feed:
    """The feed of a listing, at the address that was asked for."""
    path = request.path
    list_path = path.removesuffix(ATOM).removesuffix(JSON)
    whole = request.build_absolute_uri
    rest = listing.filters.query()
    following = listing.filters.query(before=listing.older) if listing.older else ""
    return Feed(
        listing,
        title=" · ".join(filter(None, [listing.request.name, _("Newsroom")])),
        subtitle=subtitle(listing),
        updated=max((post.updated_at for post in listing.posts), default=timezone.now()),
        root=root_of(request),
        address=whole(with_query(path, request.GET.urlencode())),
        page=whole(with_query(list_path, rest)),
        next=whole(with_query(path, following)) if following else "",
        first=whole(with_query(path, rest)) if listing.request.before else "",
    )


def as_atom(request: HttpRequest, feed: Feed) -> HttpResponse:
    context = {**feed._asdict(), "hub": hub_of(request)}
    return render(request, "feeds/atom.xml", context, "application/atom+xml; charset=utf-8")


def as_json(request: HttpRequest, feed: Feed) -> HttpResponse:
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": "zh-Hans",
        "items": [item(entry, feed.root) for entry in feed.listing.entries],
    }
    if feed.subtitle:
        told["description"] = feed.subtitle
    if feed.next:
        told["next_url"] = feed.next
    if hub := hub_of(request):
        told["hubs"] = [{"type": "WebSub", "url": hub}]
    content = json.dumps(told, ensure_ascii=False)
    return HttpResponse(content, content_type="application/feed+json; charset=utf-8")


def hub_of(request: HttpRequest) -> str:
    """The hub that is told when the feed at this address has changed; empty if there is none."""
    is_told = request.path in websub.paths() and not request.GET
    return settings.WEBSUB_HUB if is_told else ""


def item(entry: Entry, root: str) -> dict[str, Any]:
    post = entry.post
    address = root + post.get_absolute_url()
    told: dict[str, Any] = {
        "id": address,
        "url": address,
        "title": post.title,
        "content_html": LINK.sub(rf"\1{root}", post.body_html),
        "date_published": post.published_at.isoformat(),
        "date_modified": post.updated_at.isoformat(),
        "tags": [category.name for category in entry.categories],
    }
    if post.digest:
        told["summary"] = post.digest
    if post.source:
        told["authors"] = [{"name": post.source.name}]
    return told


def subtitle(listing: Listing) -> str:
    """How the query was understood, if not as written; empty if it was."""
    cut = [*listing.cut.notes, how_to_insist()] if listing.cut else []
    return " ".join([*listing.notes, *cut])


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
