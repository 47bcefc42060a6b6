from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.importing.listed import ListChanges, import_list
from articles.importing.progress import progress_bar
from articles.importing.reading.listed.faults import ListError
from articles.importing.reading.listed.securities import read_list
from articles.management.command import FAILED, ArchiveCommand


class Command(ArchiveCommand):
    help = (
        "Load an exchange's list of securities, a CSV with headings such as market, code, name, "
        "former names, pinyin and English name, or 代码 and 简称; then look for the new names in "
        "all posts. It may be run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")

    def handle(self, *, file: Path, verbosity: int, **options: Any) -> None:
        try:
            listed = read_list(file.read_bytes())
        except ListError as error:
            raise CommandError(f"{file}:{error.line}: {error.reason}", returncode=FAILED) from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=FAILED) from error
        for note in listed.notes if verbosity > 0 else ():
            self.stdout.write(f"{file}:{note.line}: {note.reason}")
        for fault in listed.faults:
            self.stderr.write(f"{file}:{fault.line}: {fault.reason}")
        with progress_bar(lambda: len(listed.securities), shown=verbosity > 0) as bar:
            found = import_list(
                listed,
                lambda done: self.tell(done, verbosity),
                lambda: bar.advance({}) if bar else None,
            )
        if verbosity > 0:
            self.stdout.write(f"{found:,} posts looked through for new names")
        if listed.faults:
            raise CommandError(f"lines refused: {len(listed.faults):,}", returncode=1)

    def tell(self, done: ListChanges, verbosity: int) -> None:
        if verbosity > 1:
            for line in done.added:
                self.stdout.write(f"added    {line}")
        if verbosity > 0:
            for line in done.changed:
                self.stdout.write(f"changed  {line}")
            for line in (*done.merged, *done.of_a_day):
                self.stdout.write(f"passed   {line}")
            self.stdout.write(
                f"{len(done.added):,} added, {len(done.changed):,} changed, "
                f"{done.unchanged:,} unchanged"
            )
