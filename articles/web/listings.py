"""Lists of posts: all of them, those of a term, those of a day."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsroom import clients

from ..listings.answering import answer
from ..listings.coverage import busiest, days_naming
from ..listings.filters import EXPANDED, PLACES, recent_periods
from ..listings.listing import Listing
from ..listings.request import ListingRequest, PageKeyError
from ..listings.subjects import DaySubject, Subject, TermSubject
from ..listings.watchlist import LEFT_OUT, UNREAD
from ..models import EmptySearch, FacetCount, Post
from ..replicas import asking, primary
from ..search import engine
from ..search.hot import hot_words
from ..search.shown import made_once
from ..terms import SECURITY, TermKind
from . import addresses
from .addresses import ATOM, FEED_PAGE, with_query
from .charts import chart_of_days, chart_over_time
from .errors import RETRY_AFTER, unavailable

logger = logging.getLogger(__name__)

OF_VISIT: Final = {EXPANDED, UNREAD, LEFT_OUT}  # parameters
LONGEST_SEARCH = 40  # characters; anything longer is not a search but a message to the editors

View = Callable[..., HttpResponse]


def says_when_too_long(view: View) -> View:
    """The view, with a page of its own (503) for a search that takes too long: it says when to try
    again."""

    @wraps(view)
    def wrapped(request: HttpRequest, **address: Any) -> HttpResponse:
        try:
            return view(request, **address)
        except engine.SearchTimeoutError as error:
            asked = ListingRequest.read(request.GET)
            return too_long(
                request,
                error,
                query=asked.query.text,
                kept=[] if address else asked.kept,
                periods=periods() if "day" not in address else [],
            )

    return wrapped


def too_long(
    request: HttpRequest,
    error: engine.SearchTimeoutError,
    template: str = "search/too_long.html",
    **context: Any,
) -> HttpResponse:
    """503: the page on a search that took too long."""
    context |= {"retry_after": RETRY_AFTER, "lacks_index": error.lacks_index}
    return unavailable(render_to_string(template, context, request))


def periods() -> list[tuple[str | Promise, dict[str, str | None]]]:
    """Periods up to today, or of an archive that ended before, up to its newest day; the shortest
    first, each with the parameters that ask for its first page."""
    today = timezone.localdate()
    last = min(today, Post.objects.published().newest_day() or today)
    firsts = [*recent_periods(last), (_("This year"), last.replace(month=1, day=1))]
    first_page = dict.fromkeys(PLACES)
    return [
        (
            label if last == today else f"{first} – {last}",
            {"from": first.isoformat(), "to": last.isoformat(), **first_page},
        )
        for label, first in firsts
    ]


@says_when_too_long
def post_list(request: HttpRequest) -> HttpResponse:
    """Every post, or what a search finds, newest first, filtered and a page at a time."""
    listing = listing_of(request)
    if is_empty_search(request, listing):
        count_empty_search(" ".join(listing.query.text.split()), clients.network(request) or "")
    response = render_listing(request, listing)
    if listing.finds_nothing:
        patch_cache_control(response, no_store=True)  # or only the first reader would be counted
    return response


def is_empty_search(request: HttpRequest, listing: Listing) -> bool:
    """Whether a reader (not a script, during typing) searched the whole archive and found nothing,
    or only results for something else than they wrote:
    https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header"""
    return (
        request.headers.get("Sec-Fetch-Dest") == "document"
        and listing.finds_nothing
        and request.GET.keys() == {"q"}
    )


def count_empty_search(text: str, address: str) -> None:
    """Tell the editors of a search, but not who searched. The reader gets the page even if this
    fails."""
    if len(text) > LONGEST_SEARCH or primary.is_away:
        return
    try:
        with asking(primary):
            EmptySearch.objects.count_one(text, address)
    except DatabaseError:
        logger.warning("A search that found nothing was not counted.", exc_info=True)


@says_when_too_long
def term_detail(request: HttpRequest, kind: TermKind, key: str) -> HttpResponse:
    """The posts of a term; of a security, also which others the same posts name, and the days with
    the most of its posts."""
    term = made_once(addresses.term_at, kind, key)
    listing = listing_of(request, TermSubject(kind, term))
    if kind is not SECURITY:
        return render_listing(request, listing)
    days = made_once(days_naming, (term,))[term.pk]
    is_whole = not (listing.query.clauses or listing.filters.selected)
    return render_listing(
        request,
        listing,
        "posts/security.html",
        security=term,
        busiest=busiest(days),
        # Of all posts, not of the newest alone, which a listing counts.
        **({"chart": chart_of_days(days)} if is_whole else {}),
        together=[
            value
            for value in listing.summary.values
            if value.facet == kind.facet and value.slug != term.symbol
        ],
    )


@says_when_too_long
def day_detail(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """The posts of a day, hour by hour, with links to the nearest days that have posts, and, on
    the first page of all of them, the words that stand out."""
    subject = day_subject(year, month, day)
    previous, following = FacetCount.objects.days_beside(subject.day, subject.day)
    listing = listing_of(request, subject)
    is_whole = not (listing.query.clauses or listing.filters.selected or listing.newer)
    return render_listing(
        request,
        listing,
        "posts/day.html",
        day=subject.day,
        previous=previous,
        next=following,
        hot=made_once(hot_words, subject.day) if is_whole and listing.posts else [],
    )


def day_subject(year: int, month: int, day: int) -> DaySubject:
    try:
        return DaySubject(dt.date(year, month, day))
    except ValueError as error:
        raise Http404(f"no such day: {error}") from error


def listing_of(request: HttpRequest, subject: Subject | None = None) -> Listing:
    """The listing that an address asks for. Raises `Http404` for a malformed key of a page,
    `addresses.RespelledError`, and `engine.SearchTimeoutError`."""
    try:
        asked = ListingRequest.read(request.GET, subject)
    except PageKeyError as error:
        raise Http404(str(error)) from error
    addresses.check_spelling(asked.filters)
    return answer(asked)


def render_listing(
    request: HttpRequest, listing: Listing, template: str = "posts/list.html", **context: Any
) -> HttpResponse:
    """A page of a listing, with a chart over time of what was asked for: the calendar shows all
    posts over time, and a day is too short."""
    query = listing.answering.query(sort=None, facet=None, stories=None)
    chart = chart_over_time(listing.summary) if listing.is_narrowed else None
    return render(
        request,
        template,
        {
            "listing": listing,
            "feed": with_query(f"{request.path}{ATOM}", query),
            "feed_page": with_query(f"{request.path}{FEED_PAGE}", query),
            "chart": chart,
            "canonical": canonical(request),
            **context,
        },
    )


def canonical(request: HttpRequest) -> str:
    """The address of the page, whichever facet it shows at length, and without what belongs to one
    visit: lines that were not added to a watchlist, and the parameters of campaigns."""
    parameters = request.GET.copy()
    of_visit = [name for name in parameters if name in OF_VISIT or name.startswith("utm_")]
    if not of_visit:
        return request.get_full_path()
    for name in of_visit:
        del parameters[name]
    return with_query(request.path, parameters.urlencode(safe=","))
