"""Posts deleted for good, as a law or a court may ask: hiding keeps the text for the desk. What
stays is a tombstone without the text: who erased what address, when and why, and by what imports
know the files, so that none brings it back."""

from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from .. import changes, locks
from ..importing import erasures
from ..models import (
    DocumentVersion,
    Erasure,
    ImportProblem,
    Post,
)


@dataclass(frozen=True, slots=True)
class Extent:
    """What goes with a post: how many of each."""

    documents: tuple[str, ...]  # the names of their files
    versions: int
    records: int


def extent(post: Post) -> Extent:
    return Extent(
        tuple(post.documents.order_by("file_name").values_list("file_name", flat=True)),
        DocumentVersion.objects.filter(document__post=post).count(),
        Post.history.filter(id=post.pk).count(),
    )


@transaction.atomic
def erase(post: Post, *, by: User, why: str) -> Erasure:
    """Delete a post with its documents, their versions, its history and its search entries."""
    locks.take_turn()  # or an import derives it anew meanwhile
    post = Post.objects.select_for_update().get(pk=post.pk)
    documents = post.documents.all()
    versions = DocumentVersion.objects.filter(document__post=post)
    contents = [
        *documents.values_list("file_name", "content"),
        *versions.values_list("document__file_name", "content"),
    ]
    names = list(documents.values_list("file_name", flat=True))
    tombstone = Erasure.objects.create(
        slug=post.slug,
        info_code=post.info_code or "",
        file_names=names,
        sha256=erasures.digests(contents),
        made_by=by,
        reason=why,
    )
    changes.deleting_posts([post.pk])
    documents.delete()
    delete_refused(names)
    pk = post.pk
    post.delete()
    for field in Post.history.model._history_m2m_fields:
        getattr(Post.history.model, field.name).model.objects.filter(post_id=pk).delete()
    Post.history.filter(id=pk).delete()  # with the record of this very deletion
    kind = ContentType.objects.get_for_model(Post)
    LogEntry.objects.filter(content_type=kind, object_id=str(pk)).delete()  # which have its title
    return tombstone


def delete_refused(file_names: list[str]) -> None:
    """Delete what was kept of such files when they could not be read."""
    for name in file_names:
        ImportProblem.objects.filter(Q(path=name) | Q(path__endswith=f"/{name}")).delete()
