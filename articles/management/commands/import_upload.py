from django.core.management.base import BaseCommand, CommandError

from articles.editing import uploads
from articles.importing.outcomes import CannotRunError
from articles.management.commands.import_posts import stopping
from articles.models import ImportRun


class Command(BaseCommand):
    help = "Import what an editor has uploaded: the admin starts this."

    def add_arguments(self, parser):
        parser.add_argument("run", help="the id of its import run", type=int)

    def handle(self, *, run, **options):
        with stopping() as should_stop:
            try:
                uploads.perform(ImportRun.objects.get(pk=run), should_stop)
            except CannotRunError as error:
                raise CommandError(str(error), returncode=2) from error
