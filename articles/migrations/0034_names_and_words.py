"""Naming rules that archives with rules of their own have not yet."""

from django.db import migrations

DOUBTFUL = "上海临港 我爱我家 微博 中国稀土"
LONGER = """
    中国石油天然气集团 中国人寿保险(集团) 东方集团军 上海临港新片区
    网易财经 网易科技 网易新闻 百度百科 百度指数
    亚马逊雨林 亚马逊河 亚马逊流域
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
    dependencies = [("articles", "0033_stories")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
