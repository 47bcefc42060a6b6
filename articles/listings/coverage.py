"""How often posts name securities: by day, and together."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from ..models import Mention, Post, Security

BUSIEST = 10  # days


def days_naming(securities: Sequence[Security]) -> dict[int, dict[dt.date, int]]:
    """How many posts that readers see name each of these securities, by its primary key, on each
    day that has any. One query."""
    # The few posts that readers never see are left out: to join the others would read them all.
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
    """The days with the most posts, if those are more than one, the newest first."""
    most = sorted(days.items(), key=lambda one: (one[1], one[0]), reverse=True)[:BUSIEST]
    return sorted(((day, posts) for day, posts in most if posts > 1), reverse=True)
