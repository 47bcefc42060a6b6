"""More words around names that archives with rules of their own have not yet."""

from django.db import migrations

LONGER = """
    中国银行体系 中国银行股 中国银行卡 中国银行协会 中国银行理财市场 中国银行理财登记
    中国银行贷款余额 中国银行贷款利率 中国银行贷款增速 中国银行存款利率 中国银行存款余额
    中国银行信贷 中国核电技术 中国核电建设 Visa签证 Meta分析显示 Meta分析表明 Meta分析发现
    Meta分析结果 项Meta分析 Meta-analysis 微软件 京东北部 京东大峡谷
    愿中国平安 护佑中国平安 寒武纪地质 寒武纪年代 寒武纪岩 寒武纪动物
"""


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [rules(text=text, kind="longer") for text in LONGER.split()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0046_days_told")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
