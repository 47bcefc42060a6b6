import random
from dataclasses import replace
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from articles import reindexing
from articles.backups import contents, file, restoring
from articles.backups.making import backup
from articles.backups.manifest import BackupError
from articles.backups.restoring import ASIDE, compare, on_database, restore
from articles.locks import APPEARING
from articles.models import ArchiveVersion, Post
from tests.articles.conftest import connected

pytestmark = pytest.mark.django_db(transaction=True)


def contents_now():
    with connection.cursor() as cursor:
        return contents.contents(cursor, contents.tables(cursor))


def test_a_restored_database_is_the_same_without_its_sessions(indexed, another, made):
    indexed(title="锂价走弱", tags=["要闻"], securities=[("0.300750", "宁德时代")])
    indexed(status="draft")
    User.objects.create_user("anna", password="x")
    Session.objects.create(session_key="k", session_data="d", expire_date=timezone.now())
    before = contents_now()
    backup, manifest = made()
    with on_database(another):
        restore(backup)
        after = contents_now()
        assert [*reindexing.check()] == []
        assert Post.objects.published().get().tags.get().name == "要闻"
        assert Post.objects.create(slug="new", title="t", published_at=timezone.now()).pk > 2
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"django_session", "articles_edition", "articles_archivechange"}
    assert manifest.left_out == ("django_session",)


def test_caches_have_no_page_of_the_version_after_a_restoration(indexed, another, made):
    indexed()
    backup, _ = made()
    indexed()
    seen = ArchiveVersion.objects.get().number
    with on_database(another):
        restore(backup)
        assert ArchiveVersion.objects.get().number > seen


class Busy(BytesIO):
    """A file to which nothing is written before somebody has edited all posts."""

    def write(self, data):
        with connected() as editor:
            editor.execute("UPDATE articles_post SET title = '新题'")
        return super().write(data)


def test_a_backup_is_of_one_moment(indexed, another, made):
    indexed(title="旧题")
    backup, _ = made(Busy())
    with on_database(another):
        restore(backup)
        assert Post.objects.get().title == "旧题"


class Failing(BytesIO):
    """A file at the first large piece of which the server ends the connection of pg_dump."""

    def write(self, data):
        if len(data) > 10_000:
            with connected() as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'pg_dump'"
                )
        return super().write(data)


def test_a_backup_that_breaks_off_is_no_backup(make_post):
    make_post(body_text=random.Random(1).randbytes(2_000_000).hex())
    broken = Failing()
    with pytest.raises(BackupError, match=r"terminating connection|closed the connection"):
        backup(broken)
    with pytest.raises(BackupError, match="no manifest"):
        restore(broken)


def test_a_database_with_posts_is_replaced_only_if_that_is_said(indexed, another, made):
    first = indexed()
    backup, _ = made()
    with on_database(another):
        restore(backup)
        Post.objects.update(title="新题")
        with pytest.raises(BackupError, match="the database is not empty"):
            restore(backup)
        assert Post.objects.get().title == "新题"
        restore(backup, replace=True)
        assert Post.objects.get().title == first.title


@pytest.mark.parametrize(
    "theirs", ["TABLE orders (id int)", "VIEW orders AS SELECT 1", "SEQUENCE orders"]
)
def test_what_others_keep_in_a_database_is_replaced_only_if_that_is_said(another, made, theirs):
    backup, _ = made()
    said = []
    with on_database(another):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE {theirs}")
        with pytest.raises(BackupError, match="not empty: it has orders"):
            restore(backup)
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM orders")
        restore(backup, replace=True, tell=said.append)
    assert said == ["Replacing what is in the database: orders"]


def test_a_page_that_is_in_the_way_of_what_is_dropped_is_waited_for(indexed, another, made):
    indexed()
    backup, _ = made()
    ended = []

    def end_once(execute, sql, *args):
        if str(sql).startswith("DROP SCHEMA") and not ended:
            ended.append(sql)
            sql = "DO $$ BEGIN RAISE 'deadlock' USING ERRCODE = 'deadlock_detected'; END $$"
        return execute(sql, *args)

    with on_database(another), connection.execute_wrapper(end_once):
        restore(backup)
        assert Post.objects.count() == 1
    assert len(ended) == 1


