"""Who changed what, when and why: the records of changes, read field by field.

django-simple-history writes a record whenever an editor saves. Imports write none, to stay fast:
what they changed is recorded as theirs when an editor next changes the post.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import PendingChange, Post
from ..terms import survivor_of, term_of
from .difference import Line, difference

#: Derived from others.
NOT_SHOWN: Final = {"modified_at", "hand_edited", "named_at", "stated_name", "stated_at", "pinyin"}
#: Where a body, which is one long line of HTML, is broken into lines for comparison.
BLOCK: Final = re.compile(r"(?<=>)(?=<(?:p|h[1-6]|figure|table|tr|ul|ol|li|blockquote|hr|pre)[ >])")
LONG: Final = 60  # characters: of a longer value, only the differences are shown


@dataclass(frozen=True, slots=True)
class Change:
    """A changed field: its label, and its value before and after, as text."""

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
    """One record as the desk shows it. `record` has who, when and why. The first one has no
    `changes`. `approved_by` is who approved a change that was held back."""

    record: Any
    changes: tuple[Change, ...]
    is_current: bool
    approved_by: AbstractBaseUser | None = None


class Shown(NamedTuple):
    """The value of a field in a record, to be compared, and its text, to be read."""

    value: Any
    text: str


def remember_imports(posts: Sequence[Post]) -> None:
    """Record posts as stored, except those whose newest record has the same state."""
    records = Post.history.filter(id__in=[post.pk for post in posts])
    newest = records.order_by("id", "-history_date", "-history_id").distinct("id")
    recorded = dict(newest.values_list("id", "modified_at"))
    record([p for p in posts if recorded.get(p.pk) != p.modified_at], by=None, why="")


def record(
    posts: Sequence[Post], *, by: AbstractBaseUser | None, why: str, are_new: bool = False
) -> None:
    """Record posts with their joins, as stored, in as few queries as for one."""
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
    attribute(term, by, why)
    term.save(**options)


def delete(term: Any, *, by: AbstractBaseUser | None, why: str) -> None:
    """Delete a term, and record who did so and why."""
    attribute(term, by, why)
    term.delete()


def attribute(term: Any, by: AbstractBaseUser | None, why: str) -> None:
    """Tell simple_history whose the next record of this term is, and why it is made."""
    term._history_user = by
    term._change_reason = why


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
    newest = term.history.select_related("history_user")  # type: ignore[attr-defined]  # every term and post has one
    records = list(newest[: limit + 1])
    states = as_shown(read(type(term), records))
    approvals = approvals_of(records) if isinstance(term, Post) else {}
    for number, record in enumerate(records[:limit]):
        older = number + 1
        found = changes(states[older], states[number]) if older < len(records) else ()
        yield Step(record, tuple(found), number == 0, approvals.get(record.pk))


def approvals_of(records: Sequence[Any]) -> dict[Any, AbstractBaseUser | None]:
    """Who approved the pending changes among these records, by primary key of the record."""
    found = PendingChange.objects.filter(record__in=[record.pk for record in records])
    return {change.record_id: change.approved_by for change in found.select_related("approved_by")}


def changes(old: Mapping[Any, Shown], new: Mapping[Any, Shown]) -> Iterator[Change]:
    for field, shown in new.items():
        if shown.value != old[field].value:
            yield Change(field.name, str(field.verbose_name), old[field].text, shown.text)


def read(model: type[models.Model], records: Sequence[Any]) -> list[dict[Any, Any]]:
    """The values of each record, by field: a primary key of a relation, several of a join."""
    if not records:
        return []
    history = type(records[0])
    joins = list(history._history_m2m_fields)
    rows = {field: joined_keys(field, records) for field in joins}
    columns: list[Any] = [
        model._meta.get_field(field.name)
        for field in history.tracked_fields
        if field.editable and field.name not in NOT_SHOWN
    ]
    return [
        {field: getattr(record, field.attname) for field in columns}
        | {field: rows[field][record.pk] for field in joins}
        for record in records
    ]


def joined_keys(field: Any, records: Sequence[Any]) -> Mapping[int, tuple[int, ...]]:
    """The primary keys of the terms of a join in each record, in order, by record."""
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
    """A value as editors read it: a choice has its label."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return str(dict(field.flatchoices).get(value, value))


def terms_of(model: Any, wanted: Collection[int]) -> dict[int, Shown]:
    """Terms by primary key, with their names. A merged term keeps the name that it had, but counts
    as the one that it was merged into, since a merge does not change a post."""
    found = {term.pk: Shown(term.pk, str(term)) for term in model.objects.filter(pk__in=wanted)}
    if gone := {*wanted} - found.keys():
        records = model.history.filter(id__in=gone).order_by("id", "-history_date", "-history_id")
        for last in records.distinct("id"):
            now = survivor_of(last.instance)
            found[last.id] = Shown(now.pk if now else last.id, str(last.instance))
    return found


def related(record: Any, field: str) -> Any:
    """The term of a relation in a record of a post, or the one that it was merged into since; None
    if there is neither."""
    return term_of(Post._meta.get_field(field).related_model, getattr(record, f"{field}_id"))


def joined(record: Any, field: str) -> list[Any]:
    """The terms of a join in a record of a post, in order, or those that they were merged into
    since."""
    join: Any = Post._meta.get_field(field)
    wanted = joined_keys(join, [record])[record.pk]
    found = (term_of(join.related_model, key) for key in wanted)
    return list(dict.fromkeys(term for term in found if term is not None))
