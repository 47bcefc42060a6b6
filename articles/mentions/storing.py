"""Mentions of posts: what their sources marked and what their texts name, as editors decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from ..database import write_connection
from ..models import Mention, Post
from ..search.text.tokens import normal_text
from .names import Known, known
from .recognition import Place

MOST: Final = 1000  # securities of one post: more is a table of the market, not a story


#: The securities that a source marked in a post, by their ids, in order, and what it calls each.
Marks = Mapping[int, str]


@dataclass(slots=True)
class MentionRow:
    """How a post names a security: a row of its join with it, as `Mention` has them."""

    security_id: int
    origin: str
    in_title: bool = False
    in_digest: bool = False
    in_body: bool = False
    written: str = ""
    nth: int = 0
    marked_as: str = ""


#: The columns that `write` fills, with their types: from `security_id` on, those of `MentionRow`.
COLUMNS: Final = {
    "post_id": "int8",
    "position": "int2",
    "security_id": "int8",
    "origin": "text",
    "in_title": "bool",
    "in_digest": "bool",
    "in_body": "bool",
    "written": "text",
    "nth": "int4",
    "marked_as": "text",
}
columns_of = attrgetter(*list(COLUMNS)[2:])


def named_in(text: str, marked: Marks, names: Known) -> list[MentionRow]:
    """How a post names securities: first those `marked` by its source, then the others, in the
    order of the text. The text is as search stores it: title and digest, a line each, and the body,
    all normalised."""
    found = {
        pk: MentionRow(pk, Mention.Origin.MARKED, in_body=True, marked_as=name)
        for pk, name in marked.items()
    }
    body = 0
    for symbol, place, start, end in names.recogniser.find(text):
        pk = names.ids[symbol]
        one = found.get(pk)
        if one is None:
            one = found[pk] = MentionRow(pk, Mention.Origin.RECOGNISED)
        if place is Place.TITLE:
            one.in_title = True
        elif place is Place.DIGEST:
            one.in_digest = True
        elif not one.written:
            body = body or text.index("\n", text.index("\n") + 1) + 1
            one.in_body = True
            one.written = text[start:end]
            one.nth = text.count(one.written, body, start) + 1
    return list(found.values())[:MOST]


def recognise(
    post_ids: Sequence[int],
    marked: Mapping[int, Marks] | None = None,
    chosen: Mapping[int, Sequence[int]] | None = None,
) -> None:
    """Update the mentions of stored posts. `marked` has, by post, what new bodies mark; `chosen`
    the ids that an editor just chose, in order. Earlier marks stay, since another document may have
    them, unless the editor's choice omits them."""
    marked, chosen = marked or {}, chosen or {}
    before = {
        pk: {one: name for one, name in stored.items() if pk not in chosen or one in chosen[pk]}
        for pk, stored in stored_marks(post_ids).items()
    }
    posts = Post.objects.using(write_connection().alias).filter(pk__in=post_ids)
    names = known()
    named = {}
    for pk, title, digest, body in posts.values_list("pk", "title", "digest", "body_text"):
        text = normal_text(title, digest, body)
        marks = before[pk]
        if pk in marked:
            found = {one.security_id for one in named_in(text, marked[pk], names)}
            marks = {one: name or before[pk].get(one, "") for one, name in marked[pk].items()}
            marks |= {one: name for one, name in before[pk].items() if one not in found}
        named[pk] = named_in(text, marks, names)
        if pk in chosen:
            named[pk] = in_order(named[pk], chosen[pk])
    write(named, in_new_order=chosen.keys())


