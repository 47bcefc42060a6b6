"""Who changed what, when and why: the records of changes, read field by field.

django-simple-history writes a record whenever an editor saves. Imports write none, so that they
stay fast: what an import changed since is recorded as its work when an editor next changes it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils import timezone

from ..models import Category, Post, Security, Source, Tag
from .differences import Piece, differences

UNSAID: Final = {"modified_at", "hand_edited", "named_at", "pinyin"}  # they follow from others
LONG: Final = 60  # characters, from which a value is shown by what differs in it

#: What documents call a noun by.
KEYS: Final[dict[type[models.Model], str]] = {
    Source: "name",
    Category: "slug",
    Tag: "name",
    Security: "symbol",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a step changed: its label, and what it held before and after, as text."""

    field: str
    label: str
    old: str
    new: str

    @property
    def is_long(self) -> bool:
        return max(len(self.old), len(self.new)) > LONG or "\n" in self.old + self.new

    @property
    def pieces(self) -> list[Piece]:
        return differences(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Step:
    """One record: `record` has who, when and why; `changes` is empty for the first one."""

    record: Any
    changes: tuple[Change, ...]
    is_current: bool


def remember_imports(posts: Sequence[Post]) -> None:
    """Record posts as they are stored, but for those whose newest record is of that very state."""
    records = Post.history.filter(id__in=[post.pk for post in posts])
    newest = records.order_by("id", "-history_date", "-history_id").distinct("id")
    recorded = dict(newest.values_list("id", "modified_at"))
    record([p for p in posts if recorded.get(p.pk) != p.modified_at], by=None, why="")


def record(
    posts: Sequence[Post], *, by: AbstractBaseUser | None, why: str, are_new: bool = False
) -> None:
    """Record posts, with their joins, as they are stored, in as few queries as one."""
    if not posts:
        return
    records = Post.history.bulk_history_create(
        posts, update=not are_new, default_user=by, default_change_reason=why
    )
    record_of = {record.id: record for record in records}
    for field in Post.history.model._history_m2m_fields:
        join = field.remote_field.through
        columns = [column.attname for column in join._meta.fields]
        historical = getattr(Post.history.model, field.name).model
        historical.objects.bulk_create(
            historical(history=record_of[row.post_id], **{c: getattr(row, c) for c in columns})
            for row in join.objects.filter(post__in=posts)
        )


def save(noun: Any, *, by: AbstractBaseUser | None, why: str, **options: Any) -> None:
    """Save a source, category, tag or security, and record who did so and why."""
    noun._history_user = by
    noun._change_reason = why
    noun.save(**options)


def steps(noun: models.Model, limit: int) -> Iterator[Step]:
    """The newest `limit` records of a post, source, category, tag or security, newest first. As
    many queries for a hundred as for one."""
    newest = noun.history.select_related("history_user")  # type: ignore[attr-defined]
    records = list(newest[: limit + 1])
    values = read(type(noun), records)
    texts = as_texts(values)
    for number, record in enumerate(records[:limit]):
        older = number + 1
        found = (
            changes(values[older], values[number], texts[older], texts[number])
            if older < len(records)
            else ()
        )
        yield Step(record, tuple(found), number == 0)


def changes(
    old: Mapping[Any, Any],
    new: Mapping[Any, Any],
    old_texts: Mapping[Any, str],
    new_texts: Mapping[Any, str],
) -> Iterator[Change]:
    for field, value in new.items():
        if value != old[field]:
            yield Change(field.name, str(field.verbose_name), old_texts[field], new_texts[field])


def read(model: type[models.Model], records: Sequence[Any]) -> list[dict[Any, Any]]:
    """What each record holds, by field: of a relation a key, of a join its keys in order."""
    if not records:
        return []
    history = type(records[0])
    joins = list(history._history_m2m_fields)
    rows = {field: joined_keys(field, records) for field in joins}
    columns: list[Any] = [
        model._meta.get_field(field.name)
        for field in history.tracked_fields
        if field.editable and field.name not in UNSAID
    ]
    return [
        {field: getattr(record, field.attname) for field in columns}
        | {field: rows[field][record.pk] for field in joins}
        for record in records
    ]


def joined_keys(field: Any, records: Sequence[Any]) -> Mapping[int, tuple[int, ...]]:
    """The keys that a join had in each record, in their order, by record."""
    found: dict[int, tuple[int, ...]] = defaultdict(tuple)
    joins = getattr(type(records[0]), field.name).model.objects.filter(history__in=records)
    target = f"{field.m2m_reverse_field_name()}_id"
    for pk, key in joins.order_by("position").values_list("history", target):
        found[pk] += (key,)
    return found


def as_texts(values: Sequence[Mapping[Any, Any]]) -> list[dict[Any, str]]:
    """Values as editors read them: relations and joins by their names, a choice by its label."""
    names = {
        field: names_of(field.related_model, {key for held in values for key in keys(held[field])})
        for field in (values[0] if values else ())
        if field.is_relation
    }
    return [
        {field: as_text(field, value, names.get(field, {})) for field, value in held.items()}
        for held in values
    ]


def keys(value: Any) -> tuple[int, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def as_text(field: Any, value: Any, names: Mapping[int, str]) -> str:
    if field.is_relation:
        return "、".join(names.get(key, f"#{key}") for key in keys(value))
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return str(dict(field.flatchoices).get(value, value))


def names_of(model: Any, wanted: Iterable[int]) -> dict[int, str]:
    """What nouns are called, by key; those that are no more, for they were merged, as they were
    called last."""
    wanted = set(wanted)
    names = {noun.pk: str(noun) for noun in model.objects.filter(pk__in=wanted)}
    if gone := wanted - names.keys():
        records = model.history.filter(id__in=gone).order_by("history_date", "history_id")
        names |= {record.id: str(record.instance) for record in records}
    return names


def related(record: Any, field: str) -> Any:
    """The noun that a post had by a relation when it was recorded, or what that was merged into
    since; None where there is neither."""
    return noun_of(Post._meta.get_field(field).related_model, getattr(record, f"{field}_id"))


def joined(record: Any, field: str) -> list[Any]:
    """The categories, tags or securities of a post as a record has them, in their order, or what
    they were merged into since."""
    join: Any = Post._meta.get_field(field)
    wanted = joined_keys(join, [record])[record.pk]
    found = (noun_of(join.related_model, key) for key in wanted)
    return list(dict.fromkeys(noun for noun in found if noun is not None))


def noun_of(model: Any, key: int | None) -> Any:
    if key is None:
        return None
    if found := model.objects.filter(pk=key).first():
        return found
    last = model.history.filter(id=key).first()
    return model.objects.called(getattr(last.instance, KEYS[model])) if last else None
