"""What readers see: posts, and their joins with terms."""

import datetime as dt
from typing import Any, Self

import simple_history
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Collate, Greatest, Left, Length, Lower
from django.db.models.lookups import Exact, LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.addresses import url

from ..days import end_of, start_of
from .desk import PendingChange
from .documents import Document
from .paging import Page, PageKey, newer_than, older_than

#: What addresses of other programs lack of a file's name, or replace: the day before it, and signs,
#: symbols, spaces and numbers that are no digits (〇). In the language of PostgreSQL.
NOT_IN_ADDRESSES = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}-"
    r"|[\u0001-\u002f:-@[-`{-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u3004\u3007-\u3030\u3036-\u303f"
    r"\u3200-\u33ff\ufe10-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
    r"\U0001f000-\U0001faff]+"
)
ATTENTION = 10_000  # posts without a source: as many as a list of the desk shows
LEAD = 140  # characters of a body that lists show; a shorter body makes the post a flash
IN_SHANGHAI = "%(expressions)s AT TIME ZONE 'Asia/Shanghai'"
#: The month in which a post appeared, as 202203: `key` of a `FacetCount`.
MONTH_OF_POST = Func(
    F("published_at"),
    template=f"(extract(year FROM {IN_SHANGHAI}) * 100 + extract(month FROM {IN_SHANGHAI}))::int",
    output_field=models.IntegerField(),
)
#: When readers last got to read something else, in SQL: `Post.updated_at`. PostgreSQL takes the
#: greatest of those that are known.
UPDATED = Greatest(F("edited_at"), F("published_at"))
#: The slug and the name of each category of a post.
CHANNELS = Func(
    F("id"),
    template="""ARRAY(
        SELECT ARRAY[slug, name] FROM articles_postcategory joined
        JOIN articles_category category ON category.id = category_id
        WHERE joined.post_id = %(expressions)s ORDER BY slug
    )""",
    output_field=ArrayField(ArrayField(models.TextField())),
)
#: Slug, title, time and source of the other posts that readers see and that tell the same as a
#: post, in their order: the first 40 of them.
ALSO_TOLD = Func(
    F("id"),
    template="""ARRAY(
        SELECT ARRAY[other.slug, other.title, other.published_at::text, coalesce(source.name, '')]
        FROM articles_storypost this
        JOIN articles_storypost told USING (first_id)
        JOIN articles_post other ON other.id = told.post_id
        LEFT JOIN articles_source source ON source.id = other.source_id
        WHERE this.post_id = %(expressions)s AND told.post_id <> this.post_id
            AND other.status = 'published' AND other.published_at <= now()
        ORDER BY told.place LIMIT 40
    )""",
    output_field=ArrayField(ArrayField(models.TextField())),
)


def name_in_addresses(slug: F | Value) -> Lower:
    """What an address and the name of a file have in common: `ab` of 2022-03-04-A、B and of A-B.
    The collation makes it the same on every system."""
    signs = (Value(NOT_IN_ADDRESSES), Value(""), Value("g"))
    letters = Func(slug, *signs, function="regexp_replace", output_field=models.TextField())
    return Lower(Collate(letters, "C"))


def is_named(name: str) -> Exact:
    """Whether a slug has this name after its day, as far as addresses have it."""
    return Exact(name_in_addresses(F("slug")), name_in_addresses(Value(f"0000-00-00-{name}")))


IS_CODE = Q(slug__regex="^[0-9]{18}$")
#: A body so short that it says little more than the title.
IS_FLASH = Q(LessThan(Length(Left("body_text", LEAD)), LEAD))


