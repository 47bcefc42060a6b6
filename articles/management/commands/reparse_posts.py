from typing import Any

from django.core.management.base import CommandError

from articles.importing.reparse import reparse_posts
from articles.management.command import ArchiveCommand


class Command(ArchiveCommand):
    help = "Derive every post again from its stored documents. What was edited by hand stays."

    def handle(self, *args: Any, **options: Any) -> None:
        total = unreadable = 0
        for count, problems in reparse_posts():
            total += count
            unreadable += len(problems)
            for problem in problems:
                self.stderr.write(f"unreadable {problem}")
            if options["verbosity"] > 0:
                self.stdout.write(f"{total:,} posts derived again", ending="\r")
                self.stdout.flush()
        if options["verbosity"] > 0:
            self.stdout.write(f"{total:,} posts derived again")
        if unreadable:
            raise CommandError(
                f"{unreadable:,} documents cannot be read any more; posts that have no other were "
                "left as they are.",
                returncode=1,
            )
