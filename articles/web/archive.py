"""The archive as a calendar: shaded months and days that lead to their posts."""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy

from ..days import last_of_month
from ..models import FacetCount

LEVELS = 4  # shades
WEEKDAYS = [
    pgettext_lazy("weekday", "Mo"),
    pgettext_lazy("weekday", "Tu"),
    pgettext_lazy("weekday", "We"),
    pgettext_lazy("weekday", "Th"),
    pgettext_lazy("weekday", "Fr"),
    pgettext_lazy("weekday", "Sa"),
    pgettext_lazy("weekday", "Su"),
]


class Cell(NamedTuple):
    """A month, by its first day, or a day; how many posts it has; and its shade, 0 to `LEVELS`."""

    date: dt.date
    posts: int
    level: int


def archive(request: HttpRequest) -> HttpResponse:
    """Every year, newest first, with its months."""
    months = FacetCount.objects.months()
    shades = shades_of(months.values())
    years: dict[int, list[Cell]] = {}
    for month, posts in months.items():
        if month.year not in years:
            cells = [Cell(dt.date(month.year, number, 1), 0, 0) for number in range(1, 13)]
            years[month.year] = cells
        years[month.year][month.month - 1] = Cell(month, posts, level(posts, shades))
    rows = [(year, sum(cell.posts for cell in cells), cells) for year, cells in years.items()]
    return render(request, "archive/index.html", {"years": sorted(rows, reverse=True)})


def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """The days of a year, month by month."""
    return render_months(request, year, range(1, 13), "archive/year.html")


def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The days of a month."""
    return render_months(request, year, [month], "archive/month.html", month=month)


def render_months(
    request: HttpRequest, year: int, numbers: Sequence[int], template: str, **context: Any
) -> HttpResponse:
    """A page of the months of a year with these numbers, in order. Raises `Http404` if they have no
    posts."""
    try:
        first = dt.date(year, numbers[0], 1)
    except ValueError as error:
        raise Http404(f"no such month: {error}") from error
    last = last_of_month(first.replace(month=numbers[-1]))
    days = FacetCount.objects.days(first, last)
    if not days:
        raise Http404(f"no posts in {first:%Y-%m}")
    shades = shades_of(days.values())
    previous, following = FacetCount.objects.days_beside(first, last)
    months = [
        (
            dt.date(year, number, 1),
            sum(posts for day, posts in days.items() if day.month == number),
            weeks(year, number, days, shades),
        )
        for number in numbers
    ]
    return render(
        request,
        template,
        {
            "year": year,
            "months": months,
            "weekdays": WEEKDAYS,
            "posts": sum(days.values()),
            "previous": previous,
            "next": following,
            **context,
        },
    )


def weeks(
    year: int, month: int, days: dict[dt.date, int], shades: Sequence[int]
) -> list[list[Cell | None]]:
    """The weeks of a month, Monday first; None for a day of another month. `days` are counts of
    posts, and `shades` what `shades_of` made of them."""

    def cell(day: dt.date) -> Cell | None:
        posts = days.get(day, 0)
        return Cell(day, posts, level(posts, shades)) if day.month == month else None

    return [
        [cell(day) for day in week] for week in calendar.Calendar().monthdatescalendar(year, month)
    ]


def shades_of(counts: Iterable[int]) -> list[int]:
    """The counts up to which the shades except the darkest go. Each has a quarter of the counts
    that occur, so that one day with many posts does not make all others pale, nor many equal days
    make any larger one dark. Of two counts or more the smallest is palest and the largest darkest.
    """
    ordered = sorted({*counts} - {0})
    if not ordered:
        return []
    most = len(ordered) - 1
    return [ordered[min(-(-len(ordered) * n // LEVELS), most) - 1] for n in range(1, LEVELS)]


def level(posts: int, shades: Sequence[int]) -> int:
    """The shade of a count: 0 if there is none, up to `LEVELS`."""
    return 1 + sum(posts > shade for shade in shades) if posts else 0
