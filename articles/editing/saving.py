"""The submitted form of a post, saved: as a new post, as a change, or as one that is held back."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from ..models import PendingChange, Post
from . import pending, posts


@transaction.atomic
def save(
    post: Post,
    cleaned: Mapping[str, Any],
    changed: Collection[str],
    *,
    by: User,
    why: str = "",
    hold_back: bool = False,
    replaced: PendingChange | None = None,
    restored: str = "",
    pin: bool = False,
) -> Post | PendingChange | None:
    """Create a post that is not stored yet, or else hold back or make the changes of a stored one,
    and then `pin` its securities and give the `restored` field its imported value.

    `cleaned` has the values of the form, and `changed` the names of the fields that the editor
    changed. If the form edits a pending change, which is `replaced`, its values are held back too
    unless the editor changed them, and its time stays.

    Return the post, or what is held back; None if nothing differs from the post as it is. Raises
    `DocumentError` for a body that takes too much time or memory.
    """
    if post.pk is None:
        return posts.create({name: cleaned[name] for name in posts.EDITABLE_FIELDS}, by=by, why=why)
    values = {name: cleaned[name] for name in posts.EDITABLE_FIELDS if name in changed}
    if hold_back:
        held = pending.values_of(replaced.values) if replaced else {}
        due_at = replaced.due_at if replaced else None
        return pending.hold_back(post, {**held, **values}, by=by, why=why, due_at=due_at)
    posts.change(post, values, by=by, why=why)
    if pin:
        posts.pin_securities(post, by=by, why=why)
    if restored in posts.EDITABLE_FIELDS:
        posts.restore_imported(post, [restored], by=by, why=why)
    return post
