"""Names in full pinyin, beside the initials that securities have already, and of every term.

Terms are read and written in ranges of ids, each in a transaction: ten thousand names take a
second or two, and nobody waits for it.
"""

from django.db import migrations, transaction

from articles.models.fields import PinyinField
from articles.pinyin import full_pinyin

KINDS = ("category", "security", "source", "tag")
AT_ONCE = 5_000  # rows


def fill(_apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for kind in KINDS:
            names = "array_prepend(name, names)" if kind == "security" else "ARRAY[name]"
            for table, key in (
                (f"articles_{kind}", "id"),
                (f"articles_historical{kind}", "history_id"),
            ):
                fill_table(cursor, table, key, names)


def fill_table(cursor, table, key, names):
    last = 0
    while True:
        with transaction.atomic():
            cursor.execute(
                f"SELECT {key}, {names} FROM {table} WHERE {key} > %s ORDER BY {key} LIMIT %s",
                [last, AT_ONCE],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            cursor.execute(
                f"UPDATE {table} stored SET full_pinyin = made.full_pinyin "
                "FROM unnest(%s::bigint[], %s::text[]) AS made (id, full_pinyin) "
                f"WHERE stored.{key} = made.id",
                [[pk for pk, _ in rows], [full_pinyin(of_one) for _, of_one in rows]],
            )


class Migration(migrations.Migration):
    atomic = False  # each range is

    dependencies = [("articles", "0023_messages")]

    operations = [
        *(
            migrations.AddField(
                f"{prefix}{kind}",
                "full_pinyin",
                PinyinField(default="", editable=False, verbose_name="full pinyin"),
            )
            for kind in KINDS
            for prefix in ("", "historical")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
