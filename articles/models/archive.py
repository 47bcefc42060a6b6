"""The archive as a whole: its version, its counts, and its posts as search reads them."""

import datetime as dt
from calendar import monthrange
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .desk import PendingChange
from .posts import MONTH_OF_POST, Post, PostQuerySet


class Facet(models.IntegerChoices):
    """What posts are filtered and counted by. The keys of the first three are 2022, 202201 and
    the day's proleptic ordinal; those of the others are primary keys."""

    YEAR = 0, _("Year")
    MONTH = 1, _("Month")
    DAY = 2, _("Day")
    SOURCE = 3, _("Source")
    CATEGORY = 4, _("Category")
    TAG = 5, _("Tag")
    SECURITY = 6, _("Security")


def number_of(posts: PostQuerySet) -> Coalesce:
    """How many posts there are, as part of another query."""
    of_one = posts.order_by().values("status").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(of_one), 0)


class FacetCountQuerySet(models.QuerySet["FacetCount"]):
    """Days and months that have posts, and how many. A post that is scheduled is counted already,
    so it is taken off again."""

    def days(self, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        """The posts of each day that has some, from `first` to `last`."""
        found = self.seen_days().filter(key__range=(first.toordinal(), last.toordinal()))
        return {dt.date.fromordinal(key): posts for key, posts in found.values_list("key", "seen")}

    def months(self) -> dict[dt.date, int]:
        """The posts of each month that has some, by its first day."""
        found = self.seen_months().values_list("key", "seen").order_by("key")
        return {dt.date(key // 100, key % 100, 1): posts for key, posts in found}

    def months_with_changes(self) -> list[tuple[dt.date, int, dt.datetime | None]]:
        """Each month that has posts, newest first, how many, and when one was last changed."""
        posts = Post.objects.filter(status="published").alias(month=MONTH_OF_POST)
        newest = posts.filter(month=OuterRef("key")).order_by("-modified_at")
        changed = Subquery(newest.values("modified_at")[:1])
        found = self.seen_months().annotate(changed=changed).order_by("-key")
        return [
            (dt.date(key // 100, key % 100, 1), count, changed)
            for key, count, changed in found.values_list("key", "seen", "changed")
        ]

    def days_beside(self, first: dt.date, last: dt.date) -> tuple[dt.date | None, dt.date | None]:
        """The last day before `first`, and the first one behind `last`, that have posts. One
        query."""
        days = self.seen_days().values_list("key", flat=True)
        before = days.filter(key__lt=first.toordinal()).order_by("-key")[:1]
        behind = days.filter(key__gt=last.toordinal()).order_by("key")[:1]
        found = [dt.date.fromordinal(key) for key in before.union(behind)]
        return (
            next((day for day in found if day < first), None),
            next((day for day in found if day > last), None),
        )

    def seen_days(self) -> Any:
        today = timezone.localdate()
        return self.seen(Facet.DAY, today.toordinal(), last=today)

    def seen_months(self) -> Any:
        today = timezone.localdate()
        last = today.replace(day=monthrange(today.year, today.month)[1])
        return self.seen(Facet.MONTH, today.year * 100 + today.month, last=last)

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


class State(NamedTuple):
    """What tells this state of the archive from all others: the version's number with the time of
    the newest post that may be seen now; and whether a pending change is due, which would make
    another."""

    version: str
    has_due: bool


class ArchiveVersionQuerySet(models.QuerySet["ArchiveVersion"]):
    def current(self) -> State:
        """The state of the archive. One query."""
        newest = Post.objects.published().newest_first().values("published_at")[:1]
        versions = self.annotate(newest=Subquery(newest), due=Exists(PendingChange.objects.due()))
        version = versions.values_list("number", "newest", "due").first()
        number, published_at, has_due = version or (0, None, False)
        return State(f"{number}-{published_at.timestamp() if published_at else 0:.6f}", has_due)

    def advance(self, **of_first: Any) -> None:
        """To the next version, or to the first one, with these fields."""
        if not self.update(number=F("number") + 1):
            self.get_or_create(pk=1, defaults={"number": 1, **of_first})


class ArchiveVersion(models.Model):
    """The state of the archive, in the only row there is: whatever changes what readers see raises
    the number. `vocabulary` is the fingerprint of the one that every entry was made with."""

    number = models.BigIntegerField(default=0)
    vocabulary = models.BigIntegerField(null=True)

    objects = ArchiveVersionQuerySet.as_manager()

    class Meta:
        db_table = "articles_edition"


class Entry(models.Model):
    """A post as search reads it. `articles.search.index` alone writes these."""

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


class SearchEntry(Entry):
    """A published post, one that waits for its time included."""

    class Meta:
        indexes = [
            models.Index(F("published_at").desc(), F("post").desc(), name="searchentry_newest"),
            GinIndex(fields=["tokens"], name="searchentry_tokens"),
        ]


class UnpublishedEntry(Entry):
    """A draft or a hidden post, which editors search and readers never see: it has a table of its
    own, so that no slip in a query can show it."""

    class Meta:
        indexes = [GinIndex(fields=["tokens"], name="unpublishedentry_tokens")]
