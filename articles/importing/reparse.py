"""Every post once more from its documents, for when the reading of them has improved."""

from collections.abc import Iterator

from ..models import Post
from . import writer

BATCH = 500  # posts in a transaction


def reparse_posts() -> Iterator[int]:
    """Derive all posts that have documents again, batch by batch; yields each batch's count."""
    last = 0
    derived = Post.objects.filter(documents__isnull=False).order_by("pk").distinct()
    while batch := list(derived.filter(pk__gt=last).values_list("pk", "slug")[:BATCH]):
        writer.derive_again([slug for _, slug in batch])
        last = batch[-1][0]
        yield len(batch)
