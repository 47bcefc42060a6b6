"""Sample posts, and how they are removed. Their documents say in their front matter what they are.

A post is removed with everything that only it brought into the archive. A post that has other
documents too is derived again from those.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.apps import apps

from .. import changes, locks
from ..database import write_connection
from ..models import Post
from ..outages import DATABASE_GONE
from ..samples import SAMPLE_MARK
from ..terms import JOINED, SECURITY, TERMS, TermKind
from . import discovery
from .reading.documents import HEAD_BYTES, DocumentError, is_document
from .reading.files import read_bytes
from .reparse import derive_again
from .storing.posts import hide_orphans

POSTS_AT_ONCE: Final = 500  # in a transaction
LOOKED_AT: Final = 100  # files of an import, to find the first post among them


@dataclass(frozen=True, slots=True)
class Removed:
    """What a batch did. `unreadable`: other documents of its posts that cannot be read any more,
    and why."""

    posts: int
    derived: int
    documents: int
    unreadable: tuple[str, ...]


def beside(paths: Sequence[str], git: str = "") -> int:
    """How many sample posts an import of `paths` would mix with real posts. 0 if the first post of
    `paths` is a sample itself."""
    try:
        count = Post.objects.samples().count()
    except DATABASE_GONE:
        return 0  # the import will say so
    return count if count and brings_real_posts(paths, git) else 0


def brings_real_posts(paths: Sequence[str], git: str) -> bool:
    if "-" in paths:  # standard input can be read only once
        return True
    try:
        discovery.check(paths, git)
        for found in islice(discovery.find(paths, git), LOOKED_AT):
            if not found.is_to_read:
                continue
            try:
                content = read_bytes(found)
            except (OSError, DocumentError):
                continue
            if is_document(found.name, content):
                return SAMPLE_MARK.encode() not in content[:HEAD_BYTES].splitlines()
    except discovery.UnusableInputError:
        pass  # the import will say so
    return True


def worded(count: int) -> str:
    return f"{count:,} sample post{'s' if count != 1 else ''}"


def remove_samples(*, edited: bool = False) -> Iterator[Removed]:
    """Remove the sample posts batch by batch, each in a transaction; those that were edited by
    hand and are of samples alone stay, unless `edited`."""
    last = 0
    stored = Post.objects.using(write_connection().alias)
    posts = stored.samples(edited=edited).order_by("pk").values_list("pk", flat=True)
    while batch := list(posts.filter(pk__gt=last)[:POSTS_AT_ONCE]):
        yield remove(batch, edited=edited)
        last = batch[-1]


def remove(post_ids: Sequence[int], *, edited: bool) -> Removed:
    """Remove these sample posts, or derive them again from their other documents."""
    with locks.writing() as cursor:
        # An editor may have changed some of them in the meantime.
        stored = Post.objects.using(write_connection().alias).filter(pk__in=post_ids)
        posts = stored.samples(edited=edited).order_by("pk").select_for_update(of=["self"])
        slugs = dict(posts.values_list("pk", "slug"))
        terms = {kind: terms_of(cursor, kind, list(slugs)) for kind in TERMS}
        documents = delete_documents(cursor, list(slugs))
        cursor.execute(
            "SELECT DISTINCT post_id FROM articles_document WHERE post_id = ANY(%s)", [list(slugs)]
        )
        shared = {post_id for (post_id,) in cursor}
        unshared = [post_id for post_id in slugs if post_id not in shared]
        delete_posts(cursor, unshared)
        unreadable = derive_again(sorted(slugs[post_id] for post_id in shared)) if shared else []
        hide_orphans(cursor, sorted(shared))
        for kind, ids in terms.items():
            delete_unused(cursor, kind, ids)
    return Removed(len(unshared), len(shared), documents, tuple(unreadable))


def terms_of(cursor: Any, kind: TermKind, post_ids: list[int]) -> list[int]:
    post_key = "post_id" if kind.join else "id"
    cursor.execute(
        f"SELECT DISTINCT {kind.name}_id FROM {holder(kind)._meta.db_table} "
        f"WHERE {post_key} = ANY(%s) AND {kind.name}_id IS NOT NULL",
        [post_ids],
    )
    return [term_id for (term_id,) in cursor]


def holder(kind: TermKind) -> Any:
    """The model whose rows say which post has a term."""
    return kind.join or Post


def history_table(model: Any) -> str:
    """The table in which django-simple-history keeps earlier rows of a model."""
    return str(apps.get_model("articles", f"Historical{model.__name__}")._meta.db_table)


def delete_documents(cursor: Any, post_ids: list[int]) -> int:
    """Delete the sample documents of these posts; return how many there were."""
    for table in ("documentversion", "formerhome"):
        cursor.execute(
            f"""
            DELETE FROM articles_{table} WHERE document_id IN (
                SELECT id FROM articles_document WHERE is_sample AND post_id = ANY(%s)
            )
            """,
            [post_ids],
        )
    cursor.execute(
        "DELETE FROM articles_document WHERE is_sample AND post_id = ANY(%s)", [post_ids]
    )
    return int(cursor.rowcount)


def delete_posts(cursor: Any, post_ids: list[int]) -> None:
    """Delete these posts, which have no documents, and every row about them."""
    changes.deleting_posts(post_ids)
    for kind in JOINED:
        for table in (history_table(kind.join), kind.join._meta.db_table):
            cursor.execute(f"DELETE FROM {table} WHERE post_id = ANY(%s)", [post_ids])
    for table in ("mentiondecision", "previewlink", "changedpost", "pendingchange"):
        cursor.execute(f"DELETE FROM articles_{table} WHERE post_id = ANY(%s)", [post_ids])
    cursor.execute(
        "UPDATE articles_formerhome SET post_id = NULL WHERE post_id = ANY(%s)", [post_ids]
    )
    for table in ("historicalpost", "post"):
        cursor.execute(f"DELETE FROM articles_{table} WHERE id = ANY(%s)", [post_ids])


def delete_unused(cursor: Any, kind: TermKind, ids: list[int]) -> None:
    """Delete those of these terms that no post has or had, that no editor has touched and that no
    list of an exchange has."""
    held, is_of_term = holder(kind), f"{kind.name}_id = term.id"
    # That an import added a term is recorded too, as nobody's work.
    edits = "id = term.id AND (history_type <> '+' OR history_user_id IS NOT NULL)"
    is_unused = " AND ".join(
        f"NOT EXISTS (SELECT FROM {table} WHERE {condition})"
        for table, condition in (
            (held._meta.db_table, is_of_term),
            (history_table(held), is_of_term),
            (kind.alias._meta.db_table, "term_id = term.id"),
            (history_table(kind.model), edits),
        )
    )
    if kind is SECURITY:
        is_unused += " AND NOT is_listed"
    cursor.execute(
        f"SELECT id FROM {kind.table} term WHERE id = ANY(%s) AND {is_unused} "
        "ORDER BY id FOR UPDATE",
        [ids],
    )
    # Until the lock was held, an editor may have given a post one of them.
    unused = [key for (key,) in cursor]
    cursor.execute(
        f"DELETE FROM {kind.table} term WHERE id = ANY(%s) AND {is_unused} RETURNING id",
        [unused],
    )
    deleted = [key for (key,) in cursor]
    cursor.execute(f"DELETE FROM {history_table(kind.model)} WHERE id = ANY(%s)", [deleted])
    for table in ("formername", "mentiondecision", "soughtname") if kind is SECURITY else ():
        cursor.execute(f"DELETE FROM articles_{table} WHERE security_id = ANY(%s)", [deleted])
    changes.terms_deleted(kind.facet, deleted)
