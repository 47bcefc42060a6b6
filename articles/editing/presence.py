"""Who has the form of a post open. An open form says so repeatedly; one that has been silent for
a while counts as closed."""

import datetime as dt
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from ..models import Presence

EXPIRES: Final = dt.timedelta(minutes=2)


def keep_open(post_id: int, user: Any) -> None:
    """Record that this user has the form of this post open now."""
    now = timezone.now()
    Presence.objects.filter(user=user, seen_at__lt=now - EXPIRES).delete()
    Presence.objects.bulk_create(
        [Presence(post_id=post_id, user=user, opened_at=now, seen_at=now)],
        update_conflicts=True,
        unique_fields=["post", "user"],
        update_fields=["seen_at"],
    )


def others(post_id: int, user: Any) -> QuerySet[Presence]:
    """Who else has it open, earliest first."""
    present = Presence.objects.filter(post_id=post_id, seen_at__gte=timezone.now() - EXPIRES)
    return present.exclude(user=user).select_related("user").order_by("opened_at")
