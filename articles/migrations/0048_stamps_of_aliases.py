"""Stamp the former addresses of terms with the present version, for those who make a copy from now
on. Until now they were stamped when an editor left them, and did not come and go with the posts.

Since terms are stamped, an address without a stamp is one that readers never saw. Of addresses left
before that nobody can know: they have always redirected, and are stamped."""

from django.db import migrations

STAMP = """
    INSERT INTO articles_archivechange (kind, address, version, known_since)
    SELECT '{name}', slug, (SELECT coalesce(max(number), 0) FROM articles_edition), now()
    FROM articles_{name}alias alias
    JOIN articles_facetcount count ON (facet, key) = ({facet}, term_id)
    WHERE posts > 0 AND slug IS NOT NULL AND (
        made_at <= coalesce((
            SELECT applied FROM django_migrations
            WHERE (app, name) = ('articles', '0042_stamps_of_terms')
        ), 'infinity')
        OR EXISTS (
            SELECT FROM articles_archivechange WHERE (kind, address) = ('{name}', slug)
        )
    )
    ON CONFLICT (kind, address) DO UPDATE SET known_since = excluded.known_since
"""
KINDS = [("source", 3), ("category", 4), ("tag", 5), ("security", 6)]


class Migration(migrations.Migration):
    dependencies = [("articles", "0047_words_of_trades")]

    operations = [
        migrations.RunSQL(STAMP.format(name=name, facet=facet), migrations.RunSQL.noop)
        for name, facet in KINDS
    ]
