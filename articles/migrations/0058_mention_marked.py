from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("articles", "0057_stated_names")]

    operations = [
        migrations.RunSQL(
            [
                # One that was interrupted has left it.
                "DROP INDEX CONCURRENTLY IF EXISTS mention_marked",
                "CREATE INDEX CONCURRENTLY mention_marked"
                " ON articles_mention (security_id, published_at DESC) WHERE NOT (marked_as = '')",
            ],
            "DROP INDEX CONCURRENTLY mention_marked",
            state_operations=[
                migrations.AddIndex(
                    "mention",
                    models.Index(
                        "security",
                        models.OrderBy(models.F("published_at"), descending=True),
                        condition=~models.Q(marked_as=""),
                        name="mention_marked",
                    ),
                ),
            ],
        ),
    ]
