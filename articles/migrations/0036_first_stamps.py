"""Stamp the posts that readers know with the present version, as none says when they changed. They
are known since the first import of a file of theirs, or since an editor wrote them."""

from django.db import migrations, transaction
from django.utils import timezone

RANGE = 10_000  # ids

STAMP = """
    INSERT INTO articles_archivechange (kind, address, version, appears_at, known_since)
    SELECT 'post', slug,
           CASE WHEN published_at <= %(now)s
                THEN (SELECT coalesce(max(number), 0) FROM articles_edition) ELSE 0 END,
           CASE WHEN published_at > %(now)s THEN published_at END,
           CASE WHEN published_at <= %(now)s THEN greatest(published_at, coalesce(
               (SELECT min(least(imported_at, (
                    SELECT min(imported_at) FROM articles_documentversion
                    WHERE document_id = document.id
                ))) FROM articles_document document WHERE post_id = post.id),
               (SELECT min(history_date) FROM articles_historicalpost past WHERE past.id = post.id),
               %(now)s
           )) END
    FROM articles_post post
    WHERE id >= %(start)s AND id < %(end)s AND status = 'published'
    ORDER BY published_at, id
    ON CONFLICT DO NOTHING
"""


def stamp_all(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM articles_post")
        [last] = cursor.fetchone()
        for start in range(0, last + 1, RANGE):
            with transaction.atomic(using=schema_editor.connection.alias):
                told = {"start": start, "end": start + RANGE, "now": timezone.now()}
                cursor.execute(STAMP, told)


class Migration(migrations.Migration):
    atomic = False  # each range is

    dependencies = [("articles", "0035_archivechange")]

    operations = [migrations.RunPython(stamp_all, migrations.RunPython.noop)]
