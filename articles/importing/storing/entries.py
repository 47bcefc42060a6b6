"""The search entries of posts that were written."""

from collections.abc import Sequence
from typing import Any

from ... import changes
from ...search import index
from ...search.text.tokens import IndexedText, index_text
from ...terms import BY_NAME
from ..reading.derive import DerivedPost


def write_entries(
    cursor: Any,
    posts: Sequence[DerivedPost],
    indexed: dict[str, IndexedText],
    ids: dict[str, dict[str, int]],
) -> None:
    """Bring the search entries of these posts up to date. `indexed`, by slug, are the texts that
    workers have indexed; the others are indexed here. `ids` are of terms, by kind and key."""
    cursor.execute(
        "SELECT slug, id, hand_edited <> '{}', status FROM articles_post WHERE slug = ANY(%s)",
        [[post.slug for post in posts]],
    )
    stored = {slug: rest for slug, *rest in cursor}
    ready = []
    others = []
    for post in posts:
        post_id, is_hand_edited, status = stored[post.slug]
        if is_hand_edited:
            others.append(post_id)
        else:
            ready.append(
                index.EntryRow(
                    post_id,
                    post.published_at,
                    [
                        (BY_NAME[kind].facet, ids[kind][name])
                        for kind, names in post.terms.items()
                        for name in names
                    ],
                    indexed.get(post.slug) or index_text(post.title, post.digest, post.body_text),
                    status == "published",
                )
            )
    changes.posts_changed(
        [post_id for post_id, *_ in stored.values()],
        [*ready, *index.read_entries(others)],
    )
