"""The filters of every listing: `?from= &to= &category= &source= &security= &tag=`.

A filter by terms may be repeated: `?source=a&source=b` selects the posts of either. Different
filters are all required.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, ClassVar, Final, NamedTuple, Self
from urllib.parse import urlencode

import django_filters
from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise, cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..days import first_of_last
from ..models import Facet, Post
from ..search.conditions import Scope
from ..search.facets import FACET_VALUES, MORE_VALUES, RECENT_DAYS, FacetValue, Summary
from ..search.names import Spelled
from ..search.query import are_undated, parse_days, quoted
from ..search.typed import EXACT
from ..terms import BY_NAME, TERMS, TermKind, kind_of
from .fields import DaysField, TermsField
from .periods import Period, Unit, name_of, period_of
from .subjects import Subject, TermSubject
from .watchlist import LEFT_OUT, UNREAD

PLACES = ("before", "after", "page")  # parameters that say which page of a listing is shown
NOT_ASKED: Final = (*PLACES, UNREAD, LEFT_OUT)  # those that select no posts
EXPANDED: Final = "facet"  # the parameter that names the facet that is shown at length
DATE: Final = _("Date")
TODAY: Final = _("Today")
LAST_DAYS: Final = (7, RECENT_DAYS)
MOST_MONTHS: Final = 12
LEXEME: Final = re.compile(r"[^\s()（）|]+")  # a value that a query takes without quotation marks


def recent_periods(today: dt.date) -> list[tuple[str | Promise, dt.date]]:
    """Periods of several days that end today, the shortest first, each with its first day."""
    return [
        (format_lazy(_("Last {days} days"), days=days), first_of_last(days, today))
        for days in LAST_DAYS
    ]


class TermFilter(django_filters.Filter):  # type: ignore[misc]  # it is untyped
    field_class = TermsField


class DaysFilter(django_filters.Filter):  # type: ignore[misc]  # it is untyped
    field_class = DaysField


class FilterChip(NamedTuple):
    """A filter in force: its label, what it selects, and the query of the address without it."""

    label: str | Promise
    value: Any
    rest: str


class FacetLink(NamedTuple):
    """A value of a facet: its count, where that is known, and the query of the address that sets
    its filter, or takes it off again; None if no post would be left."""

    name: str | Promise
    posts: int | None
    query: str | None
    is_selected: bool


class FacetGroup(NamedTuple):
    """The values of a facet. `more` is the query of the address that shows it at length, if it has
    more values than are shown. `faceted`: how many of the newest matches were counted, if counted
    without this facet's filter."""

    name: str
    label: str | Promise
    links: list[FacetLink]
    more: str | None = None
    faceted: int | None = None


