from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.samples import sample_posts


class Command(BaseCommand):
    help = "Write front-matter posts to try Newsroom on. The same count and seed, the same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="made if it is not there")
        parser.add_argument("--count", type=int, default=500, metavar="N", help="posts")
        parser.add_argument("--seed", type=int, default=0, metavar="S")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, count = options["folder"], options["count"]
        if count < 0:
            raise CommandError("--count cannot be negative.")
        if folder.is_dir() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty; name a new folder.")
        folder.mkdir(parents=True, exist_ok=True)
        written = 0
        for file in sample_posts(count, options["seed"]):
            (folder / file.name).write_text(file.text, encoding="utf-8", newline="")
            written += 1
        if options["verbosity"] > 0:
            self.stdout.write(f"Wrote {count:,} posts in {written:,} files to {folder}")
