"""Words around names of companies that archives with rules of their own lack."""

from django.db import migrations

LONGER = "阿里巴巴与四十大盗 阿里巴巴和四十大盗 时代广场"


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [rules(text=text, kind="longer") for text in LONGER.split()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0059_words_and_places")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
