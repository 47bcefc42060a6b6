"""What searches find over time, beside each other: the share that they have of all posts."""

import csv
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from newsroom.addresses import url

from ..listings.filters import PostFilter
from ..listings.periods import Unit
from ..listings.request import STORIES
from ..listings.trends import MOST, Trend, Trends, compared
from ..search.over_time import Matches
from . import addresses
from .addresses import with_query
from .charts import Chart, drawn
from .embed import for_frames
from .listings import says_when_too_long

OF_FORM: Final = ("q", "by", "from", "to", STORIES)  # parameters that the form has a field for


class Shown(NamedTuple):
    """A trend with its chart, in hundredths of all posts. `kept` is the query of the address of its
    posts, and `rest` that of the page without it."""

    trend: Trend
    chart: Chart
    kept: str
    rest: str


class Asked(NamedTuple):
    """What an address asks for: at most `MOST` texts, a unit of time if it says one, whether to
    count stories, and filters; and what is wrong with the rest."""

    texts: Sequence[str]
    unit: Unit | None
    by_story: bool
    filters: PostFilter
    errors: Sequence[str]


def read(request: HttpRequest) -> Asked:
    filters = PostFilter(request.GET)
    addresses.check_spelling(filters)
    errors = [str(text) for texts in filters.form.errors.values() for text in texts]
    texts = list(dict.fromkeys(text.strip() for text in request.GET.getlist("q") if text.strip()))
    if len(texts) > MOST:
        errors.append(_("Only the first %(limit)s are compared.") % {"limit": MOST})
    by = request.GET.get("by", "")
    by_story = request.GET.get(STORIES) == "on"
    return Asked(texts[:MOST], Unit(by) if by in Unit.values else None, by_story, filters, errors)


def answer(asked: Asked) -> Trends | None:
    """None if there is nothing to show. Raises `engine.SearchTimeoutError`."""
    scope = asked.filters.scope()
    return compared(asked.texts, scope, asked.unit, by_story=asked.by_story) if scope else None


@says_when_too_long
def trends_page(request: HttpRequest) -> HttpResponse:
    """`q` has a search, and may be repeated; `by` is a unit of time; with `stories=on` stories are
    counted instead of posts. Filters are those of lists."""
    asked = read(request)
    told = answer(asked)
    query = asked.filters.query()
    context: dict[str, Any] = {
        "asked": asked,
        "boxes": [*asked.texts, ""][:MOST],
        "units": Unit,
        "answer": told,
        "shown": shown(asked, told) if told else [],
        "query": query,
        "embedded": f"{url('embed-trends')}?{query}" if settings.EMBED_HOSTS and told else "",
        "dates": [asked.filters.form[name] for name in ("from", "to")],
        "others": [pair for pair in asked.filters.asked if pair[0] not in OF_FORM],
    }
    return render(request, "trends.html", context)


@says_when_too_long
@for_frames
def embedded(request: HttpRequest) -> HttpResponse:
    """The charts alone, in the frame of another site."""
    asked = read(request)
    told = answer(asked)
    context = {
        "asked": asked,
        "answer": told,
        "shown": shown(asked, told) if told else [],
        "whole": with_query(url("trends"), asked.filters.query()),
    }
    return render(request, "trends_embed.html", context)


def shown(asked: Asked, told: Trends) -> list[Shown]:
    shares = [
        {
            period.first: round(100 * one.share, 2)
            for period, one in zip(told.periods, trend.matches, strict=False)
        }
        for trend in told.found
    ]
    most = max((share for one in shares for share in one.values()), default=0)
    no_period: dict[str, None] = {"from": None, "to": None, STORIES: None}
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
        every = _("All stories") if asked.by_story else _("All posts")
        writer.writerow(
            [told.unit.label, every, *names, *([f"{every} ±"] if asked.by_story else [])]
        )
        found = [[*map(figures_of, trend.matches)] for trend in told.found]
        for number, period in enumerate(told.periods):
            cells = [one[number] if one else ("", "", "") for one in found]
            error = [told.errors[number]] if asked.by_story else []
            writer.writerow([period.first.isoformat(), told.posts[number], *chain(*cells), *error])
    return response


def figures_of(one: Matches) -> tuple[int, float, int]:
    return one.matches, round(100 * one.share, 4), one.error
