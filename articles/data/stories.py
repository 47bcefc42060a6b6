"""Stories as data."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ..models import PostQuerySet, StoryPost
from .posts import Data, data_of, with_data

TOLD: Final = ("slug", "url", "title", "published_at", "source")  # of a post of a story


def stories_of(ids: Sequence[int], among: PostQuerySet, root: str = "") -> list[Data]:
    """The story of each of these posts, in this order: how many posts `among` all tell it, the
    first of them and the newest. A post that tells what no other does is a story of its own.
    Three queries."""
    stories = dict(StoryPost.objects.filter(post__in=ids).values_list("post_id", "first_id"))
    told: dict[int, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for story, pk, at in (
        StoryPost.objects.filter(first__in={*stories.values()}, post__in=among)
        .order_by("place")
        .values_list("first_id", "post_id", "post__published_at")
    ):
        told[story].append((at, pk))
    ends: list[tuple[int, int, int]] = []  # how many, the first, the newest
    for pk in ids:
        tellings = told.get(stories.get(pk, 0))
        ends.append((len(tellings), tellings[0][1], max(tellings)[1]) if tellings else (1, pk, pk))
    shown = with_data(among, TOLD).in_bulk({pk for _, *both in ends for pk in both})
    return [
        {
            "posts": count,
            "first": data_of(shown[first], TOLD, root),
            "newest": data_of(shown[newest], TOLD, root),
        }
        for count, first, newest in ends
        if first in shown and newest in shown
    ]
