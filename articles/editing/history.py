"""Who changed what, when and why: the records of changes, read field by field.

django-simple-history writes a record whenever an editor saves. Imports write none, so that they
stay fast: what an import changed since is recorded as its work when an editor next changes it.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils import timezone

from ..models import PendingChange, Post
from ..terms import kind_of
from .difference import Line, difference

UNSAID: Final = {"modified_at", "hand_edited", "named_at", "pinyin"}  # they follow from others
#: Where a body, which is one long line of HTML, may be broken into lines to be compared.
BLOCK: Final = re.compile(r"(?<=>)(?=<(?:p|h[1-6]|figure|table|tr|ul|ol|li|blockquote|hr|pre)[ >])")
LONG: Final = 60  # characters, from which a value is shown by what differs in it


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
    def lines(self) -> list[Line]:
        return difference(BLOCK.sub("\n", self.old), BLOCK.sub("\n", self.new))


@dataclass(frozen=True, slots=True)
class Step:
    """One record: `record` has who, when and why; `changes` is empty for the first one;
    `approved_by` is who let a change through that was held back."""

    record: Any
    changes: tuple[Change, ...]
    is_current: bool
    approved_by: AbstractBaseUser | None = None


class Shown(NamedTuple):
    """What a record holds in a field: to be compared with another's, and to be read."""

    value: Any
    text: str


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


def save(term: Any, *, by: AbstractBaseUser | None, why: str, **options: Any) -> None:
    """Save a term, and record who did so and why."""
    term._history_user = by
    term._change_reason = why
    term.save(**options)


def remember(term: Any) -> None:
    """Record a term as stored, unless its newest record says the same."""
    newest = term.history.first()
    columns = [field.attname for field in term._meta.concrete_fields]
    if newest is None or any(getattr(newest, c) != getattr(term, c) for c in columns):
        save(term, by=None, why="")


def last_editor(post: Post) -> AbstractBaseUser | None:
    """Who last changed a post; None if an import did."""
    newest = post.history.select_related("history_user").first()
    is_by_editor = newest is not None and newest.modified_at == post.modified_at
    return newest.history_user if is_by_editor else None


def steps(term: models.Model, limit: int) -> Iterator[Step]:
    """The newest `limit` records of a post or term, newest first. As many queries for a hundred as
    for one."""
    newest = term.history.select_related("history_user")  # type: ignore[attr-defined]
    records = list(newest[: limit + 1])
    states = as_shown(read(type(term), records))
    approvals = approvals_of(records) if isinstance(term, Post) else {}
    for number, record in enumerate(records[:limit]):
        older = number + 1
        found = changes(states[older], states[number]) if older < len(records) else ()
        yield Step(record, tuple(found), number == 0, approvals.get(record.pk))


def approvals_of(records: Sequence[Any]) -> dict[Any, AbstractBaseUser | None]:
    """Who approved those of these records that were pending changes."""
    found = PendingChange.objects.filter(record__in=[record.pk for record in records])
    return {change.record_id: change.approved_by for change in found.select_related("approved_by")}


def changes(old: Mapping[Any, Shown], new: Mapping[Any, Shown]) -> Iterator[Change]:
    for field, shown in new.items():
        if shown.value != old[field].value:
            yield Change(field.name, str(field.verbose_name), old[field].text, shown.text)


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


def as_shown(states: Sequence[Mapping[Any, Any]]) -> list[dict[Any, Shown]]:
    terms = {
        field: terms_of(field.related_model, {key for held in states for key in keys(held[field])})
        for field in (states[0] if states else ())
        if field.is_relation
    }
    return [
        {
            field: of_terms(keys(value), terms[field])
            if field.is_relation
            else Shown(value, as_text(field, value))
            for field, value in held.items()
        }
        for held in states
    ]


def keys(value: Any) -> tuple[int, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def of_terms(held: Iterable[int], terms: Mapping[int, Shown]) -> Shown:
    found = [terms.get(key, Shown(key, f"#{key}")) for key in held]
    return Shown([term.value for term in found], "、".join(term.text for term in found))


def as_text(field: Any, value: Any) -> str:
    """A value as editors read it: a choice by its label."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return str(dict(field.flatchoices).get(value, value))


def terms_of(model: Any, wanted: Collection[int]) -> dict[int, Shown]:
    """Terms by key, by their names; those that were merged by the names that they had, but as
    what they are now, for that is no change."""
    found = {term.pk: Shown(term.pk, str(term)) for term in model.objects.filter(pk__in=wanted)}
    if gone := {*wanted} - found.keys():
        records = model.history.filter(id__in=gone).order_by("id", "-history_date", "-history_id")
        for last in records.distinct("id"):
            now = survivor_of(last.instance)
            found[last.id] = Shown(now.pk if now else last.id, str(last.instance))
    return found


def related(record: Any, field: str) -> Any:
    """The term that a post had by a relation when it was recorded, or what that was merged into
    since; None where there is neither."""
    return term_of(Post._meta.get_field(field).related_model, getattr(record, f"{field}_id"))


def joined(record: Any, field: str) -> list[Any]:
    """The categories, tags or securities of a post as a record has them, in their order, or what
    they were merged into since."""
    join: Any = Post._meta.get_field(field)
    wanted = joined_keys(join, [record])[record.pk]
    found = (term_of(join.related_model, key) for key in wanted)
    return list(dict.fromkeys(term for term in found if term is not None))


def term_of(model: Any, key: int | None) -> Any:
    if key is None:
        return None
    if found := model.objects.filter(pk=key).first():
        return found
    last = model.history.filter(id=key).first()
    return survivor_of(last.instance) if last else None


def survivor_of(term: Any) -> Any:
    """What a term that is gone was merged into; None where it was deleted."""
    kind = kind_of(term)
    return kind.objects.called(getattr(term, kind.document_key))
