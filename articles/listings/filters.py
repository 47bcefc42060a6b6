"""The filters of every listing: `?category= &source= &security= &tag= &from= &to=`."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

import django_filters
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from ..models import Facet, Post
from ..search.conditions import Scope
from ..search.facets import FacetValue
from ..terms import TERMS, TermKind
from .subjects import Subject

PLACES = ("before", "after", "page")  # parameters that say which page of a listing is shown


class TermField(forms.CharField):
    """A term by its address, now or before. A text box with an error of its own, not a list: an
    archive has thousands of sources."""

    def __init__(self, *, kind: TermKind, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        if not address:
            return None
        term = self.kind.objects.published().addressed(address)
        if term is None:
            raise forms.ValidationError(str(self.kind.unknown), "unknown", {"address": address})
        return term


class TermFilter(django_filters.Filter):  # type: ignore[misc]  # it is untyped
    field_class = TermField


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)


class DayFilter(django_filters.Filter):  # type: ignore[misc]  # it is untyped
    field_class = DayField


class FilterChip(NamedTuple):
    """A filter in force: its label, what it selects, and the query of the address without it."""

    label: str | Promise
    value: Any
    rest: str


class FacetLink(NamedTuple):
    """A value of a facet: its count, where that is known, and the query of the address that sets
    its filter, or takes it off again."""

    name: str
    posts: int | None
    query: str
    is_selected: bool


class FacetGroup(NamedTuple):
    label: str | Promise
    links: list[FacetLink]


class PostFilter(django_filters.FilterSet):  # type: ignore[misc]  # it is untyped
    """The filters that an address sets. Its form leaves out those that the page's `subject` is."""

    class Meta:
        model = Post
        fields: ClassVar[list[str]] = []

    def __init__(
        self, data: MultiValueDict[str, str], subject: Subject | None = None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.subject = subject
        for name in subject.filters if subject else ():
            del self.form.fields[name]

    def selected(self) -> dict[str, Any]:
        """What the filters in force select, by their names; empty where one makes no sense."""
        values = self.form.cleaned_data if self.form.is_valid() else {}
        return {name: value for name, value in values.items() if value}

    def scope(self) -> Scope | None:
        """What the filters in force and the subject select; None where a filter makes no sense."""
        if not self.is_valid():
            return None
        selected = self.selected() | (self.subject.filters if self.subject else {})
        terms = tuple(selected.pop(kind.name) for kind in TERMS if kind.name in selected)
        rest = {self.base_filters[name].field_name: value for name, value in selected.items()}
        return Scope(terms, **rest)

    def chips(self) -> Iterator[FilterChip]:
        """Each filter in force."""
        for name, value in self.selected().items():
            yield FilterChip(self.form.fields[name].label, value, self.query(**{name: None}))

    def facets(self, values: Iterable[FacetValue]) -> Iterator[FacetGroup]:
        """The values that search counted, as links that set their filters, in a group for each."""
        values = list(values)
        for kind in TERMS:
            if kind.name in self.form.fields:
                links = [
                    self.link(value.name, value.posts, {kind.name: value.slug})
                    for value in values
                    if value.facet == kind.facet
                ]
                if links:
                    yield FacetGroup(kind.label, links)
        if years := list(self.years([value for value in values if value.facet == Facet.MONTH])):
            yield FacetGroup(Facet.YEAR.label, years)

    def years(self, months: Iterable[FacetValue]) -> Iterator[FacetLink]:
        """A link for each year, newest first, and after a year that is selected its months."""
        months = sorted(months, key=lambda month: month.slug, reverse=True)
        for year, of_year in groupby(months, key=lambda month: month.slug[:4]):
            found = list(of_year)
            counts = [month.posts for month in found]
            posts = None if None in counts else sum(filter(None, counts))
            yield self.link(year, posts, {"from": f"{year}-01-01", "to": f"{year}-12-31"})
            if self.data.get("from", "")[:4] == year == self.data.get("to", "")[:4]:
                for month in found:
                    last = monthrange(int(year), int(month.slug[5:]))[1]
                    days = {"from": f"{month.slug}-01", "to": f"{month.slug}-{last}"}
                    yield self.link(month.name, month.posts, days)

    def link(self, name: str, posts: int | None, changes: dict[str, str]) -> FacetLink:
        is_selected = all(self.data.get(key) == value for key, value in changes.items())
        query = self.query(**(dict.fromkeys(changes) if is_selected else changes))
        return FacetLink(name, posts, query, is_selected)

    def query(self, **changes: Any) -> str:
        """The query of the address of the first page, with some parameters changed, or left out
        where they are None."""
        kept = [(key, value) for key, value in self.asked if key not in changes]
        return urlencode(kept + [(key, value) for key, value in changes.items() if value])

    @cached_property
    def asked(self) -> list[tuple[str, str]]:
        """The parameters of the address, except those that say which page it is."""
        return [
            (key, value)
            for key, values in self.data.lists()
            if key not in PLACES
            for value in values
        ]


# Not attributes of the class, where `from` could not be one: it is a keyword of Python. Except for
# terms, a filter's `field_name` is that of its field in `Scope`.
for kind in TERMS:
    PostFilter.base_filters[kind.name] = TermFilter(kind=kind, label=kind.label)
PostFilter.base_filters["from"] = DayFilter("first", label=_("From"))
PostFilter.base_filters["to"] = DayFilter("last", label=_("To"))
