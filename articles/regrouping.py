"""The stories of all posts compared with what their texts say, and grouped again if they differ."""

from collections.abc import Callable, Iterator, Sequence

from django.db import transaction

from . import changes
from .database import write_connection
from .models import ArchiveVersion
from .reindexing import batches, lock_posts
from .stories import storing
from .stories.similarity import METHOD


def rebuild(on_batch: Callable[[int], None] = lambda count: None) -> None:
    """Group those posts again whose stories differ, in batches, each a transaction of its own.
    Readers see stories all the while, and a run that was interrupted is continued by the next one.
    `on_batch` is told how many posts each batch had."""
    with transaction.atomic(using=write_connection().alias):
        storing.delete_half_links()
    for post_ids in batches():
        rebuild_batch(post_ids)
        on_batch(len(post_ids))
    with transaction.atomic(using=write_connection().alias):
        storing.delete_orphans()
        changes.all_stories_made()


def rebuild_batch(post_ids: Sequence[int]) -> None:
    with transaction.atomic(using=write_connection().alias):
        lock_posts(post_ids)
        if differing := storing.differences(post_ids):
            changes.stories_changed(list(differing))


def check(on_batch: Callable[[int], None] = lambda count: None) -> Iterator[str]:
    """Every difference between the stories that are stored and those that texts tell, in words."""
    for post_ids in batches():
        if storing.differences(post_ids):
            # A post may have been edited between the reads, so look again under a lock.
            with transaction.atomic(using=write_connection().alias):
                lock_posts(post_ids)
                found = storing.differences(post_ids)
            yield from found.values()
        on_batch(len(post_ids))
    for pk in storing.orphans():
        yield f"post {pk}: gone, but in a story"
    versions = ArchiveVersion.objects.using(write_connection().alias)
    if versions.exclude(stories=METHOD).exists():
        yield "method: posts may have been grouped by another one"
