"""Joint ventures and other words around names that archives with rules of their own lack."""

from django.db import migrations

LONGER = """
    长安福特 江铃福特 上汽通用 上海通用 一汽-大众 一汽大众 上汽大众 江淮大众 大众安徽
    上汽奥迪 广汽本田 东风本田 广汽丰田 一汽丰田 东风日产 郑州日产 长安马自达 一汽马自达 华晨宝马
    北京奔驰 福建奔驰 北京现代 悦达起亚 东风标致 东风雪铁龙 长安标致 广汽三菱 广汽菲克
    东风雷诺 华晨雷诺 东风英菲尼迪 奇瑞捷豹路虎 长安铃木 昌河铃木 上汽斯柯达 庆铃五十铃
    江西五十铃 广汽日野 福田戴姆勒 福田康明斯 东风康明斯 重庆康明斯 五菱本田 新大洲本田
    工银安盛 中信保诚 信诚人寿 招商信诺 中美联泰大都会 中英人寿 中德安联 中意人寿 恒安标准
    摩根士丹利华鑫 摩根华鑫 高盛高华 汇丰晋信 汇丰前海 工银瑞信 国投瑞银 交银施罗德 上投摩根
    诺基亚贝尔 上海贝尔 索尼爱立信 上海西门子 北京奥的斯 上海三菱 广州日立
    快手慢无
"""


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [rules(text=text, kind="longer") for text in LONGER.split()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0051_gone_terms")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
