"""The queries that views, feeds and admin ask, by the names a newsroom gives them."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models.posts import MONTH_OF_POST, Post, PostQuerySet

if TYPE_CHECKING:
    from .models import (  # noqa: F401
        Category,
        Edition,
        FacetCount,
        Security,
        Source,
        Tag,
    )


class State(NamedTuple):
    """What tells this state of the archive from all others: the edition's number with the time of
    the newest post that may be seen now; and whether a pending change is due, which would make
    another."""

    edition: str
    has_due: bool


def number_of(posts: PostQuerySet) -> Coalesce:
    """How many posts there are, as part of another query."""
    of_one = posts.order_by().values("status").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(of_one), 0)


class NounQuerySet(models.QuerySet[Any]):
    """Sources, categories, tags and securities: what posts are joined with."""

    def with_post_counts(self) -> Self:
        """Each with `post_count`, the posts of it that readers see: those that are counted
        already, less the few that wait for their time."""
        from .models import Facet, FacetCount, Post  # which import this module

        noun = self.model.__name__.lower()
        counts = FacetCount.objects.filter(facet=Facet[noun.upper()], key=OuterRef("pk"))
        scheduled: models.QuerySet[Any] = Post.objects.scheduled()
        if noun != "source":  # which is no join
            joins = self.model.posts.through.objects.filter(published_at__gt=timezone.now())
            scheduled = joins.filter(post__status="published")
        of_noun = scheduled.filter(**{noun: OuterRef("pk")}).order_by().values(noun)
        return self.annotate(
            post_count=Coalesce(Subquery(counts.values("posts")), 0)
            - Coalesce(Subquery(of_noun.annotate(posts=Count("pk")).values("posts")), 0)
        )

    def published(self) -> Self:
        """Those that a post that readers see has: they know of no others."""
        from .models import Post

        posts = Post.objects.published().order_by()
        return self.filter(Exists(posts.filter(**{self.model.posts.field.name: OuterRef("pk")})))

    def most_used_first(self) -> Self:
        return self.with_post_counts().order_by("-post_count", "pk")

    def called(self, name: str) -> Any:
        """The one that documents call by this name, or called so before it was merged; or None."""
        if not name:
            return None
        return self.filter(name=name).first() or self.filter(aliases__name=name).first()

    def addressed(self, slug: str) -> Any:
        """The one at this address, now or before it was merged or moved; or None."""
        return self.filter(slug=slug).first() or self.filter(aliases__slug=slug).first()

    def with_name_part(self, *spellings: str) -> Self:
        """Whose name holds any of these, in upper or lower case."""
        return self.filter(any_of(Q(name__icontains=spelling) for spelling in spellings))


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
        from .models import Post

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
        return self.seen("DAY", today.toordinal(), until=today)

    def seen_months(self) -> Any:
        today = timezone.localdate()
        last = today.replace(day=monthrange(today.year, today.month)[1])
        return self.seen("MONTH", today.year * 100 + today.month, until=last)

    def seen(self, facet: str, current: int, *, until: dt.date) -> Any:
        """The counts of a facet of time, each with how many posts are `seen`. What waits for its
        time is of the `current` day or month, which ends with `until`, or of a later one."""
        from .models import Facet, Post

        waiting = number_of(Post.objects.scheduled().published_until(until))
        seen = Case(When(key=current, then=F("posts") - waiting), default=F("posts"))
        past = self.filter(facet=Facet[facet], key__lte=current)
        return past.annotate(seen=seen).filter(seen__gt=0)


class EditionQuerySet(models.QuerySet["Edition"]):
    def current(self) -> State:
        """The state of the archive. One query."""
        from .models import PendingChange, Post

        newest = Post.objects.published().newest_first().values("published_at")[:1]
        editions = self.annotate(newest=Subquery(newest), due=Exists(PendingChange.objects.due()))
        edition = editions.values_list("number", "newest", "due").first()
        number, published_at, has_due = edition or (0, None, False)
        return State(f"{number}-{published_at.timestamp() if published_at else 0:.6f}", has_due)

    def advance(self, **of_first: Any) -> None:
        """To the next edition, or to the first one, with these fields."""
        if not self.update(number=F("number") + 1):
            self.get_or_create(pk=1, defaults={"number": 1, **of_first})


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q())


class CategoryQuerySet(NounQuerySet):
    def called(self, name: str) -> "Category | None":
        """Documents call a category by its slug."""
        found: Category | None = self.addressed(name)
        return found

    def busiest(self, count: int) -> Self:
        """The `count` categories with the most posts."""
        return self.most_used_first()[:count]

    def with_newest_posts(self, count: int) -> list["Category"]:
        """These categories, each with `newest_posts`, its `count` newest. Two queries in all."""
        from .models import Post, PostCategory  # which import this module

        newest = (
            PostCategory.objects.filter(category=OuterRef("pk"), post__status="published")
            .filter(published_at__lte=timezone.now())
            .order_by("-published_at", "-post_id")
        )
        categories: list[Any] = list(
            self.annotate(newest_ids=ArraySubquery(newest.values("post")[:count]))
        )
        posts = Post.objects.for_headline().in_bulk(
            [pk for category in categories for pk in category.newest_ids]
        )
        for category in categories:
            category.newest_posts = [posts[pk] for pk in category.newest_ids]
        return categories


class SecurityQuerySet(NounQuerySet):
    def called(self, name: str) -> "Security | None":
        """Documents call a security by its symbol, 1.600519."""
        market, _dot, code = name.partition(".")
        found = self.filter(market=int(market), code=code).first()
        return found or self.filter(aliases__slug=name).first()

    def addressed(self, slug: str) -> "Security | None":
        return self.called(slug)

    def by_mention(self, post: Post) -> Self:
        """The securities of one post, in the order in which it names them."""
        return self.filter(mention__post=post).order_by("mention__position")

    def with_posts_since(self, moment: dt.datetime) -> Self:
        """Each with `recent_count`, its published posts from `moment` on."""
        from .models import Mention

        recent = Mention.objects.filter(
            security=OuterRef("pk"),
            published_at__gte=moment,
            published_at__lte=timezone.now(),
            post__status="published",
        )
        count = recent.order_by().values("security").annotate(count=Count("pk")).values("count")
        return self.annotate(recent_count=Coalesce(Subquery(count), 0))
