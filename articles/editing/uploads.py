"""Files from an editor's browser. They stay in a folder of their own until they are imported:
first a dry run says what would change; then an editor has them imported for good.

A worker does both, and records its progress in the row of the run.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from .. import task_queue
from ..importing import discovery, ledger
from ..importing.outcomes import BusyError, CannotRunError
from ..importing.pipeline import import_files
from ..importing.session import running_ids, who_is_running
from ..messages import Message, verbatim
from ..models import ImportRun
from . import runs

STALE = 24 * 3600  # seconds after which an upload counts as abandoned


class UploadGoneError(Exception):
    """The uploaded files were imported already, or discarded."""


class UploadInUseError(Exception):
    """The run for which the files were uploaded has not ended."""


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder that receives files. It is deleted at the end unless `try_out` has taken it."""
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True)
    remove_stale()
    folder = Path(tempfile.mkdtemp(dir=settings.UPLOAD_DIR))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale() -> int:
    """Delete uploads that were abandoned, and return how many. One that waits for a worker was
    not."""
    waiting = {str(key) for key in task_queue.open_keys(task_queue.IMPORT_UPLOAD)}
    folders = settings.UPLOAD_DIR.iterdir() if settings.UPLOAD_DIR.exists() else ()
    stale = [
        folder
        for folder in folders
        if folder.name not in waiting and time.time() - folder.stat().st_mtime > STALE
    ]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)


def try_out(folder: Path, started_by: str) -> ImportRun:
    """Have a worker try out the files in `folder`, and keep them."""
    files = discovery.uploaded(folder)
    total = discovery.count(map(str, files))
    with transaction.atomic():
        run = ImportRun.objects.create(
            is_dry=True,
            paths=[path.name for path in files],
            started_by=verbatim(started_by),
            total=total,
        )
        shutil.rmtree(folder_of(run), ignore_errors=True)  # left by another database
        folder.rename(folder_of(run))
        task_queue.put(task_queue.IMPORT_UPLOAD, run.pk)
    return run


def import_for_good(tried: ImportRun, started_by: str) -> ImportRun:
    """Have a worker import the files of the dry run `tried`. Raises `UploadGoneError` and
    `UploadInUseError`."""
    refuse_if_in_use(tried)
    with transaction.atomic():
        total = tried.total or tried.done or None
        run = ImportRun.objects.create(
            paths=tried.paths, started_by=verbatim(started_by), total=total
        )
        shutil.rmtree(folder_of(run), ignore_errors=True)
        try:
            folder_of(tried).rename(folder_of(run))  # if two ask at once, one succeeds
        except FileNotFoundError as error:
            raise UploadGoneError from error
        os.utime(folder_of(run))  # not stale while it is imported
        task_queue.put(task_queue.IMPORT_UPLOAD, run.pk)
    return run


def discard(run: ImportRun) -> None:
    """Raises `UploadInUseError`."""
    refuse_if_in_use(run)
    shutil.rmtree(folder_of(run), ignore_errors=True)


def refuse_if_in_use(run: ImportRun) -> None:
    found = runs.with_state(ImportRun).get(pk=run.pk)
    if found.state in ImportRun.GOING_ON:
        raise UploadInUseError


def is_kept(run: ImportRun) -> bool:
    """Whether the uploaded files of `run` are still there."""
    return folder_of(run).is_dir()


def folder_of(run: ImportRun) -> Path:
    folder: Path = settings.UPLOAD_DIR / str(run.pk)
    return folder


def perform(run: ImportRun, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Run the importer on the uploaded files of `run`, or go on with it, and delete them unless it
    was a dry run. A run that has ended is left alone. Raises `CannotRunError`, and whatever
    `should_stop` raises."""
    if run.finished_at:
        return
    if run.pk in running_ids():
        raise BusyError(Message("import-running", who=who_is_running()))
    folder = folder_of(run)
    if not folder.is_dir():
        gone = CannotRunError(Message("upload-gone"))
        ledger.end(run, gone)
        raise gone
    import_files(partial(discovery.in_upload, folder), run, should_stop=should_stop)
    if not run.is_dry and not run.error:
        shutil.rmtree(folder, ignore_errors=True)
