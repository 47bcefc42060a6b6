"""The search entries of posts that were written, and the securities that their texts name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ... import changes
from ...mentions.names import known
from ...mentions.storing import Marks, MentionRow, named_in, stored_marks
from ...search import index
from ...search.text.tokens import IndexedText, index_text
from ...stories.evidence import Evidence
from ...terms import BY_NAME, SECURITY
from ..preparing import IndexedDocument
from ..reading.derive import DerivedPost


@dataclass(frozen=True, slots=True)
class Written:
    """A post as it is stored now. `indexed`: its text as editors left it; and what that says, if a
    worker has found it."""

    id: int
    is_hand_edited: bool
    has_edited_body: bool
    is_published: bool
    indexed: IndexedText
    evidence: Evidence | None


def read_written(
    cursor: Any, posts: Sequence[DerivedPost], indexed: Mapping[str, IndexedDocument]
) -> dict[str, Written]:
    """These posts, by slug, after they were written. `indexed`, by slug, are those of which workers
    have indexed the text; the others are indexed here."""
    cursor.execute(
        """
        SELECT slug, id, status, 'body_html' = ANY(hand_edited),
               CASE WHEN hand_edited <> '{}' THEN ARRAY[title, digest, body_text] END
        FROM articles_post WHERE slug = ANY(%s)
        """,
        [[post.slug for post in posts]],
    )
    stored = {slug: rest for slug, *rest in cursor}
    written = {}
    for post in posts:
        post_id, status, has_edited_body, edited = stored[post.slug]
        evidence = None
        if edited:
            text = index_text(*edited)
        elif ready := indexed.get(post.slug):
            text, evidence = ready.indexed, ready.evidence
        else:
            text = index_text(post.title, post.digest, post.body_text)
        written[post.slug] = Written(
            post_id,
            edited is not None,
            has_edited_body,
            status == "published",
            text,
            evidence,
        )
    return written


def marks_of(
    posts: Sequence[DerivedPost], written: Mapping[str, Written], ids: Mapping[str, int]
) -> dict[int, dict[int, str]]:
    """The `Marks` of each of these posts, by its id. `ids` are of securities, by symbol. Where an
    editor changed the body, no longer the documents say what the post calls them."""
    marked = {
        written[post.slug].id: {ids[mark.symbol]: mark.name for mark in post.securities}
        for post in posts
    }
    edited = [one.id for one in written.values() if one.has_edited_body]
    for pk, stored in (stored_marks(edited) if edited else {}).items():
        marked[pk] = {security: stored.get(security, "") for security in marked[pk]}
    return marked


def named_securities(
    written: Mapping[str, Written], marked: Mapping[int, Marks]
) -> dict[int, list[MentionRow]]:
    """The securities that each of these posts names, by its id."""
    names = known()
    return {one.id: named_in(one.indexed.text, marked[one.id], names) for one in written.values()}


def write_entries(
    posts: Sequence[DerivedPost],
    written: Mapping[str, Written],
    ids: Mapping[str, Mapping[str, int]],
    named: Mapping[int, Sequence[MentionRow]],
    changed: Sequence[int] | None = None,
) -> None:
    """Bring the search entries of these posts up to date. `ids` are of terms, by kind and by what
    documents call them. `changed` are the posts, by their ids, that are not as they were; None
    stands for all."""
    ready = []
    others = []
    for post in posts:
        stored = written[post.slug]
        if stored.is_hand_edited:
            others.append(stored.id)
            continue
        terms = [
            (BY_NAME[kind].facet, ids[kind][name])
            for kind, called in post.terms.items()
            if kind != SECURITY.name
            for name in called
        ]
        terms += [(SECURITY.facet, one.security_id) for one in named[stored.id]]
        ready.append(
            index.EntryRow(stored.id, post.published_at, terms, stored.indexed, stored.is_published)
        )
    changes.posts_changed(
        [stored.id for stored in written.values()],
        [*ready, *index.read_entries(others)],
        {one.id: one.evidence for one in written.values() if one.evidence},
        changed,
    )
