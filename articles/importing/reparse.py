"""Every post once more from its documents, for when the reading of them has improved."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from ..models import Document, Post
from ..search import index
from . import writer

BATCH = 500  # posts in a transaction


def reparse_posts() -> Iterator[tuple[int, list[str]]]:
    """Derive all posts again whose documents are there, batch by batch; yields each batch's count,
    and which of its documents cannot be read any more, and why."""
    last = 0
    present = Document.objects.filter(post=OuterRef("pk"), gone_at=None)
    derived = Post.objects.filter(Exists(present))
    while batch := list(
        derived.filter(pk__gt=last).order_by("pk").values_list("pk", "slug")[:BATCH]
    ):
        unreadable = writer.derive_again([slug for _, slug in batch])
        last = batch[-1][0]
        yield len(batch), unreadable
    index.finish_load()