class PostQuerySet(models.QuerySet["Post"]):
    """Terms are declared in a later module, so here their type is `Model`."""

    def published(self) -> Self:
        """What readers may see now: scheduled posts are left out."""
        return self.filter(status="published", published_at__lte=timezone.now())

    def published_or_hidden(self) -> Self:
        """Those that have or had a page. The page of a hidden post answers 410 Gone."""
        return self.filter(status__in=["published", "hidden"], published_at__lte=timezone.now())

    def named(self, name: str) -> Self:
        """Those whose slug is no code, but has this name."""
        return self.filter(~IS_CODE, is_named(name))

    def drafts(self) -> Self:
        return self.filter(status="draft")

    def hidden(self) -> Self:
        return self.filter(status="hidden")

    def scheduled(self) -> Self:
        """Published, with a time in the future."""
        return self.filter(status="published", published_at__gt=timezone.now())

    def with_pending_changes(self) -> Self:
        """Each with `has_pending_change`: whether a correction of it is waiting."""
        pending = PendingChange.objects.open().filter(post=OuterRef("pk"))
        return self.annotate(has_pending_change=Exists(pending))

    def with_last_editor(self) -> Self:
        """Each with `last_editor`, the name of who made its newest record, if anybody."""
        records = Post.history.filter(id=OuterRef("pk")).order_by("-history_date")
        return self.annotate(last_editor=Subquery(records.values("history_user__username")[:1]))

    def edited_by_hand(self) -> Self:
        return self.exclude(hand_edited=[])

    def samples(self, *, edited: bool = False) -> Self:
        """What `remove_sample_posts` removes, or derives again without its sample documents. A post
        that was edited by hand and has no other documents is included only if `edited`."""
        found = self.filter(pk__in=Document.objects.filter(is_sample=True).values("post"))
        if edited:
            return found
        real = Exists(Document.objects.filter(post=OuterRef("pk"), is_sample=False))
        return found.filter(Q(hand_edited=[]) | real)

    def needs_attention(self) -> Self:
        """Posts without a source (the newest `ATTENTION` of those), without a category, or read
        with an assumption. Each of the three uses an index of its own. A post can lack a category
        only if a document names none or an editor removed it."""
        posts = Post.objects.order_by()
        unsourced = posts.filter(source=None).newest_first().values("pk")[:ATTENTION]
        assumed = Document.objects.exclude(notes=[]).order_by().values("post")
        suspects = Document.objects.filter(category="").order_by().values("post")
        by_hand = posts.edited_by_hand().filter(hand_edited__contains=["categories"]).values("pk")
        joins = PostCategory.objects.filter(post=OuterRef("pk"))
        uncategorised = posts.filter(~Exists(joins), pk__in=suspects.union(by_hand)).values("pk")
        return self.filter(pk__in=assumed.union(unsourced, uncategorised))

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-id")

    def newest_at(self) -> dt.datetime | None:
        """When the newest of these posts appeared; None if there are none. One query."""
        return self.newest_first().values_list("published_at", flat=True).first()

    def newest_day(self) -> dt.date | None:
        """The day of the newest of these posts; None if there are none. One query."""
        newest = self.newest_at()
        return timezone.localdate(newest) if newest else None

    def published_between(self, first: dt.date | None, last: dt.date | None) -> Self:
        """From the first day to the last, both included; None leaves the period open."""
        from_first = Q() if first is None else Q(published_at__gte=start_of(first))
        to_last = Q() if last is None else Q(published_at__lt=end_of(last))
        return self.filter(from_first, to_last)

    def for_headline(self) -> Self:
        """Only with what a headline shows."""
        return self.only("slug", "title", "published_at")

    def for_listing(self) -> Self:
        """With what a listing shows: `lead` is the first `LEAD` characters of the body."""
        return self.for_entries().annotate(lead=Left("body_text", LEAD))

    def flashes(self) -> Self:
        """Those that a list shows on one line."""
        return self.filter(IS_FLASH)

    def days_beside(self, day: dt.date) -> tuple[dt.date | None, dt.date | None]:
        """The last day before and the first after that have any of these posts. One query."""
        times = self.order_by().values_list("published_at", flat=True)
        before = times.filter(published_at__lt=start_of(day)).order_by("-published_at")[:1]
        after = times.filter(published_at__gte=end_of(day)).order_by("published_at")[:1]
        found = [timezone.localdate(moment) for moment in before.union(after)]
        return (
            next((other for other in found if other < day), None),
            next((other for other in found if other > day), None),
        )

    def for_tape(self) -> Self:
        """With what a tape of flashes shows, which includes `named`, a list of securities."""
        fields = ("slug", "title", "digest", "published_at")
        named = Prefetch("securities", to_attr="named")
        return self.only(*fields).annotate(lead=Left("body_text", LEAD)).prefetch_related(named)

    def for_feed(self) -> Self:
        """With what a feed shows, which includes the whole body."""
        return self.for_entries("body_html", "edited_at")

    def for_entries(self, *more: str) -> Self:
        """With source and `channels`, the slug and name of each category in their own order, and
        these fields of the posts besides the usual ones. (To prefetch the categories would take as
        long as all the rest of the query.)"""
        fields = ("slug", "title", "digest", "published_at", "source__name", "source__slug")
        posts = self.select_related("source").annotate(channels=CHANNELS)
        return posts.only(*fields, *more)

    def with_story(self) -> Self:
        """Each with `also_told`, as `ALSO_TOLD` says."""
        return self.annotate(also_told=ALSO_TOLD)

    def newer_than(self, key: PageKey) -> Self:
        return self.filter(newer_than(key))

    def older_than(self, key: PageKey) -> Self:
        return self.filter(older_than(key))

    def page(
        self, *, size: int, before: PageKey | None = None, after: PageKey | None = None
    ) -> Page:
        """The `size` posts next older than `before`, or next newer than `after`, or else the
        newest. One query.

        Pages go by key rather than by offset: page 5,000 costs as much as page one, and a new post
        moves none of them.
        """
        found = self.from_place(before, after)[: size + 1]
        return Page.of(list(found), size, before, after)

    def from_place(self, before: PageKey | None, after: PageKey | None) -> Self:
        """The newest first, those older than `before`; or those newer than `after`, the oldest
        first."""
        if after:
            return self.filter(newer_than(after)).newest_first().reverse()
        return self.filter(older_than(before) if before else Q()).newest_first()


