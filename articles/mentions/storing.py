"""Mentions of posts: what their sources marked and what their texts name, as editors decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from ..database import write_connection
from ..models import Mention, Post
from ..search.text.tokens import normal_text
from .names import Known, known
from .recognition import Place

MOST: Final = 1000  # securities of one post: more is a table of the market, not a story


@dataclass(slots=True)
class Named:
    """How a post names a security: a row of its join with it, as `Mention` has them."""

    security_id: int
    origin: str
    in_title: bool = False
    in_digest: bool = False
    in_body: bool = False
    written: str = ""
    nth: int = 0


def named_in(text: str, marked: Iterable[int], names: Known) -> list[Named]:
    """How a post names securities: first those `marked` by its source, given by their ids, then the
    others, in the order of the text. The text is as search stores it: title and digest, a line
    each, and the body, all normalised."""
    found = {pk: Named(pk, Mention.Origin.MARKED, in_body=True) for pk in marked}
    body = 0
    for symbol, place, start, end in names.recogniser.find(text):
        pk = names.ids[symbol]
        one = found.get(pk)
        if one is None:
            one = found[pk] = Named(pk, Mention.Origin.RECOGNISED)
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


def recognise(post_ids: Sequence[int], marked: Mapping[int, Sequence[int]] | None = None) -> None:
    """Bring the mentions of posts as they are stored up to date. `marked` are the ids of the
    securities that the new bodies of some mark. What was marked before and stands in no text stays:
    another document of the post may mark it."""
    alias = write_connection().alias
    before: dict[int, list[int]] = {pk: [] for pk in post_ids}
    stored = Mention.objects.using(alias).filter(post__in=post_ids, origin=Mention.Origin.MARKED)
    for post_id, security_id in stored.order_by("position").values_list("post", "security"):
        before[post_id].append(security_id)
    posts = Post.objects.using(alias).filter(pk__in=post_ids)
    names = known()
    named = {}
    for pk, title, digest, body in posts.values_list("pk", "title", "digest", "body_text"):
        text = normal_text(title, digest, body)
        marks = before[pk]
        if marked is not None and pk in marked:
            found = {one.security_id for one in named_in(text, marked[pk], names)}
            marks = [*marked[pk], *(one for one in before[pk] if one not in found)]
        named[pk] = named_in(text, marks, names)
    write(named)


def recognise_in_entries(post_ids: Sequence[int]) -> set[int]:
    """As `recognise`, by the texts of search entries, which cost less to read. Returns the posts
    whose mentions have changed."""
    names = known()
    with write_connection().cursor() as cursor:
        cursor.execute(
            """
            SELECT post_id, text, ARRAY(
                SELECT security_id FROM articles_mention mention
                WHERE mention.post_id = entry.post_id AND origin = 'marked' ORDER BY position
            )
            FROM (
                SELECT post_id, text FROM articles_searchentry WHERE post_id = ANY(%(posts)s)
                UNION ALL
                SELECT post_id, text FROM articles_unpublishedentry WHERE post_id = ANY(%(posts)s)
            ) entry
            """,
            {"posts": list(post_ids)},
        )
        named = {pk: named_in(text, marked, names) for pk, text, marked in cursor}
    return write(named)


def write(posts: Mapping[int, Sequence[Named]]) -> set[int]:
    """Bring the mentions of posts, by their ids, up to date, and return the posts of which any has
    changed. What editors took out stays out, what they pinned stays, and so does their order."""
    rows = [
        (post_id, one.security_id, one.origin, position, *astuple(one)[2:])
        for post_id, named in posts.items()
        for position, one in enumerate(named)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(9)]
    with write_connection().cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMP TABLE IF NOT EXISTS named_security (
                post_id int8, security_id int8, origin text, position int2, in_title bool,
                in_digest bool, in_body bool, written text, nth int4
            );
            TRUNCATE named_security;
            INSERT INTO named_security
            SELECT * FROM unnest(%s::int8[], %s::int8[], %s::text[], %s::int2[], %s::bool[],
                                 %s::bool[], %s::bool[], %s::text[], %s::int4[]);
            """,
            columns,
        )
        cursor.execute(
            """
            DELETE FROM named_security named USING articles_mentiondecision decision
            WHERE (decision.post_id, decision.security_id) = (named.post_id, named.security_id)
              AND NOT decision.is_named
            """
        )
        cursor.execute(
            """
            WITH unnamed AS (
                SELECT stored.id, decision.is_named IS TRUE AS is_pinned
                FROM articles_mention stored
                LEFT JOIN articles_mentiondecision decision USING (post_id, security_id)
                LEFT JOIN named_security named USING (post_id, security_id)
                WHERE stored.post_id = ANY(%(posts)s) AND named.post_id IS NULL
            ),
            deleted AS (
                DELETE FROM articles_mention stored USING unnamed
                WHERE stored.id = unnamed.id AND NOT is_pinned RETURNING post_id
            ),
            pinned AS (
                UPDATE articles_mention stored
                SET origin = 'added', in_title = false, in_digest = false, in_body = false,
                    written = '', nth = 0
                FROM unnamed
                WHERE stored.id = unnamed.id AND is_pinned AND origin <> 'added'
                RETURNING post_id
            ),
            written AS (
                INSERT INTO articles_mention AS stored
                    (post_id, security_id, published_at, origin, position, in_title, in_digest,
                     in_body, written, nth)
                SELECT post_id, security_id, post.published_at, origin, position, in_title,
                       in_digest, in_body, written, nth
                FROM named_security JOIN articles_post post ON post.id = post_id
                ON CONFLICT (post_id, security_id) DO UPDATE SET
                    origin = excluded.origin, in_title = excluded.in_title,
                    in_digest = excluded.in_digest, in_body = excluded.in_body,
                    written = excluded.written, nth = excluded.nth,
                    position = CASE WHEN EXISTS (
                        SELECT FROM articles_mentiondecision decision
                        WHERE decision.post_id = stored.post_id
                    ) THEN stored.position ELSE excluded.position END
                WHERE (stored.origin, stored.in_title, stored.in_digest, stored.in_body,
                       stored.written, stored.nth, stored.position)
                    <> (excluded.origin, excluded.in_title, excluded.in_digest, excluded.in_body,
                        excluded.written, excluded.nth, excluded.position)
                RETURNING post_id
            )
            SELECT post_id FROM deleted UNION SELECT post_id FROM pinned
            UNION SELECT post_id FROM written
            """,
            {"posts": list(posts)},
        )
        changed = {post_id for (post_id,) in cursor}
        cursor.execute(
            """
            UPDATE articles_mention stored SET published_at = post.published_at
            FROM articles_post post
            WHERE post.id = ANY(%s) AND stored.post_id = post.id
              AND stored.published_at <> post.published_at
            """,
            [list(posts)],
        )
    return changed
