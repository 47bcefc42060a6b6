"""Words with 银行 and Visa that archives with rules of their own lack."""

from django.db import migrations

LONGER = "银行保险机构 银行保险监管 银行保险业 签证Visa Visa办理"


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [rules(text=text, kind="longer") for text in LONGER.split()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0052_joint_ventures")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
