"""What an import reports of its files: a summary in a line, and a JSON file."""

import errno
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from .discovery import ARCHIVES, may_be_document
from .outcomes import HIDDEN, STATUSES, Outcome, Status

STANDARD_OUTPUT = Path("-")


class ReportError(Exception):
    """The JSON file cannot be written; the message says why."""


def summary(counts: Mapping[Status, int], *, dry_run: bool = False, prune: bool = False) -> str:
    """How many files were created, updated and so on; those that are gone only with `prune`."""
    numbers = [f"{counts.get(status, 0):,} {status}" for status in STATUSES]
    if prune:
        numbers.append(f"{counts.get(HIDDEN, 0):,} hidden, their files gone")
    return ("Would be: " if dry_run else "") + ", ".join(numbers)


def check_report(path: Path, paths: Iterable[str]) -> None:
    """Raises `ReportError` if a report at `path` would take the place of what is imported from
    `paths`, or its folder is not there."""
    real = path.resolve()
    if not real.parent.is_dir():
        raise ReportError(f"{path}: there is no folder {path.parent}")
    if not real.is_file():
        return
    sources = [Path(source).resolve() for source in paths]
    is_post = may_be_document(real.name) or real.name.lower().endswith(ARCHIVES)
    if real in sources or (is_post and any(real.is_relative_to(source) for source in sources)):
        raise ReportError(f"{path}: a report would take the place of a file that is imported")


@contextmanager
def json_report(path: Path | None) -> Iterator[Callable[[Outcome], None]]:
    """While inside, write each outcome to a report at `path`, if there is one; yields the function
    that takes it. The report also says why a run could not go on. Raises `ReportError` at once if
    nothing can be written, or at the end if writing failed on the way."""
    if path is None:
        yield lambda outcome: None
        return
    report = JsonReport(path)
    try:
        yield report.add
    except BaseException as error:
        report.close(str(error) or type(error).__name__)
        raise
    report.close()
    if report.failure:
        raise ReportError(report.failure)


class JsonReport:
    """What became of every file except the unchanged, written as it happens.

    `path` appears when all is written; `STANDARD_OUTPUT` gets it as it is written. If it can no
    longer be written, because the disk is full, the import goes on without it, and `failure` says
    why. Raises `ReportError` if it cannot be begun.
    """

    def __init__(self, path: Path) -> None:
        self.failure = ""
        self._path = path
        self._counts: Counter[Status] = Counter()
        self._separator = ""
        if path == STANDARD_OUTPUT:
            self._draft = path
            self._file = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
            self._write('{"files": [')
            return
        is_special = path.exists() and not path.is_file()  # a pipe or a device: never replaced
        self._draft = path if is_special else path.with_name(f"{path.name}.part")
        try:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._file = self._draft.open("w", encoding="utf-8")
        except OSError as error:
            raise ReportError(f"{path}: {error.strerror}") from error
        self._write('{"files": [')

    def add(self, outcome: Outcome) -> None:
        self._counts[outcome.status] += 1
        if outcome.status != "unchanged":
            entry = {
                "path": outcome.path,
                "status": outcome.status,
                "notes": [str(note) for note in outcome.notes],
                **({"line": outcome.line} if outcome.line else {}),
            }
            self._write(f"{self._separator}\n{json.dumps(entry, ensure_ascii=False)}")
            self._separator = ","

    def close(self, error: str = "") -> None:
        """Write the counts, and the `error` that ended the run, and give the file its name."""
        end: dict[str, object] = {"counts": {status: self._counts[status] for status in STATUSES}}
        end |= {"error": error} if error else {}
        self._write(f"\n], {json.dumps(end, ensure_ascii=False)[1:]}\n")
        if self.failure:
            return
        try:
            self._file.close()
            if self._draft != self._path:
                self._draft.replace(self._path)
        except OSError as failed:
            self._fail(failed)

    def _write(self, text: str) -> None:
        if self.failure:
            return
        try:
            self._file.write(text)
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.failure = f"{self._path}: {error.strerror}, so there is no report."
        with suppress(OSError):
            self._file.close()
        if self._draft != self._path:
            self._draft.unlink(missing_ok=True)
