from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from articles import readiness


class Command(migrate.Command):
    """Django's, which would leave a database alone that is too old or too new for this release."""

    def handle(self, *args: Any, **options: Any) -> None:
        if why := readiness.why_not_migrated():
            raise CommandError(f"The database stays as it is: {why}")
        super().handle(*args, **options)
