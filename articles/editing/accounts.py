"""Accounts of the people who work at the desk."""

from collections.abc import Callable, Iterable

from axes.utils import reset
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password


def give_access(name: str, group: str, ask_password: Callable[[], str]) -> User:
    """Let somebody log in at the desk with the rights of a group of `roles.ROLES`. The password is
    asked for only if nobody has that name yet. Raises `ValidationError`."""
    user = User.objects.filter(username=name).first() or new_user(name, ask_password)
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name=group))
    return user


def new_user(name: str, ask_password: Callable[[], str]) -> User:
    user = User(username=name)
    user.clean_fields(exclude=["password"])
    password = ask_password()
    validate_password(password, user)
    user.set_password(password)
    return user


def unlock(users: Iterable[User]) -> int:
    """Let users log in who failed too often, and return how many of them had failed."""
    return sum(bool(reset(username=user.username)) for user in users)
