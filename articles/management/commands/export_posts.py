from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.importing.export import FolderInUseError, export_posts
from articles.management.command import FAILED, ArchiveCommand


class Command(ArchiveCommand):
    help = "Write the archive as front-matter files: what nobody edited, byte for byte as it came."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="made if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = export_posts(options["folder"])
        except FolderInUseError as error:
            raise CommandError(str(error), returncode=FAILED) from error
        if options["verbosity"] > 0:
            self.stdout.write(f"Wrote {written:,} files to {options['folder']}")
