"""Names of securities that are also words or places, and words around names, that archives with
rules of their own lack."""

from django.db import migrations

DOUBTFUL = """
    三人行 上海环境 东北高 中关村 中华企业 中国出版 交行 今天国际 会稽山 倍轻松 值得买 农行 出版传媒 创世纪 创新医疗 动力源
    北大荒 华人健康 南京港 南极光 向日葵 国际医学 外高桥 夜光明 大西洋 天目湖 山外山 工行 广州发展 广州港 建行 建设工业
    徐家汇 招行 数字人 新世界 新动力 新坐标 新城市 新天地 新经典 新里程 日出东方 日月明 格力 步步高 民生健康 海南发展 火星人
    珠海港 生物股份 生物谷 甲骨文 百合花 线上线下 美丽生态 营口港 葫芦娃 蒙娜丽莎 西上海 西大门 设计总院 财富趋势 连云港
    重庆港 金太阳 金麒麟 锦州港 阿拉丁 陆家嘴 驱动力
"""
LONGER = """
    一汽解放军 东方明珠塔 东方明珠广播电视塔 东方明珠电视塔 东风汽车集团 东风汽车零部件 中信建投国际 中信建投期货 中国船舶重工
    中国船舶集团 体操王子李宁 创始人李宁 动力电池 北汽戴姆勒 华泰证券资管 国泰君安国际 国泰君安期货 大众交通出行 太平鸟类 投资环境
    探路者们 旅游市场 旅游度假 核电厂 橡胶价格 橡胶期货 橡胶林 橡胶树 歌手李宁 比亚迪戴姆勒 汽车保有量 汽车城 汽车展 煤炭价格
    王府井书店 王府井商圈 王府井地区 王府井大街 王府井步行街 环境监测中心 环境能源交易所 现代投资组合 理想汽车梦 电信号 石化产业
    石化行业 科技蔚来 稀土价格 稀土矿 能源局 航天科技集团 蔚来可期 蔚来已来 重工业 银行业 银行卡 长城宝马 黄金价格 黄金储备
    黄金期货 黄金矿 黄金首饰
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
    dependencies = [("articles", "0058_mention_marked")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
