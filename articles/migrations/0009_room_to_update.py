"""Pages of the tables that every batch of an import updates keep half of their room: an update
stays on its page, and nothing has to be vacuumed before readers scan them. Without that they grew
to twenty times their size."""

from django.db import migrations

TABLES = ["articles_facetcount", "articles_security"]


class Migration(migrations.Migration):
    atomic = False  # which VACUUM must not be

    dependencies = [("articles", "0008_bulk_changes_start")]

    operations = [
        operation
        for table in TABLES
        for operation in (
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (fillfactor = 50)",
                f"ALTER TABLE {table} RESET (fillfactor)",
            ),
            migrations.RunSQL(f"VACUUM (FULL, ANALYZE) {table}", migrations.RunSQL.noop),
        )
    ]
