import argparse
import datetime as dt
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser, OutputWrapper

from articles.importing import discovery, samples
from articles.importing.follow import follow
from articles.importing.ledger import this_process
from articles.importing.options import Options
from articles.importing.outcomes import INTERRUPTED, CannotRunError, Outcome, Report, Status
from articles.importing.pipeline import import_changes, import_posts
from articles.importing.progress import ProgressBar, progress_bar
from articles.importing.report import (
    STANDARD_OUTPUT,
    ReportError,
    check_report,
    json_report,
    summary,
)
from articles.importing.signals import stopping
from articles.importing.watch import FolderChanges
from articles.management.command import FAILED, ArchiveCommand, number
from newsroom.environment import MOST_PROCESSES

REMOVAL = "manage.py remove_sample_posts"


class Command(ArchiveCommand):
    help = (
        "Import front-matter posts. Exits 0 when all is well, 1 if any file was refused, "
        "2 if nothing could be run, 130 when interrupted."
    )
    says_something: bool
    show_skipped: bool
    samples: int  # that the archive holds and an import of these paths would mix with real posts
    unnamed: int  # files passed over without a line
    silenced: str  # why something could not be said, as on a full disk

    def add_arguments(self, parser: CommandParser) -> None:
        def add(name: str, text: str, **options: Any) -> None:
            parser.add_argument(name, help=text, **options)

        def flag(name: str, text: str) -> None:
            parser.add_argument(name, help=text, action="store_true")

        kinds = "a file, folder, .zip or .tar[.gz|.xz|.bz2|.zst] archive, or - for standard input"
        add("paths", kinds, nargs="+", metavar="PATH")
        add(
            "--git",
            "PATH is a git repository, or a folder in one: read that revision",
            type=revision,
            metavar="REV",
        )
        add("--since", "posts of that day or later", type=day, metavar="DATE")
        add("--category", "posts of that category", default="", metavar="SLUG")
        flag("--dry-run", "say what would be done, and do nothing")
        flag("--fail-fast", "stop after the batch of the first refused file")
        flag("--prune", "take out what is gone from the folders, a tenth at most")
        flag("--prune-all", "the same, however many")
        flag("--checksum", "read files though their size and time are the same")
        jobs = "processes that read; one for each processor by default"
        add("--jobs", jobs, type=partial(number, most=MOST_PROCESSES), default=0, metavar="N")
        flag("--watch", "then go on with what changes in the folders")
        report = "write what became of each file; - for standard output, with all else on the other"
        add("--report", report, type=Path, metavar="FILE.json")
        flag("--show-skipped", "name what is passed over too, each with the reason")
        flag("--quiet", "say nothing but why it could not run")

    def handle(self, *args: Any, **given: Any) -> None:
        paths, report = given["paths"], given["report"]
        options = Options(
            git=given["git"] or "",
            first_day=given["since"],
            category=given["category"],
            dry_run=given["dry_run"],
            fail_fast=given["fail_fast"],
            prune=given["prune"] or given["prune_all"],
            prune_all=given["prune_all"],
            checksum=given["checksum"],
            jobs=given["jobs"],
            started_by=this_process(),
        )
        self.says_something = given["verbosity"] > 0 and not given["quiet"]
        self.show_skipped = given["show_skipped"]
        self.silenced = ""
        try:
            options.check(paths, watch=given["watch"])
            if report == STANDARD_OUTPUT:
                self.stdout = self.stderr
            elif report:
                check_report(report, paths)
            self.samples = samples.beside(paths, options.git) if self.says_something else 0
            if self.samples and not (given["watch"] or options.dry_run) and is_at_a_terminal():
                self.offer_to_remove_samples(given["verbosity"])
            with stopping() as should_stop:
                if given["watch"]:
                    status = self.watch(paths, options, report, should_stop)
                else:
                    status = self.run(paths, options, report, should_stop).exit_status
            self.flush()
        except (CannotRunError, ReportError) as error:
            raise CommandError(str(error), returncode=FAILED) from error
        except KeyboardInterrupt:
            self.say(self.stderr, "Interrupted. The next run goes on from here.")
            status = INTERRUPTED
        except BrokenPipeError:  # nobody reads any more what we say, as after `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())
            status = INTERRUPTED
        if self.silenced and status != INTERRUPTED:
            self.say(self.stderr, f"{self.silenced}, so not everything was said.")
            status = FAILED
        if status:
            raise SystemExit(status)

    def watch(
        self,
        folders: Sequence[str],
        options: Options,
        path: Path | None,
        should_stop: Callable[[], bool],
    ) -> int:
        """Import the folders, then what changes in them, until told to stop; return the exit
        status. The JSON report is of the folders."""

        def run(found: FolderChanges | None) -> Report:
            return self.run(folders, options, path if found is None else None, should_stop, found)

        if last := follow(folders, options, run, should_stop, partial(self.say, self.stderr)):
            return last.exit_status
        if self.says_something:
            self.say(self.stderr, "Interrupted.")
        return INTERRUPTED

    def run(
        self,
        paths: Sequence[str],
        options: Options,
        path: Path | None,
        should_stop: Callable[[], bool],
        found: FolderChanges | None = None,
    ) -> Report:
        """Import the paths, or what was found changed there, and tell what happens, also in a JSON
        report at `path`."""
        counts: Counter[Status] = Counter()
        self.unnamed = 0

        def count() -> int | None:
            if found:
                return len(found.files)
            return None if options.git else discovery.count(paths)

        with json_report(path) as add_to_report:
            try:
                with progress_bar(count, shown=self.says_something) as bar:

                    def tell(outcome: Outcome) -> None:
                        counts[outcome.status] += 1
                        add_to_report(outcome)
                        if bar:
                            bar.advance(counts)
                        self.tell(outcome, options, bar)

                    if found is None:
                        report = import_posts(paths, options, tell, should_stop)
                    else:
                        report = import_changes(paths, found, options, tell, should_stop)
            except CannotRunError:
                if counts:
                    self.summarise(counts, options)
                raise
            self.summarise(counts, options)
            if self.samples:
                held = samples.worded(self.samples)
                self.say(self.stdout, f"The archive still holds {held}: {REMOVAL} removes them.")
                self.samples = 0  # a watch says it once
            if report.unpruned:
                self.say(self.stderr, str(report.unpruned))
            if report.interrupted and self.says_something:
                self.say(self.stdout, f"{report.interrupted} The next run goes on from here.")
        return report

    def offer_to_remove_samples(self, verbosity: int) -> None:
        held = samples.worded(self.samples)
        question = f"The archive still holds {held}. Remove them first? [Y/n] "
        self.stderr.write(question, style_func=str, ending="")  # not in the red of errors
        self.stderr.flush()
        try:
            answer = sys.stdin.readline()
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None
        if answer.strip().lower() in ("", "y", "yes") and answer:  # Ctrl-D is no answer
            call_command("remove_sample_posts", verbosity=verbosity)
            self.samples = 0

    def summarise(self, counts: Counter[Status], options: Options) -> None:
        if self.says_something:
            self.say(self.stdout, summary(counts, dry_run=options.dry_run, prune=options.prune))
            if self.unnamed:
                self.say(self.stdout, f"{self.unnamed:,} passed over; --show-skipped names them.")

    def tell(self, outcome: Outcome, options: Options, bar: ProgressBar | None) -> None:
        if not self.says_something:
            return
        if outcome.status == "refused":
            self.say(self.stderr, f"{outcome.status:9} {outcome}", bar)
        elif outcome.is_routine and not self.show_skipped:
            self.unnamed += 1
        elif outcome.notes or (options.dry_run and outcome.status != "unchanged"):
            self.say(self.stdout, f"{outcome.status:9} {outcome}", bar)

    def say(self, stream: OutputWrapper, line: str, bar: ProgressBar | None = None) -> None:
        """Write a line, above the progress bar if there is one on the same terminal."""
        with self.writing_to(stream):
            if bar and stream.isatty():
                bar.write(line)
            else:
                stream.write(line)

    def flush(self) -> None:
        for stream in (self.stdout, self.stderr):
            with self.writing_to(stream):
                stream.flush()

    @contextmanager
    def writing_to(self, stream: OutputWrapper) -> Iterator[None]:
        """An import goes on where this fails, unless nobody reads it any more: the reason is noted,
        and what the stream holds and what is to come is dropped."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            self.silenced = self.silenced or f"Output: {error.strerror}"
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)


def day(text: str) -> dt.date:
    """A date. Raises `ArgumentTypeError` for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a date such as 2022-03-04") from error


def revision(text: str) -> str:
    """A revision of git. Raises `ArgumentTypeError` for none, as where a variable is empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError("names no revision")
    return text


def is_at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
