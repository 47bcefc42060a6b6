"""What follows a change of what readers see.

Whoever writes posts or terms calls one of these functions in the same transaction. Nothing else
keeps search entries, facet counts and stories in step, or advances the archive's version, by which
pages are cached.
"""

import time
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from .database import write_connection
from .models import TIMELINE, ArchiveVersion, Facet, FacetCount
from .search import index
from .search.text.vocabulary import FINGERPRINT
from .stories import storing as stories
from .stories.similarity import METHOD


def posts_changed(post_ids: Sequence[int], entries: Sequence[index.EntryRow] | None = None) -> None:
    """Call it after these posts, their terms included, have been written.

    `entries`: the complete search entries, if the caller has them (imports do). Otherwise they are
    made from the stored posts.
    """
    if not post_ids:
        return
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        if entries is None:
            entries = index.update(post_ids)
        else:
            index.replace(post_ids, entries)
        # From here on, other writers wait: what they have changed is compared, too.
        advance_version()
        stories.regroup(post_ids, entries)


def stories_changed(post_ids: Sequence[int]) -> None:
    """Group these posts with others that tell the same, as their search entries are. Call it where
    only their stories were wrong."""
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        advance_version()
        stories.regroup(post_ids)


def mentions_changed(post_ids: Sequence[int]) -> None:
    """Call it after the securities that these posts name have been written, and nothing else of
    them."""
    if not post_ids:
        return
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        index.update_securities(post_ids)
        stories_changed(post_ids)


def deleting_posts(post_ids: Sequence[int]) -> None:
    """Call it before these posts are deleted."""
    posts_changed(post_ids, entries=[])


def terms_changed() -> None:
    """Call it after terms were added, deleted or renamed while no post has changed: names and
    addresses of terms are on every page that lists them."""
    advance_version()


def terms_deleted(facet: Facet, keys: Sequence[int]) -> None:
    """Call it after terms of one kind that no post had were deleted in bulk. Their counts, which
    are 0, go too."""
    if keys:
        FacetCount.objects.filter(facet=facet, key__in=keys).delete()
        terms_changed()


def correct_counts() -> None:
    """Count all entries, and correct the stored facet counts that differ."""
    with transaction.atomic(using=write_connection().alias):
        if index.recount():
            advance_version()


def all_entries_made() -> None:
    """Call it after every entry has been made with the current vocabulary. Readers see what they
    saw before, so the version stays."""
    ArchiveVersion.objects.update(vocabulary=FINGERPRINT)


def all_stories_made() -> None:
    """Call it after every post was grouped by the current method."""
    ArchiveVersion.objects.update(stories=METHOD)


def archive_restored() -> None:
    """Call it after a backup was restored. The number goes on from the present time, in seconds,
    of its timeline: caches may have pages of every number that the archive had since the backup."""
    now = F("number") - F("number") % TIMELINE + int(time.time())
    ArchiveVersion.objects.update(number=Greatest(F("number") + 1, now))


def advance_version() -> None:
    # If there is no version yet, there are no entries: all will be made with this vocabulary, and
    # grouped by this method.
    ArchiveVersion.objects.advance(vocabulary=FINGERPRINT, stories=METHOD)
