import argparse
import contextlib
import datetime as dt
import errno
import getpass
import json
import os
import signal
import socket
import sys
import time
from collections import Counter
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from articles.importing import discovery, samples
from articles.importing.outcomes import HIDDEN, STATUSES, CannotRunError, PruneRefusedError
from articles.importing.pipeline import Options, import_changes, import_posts
from articles.importing.watch import QUIET, SETTLED, changes

INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended
REMOVAL = "manage.py remove_sample_posts"
TURN = 5  # seconds after which a watch asks again whether another import still runs


class Command(BaseCommand):
    console = None  # of the progress bar, while there is one
    help = (
        "Import front-matter posts. Exits 0 when all is well, 1 if any file was refused, "
        "2 if nothing could be run, 130 when interrupted."
    )

    def add_arguments(self, parser):
        def add(name, text, **options):
            parser.add_argument(name, help=text, **options)

        def flag(name, text):
            parser.add_argument(name, help=text, action="store_true")

        kinds = "a file, folder, .zip or .tar[.gz|.xz|.bz2|.zst] archive, or - for standard input"
        add("paths", kinds, nargs="+", metavar="PATH")
        add(
            "--git",
            "PATH is a git repository, or a folder in one: read that revision",
            default="",
            metavar="REV",
        )
        add("--since", "posts of that day or later", type=dt.date.fromisoformat, metavar="DATE")
        add("--category", "posts of that category", default="", metavar="SLUG")
        flag("--dry-run", "say what would be done, and do nothing")
        flag("--fail-fast", "stop after the batch of the first refused file")
        flag("--prune", "take out what is gone from the folders, a tenth at most")
        flag("--prune-all", "the same, however many")
        flag("--checksum", "read files though their size and time are the same")
        jobs = "processes that read; one for each processor by default"
        add("--jobs", jobs, type=positive, default=0, metavar="N")
        flag("--watch", "then go on with what changes in the folders")
        add("--report", "write what became of each file", type=Path, metavar="FILE.json")
        flag("--show-skipped", "name what is passed over too, each with the reason")
        flag("--quiet", "say nothing but why it could not run")

    def handle(self, *, paths, watch, report, quiet, verbosity, show_skipped, **options):
        chosen = Options(
            git=options["git"],
            since=options["since"],
            category=options["category"],
            dry_run=options["dry_run"],
            fail_fast=options["fail_fast"],
            prune=options["prune"] or options["prune_all"],
            prune_all=options["prune_all"],
            checksum=options["checksum"],
            jobs=options["jobs"],
            started_by=f"{account()}@{socket.gethostname()}, process {os.getpid()}",
        )
        self.verbosity = 0 if quiet else verbosity
        self.show_skipped = show_skipped
        if chosen.prune and (chosen.since or chosen.category or chosen.git):
            raise CommandError("--prune is for folders that are imported whole.", returncode=2)
        if watch and (chosen.git or not all(Path(path).is_dir() for path in paths)):
            raise CommandError("--watch is for folders.", returncode=2)
        self.samples = samples.beside(paths, chosen.git) if self.verbosity > 0 else 0
        if self.samples and not (watch or chosen.dry_run) and is_at_a_terminal():
            self.offer_to_remove_samples()
        try:
            with stopping() as should_stop:
                if watch:
                    self.watch(paths, chosen, report, should_stop)
                elif status := self.run(paths, chosen, report, should_stop):
                    raise SystemExit(status)
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. The next run goes on from here.")
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:  # nobody reads any more what we say, as after `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())
            raise SystemExit(INTERRUPTED) from None

    def watch(self, folders, options, report, should_stop):
        """Import the folders, then what changes in them, each in its turn, until told to stop."""
        found_changes = changes(
            folders, should_stop, self.stderr.write, settled=SETTLED, quiet=QUIET
        )
        for found in found_changes:
            if found is None or found.files or options.prune:
                self.run_in_turn(folders, options, report, should_stop, found)
            report = None  # which is of the folders
        if self.verbosity > 0:
            self.stderr.write("Interrupted.")
        raise SystemExit(INTERRUPTED)

    def run_in_turn(self, folders, options, report, should_stop, found):
        """Import as soon as that can be done: when no other import runs, the database answers."""
        said = ""
        while not should_stop():
            try:
                status = self.run(folders, options, report, should_stop, found)
            except CommandError as error:
                why = error.__cause__
                if not isinstance(why, CannotRunError):
                    raise
                if isinstance(why, PruneRefusedError):
                    self.stderr.write(str(error))
                    return
                if str(error) != said:
                    self.stderr.write(f"{error} Waiting.")
                    said = str(error)
                turn = time.monotonic() + TURN
                while time.monotonic() < turn and not should_stop():
                    time.sleep(0.1)
            else:
                if status == INTERRUPTED or (status and options.fail_fast):
                    raise SystemExit(status)
                return

    def run(self, paths, options, report, should_stop, found=None):
        """Import the paths, or what was found changed there, telling what happens; return the exit
        status."""
        counts: Counter[str] = Counter()
        self.unnamed = 0
        with json_report(report, counts) as tell_report:
            try:
                with self.progress(paths, options, found) as advance:

                    def tell(outcome):
                        counts[outcome.status] += 1
                        tell_report(outcome)
                        advance(counts)
                        self.tell(outcome, options)

                    if found is None:
                        done = import_posts(paths, options, tell, should_stop)
                    else:
                        done = import_changes(paths, found, options, tell, should_stop)
            except CannotRunError as error:
                if counts:
                    self.summarise(counts, options)
                raise CommandError(str(error), returncode=2) from error
            self.summarise(counts, options)
            if self.samples:
                held = samples.worded(self.samples)
                self.stdout.write(f"The archive still holds {held}: {REMOVAL} removes them.")
                self.samples = 0  # a watch says it once
            if done.interrupted and self.verbosity > 0:
                self.stdout.write(f"{done.interrupted} The next run goes on from here.")
        return INTERRUPTED if done.interrupted else int(bool(counts["refused"]))

    def offer_to_remove_samples(self):
        held = samples.worded(self.samples)
        question = f"The archive still holds {held}. Remove them first? [Y/n] "
        self.stderr.write(question, style_func=str, ending="")  # not in the red of errors
        self.stderr.flush()
        try:
            answer = sys.stdin.readline()
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None
        if answer.strip().lower() in ("", "y", "yes") and answer:  # Ctrl-D is no answer
            call_command("remove_sample_posts", verbosity=self.verbosity)
            self.samples = 0

    def summarise(self, counts, options):
        if self.verbosity < 1:
            return
        numbers = [f"{counts[status]:,} {status}" for status in STATUSES]
        numbers += [f"{counts[HIDDEN]:,} hidden, their files gone"] * bool(options.prune)
        self.stdout.write(("Would be: " if options.dry_run else "") + ", ".join(numbers))
        if self.unnamed:
            self.stdout.write(f"{self.unnamed:,} passed over; --show-skipped names them.")

    def tell(self, outcome, options):
        if self.verbosity < 1:
            return
        if outcome.status == "refused":
            self.write(self.stderr, f"{outcome.status:9} {outcome}")
        elif outcome.is_routine and not self.show_skipped:
            self.unnamed += 1
        elif outcome.notes or (options.dry_run and outcome.status != "unchanged"):
            self.write(self.stdout, f"{outcome.status:9} {outcome}")

    def write(self, stream, line):
        """Write a line, above the progress bar if there is one on the same terminal."""
        if self.console and stream.isatty():
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            stream.write(line)

    @contextlib.contextmanager
    def progress(self, paths, options, found):
        """A progress bar on a terminal; yields what to call with the counts as they grow."""
        console = Console(stderr=True)
        if not console.is_terminal or self.verbosity < 1:
            yield lambda counts: None
            return
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
                   TimeRemainingColumn(), TextColumn("{task.description}"))  # fmt: skip
        with Progress(*columns, console=console) as bar:
            self.console = console
            total = len(found.files) if found else None
            if not (found or options.git):
                total = discovery.count(paths)
            task = bar.add_task("", total=total, rate="")

            def advance(counts):
                text = " ".join(f"{count:,} {status}" for status, count in counts.items())
                rate = f"{bar.tasks[0].speed or 0:,.0f}/s"
                bar.update(task, advance=1, description=text, rate=rate)

            try:
                yield advance
            finally:
                self.console = None


