"""The queries that views, feeds and admin ask, by the names a newsroom gives them."""

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models.posts import Post

if TYPE_CHECKING:
    from .models import (  # noqa: F401
        Category,
        Security,
        Source,
        Tag,
    )


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
