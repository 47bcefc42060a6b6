"""An import: find → recognise → read in other processes → write batch by batch → report."""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction

from .. import replicas
from ..database import write_connection
from ..mentions.seeking import seek
from ..messages import Message, reason_of, verbatim
from ..models import ImportRun
from ..outages import interruption_before
from ..search import index
from . import discovery, ledger
from .discovery import Found, UnusableInputError
from .erasures import erased
from .ledger import Ledger
from .options import Options
from .outcomes import CannotRunError, Outcome, PruneRefusedError, Report, Status
from .preparing import read_and_index
from .prune import check_share, gone, prune
from .reading.documents import DocumentError
from .reading.files import (
    NewDocument,
    NoDocument,
    Reading,
    Refused,
    Same,
    read_bytes,
)
from .session import KnownFile, Session, open_session
from .signals import broken_off
from .storing.batch import preview, write
from .storing.documents import is_stored, stored_content, touch
from .watch import FolderChanges
from .workers import Failure, StoppedError, Workers, processors

FILES_AT_ONCE = 500  # in a transaction
BYTES_AT_ONCE = 8 * 2**20  # total size of a batch; one larger file makes a batch by itself
# Seconds of processor time to read a file. A usual one takes a thousandth of them, one of nothing
# but quotes or list items of one letter half.
READ_SECONDS = 10.0
READ_SECONDS_PER_BYTE = 50 / 2**20
LOOK = 0.1  # seconds between checks whether to stop, while workers read

File = tuple[Found, bytes]  # found, and the SHA-256 that is stored for its name


