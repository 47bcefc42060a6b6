"""Search entries compared with their posts, and replaced if they differ."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from django.db import transaction

from . import changes, locks
from .database import write_connection
from .models import ArchiveVersion, Facet, Post
from .search import index
from .search.text.vocabulary import FINGERPRINT

POSTS_AT_ONCE: Final = 250  # posts: an editor who saves one of them waits for less than a second


def rebuild(on_batch: Callable[[int], None] = lambda count: None) -> None:
    """Replace every entry that differs from its post, in batches, each a transaction of its own;
    then correct the facet counts. Search answers all the while, and a run that was interrupted
    is continued by the next one. `on_batch` is told how many posts each batch had."""
    index.prepare_load()
    for post_ids in batches():
        rebuild_batch(post_ids)
        on_batch(len(post_ids))
    index.finish_load()
    changes.all_entries_made()
    changes.correct_counts()


def rebuild_batch(post_ids: Sequence[int]) -> None:
    with transaction.atomic(using=write_connection().alias):
        lock_posts(post_ids)
        entries = index.read_entries(post_ids)
        differing = index.differences(post_ids, entries)
        changes.entries_changed(
            list(differing), [entry for entry in entries if entry.post_id in differing]
        )


def check(on_batch: Callable[[int], None] = lambda count: None) -> Iterator[str]:
    """Every difference between the search tables and the posts as stored, in words."""
    for post_ids in batches():
        if found := index.differences(post_ids, index.read_entries(post_ids)):
            suspects = list(found)
            # A post may have been edited between the two reads, so look again under a lock.
            with transaction.atomic(using=write_connection().alias):
                lock_posts(suspects)
                found = index.differences(suspects, index.read_entries(suspects))
            yield from found.values()
        on_batch(len(post_ids))
    for facet, key, missing in index.wrong_counts():
        name = Facet(facet).name.lower() if facet in index.FACETS else f"facet {facet},"
        yield f"count of {name} {key}: off by {-missing:+}"
    versions = ArchiveVersion.objects.using(write_connection().alias)
    if versions.exclude(vocabulary=FINGERPRINT).exists():
        yield (
            "vocabulary: entries may be of another one or of another spelling, so words are looked "
            "for in texts, and as they were spelled before"
        )


def lock_posts(post_ids: Sequence[int]) -> None:
    """Let nobody else write these posts until this transaction ends."""
    locks.take_turn()
    posts = Post.objects.using(write_connection().alias).select_for_update().filter(pk__in=post_ids)
    list(posts.order_by("pk").values_list("pk"))


def batches() -> Iterator[list[int]]:
    """The ids of all posts, `POSTS_AT_ONCE` at a time."""
    posts = Post.objects.using(write_connection().alias).order_by("pk").values_list("pk", flat=True)
    last = 0
    while post_ids := list(posts.filter(pk__gt=last)[:POSTS_AT_ONCE]):
        yield post_ids
        last = post_ids[-1]
