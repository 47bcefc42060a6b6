from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.editing import bulk
from articles.management.command import ArchiveCommand
from articles.models import BulkChange


class Command(ArchiveCommand):
    help = "Apply a bulk change that an editor planned, or go on with one that was stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, metavar="N", help="its number in admin")

    def handle(self, *, number: int, **options: Any) -> None:
        try:
            bulk.apply(number)
        except (bulk.CannotApplyError, BulkChange.DoesNotExist) as error:
            raise CommandError(str(error)) from error
