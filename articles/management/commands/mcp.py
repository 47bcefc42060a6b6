from typing import Any

from django.core.management.base import CommandParser

from articles.management.command import ArchiveCommand


class Command(ArchiveCommand):
    help = (
        "Answer a language model that speaks the Model Context Protocol, on standard input and "
        "output. It may search and read, and change nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        pass

    def handle(self, *args: Any, **options: Any) -> None:
        from articles.api.tools import server  # takes a second, which other commands need not wait

        server.run()
