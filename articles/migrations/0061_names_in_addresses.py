from django.db import migrations, models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Collate, Lower

NOT_IN_ADDRESSES = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}-"
    r"|[\u0001-\u002f:-@[-`{-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u3004\u3007-\u3030\u3036-\u303f"
    r"\u3200-\u33ff\ufe10-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
    r"\U0001f000-\U0001faff]+"
)
LETTERS = Func(
    F("slug"),
    Value(NOT_IN_ADDRESSES),
    Value(""),
    Value("g"),
    function="regexp_replace",
    output_field=models.TextField(),
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("articles", "0060_words_around_companies")]

    operations = [
        migrations.RunSQL(
            [
                # One that was interrupted has left it.
                "DROP INDEX CONCURRENTLY IF EXISTS post_by_name_in_addresses",
                "CREATE INDEX CONCURRENTLY post_by_name_in_addresses ON articles_post"
                f" (lower(regexp_replace(slug, '{NOT_IN_ADDRESSES}', '', 'g') COLLATE \"C\"))"
                " WHERE NOT (slug ~ '^[0-9]{18}$')",
            ],
            "DROP INDEX CONCURRENTLY post_by_name_in_addresses",
            state_operations=[
                migrations.AddIndex(
                    "post",
                    models.Index(
                        Lower(Collate(LETTERS, "C")),
                        condition=~Q(slug__regex="^[0-9]{18}$"),
                        name="post_by_name_in_addresses",
                    ),
                ),
            ],
        ),
    ]
