from django.core.management.base import BaseCommand

from articles.importing.reparse import reparse_posts


class Command(BaseCommand):
    help = "Derive every post again from its stored documents. What was edited by hand stays."

    def handle(self, *, verbosity, **options):
        total = 0
        for count in reparse_posts():
            total += count
            if verbosity > 0:
                self.stdout.write(f"{total:,} posts derived again", ending="\r")
                self.stdout.flush()
        if verbosity > 0:
            self.stdout.write(f"{total:,} posts derived again")
