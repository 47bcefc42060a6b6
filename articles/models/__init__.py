"""The nouns of the archive.

A document is what was imported; a post is what readers see. Documents are stored whole and
never edited; a post is derived from its documents and then corrected by editors.
"""

from typing import Any

import simple_history
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..querysets import (
    MONTH_OF_POST,
    CategoryQuerySet,
    EditionQuerySet,
    FacetCountQuerySet,
    NounQuerySet,
    PostQuerySet,
    SecurityQuerySet,
)
from .desk import (
    BulkChange,
    ChangedPost,
    Erasure,
    FruitlessSearch,
    PendingChange,
    Presence,
    PreviewLink,
)
from .documents import Document, DocumentVersion
from .imports import ImportedFile, ImportProblem, ImportRun

__all__ = [
    "BulkChange",
    "Category",
    "CategoryAlias",
    "ChangedPost",
    "Document",
    "DocumentVersion",
    "Edition",
    "Erasure",
    "Facet",
    "FacetCount",
    "FruitlessSearch",
    "ImportProblem",
    "ImportRun",
    "ImportedFile",
    "Market",
    "Mention",
    "PendingChange",
    "Post",
    "PostCategory",
    "PostTag",
    "Presence",
    "PreviewLink",
    "SearchEntry",
    "Security",
    "SecurityAlias",
    "Source",
    "SourceAlias",
    "Tag",
    "TagAlias",
    "UnpublishedEntry",
    "address",
]


def address(page: str, *parts: Any) -> str:
    """The address of the page of a source, category, tag or security; empty where none can be made
    of these parts, so that there is no such page."""
    try:
        return reverse(page, args=parts)
    except NoReverseMatch:
        return ""


class Source(models.Model):
    """The medium that wrote a post, as credited in it."""

    name = models.TextField(_("name"), unique=True)
    slug = models.TextField(_("slug"), unique=True)

    objects = NounQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("source", self.slug)


class Category(models.Model):
    """A channel of the site. Slugs come from front matter and may hold spaces, `·`, brackets
    and capitals; two that differ in case alone are two categories."""

    slug = models.TextField(_("slug"), unique=True)
    name = models.TextField(_("name"))

    objects = CategoryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("category", self.slug)


class Tag(models.Model):
    name = models.TextField(_("name"), unique=True)
    slug = models.TextField(_("slug"), unique=True)

    objects = NounQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("tag", self.slug)


class Market(models.IntegerChoices):
    """Eastmoney's market numbers, as they stand before the dot in 1.600519."""

    SHENZHEN = 0, _("Shenzhen")  # and Beijing
    SHANGHAI = 1, _("Shanghai")
    BOARD = 90, _("Board")
    NASDAQ = 105, "Nasdaq"
    NYSE = 106, "NYSE"
    HONG_KONG = 116, _("Hong Kong")


