from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles import verifying
from articles.management.command import ArchiveCommand, number
from articles.management.interruption import interruptible
from articles.management.progress import progress
from articles.models import Post


class Command(ArchiveCommand):
    help = (
        "Compare the archive with itself: documents with their hashes, posts with their documents, "
        "the search index and counts with the posts. Names each difference, and exits 1 if one is "
        "left. Stories are compared by rebuild_stories --check."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sample",
            type=number,
            metavar="N",
            help="compare N posts, chosen at random, with their documents; all by default",
        )
        parser.add_argument("--repair", action="store_true", help="repair what can be")

    def handle(self, *, sample: int | None, repair: bool, verbosity: int, **options: Any) -> None:
        found = left = 0
        with interruptible("What was repaired stays so." if repair else ""):
            total = Post.objects.count()
            posts = min(total, total if sample is None else sample)
            with progress("checking", posts, shown=verbosity > 0) as advance:
                for one in verifying.differences(sample=sample, repair=repair, on_batch=advance):
                    found += 1
                    left += not one.repaired
                    self.stdout.write(str(one))
        if left:
            done = f", {found - left:,} repaired" if repair else "; --repair repairs what can be"
            raise CommandError(f"{found:,} differences{done}", returncode=1)
        if verbosity > 0:
            said = f"differences repaired: {found:,}" if found else "no differences"
            self.stdout.write(f"{total:,} posts: {said}")
