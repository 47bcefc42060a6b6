"""What follows a change of what readers see.

Whoever writes posts or terms calls one of these functions in the same transaction. Nothing else
keeps search entries, facet counts and stories in step, advances the archive's version, by which
pages are cached, or stamps what changed with the version, for those who keep a copy.

The row of the version stays locked until the transaction ends. So stamps follow the order in which
transactions commit: whoever has seen a version has seen all stamps up to it. It is locked first,
before entries and counts, so that transactions with several changes wait for each other in one
order; and whoever has it sees all that others have changed.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest
from django.utils import timezone

from . import locks, task_queue
from .database import write_connection
from .learnt_names import learn
from .models import (
    TIMELINE,
    ArchiveChange,
    ArchiveVersion,
    Facet,
    FacetCount,
    Mention,
    Post,
    SearchEntry,
    SoughtName,
)
from .search import index
from .search.text.tokens import facet_of
from .search.text.vocabulary import FINGERPRINT
from .stories import storing as stories
from .stories.evidence import Evidence
from .stories.similarity import METHOD
from .terms import SECURITY, TERMS, TermKind

POST: Final = "post"  # the kind of a change of a post; the others are named as terms are

#: Drafts and hidden posts are stamped only if readers have known them: once, as gone, when they
#: stop being `seen`. Each stamp has a new id, and changes of one version are told in the order of
#: these: after those of new terms.
STAMP_POSTS: Final = """
    INSERT INTO articles_archivechange AS stamped (kind, address, version, appears_at, known_since)
    SELECT %(kind)s, slug,
           CASE WHEN status = 'published' AND published_at <= %(now)s THEN %(version)s ELSE 0 END,
           CASE WHEN status = 'published' AND published_at > %(now)s THEN published_at END,
           CASE WHEN status = 'published' AND published_at <= %(now)s THEN %(now)s END
    FROM articles_post post
    WHERE id = ANY(%(ids)s) AND (
        status = 'published'
        OR EXISTS (SELECT FROM articles_archivechange WHERE kind = %(kind)s AND address = slug)
    )
    ORDER BY id
    ON CONFLICT (kind, address) DO UPDATE SET
        id = excluded.id,
        version = CASE
            WHEN excluded.version > 0 OR stamped.address = ANY(
                SELECT slug FROM articles_post WHERE id = ANY(%(seen)s)
            )
            THEN %(version)s ELSE stamped.version
        END,
        appears_at = excluded.appears_at,
        known_since = coalesce(
            stamped.known_since,
            CASE WHEN stamped.appears_at <= %(now)s THEN stamped.appears_at END,
            excluded.known_since
        )
"""
#: At an address there is a term, or an alias, which leads to a term unless readers never saw it. It
#: appears
#: with the first post of the term that readers see, and goes with the last: `known_since` says
#: whether they see one. Terms come before the posts, which have their names.
ADDRESSES: Final = " UNION ALL ".join(
    f"""
    SELECT '{kind.name}' AS kind, address, coalesce(is_seen, false) AS is_seen
    FROM {kind.table} term
    LEFT JOIN LATERAL (
        SELECT true AS is_seen
        FROM {table} joined JOIN articles_post post ON post.id = joined.{post}
        WHERE joined.{kind.name}_id = term.id AND post.status = 'published'
            AND post.published_at <= %(now)s AND post.id <> ALL(%(deleted)s::bigint[])
        LIMIT 1
    ) seen ON true
    CROSS JOIN LATERAL (
        SELECT {kind.address_sql} AS address
        UNION ALL SELECT slug FROM {kind.alias._meta.db_table} WHERE term_id = term.id AND was_seen
    ) its
    WHERE term.id = ANY(%({kind.name})s::bigint[]) AND address IS NOT NULL
    """
    for kind in TERMS
    for table, post in [
        (kind.join._meta.db_table, "post_id") if kind.join else ("articles_post", "id")
    ]
)
STAMP_TERMS: Final = f"""
    INSERT INTO articles_archivechange AS stamped (kind, address, version, known_since)
    SELECT kind, address, %(version)s, CASE WHEN bool_or(is_seen) THEN %(now)s::timestamptz END
    FROM ({ADDRESSES}
        UNION ALL SELECT %(kind)s, unnest(%(left)s::text[]), false) changed
    WHERE is_seen OR (
        SELECT known_since FROM articles_archivechange known
        WHERE (known.kind, known.address) = (changed.kind, changed.address)
    ) IS NOT NULL
    GROUP BY kind, address
    ORDER BY kind, address
    ON CONFLICT (kind, address) DO UPDATE SET
        version = excluded.version, known_since = excluded.known_since
    WHERE %(is_told)s OR (stamped.known_since IS NULL) <> (excluded.known_since IS NULL)
