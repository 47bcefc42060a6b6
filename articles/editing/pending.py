"""Changes that are held back: what a post is to become, while readers see it as it is.

A change is published as a whole or not at all. It leaves other fields alone, whoever changed them
meanwhile. If somebody changed one of its own fields, that is a conflict, and an editor decides.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from .. import locks
from ..models import PendingChange, Post
from ..terms import term_of
from . import bodies, history, posts
from .conflicts import Conflict, conflict, fingerprints

logger = logging.getLogger(__name__)

PATIENCE = 3  # seconds that a page waits while changes are being published


class ConflictError(Exception):
    """Somebody has changed a field that a pending change is about."""


@transaction.atomic
def hold_back(
    post: Post,
    values: Mapping[str, Any],
    *,
    by: User | None,
    why: str = "",
    due_at: dt.datetime | None = None,
) -> PendingChange | None:
    """Keep the values that differ from the stored post as its pending change, in place of an
    earlier one; None if nothing differs. Raises `DocumentError` if the body cannot be read.

    `values` has names of `EDITABLE_FIELDS`. Securities that the body marks are added only when it
    is published: otherwise readers would see a new one at once.
    """
    [stored] = posts.locked([post.pk])
    old = posts.values_of(stored)
    if "body_html" in values and values["body_html"] != old["body_html"]:
        values = {**values, "body_html": bodies.read(values["body_html"]).html}
    changed = posts.differing(old, values)
    if not changed:
        return None
    PendingChange.objects.open().filter(post=stored).update(withdrawn_at=timezone.now())
    return PendingChange.objects.create(
        post=stored,
        base=as_json({name: old[name] for name in changed}),
        values=as_json(changed),
        reason=why,
        made_by=by,
        due_at=due_at,
    )


def of(post: Post) -> PendingChange | None:
    """The open change of a post: neither published nor withdrawn."""
    people = PendingChange.objects.select_related("made_by", "approved_by")
    return people.open().filter(post=post.pk).first()


@contextmanager
def locked(pk: int, post_id: int) -> Iterator[PendingChange | None]:
    """An open change of this post, in a transaction that holds the lock of the post, so that nobody
    else changes it. None if it was published, replaced or withdrawn."""
    with transaction.atomic():
        posts.locked([post_id])
        yield PendingChange.objects.open().filter(pk=pk, post=post_id).first()


def may_approve(user: User, change: PendingChange) -> bool:
    """Whether this user may approve the change of another, or, with a permission of its own, any
    change."""
    if user.has_perm("articles.publish_pendingchange"):
        return True
    return change.made_by_id != user.pk and user.has_perm("articles.approve_pendingchange")


def approve(change: PendingChange, *, by: User) -> None:
    change.approved_by, change.approved_at = by, timezone.now()
    change.save(update_fields=["approved_by", "approved_at"])


def release(change: PendingChange, *, by: User, now: bool = False) -> bool:
    """Approve a change that nobody has approved yet, and publish it `now` or if its time has come.
    Return whether it was published. Raises `PermissionDenied`, and `ConflictError`, after which it
    is still approved."""
    if change.approved_at is None:
        if not may_approve(by, change):
            raise PermissionDenied
        approve(change, by=by)
    is_due = change.due_at is not None and change.due_at <= timezone.now()
    if now or is_due:
        publish(change)
    return change.published_at is not None


def schedule(change: PendingChange, due_at: dt.datetime | None) -> None:
    """Publish the change at a time, if it is approved by then. None: an editor publishes it."""
    change.due_at, change.stopped_at = due_at, None
    change.save(update_fields=["due_at", "stopped_at"])


def withdraw(change: PendingChange) -> None:
    change.withdrawn_at = timezone.now()
    change.save(update_fields=["withdrawn_at"])


@transaction.atomic
def publish(change: PendingChange) -> None:
    """Apply the change to its post, in the name of its author. Raises `ConflictError`."""
    [post] = posts.locked([change.post_id])
    if conflict_of(change, posts.values_of(post)).both:
        raise ConflictError
    changed = posts.change(
        post,
        values_of(change.values),
        by=change.made_by or change.approved_by,
        why=change.reason,
    )
    change.record = post.history.first() if changed else None
    change.published_at = timezone.now()
    change.save(update_fields=["record", "published_at"])


@transaction.atomic
def publish_due() -> int:
    """Publish every change that is due, and return how many. Whoever calls it meanwhile waits, or
    would show what is being replaced. A change whose post is locked is left to a later call. One
    that cannot be published is stopped, and waits for an editor."""
    if not locks.take_turn(locks.PUBLISHING, within=PATIENCE):
        return 0
    published = 0
    due = PendingChange.objects.due().select_related("made_by", "approved_by")
    for pk, post_id in due.order_by("due_at").values_list("pk", "post"):
        free = Post.objects.select_for_update(skip_locked=True).filter(pk=post_id)
        change = due.filter(pk=pk).first() if free.values_list("pk").first() else None
        if change is None:
            continue
        try:
            publish(change)
            published += 1
        except Exception as error:
            # Or every page would try it again, and fail.
            if not isinstance(error, ConflictError):
                logger.exception("Pending change %s cannot be published", pk)
            PendingChange.objects.filter(pk=pk).update(stopped_at=timezone.now())
    return published


def conflict_of(change: PendingChange, stored: Mapping[str, Any]) -> Conflict:
    """What was changed since `change` was written, among the fields that it changes. `stored` are
    the values of its post."""
    current = {name: stored[name] for name in change.values}
    return conflict(fingerprints(values_of(change.base)), current, values_of(change.values))


def comparison(change: PendingChange, stored: Mapping[str, Any]) -> list[history.Change]:
    """What publishing `change` now would change, field by field."""
    changed = posts.differing(stored, values_of(change.values))
    fields: dict[str, Any] = {name: Post._meta.get_field(name) for name in changed}
    return [
        history.Change(
            name,
            str(field.verbose_name),
            history.as_text(field, stored[name]),
            history.as_text(field, changed[name]),
        )
        for name, field in fields.items()
    ]


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: as_plain(values[name]) for name in posts.EDITABLE_FIELDS if name in values}


def as_plain(value: Any) -> Any:
    if isinstance(value, list):
        return [as_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return value.pk if isinstance(value, models.Model) else value


def values_of(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a `PendingChange`, from JSON. A term that was merged since is the one that it
    was merged into; a deleted one is left out, and a deleted source changes nothing."""
    values: dict[str, Any] = {}
    for name, value in plain.items():
        field: Any = Post._meta.get_field(name)
        if name in posts.JOINS:
            values[name] = posts.present(term_of(field.related_model, pk) for pk in value)
        elif field.is_relation:
            source = term_of(field.related_model, value)
            if source or value is None:
                values[name] = source
        else:
            is_time = isinstance(field, models.DateTimeField)
            values[name] = dt.datetime.fromisoformat(value) if is_time else value
    return values
