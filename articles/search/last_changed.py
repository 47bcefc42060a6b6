"""Posts in the order in which they last changed, the newest change first."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone

from ..database import read_connection
from ..models import ChangePlace, PostQuerySet
from .by_story import is_first_told
from .conditions import Conditions
from .index import TABLE
from .matching import all_checks, is_late

#: OFFSET has the posts ordered first, or a check of stories would go through all of them.
LAST_CHANGED: Final = """
    SELECT version, id, post_id FROM (
        SELECT version, change.id, post.id AS post_id FROM articles_archivechange change
        JOIN ({posts}) post ON post.slug = change.address
        WHERE change.kind = 'post' AND version > 0 {after}
        ORDER BY version DESC, change.id DESC OFFSET 0
    ) changed
    WHERE {check} LIMIT %s
"""
#: The last changes one after the other, each with its entry, until enough of them match.
WALK: Final = """
    SELECT version, change_id, post_id FROM (
        SELECT version, id AS change_id, address FROM articles_archivechange
        WHERE kind = 'post' AND version > 0 {after} ORDER BY version DESC, id DESC LIMIT {walked}
    ) change
    CROSS JOIN LATERAL (
        SELECT * FROM {table}
        WHERE post_id = (SELECT id FROM articles_post WHERE slug = change.address) OFFSET 0
    ) entry
    WHERE published_at <= %s AND CASE WHEN {is_late} THEN false ELSE {check} END AND {first}
    ORDER BY version DESC, change_id DESC LIMIT %s
"""
WALKED: Final = 50_000  # changes
WALKING: Final = 1_000  # milliseconds


def last_changed(
    posts: PostQuerySet,
    most: int,
    before: ChangePlace | None,
    once_within: Conditions | None = None,
) -> Sequence[tuple[ChangePlace, int]]:
    """The last changes of these posts, at most so many, those earlier than `before`: each with the
    id of its post. With the conditions of the posts in `once_within`, each story is there once. One
    query."""
    listed, values = posts.order_by().values("id", "slug").query.sql_with_params()
    after, place = ("AND (version, change.id) < (%s, %s)", tuple(before)) if before else ("", ())
    check, params = "true", ()
    if once_within is not None:
        check, params = is_first_told(once_within, "changed.post_id", timezone.now())
    with read_connection().cursor() as cursor:
        cursor.execute(
            LAST_CHANGED.format(posts=listed, after=after, check=check),
            (*values, *place, *params, most),
        )
        return [(ChangePlace(version, pk), post_id) for version, pk, post_id in cursor]


def walk_changes(
    cursor: Any,
    conditions: Conditions,
    most: int,
    before: ChangePlace | None,
    by_story: bool,
) -> Sequence[tuple[ChangePlace, int]]:
    """The last changes of posts that meet the conditions: fewer than `most` if not so many are
    among the first `WALKED` changes, or within `WALKING`. Where every tenth post matches it reads
    hundreds of entries, and the index would find all of them."""
    after, place = ("AND (version, id) < (%s, %s)", tuple(before)) if before else ("", ())
    check, params = all_checks(conditions)
    now = timezone.now()
    first, of_first = is_first_told(conditions, "entry.post_id", now) if by_story else ("true", ())
    sql = WALK.format(
        after=after,
        walked=WALKED,
        table=TABLE,
        is_late=is_late(WALKING),
        check=check,
        first=first,
    )
    cursor.execute("SET LOCAL enable_indexscan = on")
    cursor.execute(sql, (*place, now, *params, *of_first, most))
    found = [(ChangePlace(version, pk), post_id) for version, pk, post_id in cursor]
    cursor.execute("SET LOCAL enable_indexscan = off")
    return found
