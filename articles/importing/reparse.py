"""Posts derived again from their documents, for when the reading of documents has improved."""

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef

from .. import locks
from ..database import write_connection
from ..mentions.seeking import seek
from ..models import Document, Post
from ..search import index
from .reading.derive import Parse, parse_document
from .storing.batch import derive_stored, states

POSTS_AT_ONCE = 500  # in a transaction


def reparse_posts() -> Iterator[tuple[int, list[str]]]:
    """Derive all posts again whose documents are there, batch by batch, and recognise in the others
    the names that are new. Yield the number of posts of each batch, and which of its documents
    cannot be read any more, and why."""
    last = 0
    present = Document.objects.filter(post=OuterRef("pk"), gone_at=None)
    derived = Post.objects.using(write_connection().alias).filter(Exists(present))
    while batch := list(
        derived.filter(pk__gt=last).order_by("pk").values_list("pk", "slug")[:POSTS_AT_ONCE]
    ):
        slugs = [slug for _, slug in batch]
        with locks.writing() as cursor:
            _, unreadable = derive_stored(cursor, slugs, before=states(cursor, slugs))
        last = batch[-1][0]
        yield len(batch), unreadable
    index.finish_load()
    seek()


def derive_again(slugs: Sequence[str], parse: Parse = parse_document) -> list[str]:
    """Derive posts again from their documents that are there, in one transaction. Return which of
    those cannot be read any more, and why: a post that has no other stays as it is."""
    with locks.writing() as cursor:
        _derived, unreadable = derive_stored(cursor, slugs, parse)
        return unreadable
