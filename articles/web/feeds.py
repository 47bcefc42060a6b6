"""Atom feeds (RFC 4287): the newest posts of a list, whole."""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from ..listings.answering import answer
from ..listings.listing import Entry, Listing
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


class WholePostFeed(Atom1Feed):
    """Atom with the HTML of each post as its content; its addresses are relative to the post."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        base = {"type": "html", "xml:base": item["link"], "xml:lang": "zh-Hans"}
        handler.addQuickElement("content", item["content"], base)


class Asked(NamedTuple):
    """What a feed is asked for: the path and the query of its address, and what answers them."""

    path: str
    query: str
    listing: Listing


class PostFeed(Feed):  # type: ignore[type-arg]  # takes none at run time
    """The newest posts of all, or of a search, at the address of their list with `feed.xml` after
    it."""

    feed_type = WholePostFeed
    language = "zh-Hans"
    author_name = "Newsroom"  # of entries that have no source: RFC 4287, 4.1.1

    def __call__(self, request: HttpRequest, *args: Any, **address: Any) -> HttpResponse:
        try:
            return super().__call__(request, *args, **address)
        except engine.SearchTimeoutError:
            return unavailable()

    def get_object(self, request: HttpRequest, **address: Any) -> Asked:
        asked = ListingRequest.read(request.GET, self.subject(request, **address), Detail.WHOLE)
        addresses.check_spelling(asked.filters)
        return Asked(request.path, request.GET.urlencode(), answer(asked))

    def subject(self, request: HttpRequest, **address: Any) -> Subject | None:
        """What the feed is of."""
        return None

    def title(self, asked: Asked) -> str:
        return " · ".join(filter(None, [name_of(asked.listing.request), _("Newsroom")]))

    def subtitle(self, asked: Asked) -> str | None:
        """How the query was understood, if not as written. None, so that there is no subtitle, if
        it was."""
        cut = asked.listing.cut
        said = [*cut.notes, how_to_insist()] if cut else []
        return " ".join([*asked.listing.notes, *said]) or None

    def link(self, asked: Asked) -> str:
        return with_query(asked.path.removesuffix("feed.xml"), asked.query)

    def feed_url(self, asked: Asked) -> str:
        return with_query(asked.path, asked.query)

    def items(self, asked: Asked) -> list[Entry]:
        return list(asked.listing.entries)

    def item_title(self, entry: Entry) -> str:
        return entry.post.title

    def item_link(self, entry: Entry) -> str:
        return entry.post.get_absolute_url()

    def item_description(self, entry: Entry) -> str | None:  # type: ignore[override]  # the stubs know no None
        """The digest. None if there is none, so that the entry has no summary."""
        return entry.post.digest or None

    def item_pubdate(self, entry: Entry) -> dt.datetime:
        return entry.post.published_at

    def item_updateddate(self, entry: Entry) -> dt.datetime:
        return entry.post.updated_at

    def item_author_name(self, entry: Entry) -> str | None:
        return entry.post.source.name if entry.post.source else None

    def item_categories(self, entry: Entry) -> list[str]:
        return [category.name for category in entry.categories]

    def item_extra_kwargs(self, entry: Entry) -> dict[str, Any]:
        return {"content": entry.post.body_html}


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
