"""What follows from the names of terms, and from their posts."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, Subquery

from .. import changes, locks
from ..database import write_connection
from ..models import ArchiveChange, Post
from ..pinyin import NAME_MARK, full_pinyin, pinyin_initials
from ..search.text.tokens import KEYS
from ..terms import JOINED, SECURITY, TERMS, TermKind
from .difference import Difference

AT_ONCE = 1_000  # terms


def differences(*, repair: bool = False) -> Iterator[Difference]:
    for kind in TERMS:
        yield from keys(kind, repair=repair)
        yield from names(kind, repair=repair)
        yield from told(kind, repair=repair)
    for kind in JOINED:
        yield from times(kind, repair=repair)


def keys(kind: TermKind, *, repair: bool) -> Iterator[Difference]:
    """Terms whose key is too large for a token, so that no search finds their posts."""
    terms = kind.objects.using(write_connection().alias).filter(pk__gte=KEYS)
    for term in terms.order_by("pk"):
        if repair:
            give_next_key(term)
        yield Difference(
            f"{kind.name} {getattr(term, kind.address_key)}: its key, {term.pk}, is too large",
            repaired=repair,
        )


def give_next_key(term: Any) -> None:
    """Give a term the key that the next new one would have had, also where rows refer to it."""
    model = type(term)
    with locks.writing() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s))",
            [model._meta.db_table, model._meta.pk.column],
        )
        [key] = cursor.fetchone()
        model._base_manager.filter(pk=term.pk).update(id=key)
        for relation in model._meta.related_objects:
            if relation.many_to_many:
                continue  # its rows are those of a join
            name = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{name: term.pk})
            rows.update(**{name: key})
        model.history.filter(id=term.pk).update(id=key)
        changes.terms_changed()


def names(kind: TermKind, *, repair: bool) -> Iterator[Difference]:
    """Terms whose pinyin is not that of their names. The order of the names does not matter, and
    lists of exchanges give initials of their own, too."""
    terms = kind.objects.using(write_connection().alias).order_by("pk")
    is_changed = False
    for term in terms.iterator(chunk_size=AT_ONCE):
        differ = {}
        made = full_pinyin([term.name, *getattr(term, "names", ())])
        if {*term.full_pinyin.split(NAME_MARK)} != {*made.split(NAME_MARK)}:
            differ["full_pinyin"] = made
        if kind is SECURITY and not {*term.pinyin.split()} >= {*pinyin_initials(term.name).split()}:
            differ["pinyin"] = pinyin_initials(term.name)
        if not differ:
            continue
        if repair:
            terms.filter(pk=term.pk, name=term.name).update(**differ)
            is_changed = True
        yield Difference(
            f"{kind.name} {getattr(term, kind.address_key)}: {', '.join(differ)} not of its names",
            repaired=repair,
        )
    if is_changed:
        changes.terms_changed()


def told(kind: TermKind, *, repair: bool) -> Iterator[Difference]:
    """Addresses of terms for which copies of the archive were told that readers see a post of the
    term there, or of the one that it leads to, although they see none; or the other way round."""
    alias = write_connection().alias
    terms = kind.objects.using(alias).published().order_by()
    seen = {getattr(term, kind.address_key): term.pk for term in terms.iterator()}
    aliases = kind.aliases.seen().using(alias).filter(term__in=terms, slug__isnull=False)
    seen |= dict(aliases.order_by().values_list("slug", "term"))
    stamps = ArchiveChange.objects.using(alias).filter(kind=kind.name, known_since__isnull=False)
    there = {*stamps.values_list("address", flat=True)}
    wrong = sorted(seen.keys() ^ there)
    if wrong and repair:
        changes.terms_changed(kind, [seen[one] for one in wrong if one in seen], wrong)
    for address in wrong:
        what = "not told, with a post" if address in seen else "told as there, without a post"
        yield Difference(f"{kind.name} {address}: {what}", repaired=repair)


def times(kind: TermKind, *, repair: bool) -> Iterator[Difference]:
    """Joins that carry another time than their posts have."""
    joins = kind.join._default_manager.using(write_connection().alias).order_by()
    of_post = Post.objects.filter(pk=OuterRef("post")).values("published_at")
    wrong = joins.exclude(published_at=F("post__published_at"))
    is_changed = False
    for row in wrong.values_list("pk", "post__slug", f"{kind.name}_id").iterator():
        pk, slug, term = row
        if repair:
            joins.filter(pk=pk).update(published_at=Subquery(of_post))
            is_changed = True
        yield Difference(f"post {slug}: its {kind.name} {term} has another time", repaired=repair)
    if is_changed:
        changes.terms_changed()
