"""The pipeline of an import: discover → read → write, batch by batch, and the report."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from django.utils import timezone

from ..models import ImportProblem, ImportRun
from .derive import parse_document
from .documents import DocumentError, find_documents, is_document
from .writer import NewDocument, stored_hashes, write

BATCH = 500  # documents in a transaction

Status = Literal["created", "updated", "unchanged", "skipped", "failed"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `notes` say what was assumed or left alone, and why."""

    path: Path
    status: Status
    notes: tuple[str, ...] = ()
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {'; '.join(self.notes)}"


@dataclass(slots=True)
class Report:
    """What became of every file of a run, counted; those with something to say, in full."""

    counts: Counter[Status] = field(default_factory=Counter)
    remarkable: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome.status] += 1
        if outcome.notes:
            self.remarkable.append(outcome)

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for outcome in self.remarkable if outcome.status == "failed"]


def import_posts(
    paths: Sequence[Path], on_outcome: Callable[[Outcome], None] = lambda outcome: None
) -> Report:
    """Import the files in `paths` and below, and record the run.

    A file that cannot be read is reported, kept as an `ImportProblem`, and stops no other.
    Raises `FileNotFoundError` for a path that is not there, before anything is written.
    """
    files, report = one_of_each_name(find_documents(paths))
    run = ImportRun.objects.create(paths=[str(path) for path in paths])
    for outcome in report.remarkable:
        on_outcome(outcome)
    for start in range(0, len(files), BATCH):
        for outcome in import_batch(files[start : start + BATCH], run):
            report.add(outcome)
            on_outcome(outcome)
    for status in ("created", "updated", "unchanged", "failed"):
        setattr(run, status, report.counts[status])
    run.finished_at = timezone.now()
    run.save()
    return report


def one_of_each_name(paths: Iterable[Path]) -> tuple[list[Path], Report]:
    """One file of each name, and the report that others were passed over.

    A file's name is its identity in the archive, wherever it lies: sites keep old versions in
    other folders. The longest wins, then the first; so a run gives the same from day to day.
    """
    report = Report()
    by_name: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        by_name[path.name].append(path)
    for found in by_name.values():
        if len(found) > 1:
            found.sort(key=lambda path: -path.stat().st_size)
            for other in found[1:]:
                if other.resolve() != found[0].resolve():
                    report.add(Outcome(other, "skipped", (f"same name as {found[0]}",)))
    return [found[0] for found in by_name.values()], report


def import_batch(paths: Sequence[Path], run: ImportRun) -> Iterator[Outcome]:
    known = stored_hashes([path.name for path in paths if is_utf8(path.name)])
    new: dict[str, NewDocument] = {}
    of_name = {path.name: path for path in paths}
    for path in paths:
        content = b""
        try:
            content = path.read_bytes()
            if not is_utf8(path.name):
                raise DocumentError("the file's name is not UTF-8")
            if not is_document(path.name, content):
                yield Outcome(path, "skipped", ("not a post: no front matter",))
                continue
            sha256 = hashlib.sha256(content).digest()
            if known.get(path.name) == sha256:
                yield Outcome(path, "unchanged")
                continue
            new[path.name] = NewDocument(parse_document(path.name, content), content, sha256)
        except DocumentError as error:
            yield fail(run, path, content, error.reason, error.line)
        except OSError as error:
            yield fail(run, path, content, error.strerror or str(error), None)
    if new:
        written = write(list(new.values()))
        for name in new:
            status: Status = "created" if name in written.created else "updated"
            yield Outcome(of_name[name], status, written.notes.get(name, ()))


def fail(run: ImportRun, path: Path, content: bytes, reason: str, line: int | None) -> Outcome:
    printable = str(path).encode("utf-8", "backslashreplace").decode()
    ImportProblem.objects.create(run=run, path=printable, line=line, reason=reason, content=content)
    return Outcome(Path(printable), "failed", (reason,), line)


def is_utf8(name: str) -> bool:
    """Whether a file name is text: Python keeps other bytes in it as lone surrogates."""
    return name.isprintable() or not any("\ud800" <= letter <= "\udfff" for letter in name)
