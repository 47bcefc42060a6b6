"""A story once: of the posts of a list that tell the same, all are left out except one.

That one is the first of its story (`StoryPost.place`) that the list has, on whichever page. So what
is left out depends on the list alone, and pages go on from any post.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Final

from django.db.models.expressions import RawSQL
from django.utils import timezone

from ..database import read_connection
from ..days import end_of, start_of
from ..models import PostQuerySet
from .conditions import Conditions, Scope
from .index import TABLE
from .matching import all_checks
from .sql import Sql, sql

#: SQL for the ids of the posts that come before a `post` in its story: published ones, some of
#: which may be scheduled.
BEFORE: Final = """
    SELECT earlier.post_id FROM articles_storypost this
    JOIN articles_storypost earlier ON earlier.first_id = this.first_id
    WHERE this.post_id = {post} AND earlier.place < this.place
"""

#: SQL for how many of `posts` a list of them leaves out.
COUNT_LEFT_OUT: Final = """
    SELECT count(*) - count(DISTINCT first_id) FROM articles_storypost
    WHERE post_id = ANY(ARRAY({posts}))
"""


def each_once(conditions: Conditions, by_story: bool) -> list[Sql]:
    """The checks by which `matching` finds each story once, if a list is `by_story`."""
    return [is_first_told(conditions, "entry.post_id", timezone.now())] if by_story else []


def first_told(listed: PostQuerySet, scope: Scope, most: int) -> RawSQL:
    """The ids of the first `most` posts that a plain list of a scope has by story. `listed` are all
    posts of the scope, in the order of the list."""
    # OFFSET has them listed first, or each post of the list would be checked.
    first = sql(
        f"SELECT pk FROM (%(every)s OFFSET 0) listed WHERE %(is_first)s LIMIT {most:d}",
        every=Sql(*listed.values("pk").query.sql_with_params()),
        is_first=is_first_told(Conditions().within(scope), "listed.pk", timezone.now()),
    )
    return RawSQL(*first)  # noqa: S611, its values are parameters


def left_out_by_day(days: Sequence[dt.date]) -> Counter[dt.date]:
    """How many posts that readers see on each of these days do not come first in their story. One
    query."""
    now = timezone.now()
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            SELECT day, count(*)
            FROM unnest(%s::date[], %s::timestamptz[], %s::timestamptz[]) span (day, since, until)
            JOIN {TABLE} entry ON published_at >= since AND published_at < until
            JOIN articles_storypost told ON told.post_id = entry.post_id AND place > 0
            GROUP BY day
            """,
            [
                [*days],
                [start_of(day) for day in days],
                [min(end_of(day), now) for day in days],
            ],
        )
        return Counter(dict(cursor))


def first_told_among(matched: Sql) -> Sql:
    """SQL for those entries of `matched` that come first in their stories among these."""
    return sql(
        """
        WITH matched AS MATERIALIZED (%(matched)s),
        told AS (
            SELECT post_id, place, min(place) OVER (PARTITION BY first_id) AS first
            FROM articles_storypost WHERE post_id = ANY(ARRAY(SELECT post_id FROM matched))
        )
        SELECT * FROM matched WHERE post_id NOT IN (SELECT post_id FROM told WHERE place > first)
        """,
        matched=matched,
    )


def is_first_told(conditions: Conditions, post: str, horizon: dt.datetime) -> Sql:
    """SQL for whether no other post that meets the conditions comes before a post in its story,
    of which `post` is the id in SQL. Posts later than `horizon` do not count."""
    # Most posts have no story or come first in it. OFFSET keeps PostgreSQL from joining the list
    # with the whole table.
    return sql(
        f"""CASE coalesce((SELECT place FROM articles_storypost WHERE post_id = {post}), 0)
            WHEN 0 THEN true
            ELSE NOT EXISTS (
                SELECT FROM {TABLE} WHERE post_id = ANY(ARRAY({BEFORE.format(post=post)}))
                AND published_at <= %(horizon)s AND %(check)s OFFSET 0
            )
        END""",
        horizon=horizon,
        check=all_checks(conditions),
    )
