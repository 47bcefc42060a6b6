"""What editors do to a term: add, rename or delete it, or give it another address. Its old name
and address are kept as its alias: addresses that readers saw redirect, and imports that meet the
old name use the term."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import changes, locks, task_queue
from ..importing.reading.front_matter import NAME_LENGTH
from ..mentions.seeking import forget, seek, unsought
from ..models import ArchiveChange, Security
from ..models import address as address_of
from ..pinyin import pinyin_initials
from ..terms import SECURITY, kind_of
from . import history

NOT_EDITED: Final = ("names", "named_at")  # by anybody: they are learnt from documents
SOUGHT: Final = 500  # posts that are recognised at once; of more, a worker does it
USED = _("“%(term)s” is used by posts: merge it instead.")
NO_ADDRESS = _("No address can be made of this.")
TOO_LONG = _("This is longer than %(length)s characters.")
ALIAS = _("“%(alias)s” is an earlier name or address of “%(term)s”.")


def check(term: Any, changed: Collection[str] | None = None) -> None:
    """Check a new term, or these changed fields of a stored one. Raises `ValidationError`, by
    field, if no address can be made of it, or if a name or address was that of another term."""
    errors: dict[str, Any] = {}
    for field, value in naming(term).items():
        if changed is not None and field not in changed:
            continue
        if len(value) > NAME_LENGTH:
            errors[part_at_fault(term, field)] = TOO_LONG % {"length": NAME_LENGTH}
            continue
        if field == "slug" and not term.get_absolute_url():
            errors[part_at_fault(term, field)] = NO_ADDRESS
            continue
        taken = kind_of(term).aliases.exclude(term=term.pk)
        if alias := taken.filter(**{field: value}).select_related("term").first():
            where = field if field in kind_of(term).editable else NON_FIELD_ERRORS
            errors[where] = ALIAS % {"alias": value, "term": alias.term}
    if errors:
        raise ValidationError(errors)


def part_at_fault(term: Any, field: str) -> str:
    """The field at fault: of a security without an address, the part of its symbol."""
    if not isinstance(term, Security):
        return field
    return "code" if address_of("security", f"{term.market}.1") else "market"


def naming(term: Any) -> dict[str, str]:
    """What an alias of a term keeps: its address, and its name if documents call it by that."""
    kind = kind_of(term)
    address = {"slug": getattr(term, kind.address_key)}
    return {"name": term.name, **address} if kind.document_key == "name" else address


def seek_now_or_later() -> None:
    """Recognise names that are new in the posts that were stored before, or have a worker do it if
    they are many."""
    seek(most=SOUGHT)
    if any(unsought()):
        task_queue.put(task_queue.SEEK, 0)


@transaction.atomic
def add(term: Any, *, by: AbstractBaseUser | None, why: str = "") -> None:
    """Store a new term. Raises `ValidationError`."""
    locks.take_turn()
    term.full_clean(exclude=NOT_EDITED)
    check(term)
    if isinstance(term, Security):
        fix_name(term)
    history.save(term, by=by, why=why)
    changes.terms_changed()
    if isinstance(term, Security):
        seek_now_or_later()


@transaction.atomic
def change(
    term: Any, values: Mapping[str, Any], *, by: AbstractBaseUser | None, why: str = ""
) -> frozenset[str]:
    """Give fields of a term new values, and return the names of those that changed. Raises
    `ValidationError`."""
    locks.take_turn()  # or an import might add the old name meanwhile
    stored = type(term).objects.select_for_update().get(pk=term.pk)
    old = naming(stored)
    kind = kind_of(stored)
    changed = {name: value for name, value in values.items() if getattr(stored, name) != value}
    if not changed:
        return frozenset()
    history.remember(stored)
    seen = was_seen(stored)
    before, wrong_before = stored.name, stored.wrong_names if kind is SECURITY else ()
    for name, value in changed.items():
        setattr(stored, name, value)
    if isinstance(stored, Security) and "name" in changed:
        fix_name(stored, before)
    if kind is SECURITY:
        take_wrong_names(stored, wrong_before)
    unchanged = {field.name for field in stored._meta.fields} - changed.keys()
    stored.full_clean(exclude={*NOT_EDITED, *unchanged})
    check(stored, changed)
    left = {name: value for name, value in old.items() if name in changed}
    keep_aliases(stored, left, was_seen=seen)
    history.save(stored, by=by, why=why)
    changes.terms_changed(kind, [stored.pk])
    if isinstance(stored, Security):
        if "needs_code" in changed:
            forget([*stored.names, stored.english_name])
        seek_now_or_later()
    return frozenset(changed)


def restore_version(
    term: Any, record: Any, *, by: AbstractBaseUser | None, why: str = ""
) -> frozenset[str]:
    """Restore a term as a record of its history has it. Raises `ValidationError`."""
    values = {name: getattr(record, name) for name in kind_of(term).editable}
    return change(term, values, by=by, why=why)


def was_seen(term: Any) -> bool:
    """Whether readers have ever seen the term at its present address. Otherwise its alias must not
    tell them of the address, which only imports need."""
    kind = kind_of(term)
    told = ArchiveChange.objects.filter(kind=kind.name, address=getattr(term, kind.address_key))
    return told.exists() or kind.objects.known().filter(pk=term.pk).exists()


def keep_aliases(term: Any, old: Mapping[str, str], *, was_seen: bool) -> None:
    """Keep old names and addresses as aliases, except those that are in use again."""
    for name, value in naming(term).items():
        term.aliases.filter(**{name: value}).update(**{name: None})
    term.aliases.filter(name=None, slug=None).delete()
    if old:
        term.aliases.create(**old, was_seen=was_seen)


@transaction.atomic
def delete_aliases(aliases: Iterable[Any]) -> None:
    """Delete aliases. Their addresses stop redirecting, and imports forget their names."""
    for alias in aliases:
        alias.delete()
        changes.terms_changed(kind_of(alias.term), [alias.term_id], filter(None, [alias.slug]))


def fix_name(security: Security, before: str = "") -> None:
    """Protect a name that an editor gave from imports, and make search find the security by it and
    by its earlier names."""
    security.is_name_fixed = True
    security.stated_name, security.stated_at = security.name, timezone.now()
    security.pinyin = pinyin_initials(security.name)
    security.names = sorted({*security.names, before, security.name} - {""})


def take_wrong_names(security: Security, before: Iterable[str]) -> None:
    """Take its wrong names from a security, except that of today, and give back those that were
    wrong `before` and are so no longer."""
    wrong = set(security.wrong_names) - {security.name}
    security.wrong_names = sorted(wrong)
    security.names = sorted({*security.names, *before} - wrong)
    security.former_names.filter(name__in=wrong).delete()


@transaction.atomic
def delete(term: Any, *, by: AbstractBaseUser | None, why: str = "") -> None:
    """Delete a term. Raises `ValidationError` if any post has it, even a hidden one or a draft."""
    type(term).objects.select_for_update().get(pk=term.pk)
    if term.posts.exists():
        raise ValidationError(USED % {"term": term})
    history.delete(term, by=by, why=why)
    changes.terms_changed()
