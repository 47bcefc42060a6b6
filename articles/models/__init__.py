"""The nouns of the archive.

A document is what was imported; a post is what readers see. Documents are stored whole and
never edited; a post is derived from its documents and then corrected by editors.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..querysets import (
    CategoryQuerySet,
    NounQuerySet,
    SecurityQuerySet,
)
from .archive import Edition, Facet, FacetCount, SearchEntry, UnpublishedEntry
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
from .posts import LEAD, Mention, Page, PageKey, Post, PostCategory, PostQuerySet, PostTag

__all__ = [
    "LEAD",
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
    "Page",
    "PageKey",
    "PendingChange",
    "Post",
    "PostCategory",
    "PostQuerySet",
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
