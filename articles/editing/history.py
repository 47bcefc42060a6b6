"""Who changed what, when and why: the records of changes, read field by field.

django-simple-history writes a record whenever an editor saves. Imports write none, so that they
stay fast: what an import changed since is recorded as its work when an editor next changes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from ..models import Post


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a step changed: its label, and what it held before and after, as text."""

    field: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """One record: `record` has who, when and why; `changes` is empty for the first one."""

    record: Any
    changes: tuple[Change, ...]
    is_current: bool


def remember_import(post: Post) -> None:
    """Record a post as it is stored, unless its newest record is of that very state."""
    newest = post.history.first()
    if newest is None or newest.modified_at != post.modified_at:
        # It changes nothing but the history.
        save(post, by=None, why="", update_fields=["hand_edited"])


def save(noun: Any, *, by: AbstractBaseUser | None, why: str, **options: Any) -> None:
    """Save a post, source, category, tag or security, and record who did so and why."""
    noun._history_user = by
    noun._change_reason = why
    noun.save(**options)


def steps(noun: models.Model, limit: int) -> Iterator[Step]:
    """The newest `limit` records of a post, source, category, tag or security, newest first."""
    records = list(noun.history.select_related("history_user")[: limit + 1])  # type: ignore[attr-defined]
    for number, record in enumerate(records[:limit]):
        before = records[number + 1] if number + 1 < len(records) else None
        yield Step(record, tuple(changes(record, before)) if before else (), number == 0)


def changes(record: Any, before: Any) -> Iterator[Change]:
    hidden = {"modified_at", "hand_edited", "named_at", "pinyin"}
    for change in record.diff_against(before, foreign_keys_are_objs=True).changes:
        if change.field not in hidden:
            field = record.instance_type._meta.get_field(change.field)
            yield Change(
                change.field,
                str(field.verbose_name),
                as_text(field, change.old),
                as_text(field, change.new),
            )


def as_text(field: Any, value: Any) -> str:
    """A value as editors read it: a join by its names, a choice by its label."""
    if value is None:
        return ""
    if field.many_to_many:
        target = field.m2m_reverse_field_name()
        return "、".join(str(row[target]) for row in sorted(value, key=lambda r: r["position"]))
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))


def joined(record: Any, field: str) -> list[Any]:
    """The categories, tags or securities of a post as a record has them, in their order."""
    target = Post._meta.get_field(field).m2m_reverse_field_name()  # type: ignore[union-attr]
    rows = getattr(record, field).select_related(target).order_by("position")
    return [getattr(row, target) for row in rows if getattr(row, target) is not None]
