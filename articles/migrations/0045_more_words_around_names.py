"""More words around names that archives with rules of their own have not yet."""

from django.db import migrations

LONGER = """
    特斯拉磁共振 中国石油消费 中国石油需求 中国石油进口 中国石油产量 中国石油储量 中国石油储备
    中国石油供应 中国石油对外依存 中国石油勘探 中国核电装机 中国核电机组 中国核电发电 中国核电产业
    中国人寿命 中国平安夜 祈祷中国平安 祈愿中国平安 祝福中国平安 奔小康股份 山东苹果公司
    陕西苹果公司 烟台苹果公司 洛川苹果公司
"""


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [rules(text=text, kind="longer") for text in LONGER.split()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0044_wrong_names")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
