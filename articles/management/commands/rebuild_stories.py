from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles import regrouping
from articles.management.command import ArchiveCommand
from articles.management.progress import progress
from articles.models import Post


class Command(ArchiveCommand):
    help = "Group posts that tell the same story again, where they differ; or name the differences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing: name every post whose story differs (exit status 1)",
        )

    def handle(self, *, check: bool, verbosity: int, **options: Any) -> None:
        total = Post.objects.count()
        with progress("checking" if check else "grouping", total, shown=verbosity > 0) as advance:
            if check:
                differences = 0
                for difference in regrouping.check(advance):
                    differences += 1
                    self.stdout.write(difference)
            else:
                regrouping.rebuild(advance)
        if check and differences:
            raise CommandError(f"{differences:,} differences: run rebuild_stories", returncode=1)
        if verbosity > 0:
            self.stdout.write(f"{total:,} posts {'agree' if check else 'grouped'}")
