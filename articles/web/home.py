"""The front page."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from ..listings.answering import answer, newest_of_busiest
from ..listings.listing import by_day
from ..listings.request import ListingRequest
from ..models import PageKey, Post
from ..search.hot import hot_words
from ..search.mentioned import most_mentioned
from ..search.shown import made_once

NEWEST_POSTS = 12  # posts
BUSIEST = 6  # categories
NEWEST_OF_EACH = 5  # posts of a category
MENTIONED = 12  # securities
MENTIONS = 2  # posts that name a security, at least
LATELY = dt.timedelta(days=3)  # before the newest post
MOST_NEW = 99  # posts that are counted


def home(request: HttpRequest) -> HttpResponse:
    """The newest posts, the newest of each of the busiest categories, the words that stand out on
    the newest day, and the securities that posts of the archive's last days name most."""
    newest = answer(ListingRequest(size=NEWEST_POSTS, by_story=True)).entries
    channels = made_once(newest_of_busiest, BUSIEST, NEWEST_OF_EACH)
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
    # Where there is less to rank, another category fills the column beside the newest posts.
    room = 1 if len(context["mentioned"]) > MENTIONED * 2 // 3 else 2
    context |= {"beside": channels[:room], "below": channels[room:]}
    return render(request, "home.html", context)


def news(request: HttpRequest) -> HttpResponse:
    """How many posts, or with `flashes` how many of these, are newer than the key `after`, at most
    `MOST_NEW`, as JSON: {"count": 3}."""
    key = PageKey.parse(request.GET.get("after", ""))
    newer = Post.objects.published().newer_than(key) if key else Post.objects.none()
    if "flashes" in request.GET:
        newer = newer.flashes()
    return JsonResponse({"count": newer[:MOST_NEW].count()})
