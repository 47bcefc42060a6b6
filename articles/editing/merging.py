"""Several sources, categories, tags or securities → one of them. Every post moves, by a bulk
change; what the others were called and where they were are the one's aliases from then on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, User
from django.db import models

from .. import changes
from ..models import (
    BulkChange,
    Category,
    Mention,
    Post,
    PostCategory,
    PostQuerySet,
    PostTag,
    Security,
    Source,
    Tag,
)
from . import history
from .terms import naming

JOINS: Final[dict[type[models.Model], tuple[type[models.Model], str]]] = {
    Category: (PostCategory, "category"),
    Tag: (PostTag, "tag"),
    Security: (Mention, "security"),
}
MODELS: Final[dict[str, Any]] = {
    "source": Source,
    "category": Category,
    "tag": Tag,
    "security": Security,
}


@dataclass(frozen=True, slots=True)
class Merge:
    """Of terms of one kind into another of it. It is no edit of posts: they have what they had,
    under another name, so imports may change it, and no record is made of each."""

    terms: tuple[Any, ...]
    target: Any
    fields = ()

    def __str__(self) -> str:
        return f"{'、'.join(map(str, self.terms))} → {self.target}"

    def pending(self, among: PostQuerySet) -> PostQuerySet:
        if isinstance(self.target, Source):
            return among.filter(source__in=self.terms)
        join, name = JOINS[type(self.target)]
        joins = join._default_manager.filter(**{f"{name}__in": self.terms})
        return among.filter(pk__in=joins.values("post"))

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        pending = self.pending(Post.objects.filter(pk__in=post_ids)).select_for_update()
        found = list(pending.order_by("pk").values_list("pk", flat=True))
        if isinstance(self.target, Source):
            Post.objects.filter(pk__in=found).update(source=self.target)
        else:
            self.move_joins(found)
        changes.posts_changed(found)
        return found

    def move_joins(self, post_ids: Sequence[int]) -> None:
        """Join each post with the target once, in the first of the places that it had them in."""
        join, name = JOINS[type(self.target)]
        kept: dict[int, Any] = {}
        rows = join._default_manager.filter(
            post__in=post_ids, **{f"{name}__in": [*self.terms, self.target]}
        )
        for row in rows.order_by("position"):
            kept.setdefault(row.post_id, row)  # type: ignore[attr-defined]
        rows.exclude(pk__in=[row.pk for row in kept.values()]).delete()
        rows.update(**{name: self.target})

    def finish(self, by: AbstractBaseUser | None, why: str) -> None:
        """Move what came meanwhile, then let the terms go."""
        locked = type(self.target).objects.select_for_update()
        list(locked.filter(pk__in=[term.pk for term in (*self.terms, self.target)]).order_by("pk"))
        left = self.pending(Post.objects.all()).values_list("pk", flat=True)
        while batch := list(left[:500]):
            self.apply(batch, by, why)
        why = f"{self}：{why}" if why else str(self)
        history.remember(self.target)
        if isinstance(self.target, Security):
            self.fold_names(self.target)
        for term in self.terms:
            term._history_user, term._change_reason = by, why
            term.aliases.update(term=self.target)
            alias = naming(term)
            term.delete()
            self.target.aliases.create(**alias)
        history.save(self.target, by=by, why=why)
        changes.terms_changed()

    def fold_names(self, target: Security) -> None:
        """The target keeps its name, or gets one if it has none; the others' are its earlier."""
        found = [target, *self.terms]
        target.names = sorted({name for one in found for name in (*one.names, one.name)} - {""})
        target.named_at = max((one.named_at for one in found if one.named_at), default=None)
        if not target.name:
            named = next((term for term in self.terms if term.name), target)
            target.name, target.pinyin = named.name, named.pinyin


def posts_of(terms: Sequence[Any]) -> PostQuerySet:
    """Every post that has one of these terms, hidden ones and drafts too."""
    return Merge(tuple(terms), terms[0]).pending(Post.objects.all())


def plan(terms: Iterable[Any], target: Any, *, by: User | None, why: str = "") -> BulkChange:
    """Note that `terms`, which `target` is none of, are to be merged into it."""
    merge = Merge(tuple(terms), target)
    ids = merge.pending(Post.objects.all()).order_by("pk").values_list("pk", flat=True)
    return BulkChange.objects.create(
        action=BulkChange.Action.MERGE,
        parameters={
            "model": type(target).__name__.lower(),
            "terms": [term.pk for term in merge.terms],
            "target": target.pk,
            "summary": str(merge),
        },
        post_ids=list(ids),
        made_by=by,
        reason=why,
    )


def merge_of(parameters: Mapping[str, Any]) -> Merge:
    """Raises `ObjectDoesNotExist`."""
    terms = MODELS[parameters["model"]].objects
    return Merge(
        tuple(terms.get(pk=pk) for pk in parameters["terms"]), terms.get(pk=parameters["target"])
    )