class Post(models.Model):
    """What readers see. `slug` is the address and never changes.

    `story` is an editor's word on which post tells the same: its slug, or `STANDS_ALONE`; empty if
    the texts tell. With `tells_first` an editor says that the post is the first of its story.
    """

    STANDS_ALONE = "/"  # which is no slug

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        HIDDEN = "hidden", _("hidden")

    slug = models.TextField(_("slug"), unique=True)
    info_code = models.TextField(_("infoCode"), null=True, blank=True, unique=True)
    title = models.TextField(_("title"))
    digest = models.TextField(_("digest"), blank=True)
    body_html = models.TextField(_("body"), blank=True)
    body_text = models.TextField(_("body text"), blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"))
    original_url = models.TextField(_("original"), blank=True, validators=[URLValidator()])
    source = models.ForeignKey(
        "Source",
        verbose_name=_("source"),
        related_name="posts",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    # The label of the app lets the type checker find a model of another module.
    categories = models.ManyToManyField(
        "articles.Category",
        verbose_name=_("categories"),
        through="PostCategory",
        related_name="posts",
    )
    tags = models.ManyToManyField(
        "articles.Tag", verbose_name=_("tags"), through="PostTag", related_name="posts"
    )
    securities = models.ManyToManyField(
        "articles.Security", verbose_name=_("securities"), through="Mention", related_name="posts"
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PUBLISHED)
    # Choices that leave room for others: their label is what the desk says.
    story = models.TextField(
        _("told with"),
        blank=True,
        default="",
        db_default="",
        choices=[(STANDS_ALONE, _("stands alone"))],
    )
    tells_first = models.BooleanField(_("first of its story"), default=False, db_default=False)
    hand_edited = ArrayField(
        models.TextField(),
        verbose_name=_("edited by hand"),
        default=list,
        blank=True,
        help_text=_("Fields that an import leaves alone."),
    )
    modified_at = models.DateTimeField(_("modified at"), auto_now=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, editable=False)

    objects = PostQuerySet.as_manager()
    history: Any  # HistoricalRecords, registered below, after the joins

    lead: str  # with `for_listing` and `for_tape`
    named: list[Any]  # securities, with `for_tape`
    channels: list[tuple[str, str]]  # with `for_entries` and what builds on it
    also_told: list[tuple[str, str, str, str]]  # with `with_story`

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="post_newest",
                condition=Q(status="published"),
            ),
            # The newest flashes may be years back.
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="post_newest_flash",
                condition=Q(status="published") & IS_FLASH,
            ),
            models.Index(
                F("source"),
                F("published_at").desc(),
                F("id").desc(),
                name="post_newest_by_source",
            ),
            # For the lists of the desk, which have posts of every status.
            models.Index(F("published_at").desc(), F("id").desc(), name="post_by_time"),
            models.Index(
                F("status"), F("published_at").desc(), F("id").desc(), name="post_by_status"
            ),
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="post_edited_by_hand",
                condition=~Q(hand_edited=[]),
            ),
            # For addresses of other programs (`named`).
            models.Index(
                name_in_addresses(F("slug")), name="post_by_name_in_addresses", condition=~IS_CODE
            ),
            # Those of which editors have a word: they are few.
            models.Index(fields=["story"], name="post_by_story", condition=~Q(story="")),
            # When a month was last changed, for the sitemap: one probe for each month.
            models.Index(
                MONTH_OF_POST,
                UPDATED.desc(),
                name="post_updated_by_month",
                condition=Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return url("post", self.slug)

    @property
    def updated_at(self) -> dt.datetime:
        """When the post was last edited, or published if nobody edited it: an import, or another
        way of reading documents, is no news to readers."""
        return max(self.edited_at, self.published_at) if self.edited_at else self.published_at

    @property
    def is_public(self) -> bool:
        """Whether readers see it now."""
        return self.status == self.Status.PUBLISHED and self.published_at <= timezone.now()

    @property
    def is_scheduled(self) -> bool:
        """Whether it is published with a time in the future. Nothing has to run at that time:
        whatever readers see is selected by time."""
        return self.status == self.Status.PUBLISHED and self.published_at > timezone.now()


class PostJoin(models.Model):
    """A join of posts and terms with the post's time, so that "the newest of a term" is one range
    of an index."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    published_at = models.DateTimeField()
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Its place in the post."))

    class Meta:
        abstract = True


class PostCategory(PostJoin):
    category = models.ForeignKey("Category", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "category"], name="postcategory_once")
        ]
        indexes = [
            models.Index(
                "category", F("published_at").desc(), F("post").desc(), name="postcategory_newest"
            )
        ]


class PostTag(PostJoin):
    tag = models.ForeignKey("Tag", on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "tag"], name="posttag_once")]
        indexes = [
            models.Index("tag", F("published_at").desc(), F("post").desc(), name="posttag_newest")
        ]


class Mention(PostJoin):
    """A security named in a post: how that is known, and where it stands. `written` is its name as
    the normalised body first has it, `nth` which occurrence of that it is, counted from 1; empty
    and 0 if the body does not name it. `marked_as` is what a mark of the source calls it."""

    class Origin(models.TextChoices):
        MARKED = "marked", _("marked by the source")
        RECOGNISED = "recognised", _("recognised")
        ADDED = "added", _("added by an editor")

    security = models.ForeignKey("Security", on_delete=models.CASCADE)
    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin, default=Origin.MARKED, db_default=Origin.MARKED
    )
    in_title = models.BooleanField(_("in the title"), default=False, db_default=False)
    in_digest = models.BooleanField(_("in the digest"), default=False, db_default=False)
    in_body = models.BooleanField(_("in the body"), default=False, db_default=False)
    written = models.TextField(default="", db_default="", blank=True)
    nth = models.PositiveIntegerField(default=0, db_default=0)
    marked_as = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "security"], name="mention_once")]
        indexes = [
            models.Index(
                "security", F("published_at").desc(), F("post").desc(), name="mention_newest"
            ),
            models.Index(
                "security",
                F("published_at").desc(),
                name="mention_marked",
                condition=~Q(marked_as=""),
            ),
        ]


class MentionDecision(models.Model):
    """An editor's word on whether a post names a security, whatever its text says."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mention_decisions")
    security = models.ForeignKey("Security", on_delete=models.CASCADE)
    is_named = models.BooleanField()  # True: pinned; False: taken out

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "security"], name="mentiondecision_once")
        ]


simple_history.register(
    Post,
    m2m_fields=["categories", "tags", "securities"],
    excluded_fields=["body_text", "edited_at"],  # they follow from the body and from `modified_at`
)
