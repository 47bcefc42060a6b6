"""The search tables that there are were made without a vocabulary: until `rebuild_search` has made
them anew, words are looked for as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_room_to_update")]

    operations = [
        migrations.AddField("edition", "vocabulary", models.BigIntegerField(null=True)),
    ]
