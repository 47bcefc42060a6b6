"""How often posts name securities: by day, and together."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from ..models import Mention, Post, Security

BUSIEST: Final = 10  # days


def days_naming(securities: Sequence[Security]) -> dict[int, dict[dt.date, int]]:
    """Published posts per day that name each security, by primary key; days without posts are
    absent. One query."""
    # Excluding the few unpublished posts is cheaper than joining all published ones.
    unseen = Post.objects.filter(status__in=["draft", "hidden"]).order_by().values("pk")
    mentions = Mention.objects.filter(
        ~Q(post__in=unseen), security__in=securities, published_at__lte=timezone.now()
    )
    counted = (
        mentions.order_by()
        .values("security", day=TruncDate("published_at"))
        .annotate(posts=Count("pk"))
        .values_list("security", "day", "posts")
    )
    days: dict[int, dict[dt.date, int]] = {security.pk: {} for security in securities}
    for security, day, posts in counted:
        days[security][day] = posts
    return days


def busiest(days: Mapping[dt.date, int]) -> list[tuple[dt.date, int]]:
    """Up to `BUSIEST` days with the most posts, at least two each, newest first."""
    most = sorted(days.items(), key=lambda one: (one[1], one[0]), reverse=True)[:BUSIEST]
    return sorted(((day, posts) for day, posts in most if posts > 1), reverse=True)
