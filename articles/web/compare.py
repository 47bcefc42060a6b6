"""Companies beside each other: how often posts named each, on the same scale."""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from ..listings.comparisons import MOST
from ..listings.coverage import days_naming
from ..listings.periods import Unit, unit_for
from ..listings.watchlist import names_apart, query_of, securities_named, symbols_of
from ..models import Security
from ..search.query import Field
from .addresses import with_query
from .charts import Bar, Chart, chart_of_days, counted_by, periods_between


class Compared(NamedTuple):
    """A security, the name that tells it from the others, how many posts name it, and those over
    time; `rest` is the query of the address without it."""

    security: Security
    name: str
    posts: int
    chart: Chart | None
    rest: str


def compare(request: HttpRequest) -> HttpResponse:
    """`s` has a security: its symbol, name, code or pinyin. It may be repeated, or have several
    symbols with commas between them."""
    securities, errors = asked(request)
    canonical = query(securities)
    if securities and not errors and request.GET.getlist("s") != symbols(securities):
        return HttpResponseRedirect(with_query(request.path, canonical))
    days = days_naming(securities)
    counted = [one for one in days.values() if one]
    first = min((min(one) for one in counted), default=None)
    last = max((max(one) for one in counted), default=None)
    most = 0
    if first and last:
        unit = unit_for(first, last)
        most = max(max(counted_by(unit, one).values()) for one in counted)
    compared = [
        Compared(
            security,
            name,
            sum(days[security.pk].values()),
            chart_of_days(days[security.pk], first, last, most),
            query(other for other in securities if other != security),
        )
        for security, name in zip(securities, names_apart(securities), strict=True)
    ]
    rows = table([one.chart for one in compared if one.chart])
    return render(
        request,
        "compare.html",
        {
            "compared": compared,
            "errors": errors,
            "rows": rows,
            "query": canonical,
            "to_follow": query_of(securities, ()),
            "boxes": max(2 - len(securities), 1) if len(securities) < MOST else 0,
            "together": " ".join(f"{Field.CODE}:{symbol}" for symbol in symbols(securities)),
        },
    )


def asked(request: HttpRequest) -> tuple[list[Security], list[str]]:
    """The securities that an address names, at most `MOST`, and what is wrong with the others."""
    values = list(dict.fromkeys(symbols_of(request.GET)))
    found, errors = securities_named(values[:MOST])
    if len(values) > MOST:
        errors.insert(0, _("Only the first %(limit)s are compared.") % {"limit": MOST})
    return list(dict.fromkeys(found[value] for value in values[:MOST] if value in found)), errors


def symbols(securities: Iterable[Security]) -> list[str]:
    return [security.symbol for security in securities]


def query(securities: Iterable[Security]) -> str:
    """The query of the address that compares these."""
    return urlencode({"s": symbols(securities)}, doseq=True)


def table(charts: Sequence[Chart]) -> list[tuple[str, tuple[Bar, ...]]]:
    """One row per period, newest first: its name and one bar for each security."""
    rows = zip(*(chart.bars for chart in charts), strict=True)
    return [(bars[0].name, bars) for bars in rows][::-1]


def figures(request: HttpRequest) -> HttpResponse:
    """The figures as CSV (RFC 4180), by month. A byte order mark makes spreadsheets read it as
    UTF-8."""
    securities, errors = asked(request)
    if errors:
        return HttpResponse("\n".join(errors), status=400, content_type="text/plain; charset=utf-8")
    days = days_naming(securities)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="figures.csv"'
    writer = csv.writer(response)
    writer.writerow([Unit.MONTH.label, *(f"{one} {one.code}" for one in securities)])
    months = [counted_by(Unit.MONTH, days[security.pk]) for security in securities]
    known: list[dt.date] = [month for one in months for month in one]
    if known:
        for period in periods_between(min(known), max(known), Unit.MONTH):
            writer.writerow([f"{period.first:%Y-%m}", *(one[period.first] for one in months)])
    return response
