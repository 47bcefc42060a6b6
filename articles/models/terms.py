"""Terms: the sources, categories, tags and securities of posts, and their aliases."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from newsroom.addresses import url

from .archive import Facet, FacetCount
from .fields import PinyinField
from .markets import Market, padded, split_symbol, symbol_parts
from .posts import Post


def address(page: str, key: str) -> str:
    """The address of a term's page. `key` is the part that tells it from others of its kind. Empty
    if no address can hold that: then there is no page."""
    try:
        return url(page, key)
    except NoReverseMatch:
        return ""


def any_of(conditions: Iterable[Q]) -> Q:
    """At least one of these; if there are none, no condition at all."""
    return reduce(or_, conditions, Q())


class TermQuerySet(models.QuerySet[Any]):
    """Queries that all kinds of term have in common."""

    def with_post_counts(self) -> Self:
        """Each with `post_count`, how many of its posts readers see: the stored count less the few
        posts that are scheduled."""
        term = self.model._meta.model_name or ""
        counts = FacetCount.objects.filter(facet=self.model.facet, key=OuterRef("pk"))
        scheduled: models.QuerySet[Any] = Post.objects.scheduled()
        if self.model.posts.field.many_to_many:
            joins = self.model.posts.through.objects.filter(published_at__gt=timezone.now())
            scheduled = joins.filter(post__status="published")
        of_term = scheduled.filter(**{term: OuterRef("pk")}).order_by().values(term)
        return self.annotate(
            post_count=Coalesce(Subquery(counts.values("posts")), 0)
            - Coalesce(Subquery(of_term.annotate(posts=Count("pk")).values("posts")), 0)
        )

    def published(self) -> Self:
        """Those that have a post which readers see. Lists show no others."""
        posts = Post.objects.published().order_by()
        return self.filter(Exists(posts.filter(**{self.model.posts.field.name: OuterRef("pk")})))

    def known(self) -> Self:
        """Those that have a page."""
        return self.published()

    def most_used_first(self) -> Self:
        return self.with_post_counts().order_by("-post_count", "pk")

    def called(self, name: str) -> Any:
        """The one that documents call by this name, or did before it was merged; or None."""
        if not name:
            return None
        return self.filter(name=name).first() or self.filter(aliases__name=name).first()

    def addressed(self, slug: str) -> Any:
        """The one that is at this address, or that readers saw there before it was merged or moved;
        or None."""
        found = self.at([slug]).first()
        return found or self.filter(aliases__in=self.former.filter(slug=slug)).first()

    @property
    def former(self) -> "AliasQuerySet":
        """The old names and addresses that lead readers to them."""
        aliases: AliasQuerySet = self.model.aliases.rel.related_model.objects.seen()
        return aliases

    def at(self, addresses: Iterable[str]) -> Self:
        """Those that are at these addresses now."""
        return self.filter(slug__in=addresses)

    def with_name_or_address(self, *spellings: str) -> Self:
        """Those whose whole name, in upper or lower case, or address is one of these, now or when
        readers saw it. A term may come twice."""
        former = self.former
        return self.filter(
            any_of(
                Q(name__iexact=spelling)
                | Q(slug=spelling)
                | Q(aliases__in=former.filter(Q(name__iexact=spelling) | Q(slug=spelling)))
                for spelling in spellings
            )
        )

    def with_name_part(self, *spellings: str) -> Self:
        """Those whose name contains one of these, in upper or lower case."""
        return self.filter(any_of(Q(name__icontains=spelling) for spelling in spellings))


class Source(models.Model):
    """The medium that wrote a post, as credited in it."""

    name = models.TextField(_("name"), unique=True)
    slug = models.TextField(_("slug"), unique=True)
    full_pinyin = PinyinField(_("full pinyin"))

    facet: Final = Facet.SOURCE

    objects = TermQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("source", self.slug)


class CategoryQuerySet(TermQuerySet):
    def called(self, name: str) -> "Category | None":
        """Documents call a category by its slug."""
        found: Category | None = self.filter(slug=name).first()
        return found or self.filter(aliases__slug=name).first()


class Category(models.Model):
    """A channel of the site. Slugs come from front matter and may contain spaces, `·`, brackets
    and capitals; two that differ only in case are two categories."""

    slug = models.TextField(_("slug"), unique=True)
    name = models.TextField(_("name"))
    full_pinyin = PinyinField(_("full pinyin"))

    facet: Final = Facet.CATEGORY

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
    full_pinyin = PinyinField(_("full pinyin"))

    facet: Final = Facet.TAG

    objects = TermQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("tag", self.slug)


def with_symbol(value: str) -> Q:
    """Securities that have this code: 600519, SH600519, 沪600519, 600519.SH or 1.600519."""
    as_written = Q(code__iexact=value)
    parts = symbol_parts(value)
    if parts is None:
        return as_written
    markets, code = parts
    return as_written | Q(market__in=markets, code__iexact=padded(markets, code))


class SecurityQuerySet(TermQuerySet):
    def called(self, name: str) -> "Security | None":
        """Documents call a security by its symbol, 1.600519. None also for text that is not a
        symbol."""
        if (parts := split_symbol(name)) is None:
            return None
        market, code = parts
        found = self.filter(market=market, code=code).first()
        return found or self.filter(aliases__slug=name).first()

    def addressed(self, slug: str) -> "Security | None":
        """Also in lower case, which other sites write: 90.bk0493."""
        for symbol in dict.fromkeys((slug, slug.upper())):
            found: Security | None = super().addressed(symbol)
            if found:
                return found
        return None

    def at(self, addresses: Iterable[str]) -> Self:
        """Those with these symbols. A text that is no symbol has none."""
        parts = filter(None, map(split_symbol, addresses))
        symbols = [Q(market=market, code=code) for market, code in parts]
        return self.filter(any_of(symbols)) if symbols else self.none()

    def with_name_or_address(self, *spellings: str) -> Self:
        """As for other terms; also by code, with or without the exchange."""
        former = self.former
        return self.filter(
            any_of(
                with_symbol(spelling)
                | Q(name__iexact=spelling)
                | Q(names__contains=[spelling])
                | Q(english_name__iexact=spelling)
                | Q(aliases__in=former.filter(slug=spelling))
                | Q(aliases__in=former.filter(slug__endswith=f".{spelling}"))
                for spelling in spellings
            )
        )

    def known(self) -> Self:
        """Those that have a page: also those in the list of an exchange, before any post."""
        return self.filter(is_listed=True) | self.published()

    def nameless(self) -> Self:
        """Those that no document has named yet."""
        return self.filter(name="")


class Security(models.Model):
    """A stock, fund, index or board, known from the marks and charts in posts."""

    class Kind(models.TextChoices):
        STOCK = "stock", _("stock")
        FUND = "fund", _("fund")
        INDEX = "index", _("index")
        BOARD = "board", _("board")

    # Not limited to the choices of `Market`: the archive may name a market that it lacks.
    market = models.PositiveSmallIntegerField(_("market"))
    code = models.TextField(_("code"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.TextField(_("name"), blank=True, help_text=_("Empty when only charts name it."))
    names = ArrayField(models.TextField(), verbose_name=_("all names seen"), default=list)
    wrong_names = ArrayField(
        models.TextField(),
        verbose_name=_("wrong names"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Nothing is recognised by them, and no import brings them back."),
    )
    #: The names of today that lists of exchanges gave, where nothing else had given them.
    listed_names = ArrayField(models.TextField(), default=list, db_default=[], editable=False)
    named_at = models.DateTimeField(
        _("named at"), null=True, help_text=_("Time of the newest post that gave it a name.")
    )
    #: The name of today by the list or editor that last stated one, and when.
    stated_name = models.TextField(default="", db_default="", blank=True, editable=False)
    stated_at = models.DateTimeField(null=True, editable=False)
    pinyin = models.TextField(_("pinyin initials"), blank=True)
    full_pinyin = PinyinField(_("full pinyin"))
    is_name_fixed = models.BooleanField(
        _("name fixed"), db_default=False, help_text=_("An import leaves the name alone.")
    )
    is_listed = models.BooleanField(
        _("in the list of an exchange"), default=False, db_default=False, editable=False
    )
    english_name = models.TextField(_("English name"), blank=True, default="", db_default="")
    needs_code = models.BooleanField(
        _("never without a code"),
        default=False,
        db_default=False,
        help_text=_("Its names are recognised only where its code stands beside them."),
    )

    facet: Final = Facet.SECURITY

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
        return self.name or self.code

    def get_absolute_url(self) -> str:
        return address("security", self.symbol)

    @property
    def symbol(self) -> str:
        """Market and code as Eastmoney writes them: 1.600519."""
        return f"{self.market}.{self.code}"

    @symbol.setter
    def symbol(self, value: str) -> None:
        market, _dot, self.code = value.partition(".")
        self.market = int(market)

    @property
    def other_names(self) -> list[str]:
        """Those that it had, or that posts also give it."""
        return [name for name in self.names if name != self.name]

    @property
    def code_beside(self) -> str:
        """The code, as it stands beside what the security is called; empty if it is called so."""
        return "" if str(self) == self.code else self.code

    @property
    def quote_url(self) -> str:
        """Its page at Eastmoney."""
        return f"https://quote.eastmoney.com/unify/r/{self.symbol}"

    @property
    def market_name(self) -> str:
        return str(Market(self.market).label) if self.market in Market.values else str(self.market)

    @property
    def kind_beside(self) -> str:
        """The kind, as it stands beside the market; empty if that says it: a board is a board."""
        kind = str(self.get_kind_display())
        return "" if kind.lower() == self.market_name.lower() else kind


class AliasQuerySet(models.QuerySet[Any]):
    def seen(self) -> Self:
        """Those that readers ever saw: they lead to the term."""
        return self.filter(was_seen=True)


class Alias(models.Model):
    """A name or address that a term had before it was merged or renamed. It leads readers to the
    term if they ever saw it, and imports that meet the old name use the term instead."""

    name = models.TextField(_("name"), null=True, unique=True)
    slug = models.TextField(_("slug"), null=True, unique=True)
    was_seen = models.BooleanField(_("seen by readers"), default=True, db_default=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = AliasQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name", "slug"]

    def __str__(self) -> str:
        return self.name or self.slug or ""


class SourceAlias(Alias):
    term = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="aliases")


class CategoryAlias(Alias):
    term = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="aliases")


class TagAlias(Alias):
    term = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")


class SecurityAlias(Alias):
    """Its `slug` is a symbol, 1.600519."""

    term = models.ForeignKey(Security, on_delete=models.CASCADE, related_name="aliases")
