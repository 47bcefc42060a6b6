"""What a worker does: each task in the queue calls a function of another room.

A task may be begun twice: it was done already, or whoever did it was killed in the middle. So it
goes on from where the row that it is about says, and does nothing twice.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision, periodic
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job, Status

from . import changes, websub
from .database import disconnect
from .editing import bulk, housekeeping, maintenance, pending, uploads
from .importing.outcomes import BusyError, CannotRunError, PausedError
from .mentions import seeking
from .models import ImportRun, MaintenanceRun
from .outages import DATABASE_GONE
from .search import days_told
from .task_queue import APPLY_BULK_CHANGE, IMPORT_UPLOAD, MAINTAIN, SEEK, SILENCE

EVERY_MINUTE: Final = "* * * * *"
EVERY_QUARTER: Final = "* * * * * */15"  # of a minute
EVERY_NIGHT: Final = "0 20 * * *"  # in UTC: four in the morning in Shanghai
DAYS_AT_ONCE: Final = 200  # for which what they told is kept; each takes some 10 ms
MOST_ATTEMPTS: Final = 500
PAUSE: Final = 2  # seconds between them


class Again(BaseRetryStrategy):
    """At once if the worker ended; after a pause if the database went away, or if somebody else is
    at it. Whatever else went wrong is in the row that the task is about."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        may_pass = isinstance(exception, (*DATABASE_GONE, BusyError)) or isinstance(
            exception.__cause__, DATABASE_GONE
        )
        if may_pass and job.attempts < MOST_ATTEMPTS:
            return RetryDecision(retry_in={"seconds": PAUSE})
        return None


@contextmanager
def attempt(context: JobContext) -> Iterator[Callable[[], bool]]:
    """Gives what raises `PausedError` when the worker ends, after which the task waits for another.
    If the database went away, its connections are left, which the pool would give out again."""

    def should_stop() -> bool:
        if context.should_abort():
            raise PausedError
        return False

    try:
        yield should_stop
    except PausedError as paused:
        raise JobAborted from paused
    except DATABASE_GONE:
        disconnect()
        raise


@app.task(name=IMPORT_UPLOAD, lock=IMPORT_UPLOAD, retry=Again(), pass_context=True)
def import_upload(context: JobContext, *, key: int) -> None:
    """One at a time, in the order in which they were asked for."""
    with attempt(context) as should_stop:
        try:
            uploads.perform(ImportRun.objects.get(pk=key), should_stop)
        except CannotRunError as error:  # which the row of the run says
            if isinstance(error, BusyError) or not ImportRun.objects.get(pk=key).finished_at:
                raise


@app.task(name=APPLY_BULK_CHANGE, lock=APPLY_BULK_CHANGE, retry=Again(), pass_context=True)
def apply_bulk_change(context: JobContext, *, key: int) -> None:
    """One at a time, in the order in which they were asked for."""
    with attempt(context) as should_stop:
        bulk.apply(key, context.should_abort)
        should_stop()


@app.task(name=MAINTAIN, lock=MAINTAIN, retry=Again(), pass_context=True)
def maintain(context: JobContext, *, key: int) -> None:
    """One at a time."""
    with attempt(context) as should_stop:
        maintenance.perform(MaintenanceRun.objects.get(pk=key), should_stop)


@app.task(name=SEEK, lock=SEEK, retry=Again(), pass_context=True)
def seek_names(context: JobContext, *, key: int) -> None:
    """What is new to the posts is done by the first; those after it find nothing to do."""
    with attempt(context) as should_stop:
        seeking.seek(should_stop)


class Deferrer(periodic.PeriodicDeferrer):
    """Puts what is done at intervals into the queue by its newest time alone. procrastinate's own
    waits when the clock was set back, and puts in every time that was left out when it was set
    forward."""

    def get_previous_tasks(self, at: float) -> Iterable[periodic.TaskAtTime]:
        for key, task in self.registry.periodic_tasks.items():
            for timestamp in self.get_timestamps(task, since=None, until=at):
                if self.last_defers.get(key) != timestamp:
                    self.last_defers[key] = timestamp
                    yield task, timestamp


# A worker looks for its deferrer by this name, and in no other way.
periodic.PeriodicDeferrer = Deferrer  # type: ignore[misc]


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="housekeeping", queueing_lock="housekeeping")
def tidy_up(timestamp: int) -> None:
    housekeeping.tidy_up()


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="publish_due", queueing_lock="publish_due")
def publish_due(timestamp: int) -> None:
    """Publish pending changes whose time has come, and stamp scheduled posts that have appeared,
    though nobody reads a page."""
    pending.publish_due()
    changes.posts_appeared()


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="keep_days", queueing_lock="keep_days")
def keep_days(timestamp: int) -> None:
    days_told.keep_days(DAYS_AT_ONCE)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="tell_hub", queueing_lock="tell_hub")
def tell_hub(timestamp: int) -> None:
    websub.tell()


@app.periodic(cron=EVERY_QUARTER)
@app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    await take_up_stalled(context.app)


async def take_up_stalled(among: App) -> None:
    """Put back the tasks of a worker that has been silent since it began them: it was killed, or
    lost its machine or its database. Periodic tasks come again by themselves."""
    manager = among.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE.total_seconds()):
        task: Any = among.tasks.get(job.task_name)
        if task and task.retry_strategy:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, Status.FAILED, delete_job=True)
