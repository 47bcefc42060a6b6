from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.importing.export import exported_files


class Command(BaseCommand):
    help = "Write the archive as front-matter files: what nobody edited, byte for byte as it came."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR", help="made if it is not there")

    def handle(self, *, folder, verbosity, **options):
        if folder.is_dir() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty; name a new folder.", returncode=2)
        folder.mkdir(parents=True, exist_ok=True)
        written = 0
        for file in exported_files():
            written += 1
            (folder / file.name).write_bytes(file.content)
        if verbosity > 0:
            self.stdout.write(f"Wrote {written:,} files to {folder}")
