"""Stamp the terms of posts with the present version, for those who make a copy from now on. Until
now only those that an editor had changed were stamped."""

from django.db import migrations

STAMP = """
    INSERT INTO articles_archivechange (kind, address, version, known_since)
    SELECT '{name}', {address}, (SELECT coalesce(max(number), 0) FROM articles_edition), now()
    FROM articles_{name} term
    JOIN articles_facetcount count ON (facet, key) = ({facet}, term.id)
    WHERE posts > 0
    ON CONFLICT (kind, address) DO UPDATE SET known_since = excluded.known_since
"""
KINDS = [
    ("source", "slug", 3),
    ("category", "slug", 4),
    ("tag", "slug", 5),
    ("security", "market || '.' || code", 6),
]


class Migration(migrations.Migration):
    dependencies = [("articles", "0041_posts_by_story")]

    operations = [
        migrations.RunSQL(
            STAMP.format(name=name, address=address, facet=facet), migrations.RunSQL.noop
        )
        for name, address, facet in KINDS
    ]
