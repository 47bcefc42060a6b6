"""The names that lists and editors state. What names there are counts as stated when it was given,
unless a post gives it whose names are known: those are learnt again as posts change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0056_former_homes_checked")]

    operations = [
        *(
            migrations.AddField(model_name=model, name=name, field=field)
            for model in ("historicalsecurity", "security")
            for name, field in {
                "stated_name": models.TextField(
                    blank=True, db_default="", default="", editable=False
                ),
                "stated_at": models.DateTimeField(editable=False, null=True),
            }.items()
        ),
        migrations.RunSQL(
            """
            UPDATE articles_security security SET stated_name = name, stated_at = named_at
            WHERE name <> '' AND (
                is_listed OR is_name_fixed OR NOT EXISTS (
                    SELECT FROM articles_mention
                    WHERE security_id = security.id AND published_at = named_at
                        AND marked_as = name
                )
            )
            """,
            migrations.RunSQL.noop,
        ),
    ]
