"""Charts that the server draws: the numbers of an SVG."""

import datetime as dt
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Facet
from ..search.facets import FacetValue, Summary

HEIGHT: Final = 40
STEP: Final = 10  # from the left edge of a bar to that of the next
GAP: Final = 2  # between two bars
WIDTH: Final = 480  # pixels, of many bars
WIDEST: Final = 24  # pixels, of a bar and its gap
MOST_BARS: Final = 62
ONE_DAY: Final = dt.timedelta(days=1)


class Period(NamedTuple):
    first: dt.date
    last: dt.date


class Bar(NamedTuple):
    """A day, month or year, from its `first` day to its `last`, with its posts and the place of its
    rectangle."""

    name: str
    first: dt.date
    last: dt.date
    posts: int
    x: int
    y: float
    width: int
    height: float


class Chart(NamedTuple):
    """Bars for days, months or years, from the first to the last, including empty ones. `is_cut`:
    older posts have no bar. `width` is in units of the drawing, `pixels` on the page."""

    unit: Facet
    bars: list[Bar]
    is_cut: bool

    @property
    def label(self) -> str | Promise:
        return LABELS[self.unit]

    @property
    def width(self) -> int:
        return len(self.bars) * STEP

    @property
    def pixels(self) -> int:
        return min(len(self.bars) * WIDEST, WIDTH)


LABELS: Final = {
    Facet.DAY: _("Posts by day"),
    Facet.MONTH: _("Posts by month"),
    Facet.YEAR: _("Posts by year"),
}
LENGTHS: Final = {Facet.DAY: 10, Facet.MONTH: 7, Facet.YEAR: 4}  # of names: parts of 2022-01-29


def chart_over_time(summary: Summary) -> Chart | None:
    """How many posts there are: by day if they are of one month or of two that follow each other;
    by month if that gives at most `MOST_BARS` bars; else by year, of the newest `MOST_BARS` years.
    None if there are fewer than two bars.

    Where not all matches were counted, the chart begins with the first period that was counted
    whole.
    """
    days = counts_of(summary.values, Facet.DAY)
    months = counts_of(summary.values, Facet.MONTH)
    if not days and not months:
        return None
    newest = max([*days, *months])
    oldest = summary.since - ONE_DAY if summary.since else min(months)
    span = month_number(newest) - month_number(oldest)
    unit = Facet.DAY if span < 2 else Facet.MONTH if span < MOST_BARS else Facet.YEAR
    counted: Counter[dt.date] = Counter()
    for day, posts in (days if unit is Facet.DAY else months).items():
        counted[period_of(day, unit).first] += posts
    periods = [period_of(summary.since or min(counted), unit)]
    while periods[-1].last < newest:
        periods.append(period_of(periods[-1].last + ONE_DAY, unit))
    whole = [one for one in periods if summary.since is None or one.first >= summary.since]
    shown = whole[-MOST_BARS:]
    if len(shown) < 2:
        return None
    most = max(counted[period.first] for period in shown)
    bars = [
        bar(number, period, unit, counted[period.first], most)
        for number, period in enumerate(shown)
    ]
    return Chart(unit, bars, is_cut=summary.since is not None or shown != whole)


def counts_of(values: Iterable[FacetValue], facet: Facet) -> dict[dt.date, int]:
    """The counts of days or months that are known, by their first days."""
    return {
        dt.date.fromisoformat(f"{value.slug}-01"[:10]): value.posts
        for value in values
        if value.facet == facet and value.posts is not None
    }


def month_number(day: dt.date) -> int:
    return day.year * 12 + day.month


def period_of(day: dt.date, unit: Facet) -> Period:
    """The day, month or year that a day is in."""
    if unit is Facet.DAY:
        return Period(day, day)
    if unit is Facet.MONTH:
        last = monthrange(day.year, day.month)[1]
        return Period(day.replace(day=1), day.replace(day=last))
    return Period(day.replace(month=1, day=1), day.replace(month=12, day=31))


def bar(number: int, period: Period, unit: Facet, posts: int, most: int) -> Bar:
    height = round(HEIGHT * posts / most, 1) if most else 0
    name = period.first.isoformat()[: LENGTHS[unit]]
    return Bar(name, *period, posts, number * STEP, HEIGHT - height, STEP - GAP, height)
