"""Naming rules that archives with rules of their own have not yet."""

from django.db import migrations

DOUBTFUL = "长和 新希望 新大陆"
LONGER = """
    事长和 行长和 会长和 部长和 院长和 局长和 市长和 省长和 校长和 增长和 成长和 天长和 延长和 太平洋舰队
    寒武纪生物 孩子王国 苹果期货 中国移动通信集团
"""


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [
            rules(text=text, kind=kind)
            for kind, texts in (("doubtful", DOUBTFUL), ("longer", LONGER))
            for text in texts.split()
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0028_newest_flash")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
