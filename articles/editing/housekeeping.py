"""What is deleted once nobody needs it any more. The worker does so every night."""

import datetime as dt
from typing import Final

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet
from django.utils import timezone

from .. import task_queue
from ..models import ApiUsage, EmptySearch
from . import runs, uploads

# For how long things are kept. Uploads are for `uploads.STALE`.
DRY_RUNS: Final = dt.timedelta(days=7)  # since they began, with what they say of files
RUNS: Final = dt.timedelta(days=365)
EMPTY_SEARCHES: Final = dt.timedelta(days=90)  # since they were last made
LOGIN_FAILURES: Final = dt.timedelta(days=30)
FAILED_TASKS: Final = dt.timedelta(days=30)


def tidy_up() -> dict[str, int]:
    """Delete what has been kept long enough. Returns how many there were of each kind."""
    now = timezone.now()
    return {
        "uploads": uploads.remove_stale(),
        "dry runs": delete(runs.begun_before(now - DRY_RUNS).filter(is_dry=True)),
        "runs": delete(runs.begun_before(now - RUNS).filter(is_dry=False)),
        "empty searches": delete(EmptySearch.objects.filter(last_at__lt=now - EMPTY_SEARCHES)),
        "API clients": delete(ApiUsage.objects.filter(minute__lt=now.timestamp() // 60 - 1)),
        "sessions": delete(Session.objects.filter(expire_date__lt=now)),
        "login failures": delete(
            AccessAttempt.objects.filter(attempt_time__lt=now - LOGIN_FAILURES)
        ),
        "failed tasks": task_queue.forget(now - FAILED_TASKS),
    }


def delete(rows: "QuerySet[Model]") -> int:
    """Delete rows, and return how many there were, without those that went with them."""
    _total, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)
