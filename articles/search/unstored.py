"""Conditions, and entries that are in no table."""

from collections.abc import Sequence

from ..database import read_connection
from .conditions import Conditions
from .index import EntryRow
from .matching import all_of, any_check, in_either_form


def meeting(conditions: Conditions, entries: Sequence[EntryRow]) -> set[int]:
    """The ids of the posts of those entries that meet the conditions. One query, if there are any
    entries."""
    if not entries:
        return set()
    checks = [any_check(in_either_form(group)) for group in conditions.groups]
    checks += [(f"NOT {one.check}", one.params) for one in in_either_form(conditions.excluded)]
    if conditions.since:
        checks.append(("published_at >= %s", (conditions.since,)))
    if conditions.until:
        checks.append(("published_at < %s", (conditions.until,)))
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            SELECT post_id FROM (
                SELECT post_id, published_at, facets::int4[], title, text
                FROM unnest(%s::int8[], %s::timestamptz[], %s::text[], %s::text[], %s::text[])
                    AS given (post_id, published_at, facets, title, text)
                OFFSET 0
            ) entry
            WHERE facets @> %s::int4[] {all_of(checks)}
            """,
            [
                [one.post_id for one in entries],
                [one.published_at for one in entries],
                [f"{{{','.join(map(str, one.facets))}}}" for one in entries],
                [one.indexed.title for one in entries],
                [one.indexed.text for one in entries],
                sorted(conditions.tokens),
                *(value for _, values in checks for value in values),
            ],
        )
        return {post_id for (post_id,) in cursor}
