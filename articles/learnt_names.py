"""The names of securities, as posts give them.

Readers are told these names, so only posts that readers see give any. The name of today is the one
that the newest of them gives, as it reads now; or one that a list of an exchange or an editor has
stated since. Where nobody gives one, there is none, also at the desk. All names that a security
was ever given stay among its `names`.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

from django.utils import timezone

from .database import write_connection
from .pinyin import full_pinyin, pinyin_initials

#: What is new in the names that posts give. Of the posts that change, `given` has the names; those
#: of the others are stored, and read from the newest on, by an index (`mention_marked`). What
#: editors called wrong is not learnt, and a name that they fixed stays. A code that an earlier
#: release took for a name is one no longer. Rows are locked in one order.
NEW: Final = """
    WITH given AS (
        SELECT security_id, array_agg(DISTINCT told.name) AS names, max(published_at) AS named_at,
               (array_agg(told.name ORDER BY published_at DESC, told.name DESC))[1] AS name
        FROM unnest(%(marking)s::int8[], %(securities)s::int8[], %(names)s::text[])
             AS told (post_id, security_id, name)
        JOIN articles_post post ON post.id = post_id
        JOIN articles_security security ON security.id = security_id
        LEFT JOIN articles_mentiondecision decision USING (post_id, security_id)
        WHERE status = 'published' AND published_at <= %(now)s AND told.name <> ''
          AND told.name <> ALL(wrong_names) AND is_named IS NOT FALSE
        GROUP BY security_id
    ),
    concerned AS (
        SELECT security_id FROM given
        UNION
        SELECT security_id FROM articles_mention
        WHERE post_id = ANY(%(posts)s) AND marked_as <> ''
        UNION
        SELECT unnest(%(had)s::int8[])
    )
    SELECT stored.id, stored.name, stored.names, stored.pinyin, stored.full_pinyin,
           today.name, today.named_at, coalesce(given.names, '{}'), codes.names
    FROM articles_security stored
    JOIN concerned ON concerned.security_id = stored.id
    LEFT JOIN given ON given.security_id = stored.id
    LEFT JOIN LATERAL (
        SELECT name, named_at
        FROM (
            SELECT given.name, given.named_at, true
            UNION ALL (
                SELECT marked_as, mention.published_at, true
                FROM articles_mention mention JOIN articles_post post ON post.id = post_id
                WHERE security_id = stored.id AND marked_as <> '' AND status = 'published'
                    AND mention.published_at <= %(now)s AND marked_as <> ALL(stored.wrong_names)
                    AND post_id <> ALL(%(posts)s)
                ORDER BY mention.published_at DESC, marked_as DESC LIMIT 1
            )
            UNION ALL
            SELECT stored.stated_name, stored.stated_at, false
        ) candidate (name, named_at, is_of_post)
        WHERE name <> '' AND name <> ALL(stored.wrong_names)
        ORDER BY named_at DESC NULLS LAST, is_of_post DESC, name DESC LIMIT 1
    ) newest ON true
    CROSS JOIN LATERAL (
        SELECT stored.name, stored.named_at WHERE stored.is_name_fixed
        UNION ALL
        SELECT coalesce(newest.name, ''), newest.named_at WHERE NOT stored.is_name_fixed
    ) today
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(one), '{}') AS names FROM unnest(stored.names) AS one
        WHERE stored.code ~ '^[A-Z]*[0-9]+$' AND one <> today.name
            AND one ~* ('^([a-z]{1,4}[.:_ ]?)?' || stored.code || '([.:_ ]?[a-z]{1,4})?$')
    ) codes
    WHERE (today.name, today.named_at) IS DISTINCT FROM (stored.name, stored.named_at)
        OR NOT stored.names @> given.names OR codes.names <> '{}'
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


def learn(
    post_ids: Collection[int], given: Iterable[tuple[int, int, str]], had: Collection[int] = ()
) -> Learnt:
    """Learn the names that these posts give now: the id of a post, that of a security, and what the
    source of the post calls it. Call it after the posts have been written. `had` are the ids of
    securities that the posts named before, as far as no stored mention says so."""
    marking, securities, names = [*zip(*given, strict=True)] or [(), (), ()]
    told: dict[str, Any] = {
        "posts": list(post_ids),
        "marking": list(marking),
        "securities": list(securities),
        "names": list(names),
        "had": list(had),
        "now": timezone.now(),
    }
    rows = []
    renamed = []
    is_new = False
    with write_connection().cursor() as cursor:
        cursor.execute(NEW, told)
        for pk, name, known, initials, pinyin, today, named_at, new, codes in cursor:
            if today != name:
                initials = pinyin_initials(today)
                renamed.append(pk)
            all_names = sorted({*known, *new} - {*codes})
            if all_names != known:
                is_new = True
                pinyin = full_pinyin(all_names)
            rows.append(
                {
                    "id": pk,
                    "name": today,
                    "names": all_names,
                    "named_at": named_at,
                    "pinyin": initials,
                    "full_pinyin": pinyin,
                }
            )
        if rows:
            cursor.execute(STORE, [json.dumps(rows, default=str)])
    return Learnt(renamed, is_new)
