"""The archive as a whole: its version, its facet counts, and its search entries."""

import datetime as dt
from typing import Any, Final, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connections, models  # noqa: TID251, `articles.database` is above
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..days import last_of_month
from ..prepared import prepared
from .posts import MONTH_OF_POST, UPDATED, Post, PostQuerySet


class Facet(models.IntegerChoices):
    """What posts are filtered and counted by. Keys of years are 2022, of months 202201, of days
    proleptic ordinals; those of terms are primary keys."""

    YEAR = 0, _("Year")
    MONTH = 1, _("Month")
    DAY = 2, _("Day")
    SOURCE = 3, _("Source")
    CATEGORY = 4, _("Category")
    TAG = 5, _("Tag")
    SECURITY = 6, _("Security")


def number_of(posts: PostQuerySet) -> Coalesce:
    """How many posts there are, as an expression of another query."""
    of_one = posts.order_by().values("status").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(of_one), 0)


class FacetCountQuerySet(models.QuerySet["FacetCount"]):
    """Days and months that have posts, and how many of those readers see. Stored counts include
    scheduled posts, so these are subtracted."""

    def days(self, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        """How many posts each day from `first` to `last` has, if it has any."""
        found = self.seen_days().filter(key__range=(first.toordinal(), last.toordinal()))
        return {dt.date.fromordinal(key): posts for key, posts in found.values_list("key", "seen")}

    def months(self) -> dict[dt.date, int]:
        """How many posts each month that has any has, by its first day."""
        found = self.seen_months().values_list("key", "seen").order_by("key")
        return {dt.date(key // 100, key % 100, 1): posts for key, posts in found}

    def months_with_changes(self) -> list[tuple[dt.date, int, dt.datetime | None]]:
        """Each month that has posts, the newest first: its first day, how many posts it has, and
        when one of them was last updated."""
        posts = Post.objects.filter(status="published").alias(month=MONTH_OF_POST)
        newest = posts.filter(month=OuterRef("key")).order_by(UPDATED.desc())
        changed = Subquery(newest.values_list(UPDATED)[:1])
        found = self.seen_months().annotate(changed=changed).order_by("-key")
        return [
            (dt.date(key // 100, key % 100, 1), count, changed)
            for key, count, changed in found.values_list("key", "seen", "changed")
        ]

    def days_beside(self, first: dt.date, last: dt.date) -> tuple[dt.date | None, dt.date | None]:
        """The last day before `first` and the first day after `last` that have posts. One query."""
        days = self.seen_days().values_list("key", flat=True)
        before = days.filter(key__lt=first.toordinal()).order_by("-key")[:1]
        after = days.filter(key__gt=last.toordinal()).order_by("key")[:1]
        found = [dt.date.fromordinal(key) for key in before.union(after)]
        return (
            next((day for day in found if day < first), None),
            next((day for day in found if day > last), None),
        )

    def seen_days(self) -> Any:
        today = timezone.localdate()
        return self.seen(Facet.DAY, today.toordinal(), last=today)

    def seen_months(self) -> Any:
        today = timezone.localdate()
        current = today.year * 100 + today.month
        return self.seen(Facet.MONTH, current, last=last_of_month(today))

    def seen(self, facet: Facet, current: int, *, last: dt.date) -> Any:
        """The counts of a facet of time up to the `current` day or month, whose `last` day is
        given, each with how many of its posts readers see. Scheduled posts before that day's end
        are all of the current day or month."""
        scheduled = number_of(Post.objects.scheduled().published_between(None, last))
        seen = Case(When(key=current, then=F("posts") - scheduled), default=F("posts"))
        past = self.filter(facet=facet, key__lte=current)
        return past.annotate(seen=seen).filter(seen__gt=0)


class FacetCount(models.Model):
    """How many published posts a facet's value has, kept in step by `articles.changes` so that no
    page has to count."""

    facet = models.PositiveSmallIntegerField(choices=Facet)
    key = models.PositiveIntegerField()
    posts = models.IntegerField()

    objects = FacetCountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facet", "key"], name="facetcount_once")]


class ArchiveState(NamedTuple):
    """What readers see now. `version` combines the `number` of the archive's version with the time
    of the newest post that they see. `has_due` says whether a pending change is due or a scheduled
    post has appeared, which would change it."""

    number: int
    version: str
    has_due: bool


#: The version, the time of the newest of `Post.objects.published()`, and whether any of
#: `PendingChange.objects.due()` exists or a scheduled post has appeared. Each request asks this,
#: and for Django to compose it would take ten times as long as for PostgreSQL to answer it.
CURRENT: Final = """
    SELECT number,
           (SELECT published_at FROM articles_post
            WHERE status = 'published' AND published_at <= %(now)s
            ORDER BY published_at DESC, id DESC LIMIT 1) AS newest,
           coalesce(least(
               (SELECT min(due_at) FROM articles_pendingchange
                WHERE published_at IS NULL AND withdrawn_at IS NULL AND stopped_at IS NULL
                    AND approved_at IS NOT NULL),
               (SELECT min(appears_at) FROM articles_archivechange)
           ) <= %(now)s, false) AS has_due
    FROM articles_edition
"""


#: The versions of a timeline begin above those of the one before. PostgreSQL begins a new timeline
#: when a replica becomes the primary, or a server is restored to a moment. Versions that were lost
#: with the former one may have been shown, and no other may have their numbers.
TIMELINE: Final = 2**40
FIRST_OF_TIMELINE: Final = RawSQL(
    "((('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint - 1) << 40)", []
)


class ArchiveVersionQuerySet(models.QuerySet["ArchiveVersion"]):
    def current(self) -> ArchiveState:
        """The state of the archive. One query."""
        with prepared(connections[self.db]) as cursor:
            cursor.execute(CURRENT, {"now": timezone.now()})
            number, newest, has_due = cursor.fetchone() or (0, None, False)
        return ArchiveState(number, f"{number}-{newest.timestamp() if newest else 0:.6f}", has_due)

    def number(self) -> int:
        """The number of the version; 0 if nothing was ever added."""
        return self.values_list("number", flat=True).first() or 0

    def advance(self, **of_first: Any) -> int:
        """Go on to the next version, or to the first one, which gets these fields. Returns its
        number. Only `articles.changes` calls it."""
        if not self.update(number=Greatest(F("number") + 1, FIRST_OF_TIMELINE)):
            self.get_or_create(pk=1, defaults={"number": 1, **of_first})
        return self.number()


class ArchiveVersion(models.Model):
    """The version of the archive, in a single row. Whatever changes what readers see raises the
    number. `known_from` is that of the last restoration of a backup. `vocabulary` is the
    fingerprint of the vocabulary that all entries were made with, `stories` the method by which all
    posts were grouped (`articles.stories.similarity.METHOD`). `backed_up_at` is when the newest
    backup was begun."""

    number = models.BigIntegerField(default=0)
    known_from = models.BigIntegerField(
        default=0, db_default=0, help_text=_("Changes since earlier versions are not known.")
    )
    vocabulary = models.BigIntegerField(null=True)
    stories = models.PositiveSmallIntegerField(null=True)
    backed_up_at = models.DateTimeField(null=True)

    objects = ArchiveVersionQuerySet.as_manager()

    class Meta:
        db_table = "articles_edition"


class ArchiveChange(models.Model):
    """The version of the archive in which a post or a term that readers know last changed.

    It says where: of which `kind` ("post", or the name of a kind of term), and at which `address`,
    the slug or symbol. What is there now is read when somebody asks, so there is one row for each
    address, also after the post or term is gone. Only `articles.changes` writes them.

    A scheduled post appears without anybody writing. Until somebody stamps that, `appears_at` has
    its time, and `version` is 0 if readers have never seen it. `known_since` is when they first
    could read the post; for what is at the address of a term, since when they have seen it, or null
    if they do not see it.
    """

    kind = models.TextField()
    address = models.TextField()
    version = models.BigIntegerField()
    appears_at = models.DateTimeField(null=True)
    known_since = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "address"], name="archivechange_once")
        ]
        indexes = [
            models.Index(fields=["version", "id"], name="archivechange_in_order"),
            models.Index(fields=["known_since"], name="archivechange_known"),
            models.Index(
                fields=["appears_at"],
                name="archivechange_to_appear",
                condition=Q(appears_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.kind} {self.address}"


class AbstractSearchEntry(models.Model):
    """A post as search reads it. Only `articles.search.index` writes entries."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True)
    published_at = models.DateTimeField()
    facets = ArrayField(
        models.IntegerField(),
        help_text=_("The tokens of its month, source, categories, tags and securities."),
    )
    title = models.TextField(help_text=_("Normalised."))
    text = models.TextField(help_text=_("Title, digest and body, a line each, normalised."))
    tokens = ArrayField(
        models.IntegerField(), help_text=_("Of the text, of the facets, of its year and day.")
    )

    class Meta:
        abstract = True


class SearchEntry(AbstractSearchEntry):
    """A published post; it may be scheduled."""

    class Meta:
        indexes = [
            models.Index(F("published_at").desc(), F("post").desc(), name="searchentry_newest"),
            GinIndex(fields=["tokens"], name="searchentry_tokens"),
        ]


class UnpublishedEntry(AbstractSearchEntry):
    """A draft or a hidden post, which only editors may find. It has a table of its own, so that no
    mistake in a query can show it to readers."""

    class Meta:
        indexes = [GinIndex(fields=["tokens"], name="unpublishedentry_tokens")]
