"""The archive by its days: a heat map of years and months, each leading to its posts."""

import calendar
import datetime as dt
from typing import NamedTuple

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import pgettext_lazy

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
    """A month or a day: how many posts it has, and its shade, 0 to `LEVELS`."""

    date: dt.date
    posts: int
    level: int


def archive(request):
    """Every year, newest first, with its months."""
    months = FacetCount.objects.months()
    most = max(months.values(), default=0)
    years = {}
    for month, posts in months.items():
        if month.year not in years:
            cells = [Cell(dt.date(month.year, number, 1), 0, 0) for number in range(1, 13)]
            years[month.year] = cells
        years[month.year][month.month - 1] = Cell(month, posts, level(posts, most))
    rows = [(year, sum(cell.posts for cell in cells), cells) for year, cells in years.items()]
    return render(request, "archive/index.html", {"years": sorted(rows, reverse=True)})


def archive_year(request, year):
    """The days of a year, month by month."""
    return render_months(request, year, range(1, 13), "archive/year.html")


def archive_month(request, year, month):
    """The days of a month."""
    return render_months(request, year, [month], "archive/month.html", month=month)


def render_months(request, year, numbers, template, **context):
    try:
        first = dt.date(year, numbers[0], 1)
    except ValueError as error:
        raise Http404(f"no such month: {error}") from error
    last = dt.date(year, numbers[-1], calendar.monthrange(year, numbers[-1])[1])
    days = FacetCount.objects.days(first, last)
    if not days:
        raise Http404(f"no posts in {first:%Y-%m}")
    most = max(days.values())
    previous, behind = FacetCount.objects.days_beside(first, last)
    months = [
        (
            dt.date(year, number, 1),
            sum(posts for day, posts in days.items() if day.month == number),
            weeks(year, number, days, most),
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
            "next": behind,
            **context,
        },
    )


def weeks(year, month, days, most):
    """Rows of seven, Monday first; None where a day is of another month."""
    return [
        [
            Cell(day, posts := days.get(day, 0), level(posts, most)) if day.month == month else None
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]


def level(posts, most):
    return -(-posts * LEVELS // most) if most else 0
