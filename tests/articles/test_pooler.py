"""The site works with PgBouncer in transaction mode, and what needs a session says so."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client

from articles import locks, task_queue
from articles.backups.manifest import BackupError
from articles.backups.restoring import execute, on_database
from articles.database import why_away
from articles.editing import bulk, posts
from articles.models import BulkChange, ImportRun, Post
from articles.samples import sample_posts
from newsroom.embedded.account import server_account
from tests.databases import copied_database
from tests.replication import connected
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PORT = 6432  # of a socket in a folder of the test


@pytest.fixture
def direct_url(children):
    """The address of the database of the tests."""
    return os.environ["DATABASE_URL"]


@pytest.fixture
def other_name():
    """The name of another archive on the same server."""
    with copied_database("other") as name:
        yield name


@pytest.fixture
def folder():
    """One that other accounts can reach."""
    with TemporaryDirectory(prefix="pooler-") as name:
        yield Path(name)


@pytest.fixture
def pooled(direct_url, folder, settings):
    """The database of the tests by way of PgBouncer, which has two connections to it."""
    if PROGRAM is None:
        pytest.skip("PgBouncer is not installed: apt-get install pgbouncer")
    at = connection.settings_dict
    account = server_account(folder)
    (folder / "users").write_text(f'"{at["USER"]}" "{at["PASSWORD"]}"\n')
    (folder / "settings").write_text(
        f"""
[databases]
{at["NAME"]} = host={at["HOST"]} port={at["PORT"]} connect_query='SET lock_timeout = 10000'
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {PORT}
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 2
logfile = {folder}/log
"""
    )
    for path in (folder, *folder.iterdir()):
        os.chown(path, account.uid, account.gid)
    command = [PROGRAM, "-q", str(folder / "settings")]
    user = {} if account.uid == os.geteuid() else {"user": account.uid, "group": account.gid}
    with subprocess.Popen(command, **user) as process:
        wait_until(lambda: (folder / f".s.PGSQL.{PORT}").exists())
        settings.HAS_SESSIONS = False
        cursors = {"DISABLE_SERVER_SIDE_CURSORS": True}
        options = at["OPTIONS"] | {"prepare_threshold": None}
        try:
            with connected("default", HOST=str(folder), PORT=str(PORT), OPTIONS=options, **cursors):
                yield folder
        finally:
            process.terminate()


def test_pages_searches_and_edits_work(pooled, indexed, admin_client):
    post = indexed(title="旧标题")

    def read(_):
        try:
            client = Client()
            return [client.get(address).text for address in ("/", "/posts/?q=旧标题")]
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(8) as threads:
        for pages in threads.map(read, range(24)):
            assert all("旧标题" in page for page in pages)
    assert admin_client.get(f"/admin/articles/post/{post.pk}/change/").status_code == 200
    posts.change(post, {"title": "新标题"}, by=None)
    assert "新标题" in admin_client.get("/").text


def test_nothing_is_prepared_though_no_setting_tells_of_the_pooler(pooled, client, indexed):
    post = indexed()
    options = connection.settings_dict["OPTIONS"] | {"prepare_threshold": 0}
    with connected("default", OPTIONS=options):
        for _ in range(9):
            assert client.get(post.get_absolute_url()).status_code == 200
        with connection.cursor() as cursor:
            for _ in range(4):
                cursor.execute("SELECT FROM pg_prepared_statements")
                assert cursor.fetchall() == []


def test_what_is_set_for_a_search_ends_with_it(pooled, indexed, client):
    indexed(title="标题")
    client.get("/posts/?q=标题")
    with connection.cursor() as cursor:
        for _ in range(4):
            cursor.execute("SHOW enable_seqscan")
            assert cursor.fetchone() == ("on",)
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("10s",)


def test_what_needs_a_session_refuses_and_says_what_helps(pooled, tmp_path):
    with (
        pytest.raises(ImproperlyConfigured, match="DATABASE_SESSION_URL"),
        locks.exclusive(locks.BULK_CHANGE, 1),
    ):
        pass
    file = str(tmp_path / "file")
    for command in (
        ("import_posts", tmp_path),
        ("migrate",),
        ("backup", file),
        ("check_archive",),
        ("export_archive", file),
        ("export_posts", file),
        ("rebuild_search",),
        ("rebuild_stories", "--check"),
        ("reparse_posts",),
        ("remove_sample_posts",),
        ("publish_due",),
        ("housekeeping",),
    ):
        for _ in range(2):  # with a connection that is there, and by a new one
            with pytest.raises(CommandError, match="PgBouncer") as refused:
                call_command(*command)
            assert refused.value.returncode == 2
            connection.close()


def test_what_it_refuses_is_told_with_what_helps(pooled, monkeypatch):
    with (
        on_database("of_a_rehearsal"),
        pytest.raises(BackupError, match="DATABASE_SESSION_URL"),
        execute(),
    ):
        pass
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=10s")  # as gunicorn without that setting
    assert "DATABASE_SESSION_URL" in why_away("default")


def run(*arguments, **environment):
    """Run a command of `manage.py` with these settings in its environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def import_samples(tmp_path):
    """Import some posts in a process with these settings in its environment."""
    posts = tmp_path / "posts"
    posts.mkdir()
    for name, content in sample_posts(4):
        (posts / name).write_text(content)
    return partial(run, "import_posts", str(posts))


@pytest.fixture
def pooled_url(pooled):
    at = connection.settings_dict
    return f"postgres://{quote(at['USER'])}@{quote(str(pooled), safe='')}:{PORT}/{at['NAME']}"


def test_commands_take_the_address_without_it(import_samples, pooled_url, direct_url):
    done = import_samples(DATABASE_URL=pooled_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "DATABASE_SESSION_URL" in done.stderr
    done = import_samples(DATABASE_URL=pooled_url, DATABASE_SESSION_URL=direct_url)
    assert done.returncode == 0, done.stderr
    assert Post.objects.count() > 0


def test_commands_refuse_another_archive_than_that_of_pages(
    other_name, import_samples, pooled_url, direct_url
):
    other_url = direct_url.replace(f"/{connection.settings_dict['NAME']}", f"/{other_name}")
    two = {"DATABASE_URL": pooled_url, "DATABASE_SESSION_URL": other_url}
    user = ("createsuperuser", "--no-input", "--username=a", "--email=a@b.cn")
    for command in import_samples, partial(run, "worker"), partial(run, *user):
        done = command(**two)
        assert (done.returncode, done.stdout) == (2, "")
        assert "another server or database" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    with psycopg.connect(other_url) as other:
        assert not other.execute(
            "SELECT id FROM articles_importrun UNION ALL SELECT id FROM auth_user"
            " UNION ALL SELECT id FROM procrastinate_workers"
        ).fetchall()


def test_commands_refuse_to_guess_which_archive_pages_show(import_samples, folder, direct_url):
    nowhere = f"postgres://a@{quote(str(folder), safe='')}:{PORT}/b"
    done = import_samples(DATABASE_URL=nowhere, DATABASE_SESSION_URL=direct_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "have to be compared" in done.stderr
    assert not ImportRun.objects.exists()


def test_a_small_bulk_change_is_left_to_a_worker(pooled, indexed, editor):
    indexed()
    change = bulk.create(Post.objects.all(), BulkChange.Action.HIDE, by=editor)
    bulk.prepare(change, {}, why="整理")
    bulk.start(change)
    assert task_queue.open_keys(task_queue.APPLY_BULK_CHANGE) == {change.pk}
    assert Post.objects.get().status == "published"
