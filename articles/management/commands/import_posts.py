from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.importing.run import STATUSES, Outcome, import_posts


class Command(BaseCommand):
    help = "Import front-matter posts from files and folders. Exits 1 if any could not be read."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    def handle(self, *, paths, verbosity, **options):
        def say(outcome: Outcome) -> None:
            if outcome.status == "failed":
                self.stderr.write(f"failed   {outcome}")
            elif outcome.notes and verbosity > 0:
                self.stdout.write(f"{outcome.status:8} {outcome}")

        try:
            counts = import_posts(paths, on_outcome=say).counts
        except FileNotFoundError as error:
            raise CommandError(f"{error}: no such file or folder", returncode=2) from error

        if verbosity > 0:
            self.stdout.write(", ".join(f"{counts[status]:,} {status}" for status in STATUSES))
        if counts["failed"]:
            raise CommandError(f"{counts['failed']} file(s) could not be imported.", returncode=1)
