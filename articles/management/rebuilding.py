"""What the commands that rebuild what is derived from posts have in common."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser

from articles.management.command import ArchiveCommand
from articles.management.progress import progress
from articles.models import Post


class RebuildCommand(ArchiveCommand):
    """Calls `rebuild`; with `--check` it writes what `check_posts` yields instead. Both tell a
    function how many posts each batch had."""

    name: ClassVar[str]
    differing: ClassVar[str]  # what is named by --check
    doing: ClassVar[str]
    done: ClassVar[str]
    rebuild: Callable[[Callable[[int], None]], None]
    check_posts: Callable[[Callable[[int], None]], Iterator[str]]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help=f"change nothing: name every {self.differing} (exit status 1)",
        )

    def handle(self, *, check: bool, verbosity: int, **options: Any) -> None:
        total = Post.objects.count()
        doing = "checking" if check else self.doing
        with progress(doing, total, shown=verbosity > 0) as advance:
            if check:
                differences = 0
                for difference in self.check_posts(advance):
                    differences += 1
                    self.stdout.write(difference)
            else:
                self.rebuild(advance)
        if check and differences:
            raise CommandError(f"{differences:,} differences: run {self.name}", returncode=1)
        if verbosity > 0:
            self.stdout.write(f"{total:,} posts {'agree' if check else self.done}")
