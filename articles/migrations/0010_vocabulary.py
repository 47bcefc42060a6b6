"""The search tables that there are were made without a vocabulary: until `rebuild_search` has made
them anew, words are looked for as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_room_to_update")]

    operations = [
        # What is written first makes the row, with the present vocabulary, if there is none.
        migrations.RunSQL(
            """
            INSERT INTO articles_edition (id, number) SELECT 1, 0
            WHERE EXISTS (SELECT FROM articles_searchentry)
                OR EXISTS (SELECT FROM articles_unpublishedentry)
            ON CONFLICT DO NOTHING
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddField("edition", "vocabulary", models.BigIntegerField(null=True)),
    ]
