"""The pipeline of an import: discover → read in other processes → write batch by batch → report."""

import datetime as dt
import hashlib
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

import psycopg
from django.db import transaction
from django.utils import timezone

from .. import locks
from ..models import ImportRun
from ..search import index
from . import discovery, writer
from .discovery import Found, UnusableInputError
from .reading.dates import SHANGHAI
from .reading.documents import DocumentError
from .reading.files import (
    NewDocument,
    NoDocument,
    Reading,
    Refused,
    Same,
    read,
    read_bytes,
)
from .watch import Changes
from .workers import Failure, StoppedError, Workers

BATCH = 500  # documents in a transaction
BATCH_BYTES = 8 * 2**20  # and what they may hold together, but for one that is larger alone
# Seconds of processor time to read a file. A usual one takes a thousandth.
READ_SECONDS = 10.0
READ_SECONDS_PER_BYTE = 8 / 2**20
LOOK = 0.1  # seconds between looks whether to stop, while others read
ASK = 1.0  # seconds between questions to the database whether to stop
PRUNE_SHARE = 0.1  # of a folder's documents: if more are gone, the folder is what is wrong

File = tuple[Found, bytes]  # found, and the SHA-256 that is stored for its name

Status = Literal["created", "updated", "unchanged", "repaired", "refused", "skipped", "hidden"]
*STATUSES, HIDDEN = get_args(Status)  # of files that are there, and of those that are gone


class CannotRunError(Exception):
    """Nothing was imported, or nothing pruned; the message says why."""


class BusyError(CannotRunError):
    """Another import is running."""


class PruneRefusedError(CannotRunError):
    """Everything was imported, and nothing pruned."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `notes` say what was assumed or left alone, and why."""

    path: str
    status: Status
    notes: tuple[str, ...] = ()
    line: int | None = None
    is_routine: bool = False  # passed over, as people would expect: named on request

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {'; '.join(self.notes)}" if self.notes else where


@dataclass(frozen=True, slots=True)
class Options:
    """How to import. `since`: posts of that day, Shanghai time, or later; `category`: of that one
    alone. `checksum`: read files though size and time are as they were. `jobs`: processes that
    read, 0 for one a processor."""

    git: str = ""
    since: dt.date | None = None
    category: str = ""
    dry_run: bool = False
    fail_fast: bool = False
    prune: bool = False
    prune_all: bool = False
    checksum: bool = False
    jobs: int = 0
    started_by: str = ""

    def wants(self, new: NewDocument) -> bool:
        day = new.parsed.published_at.astimezone(SHANGHAI).date()
        return (self.since is None or day >= self.since) and (
            not self.category or self.category in new.parsed.categories
        )


@dataclass(slots=True)
class Report:
    """What became of every file of a run, counted. `interrupted`: by whom, in a sentence."""

    counts: Counter[Status] = field(default_factory=Counter)
    pruned: int = 0
    interrupted: str = ""


