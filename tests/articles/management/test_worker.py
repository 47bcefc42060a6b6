"""The worker, as a process of its own."""

import logging
import subprocess

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from procrastinate.exceptions import ConnectorException

from articles import task_queue
from articles.management.commands.worker import Outages
from articles.models import ImportRun
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def put_task():
    """A run whose files are gone: a worker ends it at once."""
    run = ImportRun.objects.create()
    task_queue.put(task_queue.IMPORT_UPLOAD, run.pk)
    return run


def is_done(run):
    return ImportRun.objects.filter(pk=run.pk).exclude(finished_at=None).exists()


def connections():
    """The processes of the server, one for each connection to the database of the tests."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return {pid for (pid,) in cursor}


def test_it_says_that_it_is_there_and_leaves_in_order(worker):
    wait_until(task_queue.has_worker)
    worker.terminate()
    assert worker.wait() == 0
    assert not task_queue.has_worker()


def test_it_ends_with_whoever_started_it(start_worker):
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        worker = start_worker(("manage.py", "worker", "--until-eof"), stdin=starter.stdout)
        wait_until(task_queue.has_worker)
        starter.kill()
    assert worker.wait() == 0


def test_it_goes_on_after_the_database_was_away(start_worker):
    ours = connections()
    start_worker()
    first = put_task()
    wait_until(lambda: is_done(first))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", [[*connections() - ours]]
        )
    second = put_task()
    wait_until(lambda: is_done(second))


@pytest.mark.parametrize(
    ("logger", "error", "line"),
    [
        ("worker.worker", ConnectorException(), "ERROR The worker lost its connection: gone"),
        ("worker", OperationalError(), "WARNING It failed: gone"),
        ("worker", DatabaseError(), "ERROR It failed"),
        ("utils", ConnectorException(), None),
    ],
)
def test_it_tells_in_a_line_that_the_database_went_away(logger, error, line):
    error.__cause__ = psycopg.OperationalError("gone\nfor good")
    record = logging.LogRecord(
        f"procrastinate.{logger}", logging.ERROR, "", 0, "It %s", ("failed",), (None, error, None)
    )
    told = Outages().filter(record) and f"{record.levelname} {record.getMessage()}"
    assert told == (line or False)
