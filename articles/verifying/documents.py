"""The contents of documents against their hashes, and documents against their posts."""

from collections.abc import Iterator
from typing import Any

from django.db.models import BinaryField, Exists, F, Func, IntegerField, OuterRef
from django.db.models.functions import Length

from .. import locks
from ..database import write_connection
from ..importing.reading.derive import ParsedDocument, parse_stored
from ..importing.reparse import derive_again
from ..models import Document, DocumentVersion, Post
from .difference import Difference

#: The hash of a version that was found damaged: nothing can mend it, and it has been reported.
DAMAGED = b""
AGAIN = "import its file again"
LET_GO = "--repair lets its file be imported again"
RESTORE = "nothing here can repair it: restore a backup"


def differences(*, repair: bool = False) -> Iterator[Difference]:
    yield from damaged_documents(repair=repair)
    yield from damaged_versions(repair=repair)
    yield from wrong_sizes(repair=repair)
    yield from without_posts(repair=repair)


def damaged(model: Any) -> Any:
    actual = Func("content", function="sha256", output_field=BinaryField())
    rows = model.objects.using(write_connection().alias).alias(actual=actual)
    return rows.exclude(sha256=F("actual"))


def damaged_documents(*, repair: bool) -> Iterator[Difference]:
    """Contents that are not what was imported. One that an earlier version has is taken from
    there; else the document no longer counts as known, so that its file is imported again."""
    for document in damaged(Document).order_by().iterator(chunk_size=100):
        said = f"document {document.file_name}: its content is not what was imported"
        was_let_go = bytes(document.sha256) == DAMAGED
        stored = Document.objects.filter(pk=document.pk)
        same = document.versions.filter(sha256=document.sha256)
        sound = same.exclude(pk__in=damaged(DocumentVersion).values("pk")).first()
        if repair and sound:
            stored.update(content=sound.content)
        elif repair:
            stored.update(sha256=DAMAGED, mtime_ns=0)
        yield Difference(
            said,
            remedy="" if sound else AGAIN if repair or was_let_go else LET_GO,
            repaired=bool(repair and sound),
        )


def damaged_versions(*, repair: bool) -> Iterator[Difference]:
    versions = damaged(DocumentVersion).exclude(sha256=DAMAGED).select_related("document")
    for version in versions.order_by().defer("content", "document__content").iterator():
        if repair:
            DocumentVersion.objects.filter(pk=version.pk).update(sha256=DAMAGED)
        yield Difference(f"document version {version}: its content is not what was imported")


def wrong_sizes(*, repair: bool) -> Iterator[Difference]:
    documents = Document.objects.using(write_connection().alias)
    actual = Length("content", output_field=IntegerField())
    wrong = documents.alias(actual=actual).exclude(size=F("actual"))
    for pk, name in wrong.order_by().values_list("pk", "file_name").iterator():
        if repair:
            Document.objects.filter(pk=pk).update(size=actual)
        yield Difference(f"document {name}: its size is not that of its content", repaired=repair)


def without_posts(*, repair: bool) -> Iterator[Difference]:
    """Documents whose posts are lost. These are derived from them again; what editors changed in
    them is lost."""
    documents = Document.objects.using(write_connection().alias)
    lost = documents.filter(~Exists(Post.objects.filter(pk=OuterRef("post_id")))).order_by("pk")
    unsound = set(damaged(Document).filter(pk__in=lost).values_list("pk", flat=True))
    for document in lost.iterator(chunk_size=100):
        parsed, _ = parse_stored([(document.file_name, document.content)])
        is_sound = document.gone_at is None and document.pk not in unsound
        is_repaired = bool(repair and is_sound and parsed)
        if is_repaired:
            restore_post(document, parsed[0])
        yield Difference(
            f"document {document}: its post, {document.post_id}, is not there",
            remedy="" if is_sound and parsed else RESTORE,
            repaired=is_repaired,
        )


def restore_post(document: Document, parsed: ParsedDocument) -> None:
    """Derive the lost post of a document again, with the id that other rows know."""
    with locks.writing():
        posts = Post.objects.all()
        post = posts.filter(pk=document.post_id).first()  # restored with another document
        post = post or posts.filter(slug=parsed.slug).first()
        if post is None:
            post = Post(pk=document.post_id, slug=parsed.slug, published_at=parsed.published_at)
            Post.objects.bulk_create([post])  # which records no edit
        Document.objects.filter(pk=document.pk).update(post=post)
        derive_again([post.slug])
