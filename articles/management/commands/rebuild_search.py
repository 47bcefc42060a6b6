import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from articles import reindexing
from articles.management.command import ArchiveCommand
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
        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=verbosity < 1 or not sys.stderr.isatty(),
        )
        with progress:
            task = progress.add_task("checking" if check else "indexing", total=total)

            def advance(count: int) -> None:
                progress.advance(task, count)

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
