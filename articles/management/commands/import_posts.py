import contextlib
import datetime as dt
import getpass
import json
import os
import signal
import socket
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from articles.importing import discovery
from articles.importing.run import STATUSES, CannotRunError, Options, import_posts
from articles.importing.watch import settled_changes

INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended


class Command(BaseCommand):
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
        add("--git", "PATH is a git repository: read that revision", default="", metavar="REV")
        add("--since", "posts of that day or later", type=dt.date.fromisoformat, metavar="DATE")
        add("--category", "posts of that category", default="", metavar="SLUG")
        flag("--dry-run", "say what would be done, and do nothing")
        flag("--fail-fast", "stop after the batch of the first refused file")
        flag("--prune", "hide posts whose files are gone from the folders, a tenth at most")
        flag("--prune-all", "the same, however many")
        flag("--checksum", "read files though their size and time are the same")
        add("--jobs", "processes that read; one a processor", type=int, default=0, metavar="N")
        flag("--watch", "then go on with what changes in the folders")
        add("--report", "write what became of each file", type=Path, metavar="FILE.json")
        flag("--quiet", "say nothing but why it could not run")

    def handle(self, *, paths, watch, report, quiet, verbosity, **options):
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
            started_by=f"{getpass.getuser()}@{socket.gethostname()}, process {os.getpid()}",
        )
        self.verbosity = 0 if quiet else verbosity
        if chosen.prune and (chosen.since or chosen.category or chosen.git):
            raise CommandError("--prune is for folders that are imported whole.", returncode=2)
        if watch and not all(Path(path).is_dir() for path in paths):
            raise CommandError("--watch is for folders.", returncode=2)
        status = self.run(paths, chosen, report)
        if watch and status != INTERRUPTED:
            with stopping() as should_stop:
                for changed in settled_changes(paths, should_stop):
                    if self.run(changed, chosen, None) == INTERRUPTED:
                        break  # it was the run that was told to stop
        elif status:
            raise SystemExit(status)

    def run(self, paths, options, report):
        """Import, telling what happens; return the exit status."""
        with (
            stopping() as should_stop,
            json_report(report) as tell_report,
            self.progress(paths) as advance,
        ):

            def tell(outcome):
                tell_report(outcome)
                advance(outcome)
                self.tell(outcome, options)

            try:
                done = import_posts(paths, options, tell, should_stop)
            except CannotRunError as error:
                raise CommandError(str(error), returncode=2) from error
            tell_report.counts = done.counts
        if self.verbosity > 0:
            counts = [f"{done.counts[status]:,} {status}" for status in STATUSES]
            counts += [f"{done.pruned:,} hidden, their files gone"] * bool(options.prune)
            self.stdout.write(("Would be: " if options.dry_run else "") + ", ".join(counts))
            if done.interrupted:
                self.stdout.write("Interrupted. The next run goes on from here.")
        return INTERRUPTED if done.interrupted else int(bool(done.counts["refused"]))

    def tell(self, outcome, options):
        if self.verbosity < 1:
            return
        if outcome.status == "refused":
            self.stderr.write(f"{outcome.status:9} {outcome}")
        elif outcome.notes or (options.dry_run and outcome.status != "unchanged"):
            self.stdout.write(f"{outcome.status:9} {outcome}")

    @contextlib.contextmanager
    def progress(self, paths):
        """A progress bar on a terminal; yields what to call for each outcome."""
        console = Console(stderr=True)
        if not console.is_terminal or self.verbosity < 1:
            yield lambda outcome: None
            return
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
                   TimeRemainingColumn(), TextColumn("{task.description}"))  # fmt: skip
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", total=discovery.count(paths), rate="")
            counts = dict.fromkeys(STATUSES, 0)

            def advance(outcome):
                counts[outcome.status] += 1
                text = " ".join(f"{count:,} {status}" for status, count in counts.items() if count)
                rate = f"{bar.tasks[0].speed or 0:,.0f}/s"
                bar.update(task, advance=1, description=text, rate=rate)

            yield advance


@contextlib.contextmanager
def stopping():
    """While inside, SIGINT and SIGTERM only ask to stop: yields whether one has come."""
    came = []
    kept = {}
    with contextlib.suppress(ValueError):  # not the main thread: signals are not ours
        for number in (signal.SIGINT, signal.SIGTERM):
            kept[number] = signal.signal(number, lambda *_: came.append(True))
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


class JsonReport:
    """What became of every file but the unchanged, written as it happens."""

    def __init__(self, file):
        self.file = file
        self.counts = {}
        self.separator = ""
        file.write('{"files": [')

    def __call__(self, outcome):
        if outcome.status != "unchanged":
            entry = {"path": outcome.path, "status": outcome.status, "notes": outcome.notes}
            entry |= {"line": outcome.line} if outcome.line else {}
            self.file.write(f"{self.separator}\n{json.dumps(entry, ensure_ascii=False)}")
            self.separator = ","

    def close(self):
        counts = {status: self.counts.get(status, 0) for status in STATUSES}
        self.file.write(f'\n], "counts": {json.dumps(counts)}}}\n')


@contextlib.contextmanager
def json_report(path):
    """Yields what to call for each outcome; `path` appears when all is written."""
    target = path or Path(os.devnull)
    draft = path.with_name(f"{path.name}.part") if path else target
    try:
        with draft.open("w", encoding="utf-8") as file:
            report = JsonReport(file)
            yield report
            report.close()
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error
    if path:
        draft.replace(path)
