"""One change to many posts: planned, told beforehand, then applied batch by batch.

A batch is one transaction, in which the change's row says how far it is; so a change that was
stopped, however it was, goes on where it was and does nothing twice.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import BigIntegerField, Count, Exists, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import locks
from ..importing.reparse import derive_again
from ..models import (
    BulkChange,
    Category,
    ChangedPost,
    Document,
    Post,
    PostCategory,
    PostQuerySet,
    PostTag,
    Source,
    Tag,
)
from . import (
    background,
    bodies,
    history,
    merging,
    posts,
)

BATCH: Final = 200  # posts in a transaction
LIMIT: Final = 100_000  # posts in a change
SAMPLE: Final = 10
COMMAND = [*background.MANAGE, "apply_bulk_change"]  # which a child process runs

STARTING: Final = dt.timedelta(seconds=15)  # which a process may take until it is at work

Action = BulkChange.Action
#: What names no term, and so is said anew to each reader.
SAID_ANEW: Final = (Action.PUBLISH, Action.HIDE, Action.DERIVE, Action.UNDO)
State = Literal["planned", "running", "stopped", "finished"]


class CannotApplyError(Exception):
    """A change cannot be planned, or not go on; the message tells people why."""


class Kind(Protocol):
    """What is done to posts. `fields` are those that it may change; as text it says with what."""

    @property
    def fields(self) -> Sequence[str]: ...

    def pending(self, among: PostQuerySet) -> PostQuerySet:
        """Those that it will change, for they are not so already."""

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        """Do it to some posts, in a transaction of the caller's; those that were changed."""

    def finish(self, by: AbstractBaseUser | None, why: str) -> None:
        """What is left to do in the transaction of the last batch."""


class ChangeOfValues:
    """A kind that gives each post new values, which depend on those that it has."""

    def values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        raise NotImplementedError

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        return posts.change_each(post_ids, self.values, by=by, why=why).keys()

    def finish(self, by: AbstractBaseUser | None, why: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class SetStatus(ChangeOfValues):
    status: str
    fields = ("status",)

    def __str__(self) -> str:
        return str(Post.Status(self.status).label)

    def pending(self, among: PostQuerySet) -> PostQuerySet:
        return among.exclude(status=self.status)

    def values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"status": self.status}


@dataclass(frozen=True, slots=True)
class SetSource(ChangeOfValues):
    source: Source
    fields = ("source",)

    def __str__(self) -> str:
        return str(self.source)

    def pending(self, among: PostQuerySet) -> PostQuerySet:
        return among.exclude(source=self.source)

    def values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"source": self.source}


@dataclass(frozen=True, slots=True)
class Move(ChangeOfValues):
    """Into a category: out of `origin` alone, where that is given, else out of all others."""

    to: Category
    origin: Category | None = None
    fields = ("categories",)

    def __str__(self) -> str:
        return f"{self.origin} → {self.to}" if self.origin else str(self.to)

    def pending(self, among: PostQuerySet) -> PostQuerySet:
        joins = PostCategory.objects.filter(post=OuterRef("pk"))
        if self.origin:
            return among.filter(Exists(joins.filter(category=self.origin)))
        is_there = Exists(joins.filter(category=self.to))
        is_elsewhere = Exists(joins.exclude(category=self.to))
        return among.filter(~is_there | is_elsewhere)

    def values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.origin is None:
            return {"categories": [self.to]}
        moved = [self.to if c == self.origin else c for c in old["categories"]]
        return {"categories": list(dict.fromkeys(moved))}


@dataclass(frozen=True, slots=True)
class AddTags(ChangeOfValues):
    tags: tuple[Tag, ...]
    fields = ("tags",)

    def __str__(self) -> str:
        return "、".join(map(str, self.tags))

    def pending(self, among: PostQuerySet) -> PostQuerySet:
        theirs = PostTag.objects.filter(post=OuterRef("pk"), tag__in=self.tags)
        count = theirs.values("post").annotate(count=Count("pk")).values("count")
        return among.exclude(Exists(count.filter(count=len(self.tags))))

    def values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"tags": list(dict.fromkeys([*old["tags"], *self.tags]))}


@dataclass(frozen=True, slots=True)
class RemoveTags(ChangeOfValues):
    tags: tuple[Tag, ...]
    fields = ("tags",)

    def __str__(self) -> str:
        return "、".join(map(str, self.tags))

    def pending(self, among: PostQuerySet) -> PostQuerySet:
        return among.filter(Exists(PostTag.objects.filter(post=OuterRef("pk"), tag__in=self.tags)))

    def values(self, old: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"tags": [tag for tag in old["tags"] if tag not in self.tags]}


