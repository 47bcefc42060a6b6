"""A submitted form: what becomes of it."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.editing import pending, posts
from articles.editing.saving import save
from articles.models import PendingChange, Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(indexed):
    return indexed(title="锂价回落", digest="碳酸锂走弱")


def form_of(post, **changes):
    """The cleaned values of its form, with `changes`, and the names of these."""
    return {**posts.values_of(post), "why": "更正", **changes}, list(changes)


def test_a_post_that_is_not_stored_yet_is_created_with_all_that_the_form_holds(post, editor):
    cleaned, _ = form_of(post, title="新题")
    created = save(Post(), cleaned, ["title"], by=editor)
    assert created.pk != post.pk
    assert posts.values_of(created) == {**posts.values_of(post), "title": "新题"}


def test_fields_that_the_editor_left_alone_keep_what_another_gave_them(post, editor):
    cleaned, changed = form_of(post, title="新题")
    posts.change(post, {"digest": "另一人的摘要"}, by=None)
    assert save(post, cleaned, changed, by=editor) == post
    post.refresh_from_db()
    assert (post.title, post.digest) == ("新题", "另一人的摘要")


def test_a_change_that_is_held_back_leaves_the_post_alone(post, editor):
    held = save(post, *form_of(post, title="新题"), by=editor, hold_back=True)
    assert held == pending.of(post)
    post.refresh_from_db()
    assert post.title == "锂价回落"
    assert save(post, *form_of(post), by=editor, hold_back=True) is None


def test_one_that_replaces_another_keeps_its_other_values_and_its_time(post, editor):
    due_at = timezone.now() + dt.timedelta(days=1)
    first = pending.hold_back(post, {"title": "新题"}, by=editor, due_at=due_at)
    save(post, *form_of(post, digest="新摘要"), by=editor, hold_back=True, replaced=first)
    now = PendingChange.objects.open().get()
    assert (now.values, now.due_at) == ({"title": "新题", "digest": "新摘要"}, due_at)


def test_a_field_is_given_back_to_imports_after_the_other_changes(post, editor):
    posts.change(post, {"title": "新题"}, by=editor)
    save(post, *form_of(post, digest="新摘要"), by=editor, restored="title")
    post.refresh_from_db()
    assert post.hand_edited == ["digest"]
