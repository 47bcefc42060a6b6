"""Imports that end at a bad moment: real processes on the real database, killed."""

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles.importing.options import Options
from articles.importing.outcomes import BusyError, CannotRunError
from articles.importing.pipeline import import_posts
from articles.importing.session import Session
from articles.messages import verbatim
from articles.models import Document, ImportRun, Post
from articles.samples import sample_posts
from tests.emptying import empty_tables
from tests.waiting import PATIENCE, wait_until, waiting

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
# A process of its own, on the database of the tests and with small batches, so that a kill
# falls between them.
PROGRAM = """
import sys
import django
from django.conf import settings
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from articles.importing import pipeline
pipeline.FILES_AT_ONCE = 20
from django.core.management import call_command
from articles.importing import follow
follow.RETRY = 0.2
follow.SETTLED = 0.2
follow.QUIET = 0.5
call_command("import_posts", *sys.argv[2:], jobs=2)
"""

POSTS = 200
POST = "---\ntitle: 快讯\ndate: 2022-03-04\n---\n<p>文</p>"
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "newsroom.settings",
    "PGAPPNAME": "victim",
    "TERM": "xterm",
    "COLUMNS": "300",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    for file in sample_posts(POSTS, seed=11):
        (folder / file.name).write_text(file.text, newline="")
    return folder


started = []


@pytest.fixture(autouse=True)
def none_outlives_its_test(transactional_db):
    """Nor writes to tables that are being emptied."""
    yield
    while started:
        process = started.pop()
        process.kill()
        process.communicate()


