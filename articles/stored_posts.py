"""A post as its page shows it, and the terms with which it is joined.

In SQL, because Django takes as long to compose these queries as to show the post.
"""

from typing import Any, Final, NamedTuple

from django.utils import timezone

from .database import read_connection
from .models import Mention, Post, Security, Source
from .terms import BY_NAME, JOINED, SECURITY


class StoredPost(NamedTuple):
    """A post with what its page shows of it, and whether others tell its story."""

    post: Post
    has_story: bool


#: What a page shows of a post itself.
FIELDS: Final = (
    *("id", "slug", "title", "digest", "body_html", "body_text", "original_url"),
    *("published_at", "edited_at", "status"),
)
#: One of `Post.objects.published_or_hidden()`.
POST: Final = f"""
    SELECT {", ".join(f"post.{field}" for field in FIELDS)},
           EXISTS (SELECT FROM articles_storypost told WHERE told.post_id = post.id),
           source.id, source.slug, source.name
    FROM articles_post post LEFT JOIN articles_source source ON source.id = source_id
    WHERE post.slug = %s AND status IN ('published', 'hidden') AND published_at <= %s
"""  # noqa: S608, the fields are ours
TERMS_OF_POST: Final = """
    SELECT 'security', position, term.id, name, NULL, market, code, kind, written, nth
    FROM articles_mention joins JOIN articles_security term ON term.id = security_id
    WHERE post_id = %(post)s
    UNION ALL
    SELECT 'category', position, term.id, name, slug, NULL, NULL, NULL, NULL, NULL
    FROM articles_postcategory joins JOIN articles_category term ON term.id = category_id
    WHERE post_id = %(post)s
    UNION ALL
    SELECT 'tag', position, term.id, name, slug, NULL, NULL, NULL, NULL, NULL
    FROM articles_posttag joins JOIN articles_tag term ON term.id = tag_id
    WHERE post_id = %(post)s
    ORDER BY position
"""


def stored_post(slug: str) -> StoredPost | None:
    """The post that has or had a page at this address. One query."""
    with read_connection().cursor() as cursor:
        cursor.execute(POST, [slug, timezone.now()])
        if (row := cursor.fetchone()) is None:
            return None
    *fields, has_story, source, source_slug, name = row
    post = Post(**dict(zip(FIELDS, fields, strict=True)))
    post.source = source and Source(id=source, slug=source_slug, name=name)
    return StoredPost(post, has_story)


def stored_terms(post: Post) -> dict[str, Any]:
    """The categories, tags and securities of a post, by field, each in the order of the post and
    with the fields that pages show; and the `mentions` of the securities. One query."""
    found: dict[str, Any] = {kind.field: [] for kind in JOINED} | {"mentions": []}
    with read_connection().cursor() as cursor:
        cursor.execute(TERMS_OF_POST, {"post": post.pk})
        for kind, _, pk, name, slug, market, code, traded_as, written, nth in cursor:
            if kind == SECURITY.name:
                term: Any = Security(id=pk, market=market, code=code, kind=traded_as, name=name)
                found["mentions"].append(Mention(security=term, written=written, nth=nth))
            else:
                term = BY_NAME[kind].model(id=pk, slug=slug, name=name)
            found[BY_NAME[kind].field].append(term)
    return found
