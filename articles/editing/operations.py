"""What a bulk change does to posts: give them a status, move them to a category, tag them, …

Each operation says which posts it would change, and changes some of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from ..importing.reparse import derive_again
from ..models import (
    BulkChange,
    Category,
    Document,
    Post,
    PostCategory,
    PostQuerySet,
    PostTag,
    Source,
    Tag,
)
from . import bodies, history, mentions, posts


class Operation(Protocol):
    """What a bulk change does. `str` says with what, and `fields` are those that it may change even
    where an editor had chosen their values."""

    @property
    def fields(self) -> Sequence[str]: ...

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        """The posts that it would change."""

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        """Do it to some posts, in the caller's transaction, and return the ids of those that were
        changed."""

    def finish(self, by: AbstractBaseUser | None, why: str) -> None:
        """Do the rest, in the transaction of the last batch."""


class EditValues:
    """An operation that gives each post new values, which depend on its old ones."""

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        raise NotImplementedError

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        return posts.change_each(post_ids, self.new_values, by=by, why=why).keys()

    def finish(self, by: AbstractBaseUser | None, why: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class SetStatus(EditValues):
    status: str
    fields = ("status",)

    def __str__(self) -> str:
        return str(Post.Status(self.status).label)

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        return among.exclude(status=self.status)

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"status": self.status}


@dataclass(frozen=True, slots=True)
class SetSource(EditValues):
    source: Source
    fields = ("source",)

    def __str__(self) -> str:
        return str(self.source)

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        return among.exclude(source=self.source)

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"source": self.source}


@dataclass(frozen=True, slots=True)
class Move(EditValues):
    """Move to a category: out of `origin`, or without one out of all others."""

    to: Category
    origin: Category | None = None
    fields = ("categories",)

    def __str__(self) -> str:
        return f"{self.origin} → {self.to}" if self.origin else str(self.to)

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        joins = PostCategory.objects.filter(post=OuterRef("pk"))
        if self.origin:
            return among.filter(Exists(joins.filter(category=self.origin)))
        is_there = Exists(joins.filter(category=self.to))
        is_elsewhere = Exists(joins.exclude(category=self.to))
        return among.filter(~is_there | is_elsewhere)

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.origin is None:
            return {"categories": [self.to]}
        moved = [self.to if c == self.origin else c for c in old["categories"]]
        return {"categories": list(dict.fromkeys(moved))}


@dataclass(frozen=True, slots=True)
class AddTags(EditValues):
    tags: tuple[Tag, ...]
    fields = ("tags",)

    def __str__(self) -> str:
        return "、".join(map(str, self.tags))

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        theirs = PostTag.objects.filter(post=OuterRef("pk"), tag__in=self.tags)
        count = theirs.values("post").annotate(count=Count("pk")).values("count")
        return among.exclude(Exists(count.filter(count=len(self.tags))))

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"tags": list(dict.fromkeys([*old["tags"], *self.tags]))}


@dataclass(frozen=True, slots=True)
class RemoveTags(EditValues):
    tags: tuple[Tag, ...]
    fields = ("tags",)

    def __str__(self) -> str:
        return "、".join(map(str, self.tags))

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        return among.filter(Exists(PostTag.objects.filter(post=OuterRef("pk"), tag__in=self.tags)))

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"tags": [tag for tag in old["tags"] if tag not in self.tags]}


@dataclass(frozen=True, slots=True)
class Unite(EditValues):
    """Make one story of posts: all of them tell what `first` tells."""

    first: str  # its slug
    fields = ("story",)

    def __str__(self) -> str:
        return self.first

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        return among.exclude(slug=self.first).exclude(story=self.first)

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        others = self.affected(Post.objects.filter(pk__in=post_ids)).values_list("pk", flat=True)
        return EditValues.apply(self, list(others), by, why)

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"story": self.first}


@dataclass(frozen=True, slots=True)
class Split(EditValues):
    """Take posts out of their stories: each stands alone."""

    fields = ("story",)

    def __str__(self) -> str:
        return ""

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        return among.exclude(story=Post.STANDS_ALONE)

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"story": Post.STANDS_ALONE}


@dataclass(frozen=True, slots=True)
class SetFirst(EditValues):
    """Make posts the first of their stories."""

    fields = ("tells_first",)

    def __str__(self) -> str:
        return ""

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        return among.exclude(tells_first=True)

    def new_values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"tells_first": True}


@dataclass(frozen=True, slots=True)
class Derive:
    """Derive posts from their documents again. Fields edited by hand stay, unless they are given
    back to imports."""

    give_back: bool = False
    fields = posts.EDITABLE_FIELDS

    def __str__(self) -> str:
        return str(_("giving back to imports what was edited by hand")) if self.give_back else ""

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        return among.filter(Exists(Document.objects.filter(post=OuterRef("pk"), gone_at=None)))

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        with_documents = self.affected(Post.objects.filter(pk__in=post_ids))
        found = posts.locked(with_documents.values_list("pk", flat=True))
        before = posts.values_of_each(found)
        kept = {post.pk: post.hand_edited for post in found}
        history.remember_imports(found)
        if self.give_back:
            Post.objects.filter(pk__in=kept).update(hand_edited=[], **posts.STORY)
            mentions.leave_to_imports(kept)
        derive_again([post.slug for post in found], bodies.parse_document)
        derived = posts.locked(list(kept))
        after = posts.values_of_each(derived)
        changed = [
            post
            for post in derived
            if (after[post.pk], post.hand_edited) != (before[post.pk], kept[post.pk])
        ]
        history.record(changed, by=by, why=why)
        return [post.pk for post in changed]

    def finish(self, by: AbstractBaseUser | None, why: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Undo:
    """Undo a bulk change: the fields that it changed get their old values back, and imports regain
    the fields that it had taken from them. Fields that were changed again since stay as they
    are."""

    change: BulkChange
    fields = ()  # it takes back what the change did, and leaves what was edited since

    def __str__(self) -> str:
        return str(self.change)

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        changed = self.change.changed_posts.filter(post=OuterRef("pk"), record__isnull=False)
        return among.filter(Exists(changed))

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        rows = self.change.changed_posts.filter(post__in=post_ids, record__isnull=False)
        records: dict[int, Any] = dict(rows.values_list("post", "record"))
        return posts.undo_each(records, by=by, why=why)

    def finish(self, by: AbstractBaseUser | None, why: str) -> None:
        pass