class Security(models.Model):
    """A stock, fund, index or board, learnt from the marks and charts in posts."""

    class Kind(models.TextChoices):
        STOCK = "stock", _("stock")
        FUND = "fund", _("fund")
        INDEX = "index", _("index")
        BOARD = "board", _("board")

    # Not limited to Market's choices: the archive may name a market we have not met.
    market = models.PositiveSmallIntegerField(_("market"))
    code = models.TextField(_("code"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.TextField(_("name"), blank=True, help_text=_("Empty when only charts name it."))
    names = ArrayField(models.TextField(), verbose_name=_("all names seen"), default=list)
    named_at = models.DateTimeField(
        _("named at"), null=True, help_text=_("Time of the newest post that gave it a name.")
    )
    pinyin = models.TextField(_("pinyin initials"), blank=True)
    is_name_fixed = models.BooleanField(
        _("name fixed"), db_default=False, help_text=_("An import leaves the name alone.")
    )

    objects = SecurityQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("security")
        verbose_name_plural = _("securities")
        ordering = ["market", "code"]
        constraints = [
            models.UniqueConstraint(fields=["market", "code"], name="security_market_code")
        ]

    def __str__(self) -> str:
        return self.name or self.symbol

    def get_absolute_url(self) -> str:
        return address("security", self.market, self.code)

    @property
    def symbol(self) -> str:
        """Market and code as Eastmoney writes them: 1.600519."""
        return f"{self.market}.{self.code}"

    @property
    def quote_url(self) -> str:
        """Its page at Eastmoney, which knows it by market and code too."""
        return f"https://quote.eastmoney.com/unify/r/{self.symbol}"

    @property
    def market_name(self) -> str:
        return str(Market(self.market).label) if self.market in Market.values else str(self.market)


class Post(models.Model):
    """What readers see. `slug` is the address and never changes."""

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
        Source,
        verbose_name=_("source"),
        related_name="posts",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    categories = models.ManyToManyField(
        Category, verbose_name=_("categories"), through="PostCategory", related_name="posts"
    )
    tags = models.ManyToManyField(
        Tag, verbose_name=_("tags"), through="PostTag", related_name="posts"
    )
    securities = models.ManyToManyField(
        Security, verbose_name=_("securities"), through="Mention", related_name="posts"
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PUBLISHED)
    hand_edited = ArrayField(
        models.TextField(),
        verbose_name=_("edited by hand"),
        default=list,
        blank=True,
        help_text=_("Fields that an import leaves alone."),
    )
    modified_at = models.DateTimeField(_("modified at"), auto_now=True)

    objects = PostQuerySet.as_manager()
    history: Any  # HistoricalRecords, registered below, where its joins are known

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
            models.Index(
                F("source"),
                F("published_at").desc(),
                F("id").desc(),
                name="post_newest_by_source",
            ),
            # For the editors' lists, which hold posts of every status.
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
            # When a month was last changed, for the sitemap: one probe for each month.
            models.Index(
                MONTH_OF_POST,
                F("modified_at").desc(),
                name="post_changed_by_month",
                condition=Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("post", args=[self.slug])

    @property
    def is_public(self) -> bool:
        """Whether readers see it now."""
        return self.status == self.Status.PUBLISHED and self.published_at <= timezone.now()

    @property
    def is_scheduled(self) -> bool:
        """Whether it is published, but for its time, which is to come. Nothing has to be done
        then: whatever readers see is asked for by time."""
        return self.status == self.Status.PUBLISHED and self.published_at > timezone.now()


class PostJoin(models.Model):
    """A join of posts that carries their time, so that "the newest in X" is one index range."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    published_at = models.DateTimeField()
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Its place in the post."))

    class Meta:
        abstract = True


class PostCategory(PostJoin):
    category = models.ForeignKey(Category, on_delete=models.CASCADE)

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
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "tag"], name="posttag_once")]
        indexes = [
            models.Index("tag", F("published_at").desc(), F("post").desc(), name="posttag_newest")
        ]


class Mention(PostJoin):
    """A security named in a post."""

    security = models.ForeignKey(Security, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "security"], name="mention_once")]
        indexes = [
            models.Index(
                "security", F("published_at").desc(), F("post").desc(), name="mention_newest"
            )
        ]


simple_history.register(
    Post,
    m2m_fields=["categories", "tags", "securities"],
    excluded_fields=["body_text"],  # which follows from the body
)


class Alias(models.Model):
    """What a noun was called, or its address, before it was merged or renamed. Old addresses
    redirect by it, and imports that meet the old name take the noun instead."""

    name = models.TextField(_("name"), null=True, unique=True)
    slug = models.TextField(_("slug"), null=True, unique=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["name", "slug"]

    def __str__(self) -> str:
        return self.name or self.slug or ""


class SourceAlias(Alias):
    noun = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="aliases")


class CategoryAlias(Alias):
    noun = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="aliases")


class TagAlias(Alias):
    noun = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")


class SecurityAlias(Alias):
    """Its `slug` is a symbol, 1.600519."""

    noun = models.ForeignKey(Security, on_delete=models.CASCADE, related_name="aliases")


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


class FacetCount(models.Model):
    """How many published posts there are of a source, a category, …, a day. Kept in step with
    the search table by `articles.search.index`, so that no page has to count."""

    facet = models.PositiveSmallIntegerField(choices=Facet)
    key = models.PositiveIntegerField()
    posts = models.IntegerField()

    objects = FacetCountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facet", "key"], name="facetcount_once")]


class Edition(models.Model):
    """The state of the archive, in the only row there is: whatever changes what readers see raises
    the number. `vocabulary` is the fingerprint of the one that every entry was made with."""

    number = models.BigIntegerField(default=0)
    vocabulary = models.BigIntegerField(null=True)

    objects = EditionQuerySet.as_manager()


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
