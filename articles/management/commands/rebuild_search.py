from django.core.management.base import BaseCommand

from articles.search import index


class Command(BaseCommand):
    help = "Make the search table anew, in batches, while it is in use."

    def handle(self, *, verbosity, **options):
        total = 0

        def advance(count):
            nonlocal total
            total += count
            if verbosity > 0:
                self.stdout.write(f"{total:,} posts indexed", ending="\r")
                self.stdout.flush()

        index.rebuild(advance)
        index.finish_load()
        if verbosity > 0:
            self.stdout.write(f"{total:,} posts indexed")
