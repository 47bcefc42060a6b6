"""Posts in the order in which they last changed, the newest change first."""

from collections.abc import Sequence
from typing import Final

from django.utils import timezone

from ..database import read_connection
from ..models import ChangePlace, PostQuerySet
from .by_story import is_first_told
from .conditions import Conditions

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
