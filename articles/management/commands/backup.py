import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.backups.file import whole_file
from articles.backups.making import backup, note
from articles.backups.manifest import BackupError, Manifest
from articles.management.command import FAILED, ArchiveCommand
from articles.management.interruption import interruptible

#: The names of standard output, which is written to and never replaced.
STANDARD_OUTPUT = ("-", "/dev/stdout")


class Command(ArchiveCommand):
    help = (
        "Write the whole database to a file, as it is at this moment, while the site runs. "
        "Sessions are left out; users with the hashes of their passwords are not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            help="replaced when the backup is complete; - is standard output",
        )

    def handle(self, *, file: str, verbosity: int, **options: Any) -> None:
        try:
            with interruptible(f"{file} is as it was."):
                manifest = self.write(file)
            note(manifest)
        except BackupError as error:
            raise CommandError(str(error), returncode=FAILED) from error
        if verbosity > 0 and file not in STANDARD_OUTPUT:
            size = f", {mebibytes(Path(file))} MiB" if Path(file).is_file() else ""
            self.stdout.write(f"{file}: {summary(manifest)}{size}")

    def write(self, file: str) -> Manifest:
        if file not in STANDARD_OUTPUT:
            with whole_file(Path(file)) as opened:
                return backup(opened)
        if sys.stdout.isatty():
            raise BackupError("A backup is not for a terminal: name a file, or a pipe after -.")
        return backup(sys.stdout.buffer)


def summary(manifest: Manifest) -> str:
    """What is in a backup, in words."""
    posts = manifest.tables["articles_post"].rows
    return f"{posts:,} posts of release {manifest.release}, {manifest.made_at}"


def mebibytes(path: Path) -> str:
    return f"{path.stat().st_size / 2**20:,.1f}"
