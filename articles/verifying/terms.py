"""What follows from the names of terms, and from their posts."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery

from .. import changes
from ..database import write_connection
from ..models import ArchiveChange, Post
from ..pinyin import full_pinyin, pinyin_initials
from ..terms import JOINED, SECURITY, TERMS, TermKind
from .difference import Difference

AT_ONCE = 1_000  # terms


def differences(*, repair: bool = False) -> Iterator[Difference]:
    for kind in TERMS:
        yield from names(kind, repair=repair)
        yield from gone(kind, repair=repair)
    for kind in JOINED:
        yield from times(kind, repair=repair)


def names(kind: TermKind, *, repair: bool) -> Iterator[Difference]:
    """Terms whose pinyin is not that of their names."""
    terms = kind.objects.using(write_connection().alias).order_by("pk")
    is_changed = False
    for term in terms.iterator(chunk_size=AT_ONCE):
        wanted = {"full_pinyin": full_pinyin([term.name, *getattr(term, "names", ())])}
        if kind is SECURITY:
            wanted["pinyin"] = pinyin_initials(term.name) if term.name else ""
        differ = {name: value for name, value in wanted.items() if getattr(term, name) != value}
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


def gone(kind: TermKind, *, repair: bool) -> Iterator[Difference]:
    """Terms of which readers see no post, while copies of the archive were not told so."""
    alias = write_connection().alias
    told = ArchiveChange.objects.using(alias).filter(kind=kind.name, known_since__isnull=False)
    there = {*told.values_list("address", flat=True)}
    terms = kind.objects.using(alias).order_by("pk")
    unseen = terms.exclude(pk__in=terms.published().order_by().values("pk"))
    wrong = [one for one in unseen.iterator() if getattr(one, kind.address_key) in there]
    if wrong and repair:
        changes.terms_told(kind.facet, [one.pk for one in wrong])
    for one in wrong:
        address = getattr(one, kind.address_key)
        yield Difference(f"{kind.name} {address}: told as there, without a post", repaired=repair)


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
