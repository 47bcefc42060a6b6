"""Somebody of each group."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User

from articles.roles import make_groups


@pytest.fixture
def user_of(db):
    """A function that makes a user of a group, or of none."""

    def make(role=None):
        user = User.objects.create_user(f"{role or 'nobody'}", is_staff=True)
        if role:
            # As the migration does; a test that empties the database takes the groups with it.
            make_groups(apps)
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