def stored_marks(post_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """The `Marks` that are stored of each of these posts."""
    found: dict[int, dict[int, str]] = {pk: {} for pk in post_ids}
    stored = Mention.objects.using(write_connection().alias).filter(
        post__in=post_ids, origin=Mention.Origin.MARKED
    )
    columns = ("post", "security", "marked_as")
    for post_id, security_id, name in stored.order_by("position").values_list(*columns):
        found[post_id][security_id] = name
    return found


def in_order(named: Iterable[MentionRow], chosen: Sequence[int]) -> list[MentionRow]:
    """The securities that an editor chose, by their ids, in that order; then the others."""
    found = {one.security_id: one for one in named}
    return [
        found.get(pk) or MentionRow(pk, Mention.Origin.ADDED)
        for pk in dict.fromkeys((*chosen, *found))
    ]


def recognise_in_entries(post_ids: Sequence[int]) -> set[int]:
    """Like `recognise`, but from the texts in search entries, which are cheaper to read. Returns
    the posts whose mentions changed."""
    names = known()
    marked = stored_marks(post_ids)
    with write_connection().cursor() as cursor:
        cursor.execute(
            """
            SELECT post_id, text FROM articles_searchentry WHERE post_id = ANY(%(posts)s)
            UNION ALL
            SELECT post_id, text FROM articles_unpublishedentry WHERE post_id = ANY(%(posts)s)
            """,
            {"posts": list(post_ids)},
        )
        named = {pk: named_in(text, marked[pk], names) for pk, text in cursor}
    return write(named)


#: The mentions that posts should have, as common table expressions: those found, as editors decided
#: and in the order that they chose.
WANTED: Final = f"""
    found AS (
        SELECT *
        FROM unnest({", ".join(f"%({name})s::{of_type}[]" for name, of_type in COLUMNS.items())})
             AS found ({", ".join(COLUMNS)})
    ),
    named AS (
        SELECT found.*
        FROM found LEFT JOIN articles_mentiondecision USING (post_id, security_id)
        WHERE is_named IS NOT FALSE
        UNION ALL
        SELECT post_id, {MOST} + row_number() OVER (ORDER BY decision.id), security_id,
               'added', false, false, false, '', 0, ''
        FROM articles_mentiondecision decision LEFT JOIN found USING (post_id, security_id)
        WHERE decision.post_id = ANY(%(posts)s) AND is_named AND found.post_id IS NULL
    ),
    in_order AS (
        SELECT post_id, security_id, position FROM articles_mention
        WHERE post_id = ANY(%(posts)s) AND post_id <> ALL(%(in_new_order)s)
          AND post_id IN (SELECT post_id FROM articles_mentiondecision)
    ),
    wanted AS (
        SELECT post_id, security_id, post.published_at, origin,
               coalesce(in_order.position, named.position) AS position,
               in_title, in_digest, in_body, written, nth, marked_as
        FROM named JOIN articles_post post ON post.id = post_id
        LEFT JOIN in_order USING (post_id, security_id)
    )
"""
CHANGING: Final = ["published_at", *(c for c in COLUMNS if c not in ("post_id", "security_id"))]


def write(
    posts: Mapping[int, Sequence[MentionRow]], in_new_order: Collection[int] = ()
) -> set[int]:
    """Bring the mentions of posts, by their ids, up to date, and return the posts of which any has
    changed. What editors removed stays out, and what they pinned stays, or is added. Where editors
    decided anything, stored mentions keep their order, except in posts that are `in_new_order`."""
    with write_connection().cursor() as cursor:
        cursor.execute(
            f"""
            WITH {WANTED},
            deleted AS (
                DELETE FROM articles_mention stored
                WHERE post_id = ANY(%(posts)s) AND NOT EXISTS (
                    SELECT FROM wanted
                    WHERE (wanted.post_id, wanted.security_id)
                        = (stored.post_id, stored.security_id)
                )
                RETURNING post_id
            ),
            written AS (
                INSERT INTO articles_mention AS stored
                    (post_id, security_id, published_at, origin, position, in_title, in_digest,
                     in_body, written, nth, marked_as)
                SELECT * FROM wanted
                ON CONFLICT (post_id, security_id) DO UPDATE SET
                    {", ".join(f"{name} = excluded.{name}" for name in CHANGING)}
                WHERE ({", ".join(f"stored.{name}" for name in CHANGING)})
                    <> ({", ".join(f"excluded.{name}" for name in CHANGING)})
                RETURNING post_id
            )
            SELECT post_id FROM deleted UNION SELECT post_id FROM written
            """,
            arguments(posts, in_new_order),
        )
        return {post_id for (post_id,) in cursor}


def differing(posts: Mapping[int, Sequence[MentionRow]]) -> set[int]:
    """The posts of which `write` would change a mention. For those that editors want it does not
    matter how the post has them: a mark that an editor took out is not stored, but counts again
    after its security was merged into one that the editor wants. What was stored by a release that
    kept no names of marks need have none. Writes nothing."""
    columns = ("post_id", "security_id", *CHANGING)
    wanted = [f"wanted.{name}" for name in CHANGING]
    stored = [f"stored.{name}" for name in CHANGING if name != "marked_as"]
    stored.append("coalesce(nullif(stored.marked_as, ''), wanted.marked_as)")
    with write_connection().cursor() as cursor:
        cursor.execute(
            f"""
            WITH {WANTED},
            stored AS (
                SELECT {", ".join(columns)} FROM articles_mention WHERE post_id = ANY(%(posts)s)
            )
            SELECT post_id
            FROM wanted FULL JOIN stored USING (post_id, security_id)
            LEFT JOIN articles_mentiondecision decision USING (post_id, security_id)
            WHERE wanted.published_at IS DISTINCT FROM stored.published_at
                OR (decision.id IS NULL
                    AND ({", ".join(wanted)}) IS DISTINCT FROM ({", ".join(stored)}))
            """,
            arguments(posts),
        )
        return {post_id for (post_id,) in cursor}


def arguments(
    posts: Mapping[int, Sequence[MentionRow]], in_new_order: Collection[int] = ()
) -> dict[str, list[Any]]:
    """The arguments of a statement with `WANTED`."""
    rows = [
        (post_id, position, *columns_of(one))
        for post_id, named in posts.items()
        for position, one in enumerate(named)
    ]
    values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in COLUMNS]
    return {
        **dict(zip(COLUMNS, values, strict=True)),
        "posts": list(posts),
        "in_new_order": list(in_new_order),
    }
