"""Tasks wait in the database for a worker."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from articles import task_queue
from tests.workers import beat

pytestmark = pytest.mark.django_db


def begin(key):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE args->>'key' = %s", [str(key)]
        )


def test_a_task_waits_once():
    task_queue.put("sweep", 1)
    task_queue.put("sweep", 1)
    task_queue.put("sweep", 2)
    task_queue.put("dust", 1)
    assert task_queue.open_keys("sweep") == {1, 2}
    assert task_queue.backlog().length == 3


def test_it_is_put_in_with_the_transaction_that_it_belongs_to():
    with transaction.atomic():
        task_queue.put("sweep", 1)
        transaction.set_rollback(True)
    assert task_queue.open_keys("sweep") == set()


def test_one_that_is_being_done_can_be_put_in_again():
    task_queue.put("sweep", 1)
    begin(1)
    assert task_queue.open_keys("sweep") == {1}
    task_queue.put("sweep", 1)
    assert ProcrastinateJob.objects.count() == 2


def test_one_that_has_not_begun_is_cancelled():
    task_queue.put("sweep", 1)
    assert task_queue.cancel("sweep", 1)
    assert not task_queue.cancel("sweep", 1)
    assert not ProcrastinateJob.objects.exists()


def test_one_that_has_begun_is_asked_to_stop():
    task_queue.put("sweep", 1)
    begin(1)
    assert not task_queue.cancel("sweep", 1)
    task_queue.stop("sweep", 1)
    assert ProcrastinateJob.objects.get().abort_requested


def test_the_backlog_is_as_old_as_the_task_that_waits_longest(django_assert_num_queries):
    assert task_queue.backlog() == task_queue.Backlog(0, dt.timedelta())
    task_queue.put("sweep", 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 hour'")
    task_queue.put("sweep", 2)
    with django_assert_num_queries(1):
        backlog = task_queue.backlog()
    assert backlog.length == 2
    assert backlog.age >= dt.timedelta(hours=1)


def test_a_worker_is_there_as_long_as_it_says_so(django_assert_num_queries):
    assert task_queue.worker_seen_at() is None
    assert not task_queue.has_worker()
    beat(dt.timedelta(minutes=1))
    assert timezone.now() - task_queue.worker_seen_at() >= dt.timedelta(minutes=1)
    assert not task_queue.has_worker()
    beat()
    with django_assert_num_queries(1):
        assert task_queue.has_worker()
