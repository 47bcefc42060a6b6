"""Longer words around names that archives with rules of their own have not yet."""

from django.db import migrations

LONGER = """
    上海思科 特斯拉线圈 特斯拉阀 生长和 家长和 县长和 所长和 州长和 团长和 队长和 区长和 船长和
    处长和 乡长和 镇长和 科长和 书长和 员长和 察长和 擅长和 漫长和 特长和 专长和 比亚迪电子
    京东健康 京东物流 京东工业 碧桂园服务 同仁堂科技 同仁堂国药 阿里巴巴影业 阿里巴巴健康 网易有道
    网易云音乐 新东方在线 万科海外 中国太平洋 中国建筑国际 中国建筑兴业 平安好医生 平安健康
"""


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [rules(text=text, kind="longer") for text in LONGER.split()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0038_backed_up_at")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
