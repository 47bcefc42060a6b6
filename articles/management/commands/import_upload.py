from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.editing import uploads
from articles.importing.outcomes import CannotRunError
from articles.importing.signals import stopping
from articles.management.command import ArchiveCommand
from articles.models import ImportRun


class Command(ArchiveCommand):
    help = "Import what an editor has uploaded: the admin starts this."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", help="the id of its import run", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        with stopping() as should_stop:
            try:
                uploads.perform(ImportRun.objects.get(pk=options["run"]), should_stop)
            except CannotRunError as error:
                raise CommandError(str(error), returncode=2) from error