class Import:
    """One run at work. `folders`: the real paths of those that it imports whole."""

    def __init__(
        self,
        session: Session,
        options: Options,
        run: ImportRun | None,  # None: a dry one that nobody keeps
        on_outcome: Callable[[Outcome], None],
        should_stop: Callable[[], bool],
        folders: Sequence[str] = (),
    ) -> None:
        self._session = session
        self._options = options
        self._ledger = Ledger(run)
        self._on_outcome = on_outcome
        self._should_stop = should_stop
        self._folders = frozenset(folders)
        self._is_whole = True  # False: some of the folders could not be read
        self._jobs = options.jobs or processors()
        self._workers = Workers(self._jobs)
        self._pending: deque[tuple[list[File], Future[list[Any]]]] = deque()
        self._tried: dict[str, bytes] = {}  # squeezed contents that a dry run would have stored
        self._is_loading = False
        self._stops_here = False  # at a refused file
        self.report = Report(self._ledger.counts)

    def take_all(self, files: Iterable[Found]) -> None:
        """Import `files`, until they end or somebody asks to stop."""
        try:
            try:
                for batch in batches(files, self.look):
                    self._take(batch)
                    if self._stops_here:
                        break
                self._drain()
                if not self._options.dry_run:
                    seek(self.look)  # first, because a new index need not be changed then
                    index.finish_load()
            except StoppedError as stopped:
                self._interrupt(stopped)
                self._ledger.save()
                if not self._options.dry_run:
                    index.finish_load()
        finally:
            self._workers.stop()
        if self._stops_here:
            self._ledger.stop(Message("stopped-at-refused"))

    def prune(self, folders: Sequence[str], paths: Sequence[str] | None = None) -> None:
        """Take out what is `gone`, unless the import was stopped. Raises `PruneRefusedError`."""
        if self._stops_here:
            self.report.unpruned = Message("stopped-so-not-pruned")
        if self._stops_here or self.report.interrupted:
            return
        if paths is None and not self._is_whole:
            raise PruneRefusedError(Message("not-all-read"))
        found = gone(self._session, folders, paths)
        if not self._options.prune_all:
            check_share(found, folders)
        try:
            for outcome in prune(found, dry_run=self._options.dry_run, look=self.look):
                self._on_outcome(outcome)
        except StoppedError as stopped:
            self._interrupt(stopped)

    def look(self) -> None:
        """Raise `StoppedError` if somebody has asked to stop: by a signal, or at the desk."""
        if self._should_stop():
            raise StoppedError(Message("interrupted"))
        self._look_at_desk()

    def _look_at_desk(self) -> None:
        if who := self._ledger.asked_to_stop():
            raise StoppedError(Message("stopped-by", who=who))

    def _take(self, batch: Sequence[Found]) -> None:
        """Decide which files of a batch are to be read, and see that they are."""
        to_read = []
        again = []
        for found in batch:
            # A folder that is found as something to refuse has just gone away.
            self._is_whole &= found.is_whole and found.path not in self._folders
            if reason := found.passed_over:
                routine = not found.is_surprising
                self._tell(Outcome(found.path, "skipped", (reason,), is_routine=routine))
        for known in self._session.look_up([f for f in batch if not f.passed_over]):
            found = known.found
            if found.refusal:
                self._finish([Refused(found, found.refusal, None, found.content or b"")])
            elif known.same_name:
                again.append(known)
            elif known.fresh and not self._options.checksum:
                self._tell(Outcome(found.path, "unchanged"))
            else:
                to_read.append((found, known.sha256))
        if to_read:
            self._pending.append(self._start_reading(to_read))
        while len(self._pending) > self._jobs and not self._stops_here:
            self._finish(self._readings(*self._pending.popleft()))
        if again:
            self._drain()  # the first of a name may not be written yet
            for known in again:
                self._finish([self._read_again(known)])
        self._ledger.save()

    def _start_reading(self, files: list[File]) -> tuple[list[File], Future[list[Any]]]:
        calls = [
            ((found, sha256), READ_SECONDS + READ_SECONDS_PER_BYTE * found.size)
            for found, sha256 in files
        ]
        return files, self._workers.submit(read_and_index, calls)

    def _readings(self, files: list[File], future: Future[list[Any]]) -> list[Reading]:
        """Wait for what is being read. Raises `StoppedError`."""
        while not wait([future], timeout=LOOK).done:
            self.look()
        return [
            Refused(found, result.reason, None, legible_part(found))
            if isinstance(result, Failure)
            else result
            for (found, _), result in zip(files, future.result(), strict=True)
        ]

    def _read_again(self, known: KnownFile) -> Reading:
        """Another file of a name that this run has met: the first one is the document, if it
        could be read; another that differs in more than white space is for people to decide."""
        stored = stored_content(known.found.name)
        first = self._tried.get(known.found.name) or (squeezed(stored) if stored else None)
        if first is None:
            return self._readings(*self._start_reading([(known.found, b"")]))[0]
        try:
            content = read_bytes(known.found)
        except (OSError, ValueError) as error:
            return Refused(known.found, reason_of(error), None, b"")
        if squeezed(content) == first:
            return Same(known.found)
        reason = Message("same-name", path=known.same_name)
        return Refused(known.found, reason, None, content)

    def _drain(self) -> None:
        while self._pending and not self._stops_here:
            self._finish(self._readings(*self._pending.popleft()))

    def _finish(self, readings: Sequence[Reading]) -> None:
        """Write what was read and what became of each file, in one transaction."""
        readings = self._without_erased([stored_already(reading) for reading in readings])
        new = [
            reading
            for reading in readings
            if isinstance(reading, NewDocument) and self._options.wants(reading)
        ]
        if not self._options.dry_run and not self._is_loading and len(new) >= index.LARGE:
            index.prepare_load()
            self._is_loading = True
        with transaction.atomic(using=write_connection().alias):
            # It may be broken off. So it comes first, before anything is counted.
            outcomes = self._write(new) if new else []
            same: list[Found] = []
            for reading in readings:
                if isinstance(reading, Same):
                    same.append(reading.found)
                    self._tell(Outcome(reading.found.path, "unchanged"))
                elif isinstance(reading, NoDocument):
                    self._tell(Outcome(reading.found.path, "skipped", (reading.reason,)))
                elif isinstance(reading, Refused):
                    self._refuse(reading)
                elif not self._options.wants(reading):
                    self._tell(Outcome(reading.found.path, "skipped"))
            if same and not self._options.dry_run:
                touch(same)
            for outcome in outcomes:
                self._tell(outcome)
            if (same or new) and not self._options.dry_run:
                ledger.forget_problems([*same, *(document.found for document in new)])
            self._ledger.save()
        replicas.wait_until_near()
        self.look()

    def _without_erased(self, readings: list[Reading]) -> list[Reading]:
        paths = erased([r for r in readings if isinstance(r, NewDocument | Refused)])
        kept = []
        for reading in readings:
            if isinstance(reading, NewDocument | Refused) and reading.found.path in paths:
                self._tell(Outcome(reading.found.path, "skipped", (Message("post-erased"),)))
            else:
                kept.append(reading)
        return kept

    def _write(self, new: list[NewDocument]) -> list[Outcome]:
        """Raises `StoppedError` as soon as a signal asks to stop, and before the next statement if
        somebody does so at the desk."""
        if self._options.dry_run:
            done = preview(new)
            self._tried |= {each.parsed.file_name: squeezed(each.content) for each in new}
        else:
            try:
                with broken_off(), write_connection().execute_wrapper(self._look_and_execute):
                    self.look()  # for a signal that has come before
                    done = write(new)
            except BaseException as error:
                if interruption_before(error):
                    self.look()
                raise
        outcomes = []
        for document in new:
            name = document.parsed.file_name
            status: Status = "created" if name in done.created else "updated"
            assumed, kept = done.assumed.get(name, ()), done.kept.get(name, ())
            outcomes.append(
                Outcome(document.found.path, "repaired" if assumed else status, assumed + kept)
            )
        return outcomes

    def _look_and_execute(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Django calls it with each statement."""
        self._look_at_desk()
        return execute(*statement)

    def _refuse(self, refused: Refused) -> None:
        path, reason = refused.found.path, refused.reason
        if problem := ledger.settled(refused):
            note = Message("settled", who=problem.settled_by, why=reason)
            self._tell(Outcome(path, "skipped", (note,), refused.line))
            return
        self._ledger.refuse(refused)
        self._tell(Outcome(path, "refused", (reason,), refused.line))
        if self._options.fail_fast:
            self._stops_here = True

    def _tell(self, outcome: Outcome) -> None:
        self._ledger.add(outcome)
        self._on_outcome(outcome)

    def _interrupt(self, why: StoppedError) -> None:
        self.report.interrupted = reason_of(why)
        self._ledger.stop(self.report.interrupted)


def legible_part(found: Found) -> bytes:
    """As much of a file that could not be read as can be shown to editors."""
    try:
        return read_bytes(found)
    except (OSError, DocumentError):
        return b""


def stored_already(reading: Reading) -> Reading:
    """`Same` for a document without a name whose bytes are stored: its name is known only once it
    has been read."""
    if isinstance(reading, NewDocument) and reading.found.name == "-":
        found = replace(reading.found, path=f"-/{reading.parsed.file_name}")
        if is_stored(reading.parsed.file_name, reading.content):
            return Same(found)
        return replace(reading, found=found)
    return reading


def squeezed(content: bytes) -> bytes:
    """A hash that is the same for contents that differ only in white space. It is short, because
    there may be a million of them."""
    return hashlib.blake2b(b" ".join(content.split()), digest_size=12).digest()


def import_posts(
    paths: Sequence[str | Path],
    options: Options | None = None,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Import what is in `paths`, and record the run; `should_stop` is asked again and again.

    A file that cannot be read is reported, kept as an `ImportProblem`, and stops no other.
    Raises `CannotRunError` before anything is written if a path is not there or another import
    runs; and after everything was imported if `prune` would hide too much.
    """
    options = options or Options()
    names = [os.fspath(path) for path in paths]
    try:
        discovery.check(names, options.git)
    except UnusableInputError as error:
        raise CannotRunError(verbatim(str(error))) from error
    folders = sorted(
        {discovery.known_path(str(Path(path).resolve())) for path in names if Path(path).is_dir()}
    )
    shown = [discovery.known_path(name) for name in names]
    run = None if options.dry_run else ImportRun(paths=shown, started_by=options.started_by)
    with open_session(run) as session:
        if run and not options.git:
            run.total = discovery.count(names)
            run.save(update_fields=["total"])
        work = Import(session, options, run, on_outcome, should_stop, folders)
        work.take_all(found_in(names, options, work.look))
        if options.prune:
            work.prune(folders)
        return work.report


def import_changes(
    folders: Sequence[str],
    changes: FolderChanges,
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
    with open_session(run) as session:
        work = Import(session, options, run, on_outcome, should_stop)
        work.take_all(found for found in changes.files if os.path.lexists(found.place))
        if options.prune and changes.gone:
            resolved = [discovery.known_path(os.path.realpath(folder)) for folder in folders]
            work.prune(resolved, changes.gone)
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
    with open_session(run) as session:
        work = Import(session, Options(dry_run=run.is_dry), run, on_outcome, should_stop)
        work.take_all(find(work.look))
        return work.report


def found_in(paths: Sequence[str], options: Options, look: discovery.Look) -> Iterator[Found]:
    """What is found, by absolute paths: they mean the same wherever the import is run from."""
    absolute = [path if path == "-" else str(Path(path).resolve()) for path in paths]
    return discovery.find(absolute, options.git, look)


def batches(files: Iterable[Found], look: Callable[[], None]) -> Iterator[list[Found]]:
    """`files` by `FILES_AT_ONCE`, or fewer if they are large. `look`, which may raise, is called
    before each file."""
    batch: list[Found] = []
    size = 0
    for found in files:
        look()
        if batch and (len(batch) == FILES_AT_ONCE or size + found.size > BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(found)
        size += found.size
    if batch:
        yield batch
