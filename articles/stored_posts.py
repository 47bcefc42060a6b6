"""A post as its page shows it, and its terms; posts as lists show them.

In SQL, because Django takes as long to compose these queries as to show the post.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db.models.expressions import RawSQL
from django.utils import timezone

from .database import read_connection
from .models import LEAD, Mention, Post, Security, Source
from .models.posts import ALSO_TOLD, CHANNELS
from .prepared import prepared
from .terms import BY_NAME, JOINED, SECURITY


class StoredPost(NamedTuple):
    """A post with what its page shows of it, its terms as `stored_terms` has them, and whether
    others tell its story."""

    post: Post
    terms: dict[str, Any]
    has_story: bool


#: What a page shows of a post itself.
FIELDS: Final = (
    "id",
    "slug",
    "title",
    "digest",
    "body_html",
    "body_text",
    "original_url",
    "published_at",
    "edited_at",
    "status",
)
#: The terms of a `post`, of which the id is given in SQL, as JSON: an array for each.
TERMS_OF_POST: Final = """
    SELECT json_agg(
        json_build_array(of, id, name, slug, market, code, kind, written, nth) ORDER BY position
    )
    FROM (
        SELECT 'security', position, term.id, name, NULL, market, code, kind, written, nth
        FROM articles_mention joins JOIN articles_security term ON term.id = security_id
        WHERE post_id = {post}
        UNION ALL
        SELECT 'category', position, term.id, name, slug, NULL, NULL, NULL, NULL, NULL
        FROM articles_postcategory joins JOIN articles_category term ON term.id = category_id
        WHERE post_id = {post}
        UNION ALL
        SELECT 'tag', position, term.id, name, slug, NULL, NULL, NULL, NULL, NULL
        FROM articles_posttag joins JOIN articles_tag term ON term.id = tag_id
        WHERE post_id = {post}
    ) term (of, position, id, name, slug, market, code, kind, written, nth)
"""
#: One of `Post.objects.published_or_hidden()`.
POST: Final = f"""
    SELECT {", ".join(f"post.{field}" for field in FIELDS)},
           EXISTS (SELECT FROM articles_storypost told WHERE told.post_id = post.id),
           ({TERMS_OF_POST.format(post="post.id")}), source.id, source.slug, source.name
    FROM articles_post post LEFT JOIN articles_source source ON source.id = source_id
    WHERE post.slug = %s AND status IN ('published', 'hidden') AND published_at <= %s
"""  # noqa: S608, the fields are ours
#: What a list shows of a post itself, before its text, source and categories. Each in the order of
#: the model's fields, as `from_db` takes them.
FIELDS_OF_ENTRY: Final = ("id", "slug", "title", "digest", "published_at")
FIELDS_OF_SOURCE: Final = ("id", "name", "slug")
#: Of `Post.objects.published()`.
ENTRIES: Final = f"""
    SELECT {", ".join(f"post.{field}" for field in FIELDS_OF_ENTRY)}, {{text}},
           {", ".join(f"source.{field}" for field in FIELDS_OF_SOURCE)},
           {CHANNELS.extra["template"] % {"expressions": "post.id"}}, {{also_told}}
    FROM articles_post post LEFT JOIN articles_source source ON source.id = source_id
    WHERE post.id IN ({{ids}}) AND status = 'published' AND published_at <= %s
    ORDER BY published_at DESC, post.id DESC
"""  # noqa: S608, the fields are ours
TOLD_OF_ENTRY: Final = ALSO_TOLD.extra["template"] % {"expressions": "post.id"}


def stored_entries(
    ids: RawSQL,
    *,
    with_story: bool = False,
    whole_text: bool = False,
    needs_own_plan: bool = False,
) -> list[Post]:
    """The posts with these ids that readers see, the newest first, as `PostQuerySet.for_listing`
    has them; `with_story`, as its `with_story`; with the `whole_text`, `body_text` in place of
    `lead`. If it `needs_own_plan`, how best to find the ids depends on their values. One query."""
    statement = ENTRIES.format(
        text="body_text" if whole_text else f"left(body_text, {LEAD})",
        also_told=TOLD_OF_ENTRY if with_story else "NULL",
        ids=ids.sql,
    )
    connection = read_connection()
    found = []
    with connection.cursor() if needs_own_plan else prepared(connection) as cursor:
        cursor.execute(statement, [*ids.params, timezone.now()])
        for *fields, text, pk, name, source_slug, channels, also_told in cursor:
            post = Post.from_db(connection.alias, FIELDS_OF_ENTRY, fields)
            setattr(post, "body_text" if whole_text else "lead", text)
            source = (pk, name, source_slug)
            post.source = pk and Source.from_db(connection.alias, FIELDS_OF_SOURCE, source)
            post.channels = channels
            post.also_told = also_told or []
            found.append(post)
    return found


def stored_post(slug: str) -> StoredPost | None:
    """The post that has or had a page at this address. One query."""
    with prepared(read_connection()) as cursor:
        cursor.execute(POST, [slug, timezone.now()])
        if (row := cursor.fetchone()) is None:
            return None
    *fields, has_story, terms, source, source_slug, name = row
    post = Post(**dict(zip(FIELDS, fields, strict=True)))
    post.source = source and Source(id=source, slug=source_slug, name=name)
    return StoredPost(post, terms_of(terms), has_story)


def stored_terms(post: Post) -> dict[str, Any]:
    """The categories, tags and securities of a post, by field, each in the order of the post and
    with the fields that pages show; and the `mentions` of the securities. One query."""
    with prepared(read_connection()) as cursor:
        cursor.execute(TERMS_OF_POST.format(post="%s"), [post.pk] * 3)
        return terms_of(cursor.fetchone()[0])


def terms_of(rows: Sequence[Sequence[Any]] | None) -> dict[str, Any]:
    """The terms in the JSON of `TERMS_OF_POST`."""
    found: dict[str, Any] = {kind.field: [] for kind in JOINED} | {"mentions": []}
    for kind, pk, name, slug, market, code, traded_as, written, nth in rows or ():
        if kind == SECURITY.name:
            term: Any = Security(id=pk, market=market, code=code, kind=traded_as, name=name)
            found["mentions"].append(Mention(security=term, written=written, nth=nth))
        else:
            term = BY_NAME[kind].model(id=pk, slug=slug, name=name)
        found[BY_NAME[kind].field].append(term)
    return found
