"""The terms with which a post is joined."""

from typing import Any, Final

from .database import read_connection
from .models import Mention, Post, Security
from .terms import BY_NAME, JOINED, SECURITY

#: In SQL, because Django takes as long to compose three queries as to show the post.
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