def start(folder, *options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT):
    """Import, in a process group of its own as at a terminal."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, connection.settings_dict["NAME"], str(folder), *options],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )
    started.append(process)
    return process


def while_it_runs(process, condition):
    """What becomes of `condition`, of which nothing can come when the process has ended."""
    if done := condition():
        return done
    assert process.poll() is None, process.stdout.read()
    return None


def wait_for_documents(process, count):
    def are_there():
        return Document.objects.count() >= count

    wait_until(lambda: while_it_runs(process, are_there))


@contextlib.contextmanager
def halted(folder, *options):
    """While inside, an import of the folder has stored two batches and waits in the third: for us,
    who have begun to store a document of the same name."""
    name = sorted(path.name for path in folder.iterdir())[50]
    with transaction.atomic():
        post = Post.objects.create(slug=name, published_at=timezone.now())
        Document.objects.create(file_name=name, content=b"", sha256=b"", post=post)
        process = start(folder, *options)
        wait_until(lambda: while_it_runs(process, waiting))
        yield process
        transaction.set_rollback(True)


def wait_until_another_may_import():
    """The server takes a moment to notice that a client is gone."""
    wait_until(may_import)


def may_import():
    session = Session()
    try:
        session.begin()
    except BusyError:
        return False
    session.end()
    return True


@pytest.fixture(scope="module")
def expected(folder, everything_stored, django_db_setup, django_db_blocker):
    """What is stored of the folder by an import that nothing disturbs."""
    with django_db_blocker.unblock():
        empty_tables()  # of the rules on names that migrations wrote, which no later test has
        import_posts([folder], Options(jobs=1))
        stored = everything_stored()
        empty_tables()
    return stored


def is_gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_killed_import_leaves_whole_batches_and_the_next_run_finishes_it(
    folder, expected, everything_stored
):
    for threshold, kill in (1, signal.SIGKILL), (60, signal.SIGTERM), (120, signal.SIGKILL):
        process = start(folder)
        wait_for_documents(process, threshold)
        readers = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(kill)
        process.wait(PATIENCE)
        stored = Document.objects.count()
        assert Post.objects.filter(documents=None).count() == 0
        assert stored == len(set(Document.objects.values_list("file_name", flat=True)))
        for reader in readers:
            wait_until(partial(is_gone, reader))
        wait_until_another_may_import()
    import_posts([folder], Options(jobs=1))
    assert everything_stored() == expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_its_processes_ends_them_and_is_reported(folder, number):
    with halted(folder) as process:
        os.killpg(process.pid, number)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Interrupted. The next run goes on from here." in output
    assert 0 < Document.objects.count() < POSTS
    run = ImportRun.objects.get()
    assert run.created + run.repaired == Document.objects.count()
    assert run.finished_at


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_takes_back_the_batch_that_is_being_written(folder, number):
    with halted(folder) as process:
        process.send_signal(number)
        output, _ = process.communicate(timeout=PATIENCE)  # while the batch still waits
    assert process.returncode == 130
    assert "Interrupted. The next run goes on from here." in output
    assert Document.objects.count() == 40
    run = ImportRun.objects.get()
    assert (run.created + run.repaired, str(run.error)) == (40, "Interrupted.")


def test_a_signal_ends_an_import_at_once_while_a_file_takes_long_to_read(tmp_path):
    (tmp_path / "2022-03-04-good.md").write_text(POST)
    import_posts([tmp_path])
    (tmp_path / "2022-03-04-long.md").write_text(POST + "<p>文</p>" * 2_000_000)
    process = start(tmp_path)
    wait_until(lambda: while_it_runs(process, partial(has_worked_for_a_second, process)))
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Interrupted. The next run goes on from here." in output
    assert Document.objects.count() == 1


def has_worked_for_a_second(process):
    """Whether a process that reads for another has."""
    readers = psutil.Process(process.pid).children(recursive=True)
    return any(reader.cpu_times().user > 1 for reader in readers)


def test_who_reads_no_more_ends_the_import_in_silence(tmp_path):
    for number in range(3000):  # more lines than a pipe holds
        (tmp_path / f"{number}-{'长' * 60}.md").write_text("# 说明")
    process = start(tmp_path, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(PATIENCE) == 130


def test_a_connection_that_breaks_is_reported_and_the_next_run_finishes(
    folder, expected, everything_stored
):
    with halted(folder) as process, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'victim' AND datname = current_database()"
        )
        output, _ = process.communicate(timeout=PATIENCE)
    assert "The database went away" in output
    import_posts([folder], Options(jobs=1))
    assert everything_stored() == expected


def test_on_a_terminal_lines_stand_above_the_bar(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.md").write_text("# 说明")
    master, terminal = pty.openpty()
    process = start(tmp_path, stdout=terminal, stderr=terminal)
    os.close(terminal)
    output = b""
    with contextlib.suppress(OSError):  # which Linux says at the end of a terminal
        while part := os.read(master, 4096):
            output += part
    process.wait()
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output.decode())
    lines = re.split(r"[\r\n]+", shown)
    for number in range(3):
        assert f"skipped   {tmp_path}/{number}.md: not a post: no front matter" in lines
    assert any("3/3" in line and "3 skipped" in line for line in lines)


def test_a_database_that_does_not_answer_is_said_in_a_line(folder):
    done = subprocess.run(
        [sys.executable, "manage.py", "import_posts", str(folder)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgres://127.0.0.1:1/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "CommandError: The database does not answer: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_import_says_who_is_running(folder):
    with halted(folder) as process:
        ImportRun.objects.create(started_by=verbatim("one that was killed"))
        with pytest.raises(CannotRunError, match=f"is running: .*, process {process.pid}, since"):
            import_posts([folder])
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def wait_for_text(process, text):
    def is_stored():
        return [bytes(document.content).decode() for document in Document.objects.all()] == [text]

    wait_until(lambda: while_it_runs(process, is_stored))


def stop(process, how=signal.SIGTERM):
    """What a watch said until it was stopped."""
    process.send_signal(how)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, output
    return output


def test_what_changes_in_a_watched_folder_is_imported(tmp_path):
    samples = list(sample_posts(2, seed=1))
    process = start(tmp_path, "--watch")
    for sample in samples:
        (tmp_path / samples[0].name).write_text(sample.text, newline="")
        wait_for_text(process, sample.text)
    output = stop(process, signal.SIGTERM)
    assert "1 created" in output
    assert "1 updated" in output


def test_a_watch_prunes_while_it_runs(tmp_path):
    for file in sample_posts(30, seed=1):
        (tmp_path / file.name).write_text(file.text, newline="")
    process = start(tmp_path, "--watch", "--prune")
    wait_for_documents(process, 30)
    gone = min(tmp_path.iterdir())
    gone.unlink()
    lines = iter(process.stdout.readline, "")
    assert f"hidden    {gone}: its file is gone\n" in lines
    assert "1 hidden, their files gone" in next(lines)
    stop(process, signal.SIGINT)
    assert Document.objects.get(file_name=gone.name).post.status == "hidden"


@contextlib.contextmanager
def closed_to_others():
    """While inside, the database has ended the connections of imports, and takes none."""
    at = connection.settings_dict
    name = at["NAME"]
    with psycopg.connect(
        host=at["HOST"],
        port=at["PORT"] or None,
        user=at["USER"],
        password=at["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'victim' AND datname = current_database()"
                )
            yield
        finally:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_a_watch_waits_while_the_database_is_away(tmp_path):
    process = start(tmp_path, "--watch")
    lines = iter(process.stdout.readline, "")
    assert any("0 created" in line for line in lines)
    with closed_to_others():
        (tmp_path / "2022-03-04-a.md").write_text("---\ntitle: 快讯\ndate: 2022-03-04\n---\n文")
        assert any("The database" in line and "Waiting." in line for line in lines)
    wait_for_documents(process, 1)
    assert "1 created" in stop(process)


def test_what_arrives_while_a_watch_begins_is_not_lost(folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    process = start(tmp_path, "--watch")
    wait_for_documents(process, 1)  # so it has looked through the folder
    late = tmp_path / "2021-01-01-202101010000000001.md"
    late.write_text("---\ntitle: 迟到\ndate: 2021-01-01\n---\n文")
    wait_for_documents(process, len(list(tmp_path.iterdir())))
    stop(process)
    assert Document.objects.filter(file_name=late.name).exists()


def test_a_watch_waits_while_another_import_runs(tmp_path):
    session = Session()
    session.begin()
    process = start(tmp_path, "--watch")
    try:
        lines = iter(process.stdout.readline, "")
        assert any("is running" in line and "Waiting." in line for line in lines)
    finally:
        session.end()
    (tmp_path / "2022-03-04-a.md").write_text("---\ntitle: 快讯\n---\n文")
    wait_for_documents(process, 1)
    stop(process)


def test_a_watch_that_is_stopped_in_the_middle_of_an_import_ends(folder):
    with halted(folder, "--watch") as process:
        process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, output
