"""Words around names that archives with rules of their own have not yet."""

from django.db import migrations

LONGER = """
    中国平安度汛 中国平安喜乐 中国平安建设 寒武纪大爆发 寒武纪时期 寒武纪地层 寒武纪化石 寒武纪早期
    寒武纪中期 寒武纪晚期 寒武纪末 寒武纪海洋 寒武纪生命 尼古拉·特斯拉 京东大鼓 微软雅黑
"""


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [rules(text=text, kind="longer") for text in LONGER.split()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0042_stamps_of_terms")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
