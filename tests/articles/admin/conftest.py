"""Somebody of each group."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User

from articles.roles import make_groups


@pytest.fixture
def groups(db):
    """As the migration makes them: a test that emptied the database took them with it."""
    make_groups(apps)


@pytest.fixture
def user_of(groups):
    """A function that makes a user of a group, or of none."""

    def make(role=None):
        user = User.objects.create_user(role or "nobody", is_staff=True)
        if role:
            user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def client_of(client, user_of):
    """A function that logs somebody of a group in."""

    def log_in(role=None):
        client.force_login(user_of(role))
        return client

    return log_in


@pytest.fixture
def make_user(django_user_model):
    """One of the staff with these permissions: `make_user("view_source")`."""

    def make(*codenames):
        user = django_user_model.objects.create_user("li", is_staff=True)
        found = Permission.objects.filter(
            content_type__app_label="articles", codename__in=codenames
        )
        assert found.count() == len(codenames)
        user.user_permissions.set(found)
        return user

    return make
