"""What the commands of the archive have in common."""

from django.core.management.base import BaseCommand


class ArchiveCommand(BaseCommand):
    """Starts without Django's checks, for which all pages and the desk would be loaded: `migrate`,
    by which each release begins, makes them."""

    requires_system_checks = ()
