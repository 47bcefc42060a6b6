"""Aliases of addresses that readers never saw lead nobody to the term.

Since terms are stamped, these are the addresses without a stamp. Of addresses left before that
nobody can know, so they redirect as they did. Symbols of securities are no secret."""

from django.db import migrations, models

FIND_UNSEEN = """
    UPDATE articles_{name}alias SET was_seen = false
    WHERE slug IS NOT NULL
      AND made_at > (
          SELECT applied FROM django_migrations
          WHERE (app, name) = ('articles', '0042_stamps_of_terms')
      )
      AND NOT EXISTS (
          SELECT FROM articles_archivechange WHERE (kind, address) = ('{name}', slug)
      )
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0048_stamps_of_aliases")]

    operations = [
        *(
            migrations.AddField(
                f"{name}alias",
                "was_seen",
                models.BooleanField(db_default=True, default=True, verbose_name="seen by readers"),
            )
            for name in ("source", "category", "tag", "security")
        ),
        *(
            migrations.RunSQL(FIND_UNSEEN.format(name=name), migrations.RunSQL.noop)
            for name in ("source", "category", "tag")
        ),
    ]
