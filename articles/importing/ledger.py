"""The ledger of an import: the row of its run, what became of its files, and those that were
refused."""

import getpass
import math
import os
import socket
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import cast

from django.db import transaction
from django.utils import timezone

from ..database import write_connection
from ..messages import Message, dumps, reason_of
from ..models import ImportProblem, ImportRun, Run
from ..outages import DATABASE_GONE
from .discovery import Found
from .outcomes import Outcome, Status
from .reading.files import Refused

ASK_AGAIN = 1.0  # seconds between questions to the database whether to stop
PATH_BYTES = 2000  # that are kept of a problem's path: an index entry holds 2,704 at most

# Path, status, line and notes, as they are stored, of an ImportedFile.
FileRow = tuple[str, str, int | None, list[str]]


class Ledger:
    """What became of the files of a run so far: counted, and written to the database batch by
    batch. Without a `run`, as for a dry run that nobody keeps, it only counts.

    If a run was interrupted, whoever goes on with it meets all of its files again. Those that have
    a row are told already."""

    def __init__(self, run: ImportRun | None) -> None:
        self.counts: Counter[Status] = Counter()
        self._told: Counter[str] = Counter()  # by path, which members of archives may share
        if run and run.done:
            self.counts.update(cast(dict[Status, int], run.changes()))
            self._told.update(run.files.values_list("path", flat=True))
        self._run = run
        self._saved: Counter[Status] = Counter()  # what the run's row says
        self._unsaved: list[FileRow] = []
        self._asked_at = time.monotonic()  # when the database was last asked whether to stop

    def add(self, outcome: Outcome) -> None:
        if self._told[outcome.path]:
            self._told[outcome.path] -= 1
            return
        self.counts[outcome.status] += 1
        if self._run and outcome.status != "unchanged":  # there may be a million unchanged files
            row = (outcome.path, outcome.status, outcome.line, list(map(dumps, outcome.notes)))
            self._unsaved.append(row)

    def save(self) -> None:
        """Bring the run's counts and files up to date in the database."""
        if self._run and self.counts != self._saved:
            with transaction.atomic(using=write_connection().alias, savepoint=False):
                add_files(self._run, self._unsaved)
                counts = {str(status): count for status, count in self.counts.items()}
                ImportRun.objects.filter(pk=self._run.pk).update(**counts)
            self._saved = self.counts.copy()
            self._unsaved.clear()

    def refuse(self, refused: Refused) -> None:
        """Keep a file that cannot be read, in place of what was kept of it before; a dry run
        keeps none."""
        if self._run and not self._run.is_dry:
            keep_problem(self._run, refused)

    def asked_to_stop(self) -> str:
        """Who asked at the desk that the run stops; "" if nobody has. The database is asked once
        a second at most."""
        if self._run is None or time.monotonic() - self._asked_at <= ASK_AGAIN:
            return ""
        self._asked_at = math.inf  # the question is a statement, before which nobody is to ask
        self._run.refresh_from_db(using=write_connection().alias, fields=["stopped_by"])
        self._asked_at = time.monotonic()
        return self._run.stopped_by

    def stop(self, why: Message) -> None:
        """Note why the run stops before its end; its row says so when it is over."""
        if self._run:
            self._run.error = why


def this_process() -> Message:
    """Who starts a run from a shell: the account, the machine and the process."""
    return Message("process", who=f"{account()}@{socket.gethostname()}", number=os.getpid())


def account() -> str:
    """The account's name, or its number if it has no name, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def add_files(run: ImportRun, files: Iterable[FileRow]) -> None:
    """Add what became of these files in `run`."""
    columns = "(run_id, path, status, line, notes)"
    with (
        write_connection().cursor() as cursor,
        cursor.copy(f"COPY articles_importedfile {columns} FROM STDIN") as copy,
    ):
        copy.set_types(["int8", "text", "varchar", "int4", "text[]"])
        for file in files:
            copy.write_row((run.pk, *file))


def end(run: Run, error: BaseException | None = None) -> None:
    """Note that a run is over, and the error that ended it."""
    run.finished_at = timezone.now()
    if error:
        run.error = reason_of(error)
    # If the database is away this cannot be written; the missing lock shows that the run has ended.
    with suppress(*DATABASE_GONE):
        run.save(update_fields=["finished_at", "error"])


def keep_problem(run: ImportRun, refused: Refused) -> None:
    ImportProblem.objects.update_or_create(
        path=problem_path(refused.found.path),
        defaults={
            "run": run,
            "line": refused.line,
            "reason": refused.reason,
            "content": refused.content,
            "settled_at": None,
            "settled_by": "",
            "note": "",
        },
    )


def settled(refused: Refused) -> ImportProblem | None:
    """The problem of this file, if an editor has settled it, and with it these very bytes."""
    problems = ImportProblem.objects.using(write_connection().alias).settled().defer("content")
    found = problems.filter(path=problem_path(refused.found.path), content=refused.content)
    # Of a file that could not even be read, the reason is all that is known.
    return (found if refused.content else found.filter(reason=refused.reason)).first()


def forget_problems(found: Iterable[Found]) -> None:
    """Delete what was kept of these files when they were refused: now they were read."""
    with write_connection().cursor() as cursor:
        cursor.execute(
            "DELETE FROM articles_importproblem WHERE path = ANY(%s)",
            [[problem_path(file.path) for file in found]],
        )


def problem_path(path: str) -> str:
    return path.encode()[-PATH_BYTES:].decode(errors="ignore")
