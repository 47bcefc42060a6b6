"""A database as the first migration left it, with rows in every table, is brought to this release.

`first_release.sql` is what pg_dump wrote of it; its head tells how it was made.
"""

from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from articles import database, readiness, verifying
from articles.backups.making import backup
from articles.backups.restoring import load, on_database, restore
from articles.models import Document, ImportProblem, ImportRun, Post

DUMP = Path(__file__).with_name("first_release.sql")
COLUMNS = "slug title digest body_html body_text published_at original_url status".split()

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def first(another):
    """The database that was dumped, which is then ours."""
    with on_database(another):
        with DUMP.open("rb") as script:
            load(script)
        yield


def rows(table, columns):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1")  # noqa: S608
        return cursor.fetchall()


@pytest.fixture
def files(first, tmp_path):
    """The folder that was imported then."""
    for name, content in rows("articles_document", ["file_name", "content"]):
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_nothing_is_lost_everything_works_and_an_import_changes_nothing(first, files):
    posts = rows("articles_post", COLUMNS)
    counts = {name: len(rows(name, ["id"])) for name in ("articles_source", "articles_security")}
    assert all(counts.values())
    call_command("migrate", verbosity=0)
    assert rows("articles_post", COLUMNS) == posts
    assert {name: len(rows(name, ["id"])) for name in counts} == counts
    assert User.objects.get().username == "anna"
    assert ImportProblem.objects.get().reason
    call_command("rebuild_search", verbosity=0)
    call_command("reparse_posts", verbosity=0)
    assert [*map(str, verifying.differences())] == []
    parts = readiness.parts()
    assert {name: parts[name] for name in ("database", "migrations", "search")} == dict.fromkeys(
        ("database", "migrations", "search"), "ok"
    )

    before = rows("articles_post", [*COLUMNS, "hand_edited", "modified_at"])
    documents = Document.objects.count()
    call_command("import_posts", files, quiet=True)
    run = ImportRun.objects.latest()
    assert (run.unchanged, run.created, run.updated, run.repaired) == (documents, 0, 0, 0)
    assert rows("articles_post", [*COLUMNS, "hand_edited", "modified_at"]) == before
    assert Post.objects.get(hand_edited=["title"]).title == "编辑改过的标题"


def test_a_backup_of_it_is_restored_and_brought_to_this_release(first):
    posts = rows("articles_post", COLUMNS)
    file = BytesIO()
    assert backup(file).migrations == tuple(database.migrations())
    restore(file, replace=True)
    assert rows("articles_post", COLUMNS) == posts
    assert database.all_are_applied()
