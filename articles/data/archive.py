"""The archive as a whole, as data."""

from ..models import FacetCount, Post
from .posts import Data, written


def holdings() -> Data:
    """How many posts readers see, the month of the oldest and the time of the newest. Two
    queries."""
    months = FacetCount.objects.months()
    newest = Post.objects.published().newest_at()
    return {
        "posts": sum(months.values()),
        "first_month": f"{min(months):%Y-%m}" if months else None,
        "newest_at": written(newest) if newest else None,
    }
