"""What searches find over time, and what stands out, in figures."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from ..data.posts import Data
from ..listings.notes import on_filters
from ..listings.periods import Unit, period_of
from ..listings.trends import compared
from ..models import Post
from ..search.hot import hot
from .parameters import day_asked
from .posts import scope_of
from .problems import refused


def trends_of(request: HttpRequest, asked: Any) -> Data:
    """What searches find over time. Raises `ProblemError` and `engine.SearchTimeoutError`."""
    texts = list(dict.fromkeys(text.strip() for text in asked.q if text.strip()))
    if not texts:
        raise refused("q", gettext("This is needed."))
    unit = None if asked.by == "auto" else Unit(asked.by)
    filters, scope = scope_of(request)
    found = compared(texts, scope, unit, by_story=asked.stories == "on")
    if found is None:
        return {
            "by": None,
            "periods": [],
            "posts_are_estimated": False,
            "is_truncated": False,
            "trends": [
                {"q": text, "matches": [], "notes": [*on_filters(filters)]} for text in texts
            ],
        }
    return {
        "by": found.unit.value,
        "periods": [
            {
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "posts": posts,
                "error": error,
            }
            for one, posts, error in zip(found.periods, found.posts, found.errors, strict=True)
        ],
        "posts_are_estimated": found.posts_are_estimated,
        "is_truncated": found.is_truncated,
        "trends": [
            {
                "q": text,
                "matches": [
                    {"matches": one.matches, "share": round(one.share, 6), "error": one.error}
                    for one in trend.matches
                ],
                "notes": [*trend.notes, *on_filters(filters)],
            }
            for text, trend in zip(texts, found.found, strict=True)
        ],
    }


def hot_of(asked: Any) -> Data:
    """What stands out in a day or a week. Raises `ProblemError`."""
    day = day_asked("on", asked.on) or Post.objects.published().newest_day()
    if day is None:
        nothing: dict[str, Any] = {"first": None, "last": None, "stories": 0, "stories_before": 0}
        return {**nothing, "words": [], "securities": []}
    first, last = period_of(day, Unit(asked.by))
    found = hot(first, last, asked.limit, asked.limit)
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "stories": found.stories,
        "stories_before": found.stories_before,
        "words": [
            {
                "word": one.word,
                "stories": one.stories,
                "usual": round(one.usual, 2),
                "newest": one.newest.slug,
            }
            for one in found.words
        ],
        "securities": [
            {
                "symbol": one.security.slug,
                "name": one.security.name,
                "stories": one.stories,
                "usual": round(one.usual, 2),
            }
            for one in found.securities
        ],
    }