@dataclass(frozen=True, slots=True)
class Derive:
    """From the documents again. What was edited by hand stays, unless it is given back."""

    give_back: bool = False
    fields = posts.EDITABLE

    def __str__(self) -> str:
        return str(_("giving back to imports what was edited by hand")) if self.give_back else ""

    def pending(self, among: PostQuerySet) -> PostQuerySet:
        return among.filter(Exists(Document.objects.filter(post=OuterRef("pk"), gone_at=None)))

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        with_documents = self.pending(Post.objects.filter(pk__in=post_ids))
        found = posts.locked(with_documents.values_list("pk", flat=True))
        before = posts.values_of_each(found)
        kept = {post.pk: post.hand_edited for post in found}
        history.remember_imports(found)
        if self.give_back:
            Post.objects.filter(pk__in=kept).update(hand_edited=[])
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
    """Of a bulk change: the fields that it changed get back what they held, and imports those that
    they had. What was changed again since stays."""

    change: BulkChange
    fields = posts.EDITABLE

    def __str__(self) -> str:
        return str(self.change)

    def pending(self, among: PostQuerySet) -> PostQuerySet:
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


class Unnest(Func):
    function = "unnest"
    set_returning = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change will do. `by_hand`: of the posts that change, those in which it concerns a
    field that was edited by hand, which is then changed, or kept where `keeps`."""

    total: int
    changing: int
    by_hand: int
    keeps: bool
    sample: list[Post]
    hidden_by: list[tuple[str, int]]  # who hid how many of them one by one, where they are shown

    @property
    def already(self) -> int:
        return self.total - self.changing


def plan(selected: PostQuerySet, action: str, *, by: User) -> BulkChange:
    """Note what posts are to be changed. Raises `CannotApplyError` where they are too many."""
    BulkChange.objects.forgotten().delete()
    ids = list(selected.order_by("pk").values_list("pk", flat=True)[: LIMIT + 1])
    if len(ids) > LIMIT:
        raise CannotApplyError(
            _("More than %(limit)s posts are selected: narrow the list down.")
            % {"limit": f"{LIMIT:,}"}
        )
    return BulkChange.objects.create(action=action, post_ids=ids, made_by=by)


def prepare(change: BulkChange, parameters: Mapping[str, Any], *, why: str = "") -> None:
    """Say what a planned change is to do. Raises `CannotApplyError`."""
    undone = {"of": change.parameters["of"]} if "of" in change.parameters else {}
    change.parameters = {**parameters, **undone}
    change.parameters["summary"] = str(kind_of(change))  # for when its terms are gone
    change.reason = why
    change.save(update_fields=["parameters", "reason"])


def is_prepared(change: BulkChange) -> bool:
    """Whether a planned change has been told what to do."""
    return "summary" in change.parameters


def summary(change: BulkChange) -> str:
    """With what posts are changed, in the reader's language. Terms are called what they were when
    it was planned, for they may be gone."""
    told = str(change.parameters.get("summary", ""))
    if change.action not in SAID_ANEW:
        return told
    try:
        return str(kind_of(change))
    except CannotApplyError:
        return told


def kind_of(change: BulkChange) -> Kind:
    """Raises `CannotApplyError`: a term that it names is no more."""
    given = change.parameters
    try:
        match change.action:
            case Action.PUBLISH:
                return SetStatus(Post.Status.PUBLISHED)
            case Action.HIDE:
                return SetStatus(Post.Status.HIDDEN)
            case Action.MOVE:
                origin = given.get("origin")
                return Move(
                    Category.objects.get(pk=given["category"]),
                    Category.objects.get(pk=origin) if origin else None,
                )
            case Action.ADD_TAGS:
                return AddTags(tuple(Tag.objects.filter(pk__in=given["tags"])))
            case Action.REMOVE_TAGS:
                return RemoveTags(tuple(Tag.objects.filter(pk__in=given["tags"])))
            case Action.SOURCE:
                return SetSource(Source.objects.get(pk=given["source"]))
            case Action.DERIVE:
                return Derive(give_back=given.get("give_back", False))
            case Action.UNDO:
                return Undo(BulkChange.objects.with_total().get(pk=given["of"]))
            case Action.MERGE:
                return merging.merge_of(given)
    except ObjectDoesNotExist as error:
        raise CannotApplyError(gettext_lazy("What it names is no longer there.")) from error
    raise CannotApplyError(f"unknown action: {change.action}")


def preview(change: BulkChange) -> Preview:
    """Raises `CannotApplyError`."""
    kind = kind_of(change)
    its_row = BulkChange.objects.filter(pk=change.pk)
    ids = its_row.values_list(Unnest("post_ids", output_field=BigIntegerField()), flat=True)
    changing = kind.pending(Post.objects.filter(pk__in=ids))
    by_hand = Q(hand_edited__overlap=list(kind.fields))
    counts = changing.aggregate(changing=Count("pk"), by_hand=Count("pk", filter=by_hand))
    return Preview(
        total=len(change.post_ids),
        **counts,
        keeps=isinstance(kind, Derive) and not kind.give_back,
        sample=list(changing.for_headline().newest_first()[:SAMPLE]),
        hidden_by=hidden_by(changing) if change.action == Action.PUBLISH else [],
    )


def hidden_by(among: PostQuerySet) -> list[tuple[str, int]]:
    """Who hid how many of these posts one by one, rather than by a bulk change."""
    records = Post.history.filter(id=OuterRef("pk"))
    shown = records.exclude(status=Post.Status.HIDDEN).order_by("-history_id")
    hidden = Post.history.filter(
        id=OuterRef("pk"), history_id__gt=Coalesce(OuterRef("shown"), 0)
    ).order_by("history_id")
    found = (
        among.filter(status=Post.Status.HIDDEN)
        .annotate(shown=Subquery(shown.values("history_id")[:1]))
        .annotate(
            record=Subquery(hidden.values("history_id")[:1]),
            who=Subquery(hidden.values("history_user__username")[:1]),
        )
        .filter(who__isnull=False)
        .filter(~Exists(ChangedPost.objects.filter(record=OuterRef("record"))))
    )
    return list(found.order_by().values_list("who").annotate(count=Count("pk")).order_by("-count"))


def plan_undo(change: BulkChange, *, by: User) -> BulkChange:
    """Note that a change is to be undone. Raises `CannotApplyError` where that cannot be."""
    changed = change.changed_posts.filter(record__isnull=False).order_by("post")
    ids = list(changed.values_list("post", flat=True))
    if not ids:
        raise CannotApplyError(_("There is nothing that could be undone."))
    undo = BulkChange.objects.create(
        action=Action.UNDO, post_ids=ids, parameters={"of": change.pk}, made_by=by
    )
    prepare(undo, {})
    return undo


def start(change: BulkChange) -> None:
    """Apply a change, or go on with one that was stopped: a small one here and now, a large one
    in a process of its own. Raises `CannotApplyError`."""
    BulkChange.objects.filter(pk=change.pk).update(started_at=timezone.now(), error="")
    if len(change.post_ids) - change.done <= BATCH:
        apply(change.pk)
    else:
        background.start([*COMMAND, str(change.pk)])


def apply(pk: int) -> None:
    """Do what is left of a change. Where that fails, its row says why. Does nothing where another
    process is at it. Raises `CannotApplyError`."""
    with locks.exclusive(locks.BULK_CHANGE, pk) as is_ours:
        if not is_ours:
            return
        try:
            while apply_batch(pk):
                pass
        except Exception as error:
            with translation.override(None):  # as `sayings` know it
                why = str(error) or repr(error)
            BulkChange.objects.filter(pk=pk).update(error=why)
            raise


@transaction.atomic
def apply_batch(pk: int) -> bool:
    """Do one batch of a change; False: it was the last one."""
    locks.take_turn()
    change = BulkChange.objects.with_total().select_related("made_by").get(pk=pk)
    if change.finished_at:
        return False
    kind = kind_of(change)
    if ids := batch_of(change):
        changed = kind.apply(ids, change.made_by, change.reason)
        change.changed += len(changed)
        remember(change, changed)
        change.done += len(ids)
    if change.done == change.total:  # type: ignore[attr-defined]
        kind.finish(change.made_by, change.reason)
        change.finished_at = timezone.now()
    change.save(update_fields=["done", "changed", "finished_at"])
    return change.finished_at is None


def remember(change: BulkChange, post_ids: Collection[int]) -> None:
    """Note what posts were changed, and by which records that is undone."""
    newest: dict[int, int] = {}
    if change.action != Action.MERGE:
        records = Post.history.filter(id__in=post_ids).order_by("id", "-history_id")
        newest = dict(records.distinct("id").values_list("id", "history_id"))
    ChangedPost.objects.bulk_create(
        ChangedPost(change=change, post_id=pk, record=newest.get(pk)) for pk in sorted(post_ids)
    )


def batch_of(change: BulkChange) -> list[int]:
    """The next posts, of which there may be a million, so that no more of them are read."""
    part = f"post_ids__{change.done}_{change.done + BATCH}"
    return list(BulkChange.objects.filter(pk=change.pk).values_list(part, flat=True).get() or [])


def states(changes: Iterable[BulkChange]) -> dict[int, State]:
    """How far each of these is, in one query."""
    at_work = locks.taken(locks.BULK_CHANGE)
    return {change.pk: state(change, change.pk in at_work) for change in changes}


def state(change: BulkChange, is_at_work: bool) -> State:
    if change.finished_at:
        return "finished"
    if change.started_at is None:
        return "planned"
    is_young = timezone.now() - change.started_at < STARTING
    return "running" if is_at_work or (is_young and not change.error) else "stopped"
