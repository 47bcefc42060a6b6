"""Posts in the order in which they last changed, the newest change first."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone

from ..database import read_connection
from ..models import ChangePlace, PostQuerySet
from .by_story import each_once, is_first_told
from .conditions import Conditions
from .index import TABLE
from .matching import all_checks, all_of, is_late
from .sql import Sql, sql

WALKED: Final = 50_000  # changes
WALKING: Final = 1_000  # milliseconds

#: OFFSET has the posts ordered first, or a check of stories would go through all of them.
LAST_CHANGED: Final = """
    SELECT version, id, post_id FROM (
        SELECT version, change.id, post.id AS post_id FROM articles_archivechange change
        JOIN (%(posts)s) post ON post.slug = change.address
        WHERE change.kind = 'post' AND version > 0 AND %(is_earlier)s
        ORDER BY version DESC, change.id DESC OFFSET 0
    ) changed
    WHERE %(check)s LIMIT %(most)s
"""
#: The last changes one after the other, each with its entry, until enough of them match.
WALK: Final = f"""
    SELECT version, change_id, post_id FROM (
        SELECT version, id AS change_id, address FROM articles_archivechange
        WHERE kind = 'post' AND version > 0 AND %(is_earlier)s
        ORDER BY version DESC, id DESC LIMIT {WALKED}
    ) change
    CROSS JOIN LATERAL (
        SELECT * FROM {TABLE}
        WHERE post_id = (SELECT id FROM articles_post WHERE slug = change.address) OFFSET 0
    ) entry
    WHERE published_at <= %(now)s
        AND CASE WHEN {is_late(WALKING)} THEN false ELSE %(check)s END AND %(is_first)s
    ORDER BY version DESC, change_id DESC LIMIT %(most)s
"""


def last_changed(
    posts: PostQuerySet,
    most: int,
    before: ChangePlace | None,
    once_within: Conditions | None = None,
) -> Sequence[tuple[ChangePlace, int]]:
    """The last changes of these posts that are earlier than `before`, at most `most`, each with the
    id of its post. If `once_within` has the conditions of the posts, each story is there once. One
    query."""
    check = Sql("true")
    if once_within is not None:
        check = is_first_told(once_within, "changed.post_id", timezone.now())
    changes = sql(
        LAST_CHANGED,
        posts=Sql(*posts.order_by().values("id", "slug").query.sql_with_params()),
        is_earlier=is_before(before, "change.id"),
        check=check,
        most=most,
    )
    with read_connection().cursor() as cursor:
        cursor.execute(*changes)
        return [(ChangePlace(version, pk), post_id) for version, pk, post_id in cursor]


def walk_changes(
    cursor: Any,
    conditions: Conditions,
    most: int,
    before: ChangePlace | None,
    by_story: bool,
) -> Sequence[tuple[ChangePlace, int]]:
    """The last changes of posts that meet the conditions: fewer than `most` if not so many are
    among the first `WALKED` changes, or within `WALKING`. Where every tenth post matches, this
    reads hundreds of entries, and the index would find all matches."""
    changes = sql(
        WALK,
        is_earlier=is_before(before, "id"),
        now=timezone.now(),
        check=all_checks(conditions),
        is_first=all_of(each_once(conditions, by_story)),
        most=most,
    )
    cursor.execute("SET LOCAL enable_indexscan = on")
    cursor.execute(*changes)
    found = [(ChangePlace(version, pk), post_id) for version, pk, post_id in cursor]
    cursor.execute("SET LOCAL enable_indexscan = off")
    return found


def is_before(place: ChangePlace | None, key: str) -> Sql:
    """SQL for whether a change, of which `key` is the id in SQL, is earlier than a place."""
    if place is None:
        return Sql("true")
    version, pk = place
    return sql(f"(version, {key}) < (%(version)s, %(pk)s)", version=version, pk=pk)
