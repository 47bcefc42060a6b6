"""Give somebody an account at the desk."""

import getpass
import sys

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ...roles import ROLES


class Command(BaseCommand):
    help = (
        "Let NAME log in at /admin/ with the rights of a group. Somebody new is asked for a "
        "password, which is read from standard input where that is no terminal."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--group", choices=list(ROLES), default="Editor")

    def handle(self, *, name, group, **options):
        user = User.objects.filter(username=name).first()
        if user is None:
            user = User(username=name)
            try:
                user.clean_fields(exclude=["password"])
                password = read_password()
                validate_password(password, user)
            except ValidationError as error:
                raise CommandError("\n".join(error.messages)) from error
            user.set_password(password)
        user.is_staff = True
        user.save()
        user.groups.add(Group.objects.get(name=group))
        self.stdout.write(f"{name} may log in at /admin/: {group}")


def read_password():
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass()
    if getpass.getpass("Password (again): ") != password:
        raise CommandError("The two passwords differ.")
    return password
