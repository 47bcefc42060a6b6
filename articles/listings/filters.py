"""The filters of every listing: `?source= &category= &tag= &security= &from= &to=`."""

from calendar import monthrange
from itertools import groupby
from typing import ClassVar, NamedTuple
from urllib.parse import urlencode

import django_filters
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..models import (
    Category,
    Facet,
    Post,
    Security,
    Source,
    Tag,
)
from ..search.conditions import Scope


class TermField(forms.CharField):
    """A source, category or tag by its slug, now or before. A text box with an error of its own,
    not a list: an archive has thousands of sources."""

    def __init__(self, *, model, **kwargs):
        super().__init__(**kwargs)
        self.model = model

    def clean(self, value):
        slug = super().clean(value)
        if not slug:
            return None
        term = self.model.objects.published().addressed(slug)
        if term is None:
            raise forms.ValidationError(self.error_messages["unknown"], "unknown")
        return term


class TermFilter(django_filters.Filter):
    field_class = TermField


class SecurityField(forms.CharField):
    """A security by market and code, `1.600519`."""

    default_error_messages = {"unknown": _("There is no security %(symbol)s in the archive.")}

    def clean(self, value):
        symbol = super().clean(value)
        if not symbol:
            return None
        market = symbol.partition(".")[0]
        security = (
            Security.objects.published().addressed(symbol)
            if market.isascii() and market.isdecimal() and len(market) < 5
            else None
        )
        if security is None:
            raise forms.ValidationError(
                self.error_messages["unknown"], "unknown", {"symbol": symbol}
            )
        return security


class BySecurity(django_filters.Filter):
    field_class = SecurityField


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class ByDate(django_filters.Filter):
    field_class = DateField


class FacetLink(NamedTuple):
    name: str
    posts: int | None  # where that is known
    query: str
    is_selected: bool


FACETS = {
    "category": Facet.CATEGORY,
    "source": Facet.SOURCE,
    "security": Facet.SECURITY,
    "tag": Facet.TAG,
}


def unknown(message):
    return {"unknown": message}


class PostFilter(django_filters.FilterSet):
    source = TermFilter(
        model=Source,
        label=_("Source"),
        error_messages=unknown(_("There is no such source.")),
    )
    category = TermFilter(
        model=Category,
        method="in_category",
        label=_("Category"),
        error_messages=unknown(_("There is no such category.")),
    )
    tag = TermFilter(
        model=Tag,
        method="tagged",
        label=_("Tag"),
        error_messages=unknown(_("There is no such tag.")),
    )
    security = BySecurity(method="mentioning", label=_("Security"))

    class Meta:
        model = Post
        fields: ClassVar[list[str]] = []

    def in_category(self, posts, _name, category):
        return posts.in_category(category)

    def tagged(self, posts, _name, tag):
        return posts.tagged(tag)

    def mentioning(self, posts, _name, security):
        return posts.mentioning(security)

    def published_from(self, posts, _name, day):
        return posts.published_from(day)

    def published_until(self, posts, _name, day):
        return posts.published_until(day)

    @property
    def qs(self):
        """The posts that pass; none where a filter makes no sense, which its field then says."""
        return super().qs if self.form.is_valid() or not self.is_bound else self.queryset.none()

    def selected(self):
        """What the filters in force select, by their names; nothing where one makes no sense."""
        values = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        return {name: value for name, value in values.items() if value}

    def scope(self, **fixed):
        """What the filters in force, and those that are `fixed`, let search look through."""
        selected = self.selected() | fixed
        return Scope(since=selected.pop("from", None), until=selected.pop("to", None), **selected)

    def chips(self):
        """Each filter in force: its label, what it selects, and the query without it."""
        for name, value in self.selected().items():
            yield self.form.fields[name].label, value, self.query(**{name: None})

    def facets(self, values):
        """The values of `values`, which search counted, by the filters that they are of: groups
        of links, each of which sets its filter, or takes it off again."""
        for name, facet in FACETS.items():
            if name in self.form.fields:
                links = [
                    self.link(value.name, value.posts, {name: value.slug})
                    for value in values
                    if value.facet == facet
                ]
                if links:
                    yield self.form.fields[name].label, links
        if years := list(self.years([value for value in values if value.facet == Facet.MONTH])):
            yield Facet.YEAR.label, years

    def years(self, months):
        """A link for each year, newest first; behind the one that is in force, its months."""
        months = sorted(months, key=lambda month: month.slug, reverse=True)
        for year, of_year in groupby(months, key=lambda month: month.slug[:4]):
            found = list(of_year)
            counts = [month.posts for month in found]
            posts = None if None in counts else sum(counts)
            yield self.link(year, posts, {"from": f"{year}-01-01", "to": f"{year}-12-31"})
            if self.data.get("from", "")[:4] == year == self.data.get("to", "")[:4]:
                for month in found:
                    last = monthrange(int(year), int(month.slug[5:]))[1]
                    days = {"from": f"{month.slug}-01", "to": f"{month.slug}-{last}"}
                    yield self.link(month.name, month.posts, days)

    def link(self, name, posts, changes):
        is_selected = all(self.data.get(key) == value for key, value in changes.items())
        return FacetLink(
            name,
            posts,
            self.query(**(dict.fromkeys(changes) if is_selected else changes)),
            is_selected,
        )

    def query(self, **changes):
        """The query of the address, from its first page, with some parameters changed; those
        that are None are left out."""
        kept = [(key, value) for key, value in self.asked if key not in changes]
        return urlencode(kept + [(key, value) for key, value in changes.items() if value])

    @cached_property
    def asked(self):
        """The parameters of the address, but for its place among the pages."""
        return [
            (key, value)
            for key, values in self.data.lists()
            if key not in ("before", "after", "page")
            for value in values
        ]


# `from` is a word of Python's, so these two cannot be written in the class.
PostFilter.base_filters["from"] = ByDate(method="published_from", label=_("From"))
PostFilter.base_filters["to"] = ByDate(method="published_until", label=_("To"))
