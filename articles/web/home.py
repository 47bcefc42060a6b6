"""The front page."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from ..listings.answering import answer, newest_of_busiest
from ..listings.listing import Entry, Listing, by_day
from ..listings.request import ListingRequest
from ..models import PageKey, Post
from ..search.hot import hot_words
from ..search.mentioned import most_mentioned
from ..search.shown import made_once

NEWEST_POSTS = 12  # posts
BUSIEST = 6  # categories
NEWEST_OF_EACH = 5  # posts of a category
MOST_OF_EACH = 24  # posts of the one that fills the column beside the stream
MENTIONED = 12  # securities
MENTIONS = 2  # posts that name a security, at least
LATELY = dt.timedelta(days=3)  # before the newest post
LINES_OF_CHANNEL = 13
LINES_OF_WAYS = 9
MOST_NEW = 99  # posts that are counted


def home(request: HttpRequest) -> HttpResponse:
    """The newest posts, the newest of each of the busiest categories, the words that stand out on
    the newest day, and the securities that posts of the archive's last days name most."""
    newest = answer(ListingRequest(size=NEWEST_POSTS, by_story=True)).entries
    channels = made_once(newest_of_busiest, BUSIEST, MOST_OF_EACH)
    context: dict[str, Any] = {"days": by_day(newest), "hot": [], "mentioned": []}
    if newest:
        since = newest[0].post.published_at - LATELY
        context["newest_key"] = PageKey.of(newest[0].post)
        context["newest_day"] = day = timezone.localdate(newest[0].post.published_at)
        context["hot"] = made_once(hot_words, day)
        context["mentioned"] = [
            (value, value.slug.partition(".")[2])
            for value in made_once(most_mentioned, since, MENTIONED)
            if (value.posts or 0) >= MENTIONS
        ]
    ranked = len(context["hot"]) + len(context["mentioned"])
    room = beside_stream(newest, ranked, channels)
    # The busiest has most to fill the column with, so it is the last there.
    context |= {
        "beside": channels[:room][::-1],
        "below": channels[room:],
        "headlines_of_each": NEWEST_OF_EACH,
    }
    return render(request, "home.html", context)


def beside_stream(newest: Sequence[Entry], ranked: int, channels: Sequence[Listing]) -> int:
    """How many channels stand in the column beside the stream, and not two in a row below it: as
    few as fill that column, the busiest with all its posts. Counted in lines, about."""
    stream = sum((2 if one.is_line else 4) + bool(one.also_told) for one in newest)
    busiest = 2 * len(channels[0].posts) if channels else 0
    for room in range(1, len(channels)):
        below = -(-(len(channels) - room) // 2) * LINES_OF_CHANNEL
        beside = LINES_OF_WAYS + 2 * ranked + (room - 1) * LINES_OF_CHANNEL + busiest
        if beside >= stream + below:
            return room
    return len(channels)


def news(request: HttpRequest) -> HttpResponse:
    """How many posts, or with `flashes` how many of these, are newer than the key `after`, at most
    `MOST_NEW`, as JSON: {"count": 3}."""
    key = PageKey.parse(request.GET.get("after", ""))
    newer = Post.objects.published().newer_than(key) if key else Post.objects.none()
    if "flashes" in request.GET:
        newer = newer.flashes()
    return JsonResponse({"count": newer[:MOST_NEW].count()})
