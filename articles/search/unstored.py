"""Conditions, and entries that are in no table."""

from collections.abc import Sequence

from ..database import read_connection
from .conditions import Conditions
from .index import EntryRow
from .matching import all_checks


def meeting(conditions: Conditions, entries: Sequence[EntryRow]) -> set[int]:
    """The ids of the posts of those entries that meet the conditions. One query, if there are any
    entries."""
    if not entries:
        return set()
    check, params = all_checks(conditions)
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            SELECT post_id FROM (
                SELECT post_id, published_at, facets::int4[], title, text
                FROM unnest(%s::int8[], %s::timestamptz[], %s::text[], %s::text[], %s::text[])
                    AS given (post_id, published_at, facets, title, text)
                OFFSET 0
            ) entry
            WHERE {check}
            """,
            [
                [one.post_id for one in entries],
                [one.published_at for one in entries],
                [f"{{{','.join(map(str, one.facets))}}}" for one in entries],
                [one.indexed.title for one in entries],
                [one.indexed.text for one in entries],
                *params,
            ],
        )
        return {post_id for (post_id,) in cursor}
