from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles import reindexing
from articles.management.command import ArchiveCommand
from articles.management.progress import progress
from articles.models import Post


class Command(ArchiveCommand):
    help = "Replace search entries that differ from their posts; or name the differences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing: name every entry that differs from its post (exit status 1)",
        )

    def handle(self, *, check: bool, verbosity: int, **options: Any) -> None:
        total = Post.objects.count()
        with progress("checking" if check else "indexing", total, shown=verbosity > 0) as advance:
            if check:
                differences = 0
                for difference in reindexing.check(advance):
                    differences += 1
                    self.stdout.write(difference)
            else:
                reindexing.rebuild(advance)
        if check and differences:
            raise CommandError(f"{differences:,} differences: run rebuild_search", returncode=1)
        if verbosity > 0:
            self.stdout.write(f"{total:,} posts {'agree' if check else 'indexed'}")