"""
#: A post that was deleted or hidden before its time has nothing to appear.
STAMP_APPEARED: Final = """
    UPDATE articles_archivechange stamped SET
        id = DEFAULT,
        appears_at = NULL,
        version = CASE
            WHEN version > 0 OR EXISTS (
                SELECT FROM articles_post
                WHERE slug = address AND status = 'published' AND published_at <= %(now)s
            )
            THEN %(version)s ELSE 0
        END,
        known_since = coalesce(known_since, appears_at)
    WHERE appears_at <= %(now)s
"""


def posts_changed(
    post_ids: Sequence[int],
    entries: Sequence[index.EntryRow] | None = None,
    evidence: Mapping[int, Evidence] = stories.NO_EVIDENCE,
    stamped: Sequence[int] | None = None,
) -> None:
    """Call it after these posts, their terms included, have been written.

    `entries`: the complete search entries, if the caller has them (imports do). Otherwise they are
    made from the stored posts. `evidence`: what the texts of entries say, as far as that is known,
    by post. `stamped`: those of these posts that have changed, if the caller knows; otherwise all.
    """
    if not post_ids:
        return
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        if entries is None:
            learn_stored_names(post_ids)
            version = advance_version()
            entries, replaced = index.update(post_ids)
        else:
            version = advance_version()
            replaced = index.replace(post_ids, entries)
        deleted = {*post_ids} - {one.post_id for one in entries}
        stamp_terms(map(facet_of, replaced.facets), version, deleted=deleted)
        stamp_posts(post_ids if stamped is None else stamped, version, replaced.seen)
        stories.regroup(post_ids, entries, evidence)


def learn_names(
    post_ids: Collection[int], given: Iterable[tuple[int, int, str]], had: Collection[int] = ()
) -> bool:
    """Call it after posts have been written and before their texts are read for securities: learn
    what they call those, as `learnt_names.learn` does. Returns whether any has another name, or one
    more."""
    learnt = learn(post_ids, given, had)
    if learnt.renamed:
        terms_changed(SECURITY, learnt.renamed)
    return learnt.is_new or bool(learnt.renamed)


def learn_stored_names(post_ids: Collection[int]) -> None:
    """Learn the names that stored posts give. What they named before is in their search entries. A
    worker looks for new names in the other posts."""
    alias = write_connection().alias
    mentions = Mention.objects.using(alias).filter(post__in=post_ids)
    given = mentions.exclude(marked_as="").order_by()
    entries = SearchEntry.objects.using(alias).filter(post__in=post_ids)
    tokens = chain.from_iterable(entries.values_list("facets", flat=True))
    had = {key for facet, key in map(facet_of, tokens) if facet == Facet.SECURITY}
    if learn_names(post_ids, given.values_list("post", "security", "marked_as"), had):
        task_queue.put(task_queue.SEEK, 0)


def entries_changed(post_ids: Sequence[int], entries: Sequence[index.EntryRow]) -> None:
    """Call it to replace search entries of posts that have not changed."""
    if not post_ids:
        return
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        advance_version()
        index.replace(post_ids, entries)
        stories.regroup(post_ids, entries)


def stories_changed(post_ids: Sequence[int]) -> None:
    """Group these posts with others that tell the same, by the search entries that they have. Call
    it where only their stories were wrong."""
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        advance_version()
        stories.regroup(post_ids)


def mentions_changed(post_ids: Sequence[int]) -> None:
    """Call it after only the securities that these posts name have been written. Where they only
    stand elsewhere in a text, that is no change to those who keep a copy."""
    if not post_ids:
        return
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        version = advance_version()
        facets, differing = index.update_securities(post_ids)
        stamp_terms(map(facet_of, facets), version)
        stamp_posts(differing, version)
        stories.regroup(post_ids)


def posts_appeared() -> None:
    """Call it when the time of scheduled posts may have come."""
    stored = ArchiveChange.objects.using(write_connection().alias)
    due = stored.filter(appears_at__lte=timezone.now())
    with transaction.atomic(using=write_connection().alias):
        if not locks.take_free_turn(locks.APPEARING) or not due.exists():
            return  # somebody else is at it, or was
        posts = Post.objects.using(write_connection().alias)
        learn_stored_names(
            list(posts.filter(slug__in=due.values("address")).values_list("pk", flat=True))
        )
        version = advance_version()
        entries = SearchEntry.objects.using(write_connection().alias)
        appeared = entries.filter(post__slug__in=due.values("address"))
        facets = chain.from_iterable(appeared.values_list("facets", flat=True))
        stamp_terms(map(facet_of, facets), version)
        with write_connection().cursor() as cursor:
            cursor.execute(STAMP_APPEARED, {"version": version, "now": timezone.now()})


def deleting_posts(post_ids: Sequence[int]) -> None:
    """Call it before these posts are deleted."""
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        learn_names(post_ids, given=[])
        posts_changed(post_ids, entries=[])


def terms_changed(
    kind: TermKind | None = None, keys: Iterable[int] = (), left: Iterable[str] = ()
) -> None:
    """Call it after terms were added, deleted or renamed while no post has changed: names and
    addresses of terms are on every page that lists them. `keys` are those of the terms of a kind
    that now have another name or address; at the addresses that they have `left` there is
    nothing."""
    with transaction.atomic(using=write_connection().alias, savepoint=False):
        version = advance_version()
        if kind:
            keys = list(keys)
            if kind is SECURITY:
                forget_shared_names(keys)
            terms = [(kind.facet, key) for key in keys]
            stamp_terms(terms, version, kind=kind.name, left=left, is_told=True)


def forget_shared_names(keys: Collection[int]) -> None:
    """Have names that these securities share with others looked for again: which of them is meant
    depends on whose name of today it is."""
    sought = SoughtName.objects.using(write_connection().alias)
    others = sought.filter(text=OuterRef("text")).exclude(security=OuterRef("security"))
    shared = sought.filter(Exists(others), security__in=keys)
    sought.filter(text__in=list(shared.values_list("text", flat=True))).delete()


def terms_deleted(facet: Facet, keys: Sequence[int]) -> None:
    """Call it after terms of one kind that no post had were deleted in bulk. Their counts, which
    are 0, go too."""
    if keys:
        terms_changed()
        FacetCount.objects.filter(facet=facet, key__in=keys).delete()


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
    of its timeline: caches may have pages of every number that the archive had since the backup.
    Whoever keeps a copy has to begin again, as nothing tells what they have seen that is not there
    now."""
    with transaction.atomic(using=write_connection().alias):
        now = F("number") - F("number") % TIMELINE + int(time.time())
        number = Greatest(F("number") + 1, now)
        stored = ArchiveVersion.objects.using(write_connection().alias)
        stored.update(number=number, known_from=number)
        ArchiveChange.objects.filter(version__gt=0).update(version=stored.number())