class PostFilter(django_filters.FilterSet):  # type: ignore[misc]  # it is untyped
    """The filters that an address sets. Its form leaves out those that the page's `subject` is."""

    sets_both_ends: ClassVar[bool] = True  # by a period in one box: 3月到5月

    class Meta:
        model = Post
        fields: ClassVar[list[str]] = []

    def __init__(self, data: MultiValueDict[str, str], subject: Subject | None = None) -> None:
        # Not that of `FilterSet`: it copies all filters, of which only the form is used.
        self.data = data
        self.subject = subject

    @cached_property
    def form(self) -> Any:
        form = forms.Form(self.data)
        form.fields = {
            name: copy(declared).field
            for name, declared in self.base_filters.items()
            if not (self.subject and name in self.subject.filters)
        }
        return form

    @cached_property
    def values(self) -> dict[str, Any] | None:
        """What each filter is set to. For several terms, those that exist; None for a filter that
        makes no sense at all."""
        understood = {
            name: (errors[0].params or {}).get("understood")
            for name, errors in self.form.errors.as_data().items()
        }
        if not all(understood.values()):
            return None
        return self.with_first_before_last(self.form.cleaned_data | understood)

    def with_first_before_last(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values with a first day that has no year in the year that ends with the last day:
        国庆 to 春节 is over the end of a year."""
        begin, end = values.get("from"), values.get("to")
        if begin and end and end.last < begin.first:
            text, today = self.data.get("from", "").strip(), timezone.localdate()
            if are_undated(text, today) and (earlier := parse_days(text, end.last)):
                return values | {"from": earlier}
        return values

    @cached_property
    def selected(self) -> dict[str, Any]:
        """What the filters in force select, by their names: a day, or a list of terms. Empty where
        one makes no sense. A period is the right way round: with all days of both its ends, which
        may stand in either box: 3月到5月."""
        values = dict(self.values or {})
        begin: Any = values.get("from")
        end: Any = values.get("to")
        if self.sets_both_ends and begin and begin.has_two_ends and not end:
            end = begin
        elif self.sets_both_ends and end and end.has_two_ends and not begin:
            begin = end
        if self.is_reversed:
            values |= {"from": end.first or end.last, "to": begin.last or begin.first}
        else:
            values |= {"from": begin and begin.first, "to": end and end.last}
        return {name: value for name, value in values.items() if value}

    @cached_property
    def is_reversed(self) -> bool:
        """Whether the last day of the period comes before the first."""
        if not {"from", "to"} <= self.data.keys():
            return False
        values = self.values or {}
        begin, end = values.get("from"), values.get("to")
        return begin is not None and end is not None and end.last < begin.first

    def scope(self) -> Scope | None:
        """What the filters in force and the subject select; None where a filter makes no sense."""
        if self.values is None:
            return None
        scope = scope_of(self.selected | (self.subject.filters if self.subject else {}))
        return replace(scope, any_of=self.subject.any_of) if self.subject else scope

    def boxes(self, field: forms.BoundField) -> list[Any]:
        """What the text boxes of a filter hold: one box for each of several terms, and one more."""
        value = self.days.get(field.name, field.value())
        return [*value, ""] if isinstance(value, list) else [value or ""]

    @property
    def with_subject(self) -> dict[str, Any]:
        """The filters in force and those that select the posts of the subject, as parameters of an
        address without a subject."""
        selected = self.selected | (self.subject.filters if self.subject else {})
        return {
            name: addresses_of(value) if name in BY_NAME else value.isoformat()
            for name, value in selected.items()
        }

    @property
    def canonical(self) -> str | None:
        """The query of the address with the terms by their own addresses and days as 2022-03-01, if
        the address uses any other spelling; and with a search for further terms of the kind that
        the page is of. Links, feeds and facets use only these."""
        if further := self.further:
            return self.query(**further)
        names = BY_NAME.keys() & self.selected.keys() - self.form.errors.keys()
        asked = {name: addresses_of(self.selected[name]) for name in names}
        if not self.is_reversed:  # a redirect would lose the note about the exchanged dates
            asked |= {name: [value.isoformat()] for name, value in self.days.items()}
        changed = {
            name: addresses
            for name, addresses in asked.items()
            if list(filter(None, self.data.getlist(name))) != addresses
        }
        return self.query(**changed) if changed else None

    @property
    def further(self) -> dict[str, Any]:
        """The search that parameters become if they name terms of the kind of the subject: so the
        posts of a security are narrowed to those that name another one as well. None for a kind of
        which a post has only one term."""
        if not (isinstance(self.subject, TermSubject) and self.subject.kind.join):
            return {}
        kind = self.subject.kind
        others = dict.fromkeys(filter(None, map(str.strip, self.data.getlist(kind.name))))
        if not others:
            return {}
        others.pop(getattr(self.subject.term, kind.address_key), None)
        criteria = [
            f"{kind.query_field}:{value if LEXEME.fullmatch(value) else quoted(value)}"
            for value in others
        ]
        both = f"({' OR '.join(criteria)})" if len(criteria) > 1 else "".join(criteria)
        return {kind.name: None, "q": f"{self.data.get('q', '')} {both}".strip()}

    def offers(self, name: str) -> list[FacetLink]:
        """The terms that an ambiguous or a misspelt value may mean. Each replaces that value and
        keeps the others."""
        links = []
        for error in self.form.errors.as_data().get(name, ()):
            told = error.params or {}
            for one in told.get("offers", ()):
                values = self.form[name].value()
                chosen = [one.address if value == told["value"] else value for value in values]
                links.append(FacetLink(called(one), one.posts, self.query(**{name: chosen}), False))
        return links

    def scopes_apart(self, scope: Scope) -> Iterator[tuple[Facet, Scope]]:
        """Each facet whose filter is in force, with the scope without that filter."""
        if {"from", "to"} & self.selected.keys():
            yield Facet.MONTH, replace(scope, first=None, last=None)
        for kind in TERMS:
            if kind.name in self.selected:
                yield kind.facet, scope.without(kind)

    @property
    def days(self) -> dict[str, dt.date]:
        """The ends of the period that is selected."""
        return {name: self.selected[name] for name in ("from", "to") if name in self.selected}

    @property
    def longest(self) -> Facet | None:
        """The facet that is shown at length."""
        kind = BY_NAME.get(self.data.get(EXPANDED, ""))
        return kind.facet if kind else None

    def chips(self) -> Iterator[FilterChip]:
        """A chip for each filter in force, and for each of its terms if it has several; one for a
        period that was chosen as a whole."""
        for name, value in self.selected.items():
            if self.name_of_period and name not in BY_NAME:
                if name == "from":
                    whole = self.query(**{"from": None, "to": None})
                    yield FilterChip(DATE, self.name_of_period, whole)
                continue
            label = self.form.fields[name].label
            if name not in BY_NAME:
                left = {end: day.isoformat() for end, day in self.days.items() if end != name}
                yield FilterChip(label, value, self.query(**{name: None, **left}))
                continue
            for term in value:
                rest = [other for other in value if other != term]
                yield FilterChip(label, term, self.query(**{name: addresses_of(rest)}))

    def is_offered(self, kind: TermKind, repeated: Collection[Facet]) -> bool:
        """Whether readers are shown the filter by a kind of term. An archive may have one list as
        categories and again as tags. So a kind that is `repeated` is left out, unless its filter is
        in use."""
        is_used = bool(self.data.get(kind.name)) or kind.facet == self.longest
        return is_used or kind.facet not in repeated

    def boxed(self, repeated: Collection[Facet]) -> list[forms.BoundField]:
        """The fields of the form that is shown: those of the filters that are offered."""
        return [
            field
            for field in self.form
            if field.name not in BY_NAME or self.is_offered(BY_NAME[field.name], repeated)
        ]

    def facets(self, summary: Summary, repeated: Collection[Facet] = ()) -> Iterator[FacetGroup]:
        """The values that search counted, as links that set their filters, in a group for each
        facet that is offered: time first."""
        if "from" in self.form.fields:
            yield self.dates(summary.of(Facet.MONTH))
        for kind in TERMS:
            if kind.name not in self.form.fields or not self.is_offered(kind, repeated):
                continue
            values = [v for v in summary.of(kind.facet).values if v.facet == kind.facet]
            if group := self.terms(kind, values, summary):
                yield group

    def terms(
        self, kind: TermKind, values: Sequence[FacetValue], summary: Summary
    ) -> FacetGroup | None:
        """The group of a kind of term: the values that most matches have, and those selected."""
        chosen = self.selected.get(kind.name, [])
        addresses = addresses_of(chosen)
        is_long = kind.facet == self.longest
        most = MORE_VALUES if is_long else FACET_VALUES
        links = [
            self.term_link(kind, value, addresses)
            for place, value in enumerate(values)
            if place < most or value.slug in addresses
        ]
        counted = {value.slug for value in values}
        posts = 0 if summary.of(kind.facet).faceted is None else None
        for term, address in zip(chosen, addresses, strict=True):
            if address not in counted:
                value = FacetValue(kind.facet, str(term), address, posts)
                links.append(self.term_link(kind, value, addresses))
        if not links:
            return None
        return FacetGroup(
            kind.name,
            kind.label,
            links,
            more=self.query(facet=kind.name) if len(values) > most and not is_long else None,
            faceted=summary.apart[kind.facet].faceted if kind.facet in summary.apart else None,
        )

    def term_link(self, kind: TermKind, value: FacetValue, chosen: Collection[str]) -> FacetLink:
        is_selected = value.slug in chosen
        rest = [address for address in chosen if address != value.slug]
        query = self.query(**{kind.name: rest if is_selected else [*chosen, value.slug]})
        return FacetLink(value.name, value.posts, query, is_selected)

    def dates(self, summary: Summary) -> FacetGroup:
        """Recent days, then months, then years."""
        times = [value for value in summary.values if value.facet < Facet.SOURCE]
        days = {v.slug: v.posts or 0 for v in times if v.facet == Facet.DAY}
        months = [value for value in times if value.facet == Facet.MONTH]
        links = [*self.recent(days, summary.since), *self.months_and_years(months)]
        return FacetGroup("date", DATE, links)

    def recent(self, days: dict[str, int], since: dt.date | None) -> Iterator[FacetLink]:
        """The periods that end today; `since` when days are counted, None if all are."""
        today = timezone.localdate()
        for name, first in [(TODAY, today), *recent_periods(today)]:
            is_known = since is None or since <= first
            posts = sum(n for day, n in days.items() if day >= first.isoformat())
            yield self.period_link(name, posts if is_known else None, first, today)

    def months_and_years(self, found: Iterable[FacetValue]) -> Iterator[FacetLink]:
        """A link for each of the `MOST_MONTHS` newest months, and for those of the year that the
        selected period is in; then for each year, unless there is only one."""
        months = sorted(found, key=lambda month: month.slug, reverse=True)
        years: dict[str, list[int | None]] = {month.slug[:4]: [] for month in months}
        selected = {str(day.year) for day in self.period if day}
        for place, month in enumerate(months):
            years[month.slug[:4]].append(month.posts)
            if place < MOST_MONTHS or selected == {month.slug[:4]}:
                first = dt.date.fromisoformat(f"{month.slug}-01")
                yield self.period_link(month.name, month.posts, *period_of(first, Unit.MONTH))
        for year, counts in years.items():
            posts = None if None in counts else sum(filter(None, counts))
            first = dt.date(int(year), 1, 1)
            if len(years) > 1 or selected:
                yield self.period_link(year, posts, *period_of(first, Unit.YEAR))

    def period_link(
        self, name: str | Promise, posts: int | None, first: dt.date, last: dt.date
    ) -> FacetLink:
        is_selected = self.period == (first, last)
        if is_selected:
            query: str | None = self.query(**{"from": None, "to": None})
        else:
            query = self.within(first, last) if posts != 0 else None
        return FacetLink(name, posts, query, is_selected)

    @property
    def period(self) -> tuple[dt.date | None, dt.date | None]:
        """The first and the last day that are selected."""
        return self.days.get("from"), self.days.get("to")

    @cached_property
    def name_of_period(self) -> str:
        """What a period that readers choose as a whole is called: a day, month or year, or days
        that end today. Empty for any other."""
        first, last = self.period
        if not (first and last):
            return ""
        today = timezone.localdate()
        if last == today and any(first == other for _name, other in recent_periods(today)):
            return f"{first} – {last}"
        return name_of(Period(first, last))

    def asking(self, text: str) -> Self:
        """These filters with another query than that of the address."""
        other = copy(self)
        other.asked = [(key, text if key == "q" else value) for key, value in self.asked]
        return other

    def within(self, first: dt.date, last: dt.date) -> str:
        """The query of the address that narrows the listing to a period."""
        return self.query(**{"from": first.isoformat(), "to": last.isoformat()})

    def query(self, **changes: Any) -> str:
        """The query of the address of the first page, with some parameters changed, several times
        where they are lists, or left out where they are None."""
        kept = [(key, value) for key, value in self.asked if key not in changes]
        changed = [(key, value) for key, value in changes.items() if value]
        return urlencode(kept) + ("&" if kept and changed else "") + urlencode(changed, doseq=True)

    @cached_property
    def asked(self) -> list[tuple[str, str]]:
        """The parameters of the address, except those that say which page it is, or that are no
        part of what it asks for."""
        return [
            (key, value)
            for key, values in self.data.lists()
            if key not in NOT_ASKED
            for value in values
        ]


class ExactFilter(PostFilter):
    """The filters of programs, which nobody looks at: a part of a name, or pinyin, is no term, and
    `from` and `to` set one end each."""

    sets_both_ends: ClassVar[bool] = False


def scope_of(selected: Mapping[str, Any]) -> Scope:
    """What filters select. Their values are given by the names of the filters: a day, or a list of
    terms. Those that are left out or None select all."""
    terms = tuple(term for kind in TERMS for term in selected.get(kind.name, ()))
    others: dict[str, Any] = {
        declared.field_name: selected.get(name)
        for name, declared in PostFilter.base_filters.items()
        if name not in BY_NAME
    }
    return Scope(terms, **others)


def addresses_of(terms: Iterable[Any]) -> list[str]:
    """What parameters call these terms."""
    return [getattr(term, kind_of(term).address_key) for term in terms]


def called(one: Spelled) -> str:
    """The name of a term, and its code if others may have the name."""
    code = one.named.code
    return f"{one.name} {code}".strip()


# Not attributes of the class, where `from` could not be one: it is a keyword of Python. Except for
# terms, a filter's `field_name` is that of its field in `Scope`.
PostFilter.base_filters["from"] = DaysFilter("first", end="first", label=_("From"))
PostFilter.base_filters["to"] = DaysFilter("last", end="last", label=_("To"))
for kind in TERMS:
    PostFilter.base_filters[kind.name] = TermFilter(kind=kind, label=kind.label)
ExactFilter.base_filters = PostFilter.base_filters | {
    kind.name: TermFilter(kind=kind, least=EXACT, label=kind.label) for kind in TERMS
}
