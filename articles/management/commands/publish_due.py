from typing import Any

from articles.editing import pending
from articles.management.command import ArchiveCommand


class Command(ArchiveCommand):
    help = (
        "Publish pending changes whose time has come. The next page that is read does so too: a "
        "timer is needed only where none may be."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        count = pending.publish_due()
        if verbosity > 0:
            self.stdout.write(f"{count:,} published")
