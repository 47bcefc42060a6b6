"""What searches find over time, beside each other: the share that they have of all posts."""

import csv
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ..listings.filters import PostFilter
from ..listings.trends import MOST, Trend, posts_of_days, trends
from ..search.over_time import Matches, posts_of
from ..search.query import parse
from . import addresses
from .charts import MOST_BARS, ONE_DAY, Chart, ChartPeriod, Unit, drawn, period_of, unit_for
from .listings import says_when_too_long


class Shown(NamedTuple):
    """A trend with its chart, in hundredths of all posts. `kept` is the query of the address of its
    posts, and `rest` that of the page without it."""

    trend: Trend
    chart: Chart
    kept: str
    rest: str


class Asked(NamedTuple):
    """What an address asks for: at most `MOST` texts, a unit of time if it says one, and filters;
    and what is wrong with the rest."""

    texts: Sequence[str]
    unit: Unit | None
    filters: PostFilter
    errors: Sequence[str]


class Answer(NamedTuple):
    """The periods that are shown, the newest `MOST_BARS`, how many posts each has, and what each
    query finds in them."""

    unit: Unit
    periods: Sequence[ChartPeriod]
    posts: Sequence[int]
    found: Sequence[Trend]
    is_truncated: bool


def read(request: HttpRequest) -> Asked:
    filters = PostFilter(request.GET)
    addresses.check_spelling(filters)
    errors = [str(text) for texts in filters.form.errors.values() for text in texts]
    texts = list(dict.fromkeys(text.strip() for text in request.GET.getlist("q") if text.strip()))
    if len(texts) > MOST:
        errors.append(_("Only the first %(limit)s are compared.") % {"limit": MOST})
    by = request.GET.get("by", "")
    return Asked(texts[:MOST], Unit(by) if by in Unit.values else None, filters, errors)


def answer(asked: Asked) -> Answer | None:
    """None if there is nothing to show: no query, a filter that makes no sense, no posts. Raises
    `engine.SearchTimeoutError`."""
    scope = asked.filters.scope()
    if scope is None or not asked.texts:
        return None
    today = timezone.localdate()
    days = posts_of_days(scope.first, scope.last)
    if not days:
        return None
    first, last = max(scope.first or min(days), min(days)), min(scope.last or max(days), today)
    unit = asked.unit or unit_for(first, last)
    periods = [period_of(last, unit)]
    while periods[-1].first > first and len(periods) < MOST_BARS:
        periods.append(period_of(periods[-1].first - ONE_DAY, unit))
    is_truncated = periods[-1].first > first
    within = [
        ChartPeriod(max(one.first, scope.first or one.first), min(one.last, scope.last or one.last))
        for one in reversed(periods)
    ]
    queries = [parse(text, today) for text in asked.texts]
    posts = [posts_of(period, days) for period in within]
    return Answer(unit, within, posts, trends(queries, scope, within, days), is_truncated)


@says_when_too_long
def trends_page(request: HttpRequest) -> HttpResponse:
    """`q` has a search, and may be repeated; `by` is a unit of time. Filters are those of lists."""
    asked = read(request)
    told = answer(asked)
    context: dict[str, Any] = {
        "asked": asked,
        "boxes": [*asked.texts, ""][:MOST],
        "units": Unit,
        "answer": told,
        "shown": shown(asked, told) if told else [],
        "query": asked.filters.query(),
        "dates": [asked.filters.form[name] for name in ("from", "to")],
        "others": [
            pair for pair in asked.filters.asked if pair[0] not in ("q", "by", "from", "to")
        ],
    }
    return render(request, "trends.html", context)


def shown(asked: Asked, told: Answer) -> list[Shown]:
    shares = [
        {
            period.first: round(100 * one.share, 2)
            for period, one in zip(told.periods, trend.matches, strict=False)
        }
        for trend in told.found
    ]
    most = max((share for one in shares for share in one.values()), default=0)
    no_period: dict[str, None] = {"from": None, "to": None}
    return [
        Shown(
            trend,
            drawn(told.unit, told.periods, Counter(one), most=most, is_truncated=told.is_truncated),
            asked.filters.query(q=text, by=None, **no_period),
            asked.filters.query(q=[other for other in asked.texts if other != text]),
        )
        for text, trend, one in zip(asked.texts, told.found, shares, strict=True)
    ]


@says_when_too_long
def figures(request: HttpRequest) -> HttpResponse:
    """The figures as CSV (RFC 4180). A byte order mark makes spreadsheets read it as UTF-8."""
    asked = read(request)
    if asked.errors:
        text = "\n".join(asked.errors)
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trends.csv"'
    writer = csv.writer(response)
    if told := answer(asked):
        # In quotation marks, a text is no formula of a spreadsheet.
        names = [f"“{text}”{what}" for text in asked.texts for what in ("", " %", " ±")]
        writer.writerow([told.unit.label, _("All posts"), *names])
        found = [[*map(figures_of, trend.matches)] for trend in told.found]
        for number, period in enumerate(told.periods):
            cells = [one[number] if one else ("", "", "") for one in found]
            writer.writerow([period.first.isoformat(), told.posts[number], *chain(*cells)])
    return response


def figures_of(one: Matches) -> tuple[int, float, int]:
    return one.matches, round(100 * one.share, 4), one.error
