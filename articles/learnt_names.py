"""The names of securities, as posts give them.

Readers are told these names, so only posts that readers see give any: until then a security has
none, also at the desk. Nothing is unlearnt when a post is hidden later.
"""

import json
from collections.abc import Iterable
from typing import Final, NamedTuple

from django.utils import timezone

from .database import write_connection
from .pinyin import full_pinyin, pinyin_initials

#: What is new in the names that posts give. What editors called wrong is not learnt again. The
#: newest post decides on the name of today, unless an editor did: also when it is corrected, if no
#: other one of its time still has the former name. Rows are locked in one order.
NEW: Final = """
    WITH given AS (
        SELECT security_id, array_agg(DISTINCT told.name) AS names, max(published_at) AS named_at,
               (array_agg(told.name ORDER BY published_at DESC, told.name DESC))[1] AS name
        FROM unnest(%(posts)s::int8[], %(securities)s::int8[], %(names)s::text[])
             AS told (post_id, security_id, name)
        JOIN articles_post post ON post.id = post_id
        JOIN articles_security security ON security.id = security_id
        LEFT JOIN articles_mentiondecision decision USING (post_id, security_id)
        WHERE status = 'published' AND published_at <= %(now)s AND told.name <> ''
          AND told.name <> ALL(wrong_names) AND is_named IS NOT FALSE
        GROUP BY security_id
    )
    SELECT stored.id, stored.name, stored.names, stored.named_at, stored.pinyin,
           stored.full_pinyin, given.name, given.names, given.named_at, is_newest
    FROM articles_security stored
    JOIN given ON given.security_id = stored.id
    CROSS JOIN LATERAL (
        SELECT NOT stored.is_name_fixed AND (
            (given.named_at, given.name)
                > (coalesce(stored.named_at, '-infinity'), stored.name)
            OR given.named_at = stored.named_at AND given.name <> stored.name AND NOT EXISTS (
                SELECT FROM articles_mention mention JOIN articles_post post ON post.id = post_id
                WHERE security_id = stored.id AND mention.published_at = stored.named_at
                    AND marked_as = stored.name AND status = 'published'
                    AND post_id <> ALL(%(posts)s)
            )
        ) AS is_newest
    ) compared
    WHERE is_newest OR NOT stored.names @> given.names
    ORDER BY stored.id FOR NO KEY UPDATE OF stored
"""
STORE: Final = """
    UPDATE articles_security stored
    SET name = learnt.name, names = learnt.names, named_at = learnt.named_at,
        pinyin = learnt.pinyin, full_pinyin = learnt.full_pinyin
    FROM jsonb_to_recordset(%s) AS learnt (
        id int8, name text, names text[], named_at timestamptz, pinyin text, full_pinyin text
    )
    WHERE stored.id = learnt.id
"""


class Learnt(NamedTuple):
    """The ids of the securities that have another name now, and whether any has one more."""

    renamed: list[int]
    is_new: bool


def learn(given: Iterable[tuple[int, int, str]]) -> Learnt:
    """Learn the names that posts give: the id of a post, that of a security, and what the source of
    the post calls it. Call it after the posts have been written."""
    if not (columns := [*zip(*given, strict=True)]):
        return Learnt([], is_new=False)
    told = dict(zip(("posts", "securities", "names"), map(list, columns), strict=True))
    rows = []
    renamed = []
    is_new = False
    with write_connection().cursor() as cursor:
        cursor.execute(NEW, {**told, "now": timezone.now()})
        for pk, name, known, at, initials, pinyin, newest, new, newest_at, is_newest in cursor:
            row = {"id": pk, "name": name, "named_at": at, "pinyin": initials}
            if is_newest and newest != name:
                row |= {"name": newest, "pinyin": pinyin_initials(newest)}
                renamed.append(pk)
            if is_newest:
                row["named_at"] = newest_at
            all_names = sorted({*known, *new})
            if all_names != known:
                is_new = True
                pinyin = full_pinyin(all_names)
            rows.append({**row, "names": all_names, "full_pinyin": pinyin})
        if rows:
            cursor.execute(STORE, [json.dumps(rows, default=str)])
    return Learnt(renamed, is_new)
