"""One change to many posts: planned, previewed, then applied batch by batch.

Each batch is a transaction that also records how many posts are done. So a change that was
stopped, for whatever reason, continues where it stopped and does nothing twice.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import BigIntegerField, Case, Count, Exists, Func, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import locks, task_queue
from ..messages import Message, reason_of
from ..models import BulkChange, Category, ChangedPost, Post, PostQuerySet, Source, StoryPost, Tag
from . import merging
from .operations import (
    AddTags,
    Derive,
    Move,
    Operation,
    RemoveTags,
    SetFirst,
    SetSource,
    SetStatus,
    Split,
    Undo,
    Unite,
)

POSTS_AT_ONCE: Final = 200  # posts in a transaction
MOST_POSTS: Final = 100_000  # posts in a change
SAMPLE: Final = 10  # posts that a preview names

Action = BulkChange.Action
#: Actions that name no term: their summary is translated for each reader.
TRANSLATED: Final = (
    Action.PUBLISH,
    Action.HIDE,
    Action.DERIVE,
    Action.SPLIT,
    Action.FIRST,
    Action.UNDO,
)
State = Literal["planned", "waiting", "running", "stopped", "finished"]
Step = Literal["prepare", "discard", "start", "stop", "continue", "undo"]


class CannotApplyError(Exception):
    """A change cannot be planned or continued. It is raised with what tells editors why: a text
    in their language or a `Message`."""


class Unnest(Func):
    function = "unnest"
    set_returning = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do. `by_hand` counts the posts in which it touches a field edited by
    hand. Such fields are kept if `keeps`, otherwise changed."""

    total: int
    changing: int
    by_hand: int
    keeps: bool
    sample: list[Post]
    hidden_by: list[tuple[str, int]]  # if it publishes: who hid how many of them one by one

    @property
    def already(self) -> int:
        return self.total - self.changing


def create(selected: PostQuerySet, action: str, *, by: User) -> BulkChange:
    """Note which posts are to be changed. Raises `CannotApplyError` if they are too many, or are to
    be the first of one story."""
    BulkChange.objects.forgotten().delete()
    ids = list(selected.order_by("pk").values_list("pk", flat=True)[: MOST_POSTS + 1])
    if len(ids) > MOST_POSTS:
        raise CannotApplyError(
            _("More than %(limit)s posts are selected: narrow the list down.")
            % {"limit": f"{MOST_POSTS:,}"}
        )
    if action == Action.FIRST and (same := told_twice(ids)):
        raise CannotApplyError(
            _("Only one post can be the first of a story: “%(one)s” tells what “%(other)s” does.")
            % {"one": same[1], "other": same[0]}
        )
    return BulkChange.objects.create(action=action, post_ids=ids, made_by=by)


def told_twice(post_ids: Collection[int]) -> Sequence[str]:
    """The titles of two of these posts that tell the same story; none if no two do."""
    rows = StoryPost.objects.filter(post__in=post_ids)
    stories = rows.order_by().values("first").annotate(posts=Count("post")).filter(posts__gt=1)
    told = rows.filter(first__in=stories.values("first")[:1]).order_by("place")
    return list(told.values_list("post__title", flat=True)[:2])


def prepare(change: BulkChange, parameters: Mapping[str, Any], *, why: str = "") -> None:
    """Give a planned change its parameters. Raises `CannotApplyError`."""
    require(change, "prepare")
    undone = {"of": change.parameters["of"]} if "of" in change.parameters else {}
    change.parameters = {**parameters, **undone}
    change.parameters["summary"] = str(operation_of(change))  # its terms may be gone later
    change.reason = why
    change.save(update_fields=["parameters", "reason"])


def discard(change: BulkChange) -> None:
    """Delete a plan. Raises `CannotApplyError` if it has been started."""
    require(change, "discard")
    change.delete()


def is_prepared(change: BulkChange) -> bool:
    """Whether a planned change has been told what to do."""
    return "summary" in change.parameters


def summary(change: BulkChange) -> str:
    """What the change applies (terms or status), in the reader's language. Terms have the names
    that they had when the change was planned, since they may be gone."""
    told = str(change.parameters.get("summary", ""))
    if change.action not in TRANSLATED:
        return told
    try:
        return str(operation_of(change))
    except CannotApplyError:
        return told


def operation_of(change: BulkChange) -> Operation:
    """Raises `CannotApplyError` if a term that it names is gone."""
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
            case Action.UNITE:
                return Unite(first_of(change).slug)
            case Action.SPLIT:
                return Split()
            case Action.FIRST:
                return SetFirst()
            case Action.UNDO:
                return Undo(BulkChange.objects.with_total().get(pk=given["of"]))
            case Action.MERGE:
                return merging.merge_of(given)
    except ObjectDoesNotExist as error:
        raise CannotApplyError(Message("terms-gone")) from error
    raise CannotApplyError(f"unknown action: {change.action}")


def first_of(change: BulkChange) -> Post:
    """The earliest of its posts, of those that readers see if there are any. Raises
    `ObjectDoesNotExist`."""
    found = Post.objects.filter(pk__in=change.post_ids).for_headline()
    is_unseen = Case(When(status=Post.Status.PUBLISHED, then=0), default=1)
    return found.order_by(is_unseen, "published_at", "slug")[:1].get()


