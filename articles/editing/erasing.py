"""Deletes posts for good, as a law or a court may demand: a hidden post keeps its text. An erasure
remains, without the text. It says who erased which address, when and why, and imports recognise
the files by it, so that none brings the post back."""

from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from .. import changes, locks
from ..importing import erasures
from ..models import DocumentVersion, Erasure, ImportedFile, ImportProblem, Post


@dataclass(frozen=True, slots=True)
class Extent:
    """What is deleted with a post: the names of its documents, and how many of the rest."""

    documents: tuple[str, ...]
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
    locks.take_turn()  # or an import might derive the post again meanwhile
    post = Post.objects.select_for_update().get(pk=post.pk)
    documents = post.documents.all()
    versions = DocumentVersion.objects.filter(document__post=post)
    contents = [
        *documents.values_list("file_name", "content"),
        *versions.values_list("document__file_name", "content"),
    ]
    names = list(documents.values_list("file_name", flat=True))
    erasure = Erasure.objects.create(
        slug=post.slug,
        info_code=post.info_code or "",
        file_names=names,
        sha256=erasures.hashes(contents),
        made_by=by,
        reason=why,
    )
    changes.deleting_posts([post.pk])
    documents.delete()
    delete_kept_by_runs(names)
    pk = post.pk
    post.delete()
    for field in Post.history.model._history_m2m_fields:
        getattr(Post.history.model, field.name).model.objects.filter(post_id=pk).delete()
    Post.history.filter(id=pk).delete()  # including the record of this deletion
    kind = ContentType.objects.get_for_model(Post)
    LogEntry.objects.filter(content_type=kind, object_id=str(pk)).delete()  # they contain its title
    return erasure


def delete_kept_by_runs(file_names: list[str]) -> None:
    """Delete what imports kept of files with these names: those that they refused, and notes, which
    quote what was left out."""
    for name in file_names:
        is_named = Q(path=name) | Q(path__endswith=f"/{name}")
        ImportProblem.objects.filter(is_named).delete()
        ImportedFile.objects.filter(is_named).exclude(notes=[]).update(notes=[])
