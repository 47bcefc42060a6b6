"""Who has a post open: as long as the form says so, and two minutes more."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from articles.editing import presence
from articles.models import Presence

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang():
    return User.objects.create_user("wang")


@pytest.fixture
def li():
    return User.objects.create_user("li")


def silent_for(minutes):
    """Let time pass in which no form says that it is open."""
    passed = dt.timedelta(minutes=minutes)
    for row in Presence.objects.all():
        Presence.objects.filter(pk=row.pk).update(
            opened_at=row.opened_at - passed, seen_at=row.seen_at - passed
        )


def test_others_are_those_who_came_to_the_same_post_the_earliest_first(make_post, wang, li):
    post, other = make_post(), make_post()
    zhao = User.objects.create_user("zhao")
    for user in (li, zhao, wang):
        presence.keep_open(post.pk, user)
    assert [row.user for row in presence.others(post.pk, wang)] == [li, zhao]
    assert not presence.others(other.pk, wang).exists()


def test_a_form_that_stays_open_was_opened_when_it_was(make_post, wang, li):
    post = make_post()
    presence.keep_open(post.pk, li)
    silent_for(1)
    presence.keep_open(post.pk, li)
    silent_for(1.5)
    [row] = presence.others(post.pk, wang)
    assert timezone.now() - row.opened_at >= dt.timedelta(minutes=2.5)


def test_a_form_that_is_silent_counts_as_closed_and_leaves_nothing(make_post, wang, li):
    post, other = make_post(), make_post()
    presence.keep_open(post.pk, li)
    silent_for(2.1)
    assert not presence.others(post.pk, wang).exists()

    presence.keep_open(other.pk, li)
    assert Presence.objects.get().post == other


def test_one_who_comes_back_has_it_open_since_then(make_post, wang, li):
    post = make_post()
    presence.keep_open(post.pk, li)
    silent_for(5)
    presence.keep_open(post.pk, li)
    [row] = presence.others(post.pk, wang)
    assert timezone.now() - row.opened_at < dt.timedelta(minutes=5)
