"""A batch of documents → all tables, in one transaction: a run that is killed leaves whole batches.
A batch holds the writers' lock to its end, so two writers take turns and cannot deadlock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ... import changes, locks
from ...database import write_connection
from ...messages import Message
from ...terms import JOINED, SECURITY
from ..preparing import IndexedDocument
from ..reading.derive import (
    DerivedPost,
    Parse,
    ParsedDocument,
    derive,
    parse_document,
    parse_stored,
    told_apart,
)
from ..reading.files import NewDocument
from .documents import write_documents, write_readings
from .entries import marks_of, named_securities, read_written, write_entries
from .posts import hide_orphans, kept_note, write_joins, write_posts
from .siblings import by_slug, left_behind, stored_siblings, with_siblings
from .terms import with_current_terms, write_terms


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch did: the files whose documents are new; and by file what was assumed to read it,
    and what was left alone."""

    created: frozenset[str]
    assumed: dict[str, tuple[Message, ...]]
    kept: dict[str, tuple[Message, ...]]


def write(batch: Sequence[NewDocument]) -> Written:
    """Store the documents of a batch and derive their posts again. All of it, or nothing."""
    with locks.writing() as cursor:
        created = not_stored(cursor, batch)
        batch, parsed, left = with_siblings(cursor, batch)

        documents = by_slug(parsed)
        ready = {new.parsed.slug: new for new in batch if len(documents[new.parsed.slug]) == 1}
        posts = with_current_terms(
            ready[slug].post if slug in ready else derive(documents[slug])
            for slug in sorted(documents)
        )
        ids = write_terms(cursor, posts, [new.parsed for new in batch])
        kept = write_posts(cursor, posts)
        notes = {post.slug: post.notes for post in posts}
        write_documents(cursor, batch)
        write_readings(cursor, parsed, notes)
        indexed = {slug: new for slug, new in ready.items() if isinstance(new, IndexedDocument)}
        write_what_follows(cursor, posts, indexed, ids)
        hide_orphans(cursor, left)
    return written(batch, created, notes, kept)


def preview(batch: Sequence[NewDocument]) -> Written:
    """What `write` would do with a batch. Writes nothing."""
    with write_connection().cursor() as cursor:
        cursor.execute(
            "SELECT slug, hand_edited FROM articles_post WHERE hand_edited <> '{}' "
            "AND slug = ANY(%s)",
            [[new.parsed.slug for new in batch]],
        )
        kept = {slug: kept_note(fields) for slug, fields in cursor}
        created = not_stored(cursor, batch)
        batch, documents, _ = with_siblings(cursor, batch)
    notes = {slug: derive(found).notes for slug, found in by_slug(documents).items()}
    return written(batch, created, notes, kept)


def not_stored(cursor: Any, batch: Sequence[NewDocument]) -> frozenset[str]:
    """The names in a batch under which no document is stored."""
    names = [new.parsed.file_name for new in batch]
    cursor.execute("SELECT file_name FROM articles_document WHERE file_name = ANY(%s)", [names])
    return frozenset(names).difference(name for (name,) in cursor)


def written(
    batch: Sequence[NewDocument],
    created: frozenset[str],
    notes: dict[str, tuple[Message, ...]],
    kept: dict[str, tuple[Message, ...]],
) -> Written:
    parsed = [new.parsed for new in batch]
    return Written(
        created=created,
        assumed={p.file_name: n for p in parsed if (n := p.notes + notes[p.slug])},
        kept={p.file_name: kept[p.slug] for p in parsed if p.slug in kept},
    )


@dataclass(frozen=True, slots=True)
class Derived:
    """Posts as stored documents make them; those documents; the id and slug of the post to which
    each of them belongs now, by its name; and which cannot be read, and why."""

    posts: list[DerivedPost]
    parsed: list[ParsedDocument]
    homes: dict[str, tuple[int, str]]
    unreadable: list[str]


def derived(cursor: Any, slugs: Sequence[str], parse: Parse = parse_document) -> Derived:
    """What the documents of these posts that are there make. Writes nothing."""
    cursor.execute(
        """
        SELECT document.file_name, document.content
        FROM articles_document document JOIN articles_post post ON post.id = document.post_id
        WHERE post.slug = ANY(%s) AND document.gone_at IS NULL ORDER BY document.file_name
        """,
        [list(slugs)],
    )
    parsed, unreadable = parse_stored(cursor.fetchall(), parse)
    siblings, homes = stored_siblings(cursor, parsed, parse)
    parsed = told_apart([*siblings, *parsed])
    documents = by_slug(parsed)
    posts = with_current_terms(derive(documents[slug]) for slug in sorted(documents))
    return Derived(posts, parsed, homes, unreadable)


def derive_stored(
    cursor: Any,
    slugs: Sequence[str],
    parse: Parse = parse_document,
    before: Mapping[int, str] | None = None,
) -> tuple[set[str], list[str]]:
    """Derive posts again from their documents that are there. Return the slugs of posts that have a
    readable document, and which documents cannot be read, and why. With `before`, the `states` of
    posts, those that stay as they are count as unchanged to whoever keeps a copy of the archive."""
    found = derived(cursor, slugs, parse)
    if posts := found.posts:
        ids = write_terms(cursor, posts, found.parsed)
        write_posts(cursor, posts)
        write_readings(cursor, found.parsed, {post.slug: post.notes for post in posts})
        write_what_follows(cursor, posts, {}, ids, before)
        hide_orphans(cursor, left_behind(found.parsed, found.homes))
    return {post.slug for post in posts}, found.unreadable


def write_what_follows(
    cursor: Any,
    posts: Sequence[DerivedPost],
    indexed: Mapping[str, IndexedDocument],
    ids: Mapping[str, Mapping[str, int]],
    before: Mapping[int, str] | None = None,
) -> None:
    """Write what follows from posts and terms that are stored: names of securities, joins and
    search entries. `before` is that of `derive_stored`."""
    stored = read_written(cursor, posts, indexed)
    marked = marks_of(posts, stored, ids[SECURITY.name])
    given = [
        (post_id, security_id, name)
        for post_id, marks in marked.items()
        for security_id, name in marks.items()
    ]
    changes.learn_names(marked.keys(), given)
    named = named_securities(stored, marked)
    write_joins(cursor, posts, named)
    changed = None
    if before is not None:
        after = states(cursor, [post.slug for post in posts])
        changed = [post_id for post_id, state in after.items() if before.get(post_id) != state]
    write_entries(posts, stored, ids, named, changed)


def states(cursor: Any, slugs: Sequence[str]) -> dict[int, str]:
    """What tells whether posts, their documents or their joins have changed, by the posts' ids."""
    rows = [
        f"(SELECT string_agg((to_jsonb(joined) - 'marked_as')::text, ',' ORDER BY position)"
        f" FROM {kind.join._meta.db_table} joined WHERE post_id = post.id)"
        for kind in JOINED
    ]
    rows.append(
        "(SELECT string_agg(file_name, ',' ORDER BY file_name) FROM articles_document"
        " WHERE post_id = post.id AND gone_at IS NULL)"
    )
    cursor.execute(
        f"SELECT id, md5(concat_ws('|', post::text, {', '.join(rows)})) FROM articles_post post"
        " WHERE slug = ANY(%s)",
        [slugs],
    )
    return dict(cursor.fetchall())
