"""The queue of tasks, which is in the database. `manage.py worker` does them, as `articles.tasks`
says.

A task has a name and the key of the row that it is about. Two of the same name and key never wait
at once.
"""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils import timezone
from procrastinate.contrib.django import app, connector_params
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinateWorker,
)
from procrastinate.exceptions import AlreadyEnqueued

from .database import close_connections
from .locks import require_session

# The names of the tasks that rooms put in.
IMPORT_UPLOAD: Final = "import_upload"  # of an `ImportRun`
APPLY_BULK_CHANGE: Final = "apply_bulk_change"  # a `BulkChange`
MAINTAIN: Final = "maintain"  # by a `MaintenanceRun`
SEEK: Final = "seek"  # new names, of all securities: its key is 0

#: How long a worker may be silent: until it has missed two signs of life.
SILENCE: Final = dt.timedelta(seconds=3 * settings.HEARTBEAT)
OPEN: Final = ("todo", "doing")


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many tasks wait for a worker, and for how long the oldest has (zero if none waits)."""

    length: int
    age: dt.timedelta


def put(name: str, key: int) -> None:
    """Have a worker do a task once the transaction is committed, unless it waits already."""
    deferrer = app.configure_task(name, queueing_lock=f"{name} {key}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        deferrer.defer(key=key)


def open_keys(name: str) -> set[int]:
    """The keys of the tasks of this name that wait or are being done."""
    jobs = ProcrastinateJob.objects.filter(task_name=name, status__in=OPEN)
    return {key for key in jobs.values_list("args__key", flat=True) if key is not None}


def cancel(name: str, key: int) -> bool:
    """Take a task out of the queue. Returns False if it does not wait there: it has begun, or
    ended."""
    waiting = ProcrastinateJob.objects.filter(task_name=name, args__key=key, status="todo")
    pk = waiting.values_list("pk", flat=True).first()
    return pk is not None and app.job_manager.cancel_job_by_id(pk, delete_job=True)


def stop(name: str, key: int) -> None:
    """Ask the worker that does a task to stop, which it does the next time that it looks."""
    doing = ProcrastinateJob.objects.filter(task_name=name, args__key=key, status="doing")
    for pk in doing.values_list("pk", flat=True):
        app.job_manager.cancel_job_by_id(pk, abort=True)


def forget(before: dt.datetime) -> int:
    """Delete tasks that failed, or were stopped, before a moment. Returns how many."""
    ended = ProcrastinateJob.objects.filter(status__in=("failed", "cancelled", "aborted"))
    _total, by_model = ended.exclude(procrastinateevent__at__gte=before).delete()
    return by_model.get(ProcrastinateJob._meta.label, 0)


def backlog() -> Backlog:
    """One query."""
    put_in = ProcrastinateEvent.objects.filter(type="deferred", job__status="todo")
    found = put_in.aggregate(length=Count("pk"), since=Min("at"))
    age = timezone.now() - found["since"] if found["since"] else dt.timedelta()
    return Backlog(found["length"], max(age, dt.timedelta()))


def parameters_of_session() -> dict[str, Any]:
    """How a worker connects to the queue. Raises `ImproperlyConfigured` as `require_session`
    does."""
    try:
        require_session()
        return connector_params()
    finally:
        close_connections()


def worker_seen_at() -> dt.datetime | None:
    """When a worker last said that it is there; None if none has, or all have ended in order. One
    query."""
    seen: dt.datetime | None = ProcrastinateWorker.objects.aggregate(at=Max("last_heartbeat"))["at"]
    return seen


def has_worker() -> bool:
    """Whether a worker is there, as far as is known. One query."""
    seen_at = worker_seen_at()
    return seen_at is not None and timezone.now() - seen_at < SILENCE
