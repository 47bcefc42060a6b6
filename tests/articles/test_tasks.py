"""What a worker does at intervals, and which tasks are tried again."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import JobAborted
from procrastinate.utils import async_to_sync
from procrastinate.worker import FETCH_JOB_POLLING_INTERVAL

from articles import task_queue, tasks
from articles.editing import uploads
from articles.importing.outcomes import BusyError, CannotRunError

pytestmark = pytest.mark.django_db


def look_after_stalled():
    """In a thread, which shares the connection: Playwright may keep an event loop in this one."""

    def look():
        connections[DEFAULT_DB_ALIAS] = ours
        async_to_sync(tasks.take_up_stalled, app)

    ours = connections[DEFAULT_DB_ALIAS]
    ours.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(look).result()
    finally:
        ours.dec_thread_sharing()


def begin(worker=None):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])


def test_what_a_killed_worker_was_at_waits_again():
    task_queue.put(task_queue.IMPORT_UPLOAD, 1)
    begin()
    look_after_stalled()
    assert ProcrastinateJob.objects.get().status == "todo"


def test_what_a_worker_is_at_is_left_to_it():
    task_queue.put(task_queue.IMPORT_UPLOAD, 1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        [worker] = cursor.fetchone()
    begin(worker)
    look_after_stalled()
    assert ProcrastinateJob.objects.get().status == "doing"


def test_what_is_done_at_intervals_is_put_in_once_wherever_the_clock_goes():
    app.perform_import_paths()
    day = 24 * 3600
    noon = 1_646_366_400.0  # 12:00 in Shanghai, on 4 March 2022
    deferrer = tasks.periodic.PeriodicDeferrer(app.periodic_registry, day)
    names = sorted(name for name, _ in app.periodic_registry.periodic_tasks)
    for now in (noon, noon - day, noon + 9 * day):
        due = deferrer.get_previous_tasks(now + 1)
        assert sorted(task.task.name for task, _ in due) == names
        assert not [*deferrer.get_previous_tasks(now + 2)]


def test_a_task_at_intervals_that_was_killed_is_forgotten():
    app.perform_import_paths()
    tasks.publish_due.defer(timestamp=0)
    begin()
    look_after_stalled()
    assert not ProcrastinateJob.objects.exists()


def caused(by):
    error = CannotRunError("away")
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("error", "is_tried_again"),
    [
        (JobAborted(), True),
        (OperationalError(), True),
        (caused(OperationalError()), True),
        (BusyError(), True),
        (CannotRunError("no such folder"), False),
        (DatabaseError(), False),
        (KeyError("x"), False),
    ],
)
def test_a_task_is_tried_again_if_that_may_help(error, is_tried_again):
    job = SimpleNamespace(attempts=3)
    decision = tasks.Again().get_retry_decision(exception=error, job=job)
    assert (decision is not None) == is_tried_again


@pytest.mark.django_db(transaction=True)
def test_an_import_that_ended_since_a_disk_is_full_is_over(settings):
    """Another attempt would find that the run has ended, and do nothing."""
    folder = settings.UPLOAD_DIR / "sent"
    folder.mkdir(parents=True)
    (folder / "post.md").write_text("---\ntitle: 锂价走弱\ndate: 2022-03-04 09:00\n---\n正文。\n")
    tried = uploads.try_out(folder, "root")
    uploads.perform(tried)
    run = uploads.import_for_good(tried, "root")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'No space left' USING ERRCODE = 'disk_full'; END$$;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON articles_document"
            " EXECUTE FUNCTION full_disk()"
        )
    try:
        tasks.import_upload(SimpleNamespace(should_abort=lambda: False), key=run.pk)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION full_disk CASCADE")
    run.refresh_from_db()
    assert run.finished_at
    assert "No space left" in str(run.error)


def test_it_is_not_tried_for_ever():
    job = SimpleNamespace(attempts=tasks.MOST_ATTEMPTS)
    assert tasks.Again().get_retry_decision(exception=OperationalError(), job=job) is None


def test_a_worker_sees_in_time_that_a_task_is_due_again(settings):
    chosen = settings.PROCRASTINATE_WORKER_DEFAULTS
    assert chosen.get("fetch_job_polling_interval", FETCH_JOB_POLLING_INTERVAL) < tasks.PAUSE
