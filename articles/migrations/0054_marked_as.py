"""What the marks of sources call securities. Its name is that of no other column in queries of the
release before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0053_words_with_banks")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="marked_as",
            field=models.TextField(blank=True, db_default="", default=""),
        )
        for model in ("historicalmention", "mention")
    ]
