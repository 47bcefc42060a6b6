from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.data.dump import FORMATS, DumpError, dump
from articles.management.command import FAILED, ArchiveCommand
from articles.management.interruption import interruptible


class Command(ArchiveCommand):
    help = (
        "Write the archive as data, a file for each month, with a manifest. Run again, it goes on "
        "where it was interrupted, writes again what is damaged, and adds a file of what changed "
        "since."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="made if it is not there")
        parser.add_argument("--format", choices=FORMATS, default="jsonl", dest="kind")
        parser.add_argument(
            "--site",
            default="",
            metavar="URL",
            help="put before addresses: https://news.example.com",
        )

    def handle(self, *, folder: Path, kind: str, site: str, verbosity: int, **options: Any) -> None:
        def say(name: str, count: int) -> None:
            if verbosity > 0:
                self.stdout.write(f"{name}: {count:,}")

        def warn(name: str) -> None:
            self.stderr.write(f"{name} was missing or damaged. It is written again.")

        try:
            with interruptible("Run it again to go on."):
                manifest = dump(folder, kind, say, site.rstrip("/"), warn)
        except DumpError as error:
            raise CommandError(str(error), returncode=FAILED) from error
        if verbosity > 0:
            self.stdout.write(f"{folder} has the archive as of version {manifest['version']}.")
