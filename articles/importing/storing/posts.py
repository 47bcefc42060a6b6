"""Posts and what they are joined with: added, brought up to date, hidden. What editors changed
stays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ... import changes
from ...mentions import storing as mentions
from ...mentions.storing import MentionRow
from ...messages import Message
from ...terms import JOINED, SECURITY, TermKind
from ..reading.derive import DerivedPost
from .staging import stage

#: The columns that an editor may have changed, and the field that `hand_edited` then names.
HAND_EDITABLE = {
    "title": "title",
    "digest": "digest",
    "body_html": "body_html",
    "body_text": "body_html",
    "published_at": "published_at",
    "original_url": "original_url",
    "source_id": "source",
    "status": "status",
}


#: The columns of a post that follow from its documents, with their types; `source` is its name.
STAGED = (
    "slug text, info_code text, title text, digest text, body_html text, body_text text, "
    "published_at timestamptz, original_url text, source text, status text"
)


def staged_row(post: DerivedPost) -> tuple[Any, ...]:
    return (
        post.slug,
        post.info_code or None,
        post.title,
        post.digest,
        post.body_html,
        post.body_text,
        post.published_at,
        post.original_url,
        post.source or None,
        "draft" if post.is_draft else "published",
    )


def write_posts(cursor: Any, posts: Iterable[DerivedPost]) -> dict[str, tuple[Message, ...]]:
    """Add and update posts, except what editors changed; return notes on that, by slug."""
    stage(cursor, "staged_post", STAGED, map(staged_row, posts))
    cursor.execute(
        """
        SELECT post.slug, post.hand_edited
        FROM staged_post JOIN articles_post post USING (slug) WHERE post.hand_edited <> '{}'
        """
    )
    kept = {slug: kept_note(fields) for slug, fields in cursor}
    new_value = {
        column: f"CASE WHEN '{field}' = ANY(stored.hand_edited) "
        f"THEN stored.{column} ELSE excluded.{column} END"
        for column, field in HAND_EDITABLE.items()
    }
    cursor.execute(
        f"""
        INSERT INTO articles_post AS stored
            (slug, info_code, title, digest, body_html, body_text, published_at, original_url,
             source_id, status, hand_edited, modified_at)
        SELECT staged.slug, info_code, title, digest, body_html, body_text, published_at,
               original_url, source.id, status, '{{}}', now()
        FROM staged_post staged LEFT JOIN articles_source source ON source.name = staged.source
        ON CONFLICT (slug) DO UPDATE SET
            info_code = excluded.info_code,
            {", ".join(f"{column} = {value}" for column, value in new_value.items())},
            modified_at = excluded.modified_at
        WHERE (stored.info_code, {", ".join(f"stored.{column}" for column in HAND_EDITABLE)})
            IS DISTINCT FROM (excluded.info_code, {", ".join(new_value.values())})
        """
    )
    return kept


def kept_note(fields: Iterable[str]) -> tuple[Message, ...]:
    return (Message("edited-by-hand", fields=", ".join(sorted(fields))),)


def write_joins(
    cursor: Any, posts: Sequence[DerivedPost], named: Mapping[int, Sequence[MentionRow]]
) -> None:
    """Bring the joins of these posts up to date, each with its time. `named` are the securities
    that posts, by their ids, name."""
    for kind in JOINED:
        if kind is not SECURITY:
            write_join(cursor, kind, [(post.slug, post.terms[kind.name]) for post in posts])
    mentions.write(named)


def write_join(cursor: Any, kind: TermKind, joined: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Join posts, by slug, with the terms that their documents name, in their order."""
    target, table = kind.name, kind.join._meta.db_table
    stage(
        cursor,
        f"staged_{target}_join",
        "slug text, key text, position int2",
        ((slug, name, position) for slug, names in joined for position, name in enumerate(names)),
    )
    columns = "post_id int8, target_id int8, published_at timestamptz, position int2"
    stage(cursor, f"wanted_{target}_join", columns, ())
    cursor.execute(
        f"""
        INSERT INTO wanted_{target}_join
        SELECT post.id, target.id, post.published_at, staged.position
        FROM staged_{target}_join staged
        JOIN articles_post post ON post.slug = staged.slug AND NOT %(field)s = ANY(hand_edited)
        JOIN (SELECT id, {kind.document_sql} AS key FROM {kind.table}) target USING (key);

        DELETE FROM {table} stored
        USING articles_post post
        WHERE post.slug = ANY(%(slugs)s) AND NOT %(field)s = ANY(post.hand_edited)
          AND stored.post_id = post.id
          AND (post.id, stored.{target}_id) NOT IN (
              SELECT post_id, target_id FROM wanted_{target}_join
          );

        INSERT INTO {table} AS stored (post_id, {target}_id, published_at, position)
        SELECT post_id, target_id, published_at, position FROM wanted_{target}_join
        ON CONFLICT (post_id, {target}_id) DO UPDATE SET position = excluded.position
        WHERE stored.position <> excluded.position;

        UPDATE {table} stored SET published_at = post.published_at
        FROM articles_post post
        WHERE post.slug = ANY(%(slugs)s) AND stored.post_id = post.id
          AND stored.published_at <> post.published_at
        """,
        {"field": kind.field, "slugs": [slug for slug, _ in joined]},
    )


def hide_orphans(cursor: Any, post_ids: Sequence[int]) -> None:
    """Hide those of these posts that no longer have a document."""
    cursor.execute(
        """
        SELECT id FROM articles_post post
        WHERE id = ANY(%s) AND NOT EXISTS (
            SELECT FROM articles_document WHERE post_id = post.id AND gone_at IS NULL
        )
        """,
        [list(post_ids)],
    )
    hide(cursor, [post_id for (post_id,) in cursor.fetchall()])


def hide(cursor: Any, post_ids: Sequence[int]) -> None:
    """Hide posts, unless an editor has decided whether they show."""
    cursor.execute(
        """
        UPDATE articles_post SET status = 'hidden', modified_at = now()
        WHERE id = ANY(%s) AND NOT 'status' = ANY(hand_edited) AND status <> 'hidden'
        RETURNING id
        """,
        [list(post_ids)],
    )
    hidden = [post_id for (post_id,) in cursor.fetchall()]
    changes.posts_changed(hidden)