def preview(change: BulkChange) -> Preview:
    """Raises `CannotApplyError`."""
    operation = operation_of(change)
    its_row = BulkChange.objects.filter(pk=change.pk)
    ids = its_row.values_list(Unnest("post_ids", output_field=BigIntegerField()), flat=True)
    changing = operation.affected(Post.objects.filter(pk__in=ids))
    by_hand = Q(hand_edited__overlap=list(operation.fields))
    counts = changing.aggregate(changing=Count("pk"), by_hand=Count("pk", filter=by_hand))
    return Preview(
        total=len(change.post_ids),
        **counts,
        keeps=isinstance(operation, Derive) and not operation.give_back,
        sample=list(changing.for_headline().newest_first()[:SAMPLE]),
        hidden_by=hidden_by(changing) if change.action == Action.PUBLISH else [],
    )


def hidden_by(among: PostQuerySet) -> list[tuple[str, int]]:
    """Who hid how many of these posts one by one, not by a bulk change."""
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


def create_undo(change: BulkChange, *, by: User) -> BulkChange:
    """Plan to undo a change. Raises `CannotApplyError` if it is at work, or if there is nothing to
    undo."""
    require(change, "undo")
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
    """Apply a change, or continue one that was stopped: a small one at once, a large one by a
    worker, which has the session that this needs where the web server has none. Raises
    `CannotApplyError`."""
    require(change, "start", "continue")
    is_large = len(change.post_ids) - change.done > POSTS_AT_ONCE or not settings.HAS_SESSIONS
    with transaction.atomic():
        BulkChange.objects.filter(pk=change.pk).update(started_at=timezone.now(), error="")
        if is_large:
            task_queue.put(task_queue.APPLY_BULK_CHANGE, change.pk)
    if not is_large:
        apply(change.pk)


def stop(change: BulkChange) -> None:
    """Stop a change after the batch that it is at. One that was never begun is planned again.
    Raises `CannotApplyError`."""
    require(change, "stop")
    task_queue.stop(task_queue.APPLY_BULK_CHANGE, change.pk)
    if task_queue.cancel(task_queue.APPLY_BULK_CHANGE, change.pk):
        BulkChange.objects.filter(pk=change.pk, done=0).update(started_at=None)


def apply(pk: int, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Apply the rest of a change, or as much of it as is done when `should_stop` is true, unless
    another process is at work on it. If that fails, its row says why. Raises `CannotApplyError`."""
    with locks.exclusive(locks.BULK_CHANGE, pk) as is_ours:
        if not is_ours:
            return
        try:
            while not should_stop() and apply_batch(pk):
                pass
        except Exception as error:
            BulkChange.objects.filter(pk=pk).update(error=reason_of(error))
            raise


@transaction.atomic
def apply_batch(pk: int) -> bool:
    """Apply one batch of a change. Return whether there are more."""
    locks.take_turn()
    change = BulkChange.objects.with_total().select_related("made_by").get(pk=pk)
    if change.finished_at:
        return False
    operation = operation_of(change)
    if ids := batch_of(change):
        changed = operation.apply(ids, change.made_by, change.reason)
        change.changed += len(changed)
        record_changed(change, changed)
        change.done += len(ids)
    if change.done == change.total:
        operation.finish(change.made_by, change.reason)
        change.finished_at = timezone.now()
    change.error = ""  # of an attempt before this one
    change.save(update_fields=["done", "changed", "finished_at", "error"])
    return change.finished_at is None


def record_changed(change: BulkChange, post_ids: Collection[int]) -> None:
    """Record which posts were changed, and by which records of their history to undo that."""
    newest: dict[int, int] = {}
    if change.action != Action.MERGE:
        records = Post.history.filter(id__in=post_ids).order_by("id", "-history_id")
        newest = dict(records.distinct("id").values_list("id", "history_id"))
    ChangedPost.objects.bulk_create(
        ChangedPost(change=change, post_id=pk, record=newest.get(pk)) for pk in sorted(post_ids)
    )


def batch_of(change: BulkChange) -> list[int]:
    """The ids of the next posts. The database cuts them out: there may be a million."""
    part = f"post_ids__{change.done}_{change.done + POSTS_AT_ONCE}"
    return list(BulkChange.objects.filter(pk=change.pk).values_list(part, flat=True).get() or [])


def states(changes: Iterable[BulkChange]) -> dict[int, State]:
    """The state of each change, by primary key. Two queries."""
    at_work = locks.taken(locks.BULK_CHANGE)
    waiting = task_queue.open_keys(task_queue.APPLY_BULK_CHANGE)
    return {change.pk: state(change, at_work, waiting) for change in changes}


def state(change: BulkChange, at_work: Collection[int], waiting: Collection[int]) -> State:
    if change.finished_at:
        return "finished"
    if change.started_at is None:
        return "planned"
    if change.pk in at_work:
        return "running"
    return "waiting" if change.pk in waiting else "stopped"


def steps(change: BulkChange, state: State) -> set[Step]:
    """What may be done next with a change in this state. A merge is planned with its parameters,
    and there is no way back from it."""
    is_merge = change.action == Action.MERGE
    found: set[Step] = set()
    match state:
        case "planned":
            found |= {"discard"} if is_merge else {"discard", "prepare"}
            found |= {"start"} if is_prepared(change) else set()
        case "waiting" | "running":
            found |= {"stop"}
        case "stopped":
            found |= {"continue"}
    if state in ("stopped", "finished") and change.changed and not is_merge:
        found |= {"undo"}
    return found


def require(change: BulkChange, *wanted: Step) -> None:
    """Raise `CannotApplyError` if none of these steps may be taken, by the row as it is now."""
    current = BulkChange.objects.defer("post_ids").get(pk=change.pk)
    state = states([current])[current.pk]
    if not steps(current, state) & set(wanted):
        raise CannotApplyError(Message("not-in-this-state"))
