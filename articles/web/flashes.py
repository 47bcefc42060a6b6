"""The flashes of a day as a tape: a line each, the newest first."""

import datetime as dt
from dataclasses import replace
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..listings.answering import answer
from ..listings.filters import FilterChip
from ..listings.request import Detail, ListingRequest
from ..listings.subjects import DaySubject
from ..listings.watchlist import Watchlist
from ..models import PageKey, Post
from . import addresses
from .listings import day_subject, says_when_too_long

MOST = 300  # flashes of a day
NAMED: Final = 3  # securities on the chip of a watchlist


@says_when_too_long
def newest_flashes(request: HttpRequest) -> HttpResponse:
    """The flashes of the newest day with any. The page reports newer ones as they appear."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    day, _ = Post.objects.published().flashes().days_beside(tomorrow)
    return tape(request, DaySubject(day or timezone.localdate()), is_newest=True)


@says_when_too_long
def flashes_of_day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    return tape(request, day_subject(year, month, day))


def tape(request: HttpRequest, subject: DaySubject, *, is_newest: bool = False) -> HttpResponse:
    """The flashes of a day, narrowed by query and filters in the address, and by `s`: securities
    of which each has one, as in the address of a watchlist."""
    watchlist = Watchlist.read(MultiValueDict({"s": request.GET.getlist("s")}))
    subject = replace(subject, any_of=watchlist.terms)
    asked = ListingRequest.read(request.GET, subject, Detail.FLASH)
    addresses.check_spelling(asked.filters)
    listing = answer(replace(asked, size=MOST))
    chips = list(listing.filters.chips())
    if text := listing.query.text:
        chips.append(FilterChip(_("Search"), text, listing.filters.query(q=None)))
    if watchlist:
        names = [str(term) for term in watchlist.terms[:NAMED]]
        value = gettext(", ").join(names) + ("…" if len(watchlist.terms) > NAMED else "")
        chips.append(FilterChip(_("Watchlist"), value, listing.filters.query(s=None)))
    previous, following = Post.objects.published().flashes().days_beside(subject.day)
    return render(
        request,
        "posts/flashes.html",
        {
            "listing": listing,
            "chips": chips,
            "notes": watchlist.notes,
            "day": subject.day,
            "previous": previous,
            "next": following,
            "is_newest": is_newest,
            "is_truncated": len(listing.entries) == MOST,
            "newest_key": PageKey.of(listing.posts[0]) if listing.posts else None,
        },
    )
