"""What editors do about the files that imports refused: mend, try again, dismiss."""

from pathlib import Path

from django.utils import timezone

from ..importing import discovery
from ..importing.discovery import Found, document_name
from ..importing.outcomes import CannotRunError, Outcome
from ..importing.pipeline import import_files
from ..messages import verbatim
from ..models import Document, ImportProblem, ImportRun

LINES_AROUND = 100  # before and after the line at fault


def try_again(problem: ImportProblem, by: str) -> Outcome:
    """Import the refused file as it is on disk, or as it was kept. Raises `CannotRunError`."""
    path = Path(problem.path)
    if path.is_absolute() and path.is_file():
        # A symbolic link out of the folder was refused: do not follow it here.
        return import_one(discovery.regular_file(problem.path, root=str(path.parent)), by)
    return import_one(found_with(problem, bytes(problem.content)), by)


def mend(problem: ImportProblem, text: str, by: str) -> Outcome:
    """Import `text` in place of the refused file. If that is read, the problem is settled, and the
    next import passes over the unchanged file. Raises `CannotRunError`."""
    outcome = import_one(found_with(problem, text.encode()), by)
    if was_read(outcome):
        settle(problem, by)
    # The run has deleted the problem, or replaced the content of the file by `text`.
    problem.save()
    return outcome


def dismiss(problem: ImportProblem, note: str, by: str) -> None:
    """Settle the problem with a note that says why the file does not matter."""
    settle(problem, by, note)
    problem.save(update_fields=["settled_at", "settled_by", "note"])


def was_read(outcome: Outcome) -> bool:
    return outcome.status not in ("refused", "skipped")


def settle(problem: ImportProblem, by: str, note: str = "") -> None:
    problem.settled_at, problem.settled_by, problem.note = timezone.now(), by, note


def found_with(problem: ImportProblem, content: bytes) -> Found:
    return Found(problem.path, len(content), content=content)


def import_one(found: Found, by: str) -> Outcome:
    """What became of the file. Raises `CannotRunError`, also if the run was stopped before that."""
    outcomes: list[Outcome] = []
    run = ImportRun(paths=[found.path], started_by=verbatim(by), total=1)
    report = import_files(lambda _look: [found], run, on_outcome=outcomes.append)
    if report.interrupted and not outcomes:
        raise CannotRunError(report.interrupted)
    return outcomes[0]


def document_at(path: str) -> Document | None:
    """The document that the archive has of the file at a path."""
    return (
        Document.objects.filter(file_name=document_name(path)).only("file_name", "post_id").first()
    )


def lines_around(text: str, at_fault: int | None) -> list[tuple[int, str, bool]]:
    """The lines near the one at fault, or the first ones: each with its number, counted from one,
    and whether it is the one at fault."""
    first = max((at_fault or 1) - LINES_AROUND, 1)
    lines = text.split("\n")[first - 1 : first + 2 * LINES_AROUND]
    return [(number, line, number == at_fault) for number, line in enumerate(lines, first)]