def stamp_posts(post_ids: Sequence[int], version: int, seen: Collection[int] = ()) -> None:
    """Stamp these posts, of which readers have `seen` those until now."""
    with write_connection().cursor() as cursor:
        told: dict[str, Any] = {
            "kind": POST,
            "ids": list(post_ids),
            "seen": list(seen),
            "version": version,
            "now": timezone.now(),
        }
        cursor.execute(STAMP_POSTS, told)


def stamp_terms(
    terms: Iterable[tuple[int, int]],
    version: int,
    *,
    deleted: Iterable[int] = (),
    kind: str = "",
    left: Iterable[str] = (),
    is_told: bool = False,
) -> None:
    """Stamp what is at the addresses of these terms, by facet and key, where readers see something
    now and saw nothing before, or the other way round; if `is_told`, also where they saw something
    before. Posts that are about to be `deleted` count as gone. `left` are addresses of a `kind`
    at which none of the terms is."""
    keys: dict[int, list[int]] = defaultdict(list)
    for facet, key in terms:
        keys[facet].append(key)
    with write_connection().cursor() as cursor:
        told: dict[str, Any] = {
            **{kind.name: keys[kind.facet] for kind in TERMS},
            "kind": kind,
            "left": [*left],
            "deleted": [*deleted],
            "is_told": is_told,
            "version": version,
            "now": timezone.now(),
        }
        cursor.execute(STAMP_TERMS, told)


def advance_version() -> int:
    # If there is no version yet, there are no entries: all will be made with this vocabulary, and
    # grouped by this method.
    stored = ArchiveVersion.objects.using(write_connection().alias)
    return stored.advance(vocabulary=FINGERPRINT, stories=METHOD)
