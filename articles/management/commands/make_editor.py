import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from articles.editing import accounts
from articles.management.command import ArchiveCommand
from articles.roles import ROLES


class Command(ArchiveCommand):
    help = (
        "Let NAME log in at /admin/ with the rights of a group. Somebody new is asked for a "
        "password, which is read from standard input where that is no terminal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--group", choices=list(ROLES), default="Editor")

    def handle(self, *, name: str, group: str, **options: Any) -> None:
        try:
            accounts.give_access(name, group, read_password)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(f"{name} may log in at /admin/: {group}")


def read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass()
    if getpass.getpass("Password (again): ") != password:
        raise CommandError("The two passwords differ.")
    return password
