from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('articles', '0040_words_on_stories'),
    ]

    operations = [
        migrations.RunSQL(
            [
                # One that was interrupted has left it.
                "DROP INDEX CONCURRENTLY IF EXISTS post_by_story",
                "CREATE INDEX CONCURRENTLY post_by_story ON articles_post (story) WHERE NOT (story = '')",
            ],
            "DROP INDEX CONCURRENTLY post_by_story",
            state_operations=[
                migrations.AddIndex(
                    model_name='post',
                    index=models.Index(condition=models.Q(('story', ''), _negated=True), fields=['story'], name='post_by_story'),
                ),
            ],
        ),
    ]
