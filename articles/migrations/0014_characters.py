"""What was stored before texts were cleaned as they come in: characters that XML cannot hold are
taken out of posts, terms and the records of both, and of the search entries of those posts.

All rows are looked at, in ranges of ids, and only those that have such a character are written,
each range in a transaction: it may be interrupted and run again. A million posts of 2 kB that are
in memory take some 15 seconds (50,000 were measured); readers and editors wait for none of it.
"""

import numpy as np
from django.db import migrations, transaction
from django.utils import timezone

from articles.search.index import year_and_day
from articles.search.text.tokens import index_text

FORBIDDEN = r"[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]"  # NUL nothing can hold
RANGE = 5_000  # ids

#: Texts that may be alike in two rows, by table.
TEXTS = {
    "articles_historicalpost": ["title", "digest", "body_html", "original_url"],
    "articles_category": ["name"],
    "articles_security": ["name"],
    "articles_historicalsource": ["name"],
    "articles_historicalcategory": ["name"],
    "articles_historicaltag": ["name"],
    "articles_historicalsecurity": ["name"],
}
POST_TEXTS = ["title", "digest", "body_html", "body_text", "original_url"]
NAMES = [  # which are unique
    "articles_source",
    "articles_tag",
    "articles_sourcealias",
    "articles_categoryalias",
    "articles_tagalias",
    "articles_securityalias",
]


def clean_all(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, columns in TEXTS.items():
            key = "history_id" if "historical" in table else "id"
            for _ in cleaned(cursor, table, key, columns, ""):
                pass
        for posts in cleaned(
            cursor, "articles_post", "id", POST_TEXTS, ", modified_at = statement_timestamp()"
        ):
            for table in ("articles_searchentry", "articles_unpublishedentry"):
                index(cursor, table, posts)
        clean_names_seen(cursor)
        for table in NAMES:
            clean_unique(cursor, table)
        cursor.execute("UPDATE articles_edition SET number = number + 1")


def cleaned(cursor, table, key, columns, also):
    """Clean columns of a table, and yield the keys of the rows that were not clean, range by
    range, in the transaction in which they became so."""
    cursor.execute(f"SELECT coalesce(max({key}), 0) FROM {table}")
    last = cursor.fetchone()[0]
    values = ", ".join(f"{c} = regexp_replace({c}, '{FORBIDDEN}', '', 'g')" for c in columns)
    is_dirty = " OR ".join(f"{c} ~ '{FORBIDDEN}'" for c in columns)
    for start in range(0, last + 1, RANGE):
        with transaction.atomic():
            cursor.execute(
                f"UPDATE {table} SET {values}{also} "
                f"WHERE {key} >= %s AND {key} < %s AND ({is_dirty}) RETURNING {key}",
                [start, start + RANGE],
            )
            if keys := [key for (key,) in cursor]:
                yield keys


def index(cursor, table, posts):
    """Bring the texts of search entries in step with their posts. What they are counted and
    filtered by stays."""
    cursor.execute(
        f"""
        SELECT post.id, post.title, post.digest, post.body_text, entry.published_at, entry.facets
        FROM {table} entry JOIN articles_post post ON post.id = entry.post_id
        WHERE post.id = ANY(%s)
        """,
        [posts],
    )
    for post, title, digest, body, published_at, facets in cursor.fetchall():
        indexed = index_text(title, digest, body)
        day = timezone.localtime(published_at).date()
        tokens = [*np.frombuffer(indexed.tokens, np.int32).tolist(), *facets, *year_and_day(day)]
        cursor.execute(
            f"UPDATE {table} SET title = %s, text = %s, tokens = %s::int4[] WHERE post_id = %s",
            [indexed.title, indexed.text, tokens, post],
        )


def clean_names_seen(cursor):
    cursor.execute(
        f"""
        UPDATE articles_security SET names = ARRAY(
            SELECT DISTINCT regexp_replace(name, '{FORBIDDEN}', '', 'g') FROM unnest(names) name
        )
        WHERE array_to_string(names, ' ') ~ '{FORBIDDEN}'
        """
    )


def clean_unique(cursor, table):
    """Clean names that are unique: one that another row has already keeps a sign in the place of
    what was taken out, until an editor merges the two."""
    cursor.execute(
        f"SELECT id, regexp_replace(name, '{FORBIDDEN}', '', 'g'), "
        f"regexp_replace(name, '{FORBIDDEN}', '\ufffd', 'g') "
        f"FROM {table} WHERE name ~ '{FORBIDDEN}' ORDER BY id"
    )
    for pk, *names in cursor.fetchall():
        for name in (*names, f"{names[1]} {pk}"):
            cursor.execute(
                f"UPDATE {table} SET name = %s WHERE id = %s "
                f"AND NOT EXISTS (SELECT FROM {table} WHERE name = %s)",
                [name, pk, name],
            )
            if cursor.rowcount:
                break


class Migration(migrations.Migration):
    atomic = False  # each range is

    dependencies = [("articles", "0013_importrun_stopped_by")]

    operations = [migrations.RunPython(clean_all, migrations.RunPython.noop)]
