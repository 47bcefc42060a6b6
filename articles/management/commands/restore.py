import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError, CommandParser

from articles import readiness
from articles.backups.manifest import BackupError
from articles.backups.restoring import on_database, restore
from articles.management.command import FAILED, ArchiveCommand
from articles.management.commands.backup import summary
from articles.management.interruption import interruptible


class Command(ArchiveCommand):
    requires_migrations_checks = False  # the database is empty
    help = (
        "Restore a backup into an empty database, compare the two, and bring it to this release. "
        "Stop the site before, and start it again afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="that backup wrote; - is standard input")
        parser.add_argument(
            "--database",
            metavar="NAME",
            help="another database of the same server than the one that settings name",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="replace what is in the database, which --database has to name",
        )

    def handle(
        self, *, file: str, database: str | None, replace: bool, verbosity: int, **options: Any
    ) -> None:
        if replace and not database:
            raise CommandError(
                "--replace needs --database NAME: say what is to be replaced.", returncode=FAILED
            )
        try:
            with (
                interruptible("The database is as it was."),
                on_database(database),
                seekable(file) as backup,
            ):
                manifest = restore(backup, replace=replace, tell=self.stderr.write)
                search = readiness.state_of_search()
        except BackupError as error:
            raise CommandError(f"{file}: {error}", returncode=FAILED) from error
        if verbosity > 0:
            self.stdout.write(f"Restored: {summary(manifest)}")
            if search != readiness.OK:
                self.stdout.write("Run rebuild_search: its index is of another release.")


@contextmanager
def seekable(file: str) -> Iterator[IO[bytes]]:
    """A file that can be read from its end, where a backup begins to be understood."""
    if file != "-":
        with Path(file).open("rb") as opened:
            yield opened
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        yield copy