def test_no_page_publishes_what_is_due_before_the_tables_are_compared(
    indexed, another, made, monkeypatch
):
    indexed()
    backup, _ = made()
    are_free = []

    def compare_then(*args):
        with connected() as page:
            asked = page.execute("SELECT pg_try_advisory_lock(%s)", [APPEARING])
            are_free.append(asked.fetchone()[0])
        compare(*args)

    monkeypatch.setattr(restoring, "compare", compare_then)
    with on_database(another):
        restore(backup)
        with connected() as page:
            asked = page.execute("SELECT pg_try_advisory_lock(%s)", [APPEARING])
            are_free.append(asked.fetchone()[0])
    assert are_free == [False, True]


def test_a_new_archive_in_which_nobody_wrote_counts_as_empty(another, made):
    backup, _ = made()
    with on_database(another):
        restore(backup)
        restore(backup)


@pytest.mark.parametrize("name", ["postgres", "template1"])
def test_databases_of_the_server_are_refused(name):
    with pytest.raises(BackupError, match=f"{name} belongs to the server"), on_database(name):
        pass


def rewritten(backup, script=None, **values):
    """The backup with another script or other values in its manifest."""
    with file.opened(backup) as (manifest, stored):
        changed = BytesIO()
        file.write(changed, [script or stored.read()], replace(manifest, **values))
    return changed


class TestRefusal:
    """The database, which is that of the tests, stays as it was."""

    @pytest.fixture(autouse=True)
    def as_before(self, indexed):
        indexed()
        before = contents_now()
        yield
        assert contents_now() == before
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regnamespace(%s)", [ASIDE])
            assert cursor.fetchone() == (None,)

    def test_of_a_newer_release(self, made):
        backup, manifest = made()
        newer = rewritten(backup, migrations=(*manifest.migrations, "articles.0999_x"))
        with pytest.raises(BackupError, match=r"newer release, with articles\.0999_x"):
            restore(newer, replace=True)

    def test_of_a_script_that_fails(self, made, tmp_path):
        backup, _ = made()
        ran = tmp_path / "ran"
        run = f"\\! touch {ran}\n".encode()
        hidden = b"SELECT '\nCOPY x FROM stdin;\n';\n\\unrestrict x\n" + run
        for script, why in [
            (b"SELECT 1/0;\n", "division by zero"),
            (run, "restricted"),
            (b"\\restrict x\n\\unrestrict x\n" + run, "restricted"),
            (hidden, "unrestrict"),
            (b"SELECT 1 " + run, "restricted"),
        ]:
            with pytest.raises(BackupError, match=why):
                restore(rewritten(backup, script), replace=True)
        assert not ran.exists()

    def test_of_a_script_that_gives_something_else(self, made):
        backup, manifest = made()
        tables = manifest.tables | {"articles_post": contents.TableContents(2, "0")}
        with pytest.raises(BackupError, match=r"differs from the backup: articles_post$"):
            restore(rewritten(backup, tables=tables), replace=True)

    @pytest.mark.parametrize("is_committing", [False, True])
    def test_of_one_that_is_interrupted_at_its_end(self, made, monkeypatch, is_committing):
        def stop():
            monkeypatch.undo()
            raise KeyboardInterrupt

        def interrupt(execute, sql, *args):
            if sql == "ANALYZE":
                if not is_committing:
                    stop()
                monkeypatch.setattr(connection, "_commit", stop)
            return execute(sql, *args)

        backup, _ = made()
        with connection.execute_wrapper(interrupt), pytest.raises(KeyboardInterrupt):
            restore(backup, replace=True)

    def test_what_a_killed_restore_laid_aside_is_put_back_by_the_next(self, made):
        backup, _ = made()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}")
            cursor.execute("CREATE SCHEMA public")
        with pytest.raises(BackupError, match="not empty"):
            restore(backup)

    def test_of_one_while_a_killed_one_has_left_two_that_hold_something(self, made):
        backup, _ = made()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {ASIDE}")
        with pytest.raises(BackupError, match=f"two archives .* DROP SCHEMA {ASIDE}"):
            restore(backup, replace=True)
        with connection.cursor() as cursor:  # as that says, to go back
            cursor.execute(f"DROP SCHEMA {ASIDE}; ALTER SCHEMA public RENAME TO {ASIDE}")
        with pytest.raises(BackupError, match="not empty"):
            restore(backup)


def test_a_database_without_tables_is_not_backed_up(another):
    with on_database(another), pytest.raises(BackupError, match="has no tables"):
        backup(BytesIO())
