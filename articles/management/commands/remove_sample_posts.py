import sys
from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from articles.importing.outcomes import INTERRUPTED
from articles.importing.samples import remove_samples, worded
from articles.management.command import ArchiveCommand
from articles.models import Post


class Command(ArchiveCommand):
    help = (
        "Remove the posts that make_sample_posts wrote, and what they alone brought into the "
        "archive. May be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--edited", action="store_true", help="those too that were edited by hand"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        edited, verbosity = options["edited"], options["verbosity"]
        posts, derived, documents = 0, 0, 0
        progress = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=verbosity < 1 or not sys.stderr.isatty(),
        )
        is_interrupted = False
        try:
            with progress:
                total = Post.objects.samples(edited=edited).count()
                task = progress.add_task("", total=total)
                for removed in remove_samples(edited=edited):
                    posts += removed.posts
                    derived += removed.derived
                    documents += removed.documents
                    progress.advance(task, removed.posts + removed.derived)
                    for problem in removed.unreadable:
                        self.stderr.write(f"unreadable {problem}")
        except KeyboardInterrupt:
            is_interrupted = True
        if verbosity > 0:
            self.stdout.write(f"{worded(posts)} removed, of {documents:,} documents")
            if derived:
                self.stdout.write(f"{derived:,} derived again from their other documents")
            if is_interrupted:
                self.stdout.write("Interrupted. The next run goes on from here.")
            elif kept := Post.objects.samples(edited=True).count():
                self.stdout.write(
                    f"{worded(kept)} edited by hand, so left alone: --edited removes them too"
                )
        if is_interrupted:
            raise SystemExit(INTERRUPTED)
