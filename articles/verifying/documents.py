"""The contents of documents against their hashes."""

from collections.abc import Iterator
from typing import Any

from django.db.models import BinaryField, F, Func, IntegerField
from django.db.models.functions import Length

from ..database import write_connection
from ..models import Document, DocumentVersion
from .difference import Difference

#: The hash of a version that was found damaged: nothing can mend it, and it was said once.
DAMAGED = b""
AGAIN = "import its file again"
LET_GO = "--repair lets its file be imported again"


def differences(*, repair: bool = False) -> Iterator[Difference]:
    yield from damaged_documents(repair=repair)
    yield from damaged_versions(repair=repair)
    yield from wrong_sizes(repair=repair)


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
