"""How the tables are emptied after a test whose transactions were committed."""

from django.db import connection, transaction

KEPT = {"auth_permission", "django_content_type"}  # `migrate` makes them, and no test does
#: Tables that Django does not manage. Events go with their jobs.
OF_TASKS = {"procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_workers"}


def empty_tables() -> None:
    """Delete all rows, except those that follow from the models.

    Django truncates every table, which makes new files for each and its indexes, and writes content
    types and permissions again: half a second, where most tests leave a few rows in a few tables.
    As TRUNCATE does, this waits for whoever still writes.
    """
    django_tables = connection.introspection.django_table_names(only_existing=True)
    tables = sorted({*django_tables, *OF_TASKS} - KEPT)
    quoted = [connection.ops.quote_name(table) for table in tables]
    filled = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in quoted)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(quoted)}")
        cursor.execute(" UNION ALL ".join(filled))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")  # keys are checked at the end of the transaction
