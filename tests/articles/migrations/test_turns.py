"""Migrations let imports and saves go first, and end none of them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.core.management import CommandError
from django.db import connection, connections, migrations
from django.db.migrations.state import ProjectState

from articles import locks
from articles.management.commands import migrate
from tests.waiting import PATIENCE, wait_until, waiting


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("takes_turn", [True, False])  # as an import does, and a save does not
def test_who_takes_tables_in_another_order_is_let_go_first(takes_turn, monkeypatch):
    monkeypatch.setattr(migrate, "PAUSE", 0.01)
    tables = ("articles_historicalpost", "articles_post")
    migration = migrations.Migration("9999_turns", "articles")
    migration.operations = [
        migrations.RunSQL(f"LOCK TABLE {table}", migrations.RunSQL.noop) for table in tables
    ]

    def change(which):
        try:
            executor = migrate.Executor(connection)
            getattr(executor, which)(ProjectState(), migration)
            return ("articles", migration.name) in executor.recorder.applied_migrations()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with closing(connections.create_connection("default")) as other, other.cursor() as cursor:
            cursor.execute("BEGIN")
            if takes_turn:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks.WRITER])
            cursor.execute("LOCK TABLE articles_post IN ROW EXCLUSIVE MODE")
            changed = thread.submit(change, "apply_migration")
            wait_until(lambda: waiting(other))
            cursor.execute("LOCK TABLE articles_historicalpost IN ROW EXCLUSIVE MODE")
            cursor.execute("COMMIT")
        assert changed.result(PATIENCE)
        assert not thread.submit(change, "unapply_migration").result(PATIENCE)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_in_use_for_long_is_told_of(monkeypatch):
    monkeypatch.setattr(migrate, "MOST_ATTEMPTS", 1)
    monkeypatch.setattr(migrate, "LOCKS_WITHIN", "1ms")
    monkeypatch.setattr(migrate, "PAUSE", 0)
    migration = migrations.Migration("9999_turns", "articles")
    migration.operations = [migrations.RunSQL("LOCK TABLE articles_post")]
    with closing(connections.create_connection("default")) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE articles_post IN ACCESS SHARE MODE")
        with pytest.raises(CommandError, match=r"articles\.9999_turns changes"):
            migrate.Executor(connection).apply_migration(ProjectState(), migration)
