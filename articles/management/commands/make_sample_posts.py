from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from articles.management.command import ArchiveCommand, number
from articles.samples import write_sample_posts, write_told_stories


class Command(ArchiveCommand):
    requires_migrations_checks = False  # it asks no database
    help = "Write front-matter posts to try Newsroom on. The same count and seed, the same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="made if it is not there")
        parser.add_argument("--count", type=number, default=500, metavar="N", help="posts")
        parser.add_argument("--seed", type=int, default=0, metavar="S")
        parser.add_argument(
            "--stories",
            type=Path,
            metavar="FILE",
            help="write posts that tell stories, each by several media, and which of them tell the "
            "same one into FILE",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder, count = options["folder"], options["count"]
        if truth := options["stories"]:
            write_told_stories(folder, truth, count, options["seed"])
            written = count
        else:
            written = write_sample_posts(folder, count, options["seed"])
        if options["verbosity"] > 0:
            self.stdout.write(f"Wrote {count:,} posts in {written:,} files to {folder}")
