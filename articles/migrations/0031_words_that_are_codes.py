"""English words that are codes of New York: archives with naming rules have no rules on them yet."""

from django.db import migrations

DOUBTFUL = """
    ALPHA AUTO BABY BANK BEST BETA BIOS BOND CAKE CARE CARS CASH CELL CHAT CHIP CITY CLOUD
    CLUB CODE COIN COOL CORE COST CUBE DATA DEEP EAST EASY EDGE FANS FAST FIVE FLEX FLOW
    FOOD FREE FUND GAIN GAME GATE GENE GOLD GOLF GOOD GRID GROW HEAT HIGH HIVE HOME HOPE
    ICON IDEA INFO JOIN KIDS LAND LEAD LIFE LINE LINK LIST LIVE LOAN LOVE MAIN MIND MINI
    MOON MORE MOVE MRNA NEWS NEXT NICE NOVA OCEAN OLED OPEN PAAS PARK PATH PLAN PLAY PLUS
    POOL POST PURE RAIL REAL RICH RIDE RISE ROAD SAFE SALE SAVE SEED SHOP SHOW SITE SMART
    SNOW SOLO SOUL SPOT STAR STEM STEP SWIFT TALK TEAM TECH TIME TOUR TRIP TRUE TURN UNIT
    VIEW WALL WAVE WELL WEST WIFI WIND WISH WORK WORLD ZERO ZONE
"""


def add_rules(apps, schema_editor):
    rules = apps.get_model("articles", "NamingRule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        [rules(text=text, kind="doubtful") for text in DOUBTFUL.split()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0030_edited_at")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
