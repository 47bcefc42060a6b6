"""What has been kept long enough is deleted, and nothing that somebody still needs."""

import datetime as dt
import os

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from articles import task_queue
from articles.editing import housekeeping
from articles.messages import verbatim
from articles.models import EmptySearch, ImportedFile, ImportProblem, ImportRun
from newsroom.serve import archive_is_new

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def upload_dir(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR


def ago(**period):
    return timezone.now() - dt.timedelta(**period)


def old_run(days, **fields):
    run = ImportRun.objects.create(**{"finished_at": timezone.now(), **fields})
    ImportRun.objects.filter(pk=run.pk).update(started_at=ago(days=days))
    ImportedFile.objects.create(run=run, path="/a.md", status="created")
    return run


def test_dry_runs_are_kept_for_a_week_and_others_for_a_year():
    kept = [old_run(6, is_dry=True), old_run(364)]
    old_run(8, is_dry=True)
    old_run(366)
    deleted = housekeeping.tidy_up()
    assert (deleted["dry runs"], deleted["runs"]) == (1, 1)
    assert {*ImportRun.objects.all()} == {*kept}
    assert ImportedFile.objects.count() == 2


def test_a_run_whose_refused_files_are_remembered_is_kept():
    run = old_run(1000)
    ImportProblem.objects.create(run=run, path="/b.md", reason=verbatim("empty"), content=b"")
    housekeeping.tidy_up()
    assert ImportRun.objects.exists()


def test_a_run_that_waits_for_a_worker_is_kept_with_its_files(upload_dir):
    run = old_run(1000, is_dry=True, finished_at=None)
    task_queue.put(task_queue.IMPORT_UPLOAD, run.pk)
    for name in (str(run.pk), "abandoned"):
        (upload_dir / name).mkdir(parents=True)
        os.utime(upload_dir / name, (0, 0))
    assert housekeeping.tidy_up()["uploads"] == 1
    assert [path.name for path in upload_dir.iterdir()] == [str(run.pk)]
    assert ImportRun.objects.exists()


def test_an_archive_that_was_emptied_is_still_known_from_a_new_one():
    old_run(1000, created=1)
    old_run(900, created=1)
    assert housekeeping.tidy_up()["runs"] == 1
    assert not archive_is_new()


def test_searches_sessions_and_login_failures_end():
    for text, days in (("新", 89), ("旧", 91)):
        EmptySearch.objects.create(text=text)
        EmptySearch.objects.filter(text=text).update(last_at=ago(days=days))
    for key, expires in (("new", timezone.now() + dt.timedelta(hours=1)), ("old", ago(hours=1))):
        Session.objects.create(session_key=key, expire_date=expires)
    for name, days in (("new", 29), ("old", 31)):
        AccessAttempt.objects.create(username=name, failures_since_start=1)
        AccessAttempt.objects.filter(username=name).update(attempt_time=ago(days=days))
    housekeeping.tidy_up()
    assert EmptySearch.objects.get().text == "新"
    assert Session.objects.get().session_key == "new"
    assert AccessAttempt.objects.get().username == "new"


def test_tasks_that_failed_are_forgotten_after_a_month():
    for key in (1, 2, 3):
        task_queue.put("sweep", key)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE args->>'key' <> '3'")
        cursor.execute(
            "UPDATE procrastinate_events SET at = at - interval '31 days' WHERE job_id ="
            " (SELECT id FROM procrastinate_jobs WHERE args->>'key' = '1')"
        )
    assert housekeeping.tidy_up()["failed tasks"] == 1
    assert task_queue.backlog().length == 1


def test_the_command_says_what_it_deleted(capsys):
    old_run(8, is_dry=True)
    call_command("housekeeping")
    assert "1 dry runs\n" in capsys.readouterr().out
