"""What waits for an editor, in boxes. Each box is for those who may act on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import task_queue
from ..editing import runs
from ..editing.similar_names import Similarity, similar_pairs
from ..models import (
    EmptySearch,
    ImportProblem,
    ImportRun,
    PendingChange,
    Post,
    Security,
    Source,
)
from ..templatetags.words import in_words

SHOWN: Final = 8  # rows of a box
COUNTED: Final = 1_000  # rows at most; for more a box says "1,000+"


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    address: str = ""  # where an editor acts on it
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """`rows` are the first of the list at `address`. Without rows, the box says `nothing`."""

    title: str
    rows: list[Row]
    address: str = ""
    nothing: str = ""


def boxes_for(user: Any) -> list[Box]:
    boxes: list[tuple[str, Callable[[], Box | None]]] = [
        ("articles.view_post", missing_worker),
        ("articles.view_post", sample_posts),
        ("articles.view_post", posts_of_today),
        ("articles.approve_pendingchange", pending_changes),
        ("articles.change_post", drafts),
        ("articles.change_post", scheduled_posts),
        ("articles.change_importproblem", refused_files),
        ("articles.add_importrun", last_import),
        ("articles.change_post", empty_searches),
        ("articles.change_security", nameless_securities),
        ("articles.change_source", similar_sources),
    ]
    shown = (box() for permission, box in boxes if user.has_perm(permission))
    return [box for box in shown if box]


def missing_worker() -> Box | None:
    """None as long as a worker is there."""
    if task_queue.has_worker():
        return None
    what = _("No worker is running, so uploads and large bulk changes wait.")
    return Box(_("Worker"), [Row(what, note=_("manage.py worker starts one."))])


def sample_posts() -> Box | None:
    """Shown to everybody, so that nobody takes samples for news. None if there are none."""
    count = Post.objects.samples().values("pk")[: COUNTED + 1].count()
    if not count:
        return None
    held = ngettext(
        "The archive still holds %(count)s sample post.",
        "The archive still holds %(count)s sample posts.",
        count,
    ) % {"count": as_counted(count)}
    how = _("manage.py remove_sample_posts removes them.")
    return Box(_("Sample posts"), [Row(held, note=how)])


def posts_of_today() -> Box:
    today = timezone.localdate()
    day = {"since": today, "until": today}
    posts = Post.objects.published_between(today, today)
    rows = [
        Row(_("Published today"), listed(state="published", **day), counted(posts.published())),
        Row(_("Scheduled"), listed(state="scheduled"), counted(Post.objects.scheduled())),
        Row(_("Drafts"), listed(state="draft"), counted(Post.objects.drafts())),
    ]
    return Box(_("Today's posts"), rows, listed(**day))


def pending_changes() -> Box:
    waiting = PendingChange.objects.waiting()
    rows = [
        Row(
            change.post.title,
            form_of(change.post_id),
            _("could not be published") if change.stopped_at else str(change.made_by or ""),
        )
        for change in waiting.select_related("post", "made_by").only(
            "stopped_at", "post__title", "made_by__username"
        )[:SHOWN]
    ]
    title = _("Waiting for approval: %(count)s") % {"count": counted(waiting)}
    return Box(title, rows, listed(pending="yes"), _("No change is waiting."))


def drafts() -> Box | None:
    """The newest drafts, each with who changed it last; None if there are none."""
    found: Any = Post.objects.drafts().with_last_editor().newest_first()
    rows = [
        Row(title, form_of(pk), editor or "")
        for pk, title, editor in found.values_list("pk", "title", "last_editor")[:SHOWN]
    ]
    return Box(_("Newest drafts"), rows, listed(state="draft")) if rows else None


def scheduled_posts() -> Box | None:
    """The next to appear, and when; None if there are none."""
    posts = Post.objects.scheduled().order_by("published_at", "id")
    rows = [
        Row(title, form_of(pk), f"{timezone.localtime(published_at):%Y-%m-%d %H:%M}")
        for pk, title, published_at in posts.values_list("pk", "title", "published_at")[:SHOWN]
    ]
    return Box(_("Next to appear"), rows, listed(state="scheduled")) if rows else None


def refused_files() -> Box:
    waiting = ImportProblem.objects.waiting()
    rows = [
        Row(
            problem.path.rpartition("/")[2],
            reverse("admin:articles_importproblem_change", args=[problem.pk]),
            in_words(problem.reason),
        )
        for problem in waiting.defer("content").order_by("-run", "path")[:SHOWN]
    ]
    title = _("Refused files waiting: %(count)s") % {"count": counted(waiting)}
    address = reverse("admin:articles_importproblem_changelist")
    return Box(title, rows, address, _("Every file that was imported could be read."))


def last_import() -> Box:
    address = reverse("admin:articles_importrun_changelist")
    run = runs.with_state(ImportRun).order_by("-started_at").first()
    if run is None:
        return Box(_("Last import"), [], address, _("Nothing has been imported yet."))
    state = in_words(run.error) if run.error else str(ImportRun.State(run.state).label)
    counts = _(
        "%(created)d created, %(updated)d updated, %(repaired)d repaired, %(refused)d refused"
    )
    rows = [
        Row(str(run), reverse("admin:articles_importrun_change", args=[run.pk]), state),
        Row(
            counts
            % {name: getattr(run, name) for name in ("created", "updated", "repaired", "refused")}
        ),
    ]
    return Box(_("Last import"), rows, address)


def empty_searches() -> Box:
    searches = EmptySearch.objects.asked_by_several().asked_lately()
    rows = [
        Row(
            search.text,
            f"{reverse('posts')}?{urlencode({'q': search.text})}",
            ngettext("%(count)d reader", "%(count)d readers", search.times)
            % {"count": search.times},
        )
        for search in searches.order_by("-times", "-last_at")[:SHOWN]
    ]
    title = _("Searches that found nothing lately")
    return Box(title, rows, "", _("Whatever readers searched for was found."))


def nameless_securities() -> Box:
    nameless = Security.objects.nameless()
    rows = [
        Row(
            security.symbol,
            reverse("admin:articles_security_change", args=[security.pk]),
            ngettext("%(count)d post", "%(count)d posts", security.post_count)
            % {"count": security.post_count},
        )
        for security in nameless.most_used_first()[:SHOWN]
    ]
    title = _("Securities without a name: %(count)s") % {"count": counted(nameless)}
    return Box(title, rows, "", _("Every security has a name."))


def similar_sources() -> Box:
    why = {
        Similarity.SAME_LETTERS: _("the same letters"),
        Similarity.PREFIX: _("one begins with the other"),
        Similarity.ONE_LETTER: _("a letter apart"),
    }
    names = dict(Source.objects.order_by("pk").values_list("pk", "name"))
    pairs = similar_pairs(names)
    rows = [
        Row(
            f"{names[pair.first]} · {names[pair.second]}",
            merge_address(pair.first, pair.second),
            why[pair.similarity],
        )
        for pair in pairs[:SHOWN]
    ]
    title = _("Sources that look alike: %(count)s") % {"count": f"{len(pairs):,}"}
    address = reverse("admin:articles_source_changelist")
    return Box(title, rows, address, _("No two sources look alike."))


def merge_address(*ids: int) -> str:
    return f"{reverse('admin:articles_source_merge')}?ids={','.join(map(str, ids))}"


def form_of(post_id: int) -> str:
    return reverse("admin:articles_post_change", args=[post_id])


def listed(**parameters: Any) -> str:
    return f"{reverse('admin:articles_post_changelist')}?{urlencode(parameters)}"


def counted(found: QuerySet[Any]) -> str:
    """How many there are, up to `COUNTED`."""
    return as_counted(found.values("pk")[: COUNTED + 1].count())


def as_counted(count: int) -> str:
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
