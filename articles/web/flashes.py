"""The flashes of a day as a tape: a line each, the newest first."""

import datetime as dt
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ..listings.answering import answer
from ..listings.request import Detail, ListingRequest
from ..listings.subjects import DaySubject
from ..models import PageKey, Post
from . import addresses
from .listings import day_subject, says_when_too_long

MOST = 300  # flashes of a day


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
    """The flashes of a day, narrowed by the filters in the address."""
    asked = ListingRequest.read(request.GET, subject, Detail.FLASH)
    addresses.check_spelling(asked.filters)
    listing = answer(replace(asked, size=MOST))
    previous, following = Post.objects.published().flashes().days_beside(subject.day)
    return render(
        request,
        "posts/flashes.html",
        {
            "listing": listing,
            "day": subject.day,
            "previous": previous,
            "next": following,
            "is_newest": is_newest,
            "is_truncated": len(listing.entries) == MOST,
            "newest_key": PageKey.of(listing.posts[0]) if listing.posts else None,
        },
    )