class Import:
    """One run: what it was asked, what it has done so far."""

    def __init__(
        self,
        options: Options,
        run: ImportRun | None,
        on_outcome: Callable[[Outcome], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.options = options
        self.run = run  # None: a dry one that nobody keeps
        self.on_outcome = on_outcome
        self.should_stop = should_stop
        self.asked_at = time.monotonic()  # when the database was last asked whether to stop
        self.report = Report()
        self.recorded: Counter[Status] = Counter()  # what the run's row says
        self.unrecorded: list[writer.FileRow] = []
        self.tried: dict[str, bytes] = {}  # the squeezed contents that a dry run would have stored
        self.workers = Workers(self.jobs)
        self.pending: deque[tuple[list[File], Future[list[Any]]]] = deque()
        self.is_loading = False
        self.stop = False
        self.folders: frozenset[str] = frozenset()  # those that are imported whole
        self.is_whole = True

    def take(self, batch: Sequence[Found]) -> None:
        """Decide which files of a batch are to be read, and see that they are."""
        to_read = []
        again = []
        fresh = 0
        for found in batch:
            # A folder that is found as something to refuse has just gone away.
            self.is_whole &= found.is_whole and found.path not in self.folders
            if reason := found.passed_over:
                routine = not found.is_surprising
                self.tell(Outcome(found.path, "skipped", (reason,), is_routine=routine))
        for known in writer.recognise([found for found in batch if not found.passed_over]):
            found = known.found
            if found.refusal:
                self.finish([Refused(found, found.refusal, None, found.content or b"")])
            elif known.same_name:
                again.append(known)
            elif known.fresh and not self.options.checksum:
                fresh += 1
                self.tell(Outcome(found.path, "unchanged"))
            else:
                to_read.append((found, known.sha256))
        if to_read:
            self.pending.append(self.start_reading(to_read))
        while len(self.pending) > self.jobs and not self.stop:
            self.finish(self.readings(*self.pending.popleft()))
        if again:
            self.drain()  # the first of a name may not be written yet
            for known in again:
                self.finish([self.read_again(known)])
        self.record()

    @property
    def jobs(self) -> int:
        return self.options.jobs or processors()

    def start_reading(self, files: list[File]) -> tuple[list[File], Future[list[Any]]]:
        calls = [
            ((found, sha256), READ_SECONDS + READ_SECONDS_PER_BYTE * found.size)
            for found, sha256 in files
        ]
        return files, self.workers.submit(read, calls)

    def readings(self, files: list[File], future: Future[list[Any]]) -> list[Reading]:
        """Wait for what is being read. Raises `StoppedError`."""
        while not wait([future], timeout=LOOK).done:
            self.look()
        return [
            Refused(found, result.reason, None, legible_part(found))
            if isinstance(result, Failure)
            else result
            for (found, _), result in zip(files, future.result(), strict=True)
        ]

    def look(self) -> None:
        """Raise `StoppedError` if somebody has asked to stop: by a signal, or at the desk."""
        if self.should_stop():
            raise StoppedError("Interrupted.")
        if self.run and time.monotonic() - self.asked_at > ASK:
            self.asked_at = time.monotonic()
            self.run.refresh_from_db(fields=["stopped_by"])
            if self.run.stopped_by:
                raise StoppedError(f"Stopped by {self.run.stopped_by}.")

    def read_again(self, known: writer.Recognised) -> Reading:
        """Another file of a name that this run has met: the first one is the document, if it
        could be read; another that differs in more than white space is for people to decide."""
        stored = writer.stored_content(known.found.name)
        first = self.tried.get(known.found.name) or (squeezed(stored) if stored else None)
        if first is None:
            return self.readings(*self.start_reading([(known.found, b"")]))[0]
        try:
            content = read_bytes(known.found)
        except (OSError, ValueError) as error:
            return Refused(known.found, str(error), None, b"")
        if squeezed(content) == first:
            return Same(known.found)
        reason = f"{known.same_name} has the same name and other text, and was taken"
        return Refused(known.found, reason, None, content)

    def drain(self) -> None:
        while self.pending and not self.stop:
            self.finish(self.readings(*self.pending.popleft()))

    def finish(self, readings: Sequence[Reading]) -> None:
        """Write what was read and what became of each file, in one transaction."""
        readings = self.without_erased([stored_already(reading) for reading in readings])
        new = [
            reading
            for reading in readings
            if isinstance(reading, NewDocument) and self.options.wants(reading)
        ]
        if not self.options.dry_run and not self.is_loading and len(new) >= index.LARGE:
            index.prepare_load()
            self.is_loading = True
        with transaction.atomic():
            same: list[Found] = []
            for reading in readings:
                if isinstance(reading, Same):
                    same.append(reading.found)
                    self.tell(Outcome(reading.found.path, "unchanged"))
                elif isinstance(reading, NoDocument):
                    self.tell(Outcome(reading.found.path, "skipped", (reading.reason,)))
                elif isinstance(reading, Refused):
                    self.refuse(reading)
                elif not self.options.wants(reading):
                    self.tell(Outcome(reading.found.path, "skipped"))
            if same and not self.options.dry_run:
                writer.touch(same)
            if new:
                self.write(new)
            self.record()
        self.look()

    def without_erased(self, readings: list[Reading]) -> list[Reading]:
        erased = writer.erased([r for r in readings if isinstance(r, NewDocument | Refused)])
        kept = []
        for reading in readings:
            if isinstance(reading, NewDocument | Refused) and reading.found.path in erased:
                self.tell(Outcome(reading.found.path, "skipped", ("its post was erased",)))
            else:
                kept.append(reading)
        return kept

    def write(self, new: list[NewDocument]) -> None:
        if self.options.dry_run:
            done = writer.plan(new)
            self.tried |= {each.parsed.file_name: squeezed(each.content) for each in new}
        else:
            done = writer.write(new)
        for document in new:
            name = document.parsed.file_name
            status: Status = "created" if name in done.created else "updated"
            assumed, kept = done.assumed.get(name, ()), done.kept.get(name, ())
            self.tell(
                Outcome(document.found.path, "repaired" if assumed else status, assumed + kept)
            )

    def refuse(self, refused: Refused) -> None:
        path, reason = refused.found.path, refused.reason
        if settled := writer.settled(refused):
            note = f"settled by {settled.settled_by}: {reason}"
            self.tell(Outcome(path, "skipped", (note,), refused.line))
            return
        if self.run and not self.options.dry_run:
            writer.refuse(self.run, refused)
        self.tell(Outcome(path, "refused", (reason,), refused.line))
        if self.options.fail_fast:
            self.stop = True

    def tell(self, outcome: Outcome) -> None:
        self.report.counts[outcome.status] += 1
        if self.run and outcome.status != "unchanged":  # of which there may be a million
            row = (outcome.path, outcome.status, outcome.line, list(outcome.notes))
            self.unrecorded.append(row)
        self.on_outcome(outcome)

    def record(self) -> None:
        """Bring the run's counts and files up to date."""
        if self.run and self.report.counts != self.recorded:
            writer.add_files(self.run, self.unrecorded)
            counts = {str(status): count for status, count in self.report.counts.items()}
            ImportRun.objects.filter(pk=self.run.pk).update(**counts)
            self.recorded = self.report.counts.copy()
            self.unrecorded.clear()

    def interrupt(self, why: StoppedError) -> None:
        self.report.interrupted = str(why)
        if self.run:
            self.run.error = str(why)


def legible_part(found: Found) -> bytes:
    """As much of a file that could not be read as can be shown to editors."""
    try:
        return read_bytes(found)
    except (OSError, DocumentError):
        return b""


def stored_already(reading: Reading) -> Reading:
    """`Same` for a document without a name whose bytes are stored: what it is called is known only
    when it is read."""
    if isinstance(reading, NewDocument) and reading.found.name == "-":
        found = replace(reading.found, path=f"-/{reading.parsed.file_name}")
        if writer.is_stored(reading.parsed.file_name, reading.content):
            return Same(found)
        return replace(reading, found=found)
    return reading


def squeezed(content: bytes) -> bytes:
    """What contents have in common that differ in white space alone: short, for there may be a
    million of them."""
    return hashlib.blake2b(b" ".join(content.split()), digest_size=12).digest()


def processors() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def import_posts(
    paths: Sequence[str | Path],
    options: Options | None = None,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Import what is in `paths`, and record the run; `should_stop` is asked again and again.

    A file that cannot be read is reported, kept as an `ImportProblem`, and stops no other.
    Raises `CannotRunError` before anything is written: a path is not there, or another import
    runs; or, everything imported, when `prune` would hide too much.
    """
    options = options or Options()
    names = [os.fspath(path) for path in paths]
    try:
        discovery.check(names, options.git)
    except UnusableInputError as error:
        raise CannotRunError(str(error)) from error
    folders = frozenset(
        discovery.known_path(str(Path(path).resolve())) for path in names if Path(path).is_dir()
    )
    shown = [discovery.known_path(name) for name in names]
    run = None if options.dry_run else ImportRun(paths=shown, started_by=options.started_by)
    with alone(run):
        if run and not options.git:
            run.total = discovery.count(names)
            run.save(update_fields=["total"])
        work = Import(options, run, on_outcome, should_stop)
        work.folders = folders
        take_all(work, found_in(names, options, work.look))
        if options.prune and not (work.stop or work.report.interrupted):
            if not work.is_whole:
                raise PruneRefusedError("Not everything could be read, so nothing was pruned.")
            prune(work, *writer.gone(sorted(folders)))
    return work.report


def import_changes(
    folders: Sequence[str],
    changes: Changes,
    options: Options | None = None,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Import what has changed in `folders`, and record the run. A file that has gone away since
    then is no longer among it. Raises `CannotRunError` as `import_posts` does."""
    options = options or Options()
    run = None
    if not options.dry_run:
        run = ImportRun(
            paths=[*map(discovery.known_path, folders)],
            started_by=options.started_by,
            total=len(changes.files),
        )
    work = Import(options, run, on_outcome, should_stop)
    with alone(run):
        there = (found for found in changes.files if os.path.lexists(found.place))
        take_all(work, there)
        if options.prune and changes.gone and not (work.stop or work.report.interrupted):
            resolved = [discovery.known_path(os.path.realpath(folder)) for folder in folders]
            prune(work, *writer.gone(resolved, changes.gone))
    return work.report


def import_files(
    find: Callable[[discovery.Look], Iterable[Found]],
    run: ImportRun,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Import the files that `find` gives for `run`, which says who wants it and whether it
    `is_dry`.

    Raises `CannotRunError`, which is also kept as the `error` of `run`.
    """
    work = Import(Options(dry_run=run.is_dry), run, on_outcome, should_stop)
    with alone(run):
        take_all(work, find(work.look))
    return work.report


def take_all(work: Import, files: Iterable[Found]) -> None:
    try:
        try:
            for batch in batches(files, work.look):
                work.take(batch)
                if work.stop:
                    break
            work.drain()
        except StoppedError as stopped:
            work.interrupt(stopped)
            work.record()
        if not work.options.dry_run:
            index.finish_load()
    finally:
        work.workers.stop()
    if work.run and work.stop:
        work.run.error = "Stopped at a refused file."


def why_it_failed(error: Exception) -> str:
    """What a database's error means, in a line. It is still there where it gives an error a code,
    except those of a lost connection or a shutdown (PostgreSQL manual, appendix A): its disk may
    be full."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    state = getattr(cause, "sqlstate", None) or "08"
    is_gone = state.startswith(("08", "57P"))
    what = "The database went away" if is_gone else "The database could not go on"
    return f"{what}: {' '.join(str(error).split()).rstrip('.')}."


@contextmanager
def alone(run: ImportRun | None) -> Iterator[None]:
    """While inside, no other import runs, and `run` is known to; at the end it says how it ended.
    Raises `BusyError` if another runs already, `CannotRunError` where the database is away."""
    try:
        is_alone = writer.begin()
    except writer.DATABASE_GONE as gone:
        writer.disconnect()
        raise CannotRunError(f"The database does not answer: {gone}") from gone
    if not is_alone:
        busy = BusyError(f"Another import is running: {who_is_running()}.")
        if run and run.pk:
            end(run, busy)
        raise busy
    try:
        if run:
            run.save()
            writer.hold(run)
        yield
    except writer.DATABASE_GONE as error:
        away = CannotRunError(
            f"{why_it_failed(error)} What was imported so far is whole; the next run goes on "
            "from here."
        )
        if run:
            end(run, away)
        writer.disconnect()
        raise away from error
    except BaseException as error:
        if run:
            end(run, error)
        raise
    else:
        if run:
            end(run)
    finally:
        writer.end()


def end(run: ImportRun, error: BaseException | None = None) -> None:
    run.finished_at = timezone.now()
    if error:
        run.error = str(error) or type(error).__name__
    # Where the database is away nobody can write that: the run is seen to hold no lock.
    with suppress(*writer.DATABASE_GONE):
        run.save(update_fields=["finished_at", "error"])


def who_is_running() -> str:
    running = ImportRun.objects.filter(pk__in=running_ids()).first()
    if running is None:
        return "a dry run"
    return (
        f"{'a dry run of ' if running.is_dry else ''}{running.started_by or 'somebody'}, "
        f"since {timezone.localtime(running.started_at):%F %T}"
    )


def running_ids() -> list[int]:
    """The runs that are really running: one that was killed is not, though it never ended."""
    return sorted(locks.taken(writer.RUN_LOCK))


def found_in(paths: Sequence[str], options: Options, look: discovery.Look) -> Iterator[Found]:
    """What is found, with absolute paths, which mean the same from wherever it is run."""
    absolute = [path if path == "-" else str(Path(path).resolve()) for path in paths]
    return discovery.find(absolute, options.git, look)


def batches(files: Iterable[Found], look: Callable[[], None]) -> Iterator[list[Found]]:
    """`files` by `BATCH`, or fewer where they are large. Before each file it is looked whether to
    go on."""
    batch: list[Found] = []
    size = 0
    for found in files:
        look()
        if batch and (len(batch) == BATCH or size + found.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(found)
        size += found.size
    if batch:
        yield batch


def prune(work: Import, gone: Sequence[writer.Gone], total: int) -> None:
    """Take documents, of `total`, whose files are gone, out of their posts: a post that has other
    documents is derived from those, and one that has none is hidden."""
    if len(gone) > PRUNE_SHARE * total and not work.options.prune_all:
        raise PruneRefusedError(
            f"{len(gone):,} of {total:,} documents are gone, so nothing was pruned. If they are "
            "meant to be gone, run again with --prune-all."
        )
    for start in range(0, len(gone), BATCH):
        try:
            work.look()
        except StoppedError as stopped:
            work.interrupt(stopped)
            break
        batch = gone[start : start + BATCH]
        if work.options.dry_run:
            derived = frozenset(document.file_name for document in batch if document.others)
        else:
            derived = writer.prune([document.file_name for document in batch])
        work.report.pruned += len(batch)
        for document in batch:
            is_derived = document.file_name in derived
            work.on_outcome(outcome_of_pruning(document, is_derived=is_derived))


def outcome_of_pruning(gone: writer.Gone, *, is_derived: bool) -> Outcome:
    others = ", ".join(gone.others)
    if is_derived:
        return Outcome(gone.path, "updated", (f"its file is gone: its post is now of {others}",))
    why = f"its file is gone, and {others} cannot be read" if others else "its file is gone"
    if gone.is_decided:
        return Outcome(gone.path, "skipped", (f"{why}: its post stays as an editor set it",))
    return Outcome(gone.path, HIDDEN, (why,))
