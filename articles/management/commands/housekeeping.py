from typing import Any

from articles.editing import housekeeping
from articles.management.command import ArchiveCommand


class Command(ArchiveCommand):
    help = "Delete what has been kept long enough. The worker does so every night."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        deleted = housekeeping.tidy_up()
        if verbosity > 0:
            for kind, count in deleted.items():
                self.stdout.write(f"{count:,} {kind}")
