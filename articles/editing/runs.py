"""Runs in the background: their states, and how they are stopped. Files of imports."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .. import locks, task_queue
from ..importing import ledger
from ..importing.discovery import document_name
from ..messages import Message
from ..models import Document, ImportedFile, ImportProblem, ImportRun, MaintenanceRun, Run
from ..models.imports import ImportRunQuerySet
from ..models.runs import RunQuerySet

TASKS: Final[dict[type[Run], str]] = {
    ImportRun: task_queue.IMPORT_UPLOAD,
    MaintenanceRun: task_queue.MAINTAIN,
}
#: The lock that whoever performs a run holds for its key.
LOCKS: Final[dict[type[Run], int]] = {ImportRun: locks.IMPORT, MaintenanceRun: locks.MAINTENANCE}
FILES_ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a run, with its document or the problem that keeps it out of the archive."""

    file: ImportedFile
    folder: str
    name: str
    document: Document | None
    problem_id: int | None


@dataclass(frozen=True, slots=True)
class FilePage:
    files: list[ListedFile]
    has_more: bool


def with_state(model: type[Run]) -> RunQuerySet[Any]:
    """All runs of a kind, each with its state."""
    runs: Any = model._default_manager
    found: RunQuerySet[Any] = runs.with_state(running_ids(model), waiting_ids(model))
    return found


def running_ids(model: type[Run]) -> set[int]:
    return locks.taken(LOCKS[model])


def waiting_ids(model: type[Run]) -> set[int]:
    """The runs that a worker will begin or go on with, and those that it is at."""
    return task_queue.open_keys(TASKS[model])


def begun_before(moment: dt.datetime) -> ImportRunQuerySet:
    """The runs before a moment that nobody needs: not those that have not ended, nor those with
    problems, which would go with them, nor the last that brought posts, which tells an archive that
    was emptied from a new one."""
    last = ImportRun.objects.that_brought_posts().order_by("-started_at").values("pk")[:1]
    going_on = [*running_ids(ImportRun), *waiting_ids(ImportRun)]
    old = ImportRun.objects.filter(started_at__lt=moment, problems=None)
    return old.exclude(pk__in=going_on).exclude(pk__in=last)


def stop(run: Run, *, by: str) -> None:
    """Ask a run to stop, whichever process it runs in. It does so within a second or two; one that
    waits for a worker ends at once."""
    going_on = type(run)._default_manager.filter(pk=run.pk, finished_at=None)
    if going_on.update(stopped_by=by) and task_queue.cancel(TASKS[type(run)], run.pk):
        run.error = Message("stopped-by", who=by)
        ledger.end(run)


def files_of(run: ImportRun, status: str, *, after: int = 0) -> FilePage:
    """A page of the files of a run with this status, beginning after a primary key. By key, so
    that the last page costs as little as the first: three queries."""
    found = run.files.filter(status=status, pk__gt=after).order_by("pk")
    files = list(found[: FILES_ON_A_PAGE + 1])
    has_more, files = len(files) > FILES_ON_A_PAGE, files[:FILES_ON_A_PAGE]
    names = {file.pk: document_name(file.path) for file in files}
    stored = Document.objects.filter(file_name__in=names.values()).only("file_name", "post_id")
    documents = {document.file_name: document for document in stored}
    problem_ids = problems_of([file.path for file in files if file.status == "refused"])
    return FilePage(
        [
            ListedFile(
                file,
                folder=file.path[: file.path.rfind("/") + 1],
                name=file.path.rpartition("/")[2],
                document=documents.get(names[file.pk]),
                problem_id=problem_ids.get(file.path),
            )
            for file in files
        ],
        has_more,
    )


def problems_of(paths: list[str]) -> Mapping[str, int]:
    if not paths:
        return {}
    return dict(ImportProblem.objects.filter(path__in=paths).values_list("path", "pk"))