def positive(text):
    """A number of processes. Raises `ArgumentTypeError` for none or fewer."""
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of processes")
    return number


def account():
    """Who runs this: a name, or the number of an account that has none, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def is_at_a_terminal():
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextlib.contextmanager
def stopping():
    """While inside, SIGINT and SIGTERM ask to stop: yields whether one has come. Another one, a
    second later or more, raises `KeyboardInterrupt`: who asks again does not want to wait."""
    came: list[float] = []
    kept = {}

    def ask(*_):
        if came and time.monotonic() - came[0] > 1:
            raise KeyboardInterrupt
        came.append(time.monotonic())

    with contextlib.suppress(ValueError):  # not the main thread: signals are not ours
        for number in (signal.SIGINT, signal.SIGTERM):
            kept[number] = signal.signal(number, ask)
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


class JsonReport:
    """What became of every file except the unchanged, written as it happens.

    `path` appears when all is written. Where it cannot be written any more, for the disk is full,
    the import goes on without it, and `failure` says why.
    """

    def __init__(self, path):
        self.path = path
        is_special = path.exists() and not path.is_file()  # a pipe or a device: never replaced
        self.draft = path if is_special else path.with_name(f"{path.name}.part")
        self.failure = ""
        self.separator = ""
        try:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self.file = self.draft.open("w", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        self.write('{"files": [')

    def __call__(self, outcome):
        if outcome.status != "unchanged":
            entry = {"path": outcome.path, "status": outcome.status, "notes": outcome.notes}
            entry |= {"line": outcome.line} if outcome.line else {}
            self.write(f"{self.separator}\n{json.dumps(entry, ensure_ascii=False)}")
            self.separator = ","

    def write(self, text):
        if self.failure:
            return
        try:
            self.file.write(text)
        except OSError as error:
            self.fail(error)

    def fail(self, error):
        self.failure = f"{self.path}: {error.strerror}, so there is no report."
        with contextlib.suppress(OSError):
            self.file.close()
        if self.draft != self.path:
            self.draft.unlink(missing_ok=True)

    def close(self, counts, error):
        end = {"counts": {status: counts[status] for status in STATUSES}}
        end |= {"error": error} if error else {}
        self.write(f"\n], {json.dumps(end, ensure_ascii=False)[1:]}\n")
        if self.failure:
            return
        try:
            self.file.close()
            if self.draft != self.path:
                self.draft.replace(self.path)
        except OSError as failed:
            self.fail(failed)


@contextlib.contextmanager
def json_report(path, counts):
    """Yields what to call for each outcome; the report also says why a run could not go on."""
    if path is None:
        yield lambda outcome: None
        return
    report = JsonReport(path)
    try:
        yield report
    except BaseException as error:
        report.close(counts, str(error) or type(error).__name__)
        raise
    report.close(counts, "")
    if report.failure:
        raise CommandError(report.failure, returncode=2)
