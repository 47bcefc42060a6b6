"""What the commands of the archive have in common."""

import io
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError


class ArchiveCommand(BaseCommand):
    """Starts without Django's checks, for which all pages and the desk would be loaded: `migrate`,
    by which each release begins, makes them."""

    requires_system_checks = ()

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Says in a line what is wrong with the settings. What the output cannot show of a name is
        escaped."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().execute(*args, **options)
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from error
