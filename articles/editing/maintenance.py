"""Work on all posts: administrators start it at the desk, and a worker does it."""

from collections.abc import Callable, Sequence

from django.db import transaction

from .. import locks, reindexing, task_queue
from ..importing import ledger
from ..importing.outcomes import BusyError, PausedError
from ..importing.reparse import reparse_posts
from ..messages import Message, verbatim
from ..models import MaintenanceRun, Post
from ..outages import DATABASE_GONE
from . import runs

OnBatch = Callable[[int, Sequence[str]], None]
UNREADABLE_KEPT = 100  # documents that a run names


class StoppedError(Exception):
    """Somebody at the desk asked for the run to stop: it is raised with the `Message` that says
    who."""


def start(kind: str, *, by: str) -> MaintenanceRun:
    """Have a worker do it. If such a run is going on already, that one is returned."""
    run: MaintenanceRun
    for run in runs.with_state(MaintenanceRun).filter(kind=kind, finished_at=None):
        if run.state in run.GOING_ON:
            return run
    with transaction.atomic():
        run = MaintenanceRun.objects.create(
            kind=kind, started_by=verbatim(by), total=Post.objects.count()
        )
        task_queue.put(task_queue.MAINTAIN, run.pk)
    return run


def perform(run: MaintenanceRun, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Do what the run is for; its row says how far it is and how it ended. One that was interrupted
    begins anew, which changes nothing twice. One that has ended is left alone. Raises `BusyError`
    if somebody else is at it, and whatever `should_stop` raises."""
    if run.finished_at:
        return
    with locks.exclusive(locks.MAINTENANCE, run.pk) as is_ours:
        if not is_ours:
            raise BusyError(Message("run-of", who=run.started_by, when=str(run)))
        run.done, run.unreadable = 0, []

        def note(count: int, unreadable: Sequence[str]) -> None:
            run.done += count
            run.unreadable = [*run.unreadable, *map(verbatim, unreadable)][:UNREADABLE_KEPT]
            run.save(update_fields=["done", "unreadable"])
            run.refresh_from_db(fields=["stopped_by"])
            if run.stopped_by:
                raise StoppedError(Message("stopped-by", who=run.stopped_by))
            should_stop()

        try:
            WORK[run.kind](note)
        except (PausedError, *DATABASE_GONE):
            raise
        except StoppedError as stopped:
            ledger.end(run, stopped)
        except Exception as error:
            ledger.end(run, error)
            raise
        else:
            ledger.end(run)


def reparse(on_batch: OnBatch) -> None:
    for count, unreadable in reparse_posts():
        on_batch(count, unreadable)


def rebuild(on_batch: OnBatch) -> None:
    reindexing.rebuild(lambda count: on_batch(count, ()))


WORK: dict[str, Callable[[OnBatch], None]] = {
    MaintenanceRun.Kind.REPARSE: reparse,
    MaintenanceRun.Kind.REBUILD: rebuild,
}
