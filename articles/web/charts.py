"""Charts that the server draws: the numbers of an SVG."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..listings.periods import MOST_PERIODS, ONE_DAY, Period, Unit, period_of, unit_for
from ..models import Facet
from ..search.facets import FacetValue, Summary

HEIGHT: Final = 40  # pixels, of the largest bar
LEAST: Final = 2  # pixels, of a bar that is not empty
LABEL: Final = 16  # pixels above it, for its number
GAP: Final = 0.2  # of a bar's place, between two bars
ABOVE: Final = 4  # pixels between a bar and its number
DIGIT: Final = 7  # pixels that a digit of a number takes, at most
NARROWEST: Final = 224  # pixels, of a chart beside the filters
WIDTH: Final = 480  # pixels, of many bars
WIDEST: Final = 24  # pixels, of a bar and its gap


class Bar(NamedTuple):
    """A day, week, month or year, from its `first` day to its `last`, with its `posts`, or what
    else is drawn, and the place of its rectangle: `x` and `width` in per cent of the chart, so that
    it gets narrower with its page and numbers do not; `y` and `height` in pixels."""

    name: str
    first: dt.date
    last: dt.date
    posts: float
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


class Label(NamedTuple):
    """The number of a bar: `anchor` says which part of it stands at `x`, in per cent, so that none
    of it is cut off; `y` is in pixels, above all bars that it covers."""

    posts: float
    x: float
    y: float
    anchor: str


class Chart(NamedTuple):
    """Bars for days, weeks, months or years, from the first to the last, including empty ones. If
    it `is_truncated`, older posts have no bar."""

    unit: Unit
    bars: list[Bar]
    is_truncated: bool

    @property
    def label(self) -> str | Promise:
        return LABELS[self.unit]

    @property
    def pixels(self) -> int:
        return min(len(self.bars) * WIDEST, WIDTH)

    @property
    def height(self) -> int:
        return LABEL + HEIGHT

    @property
    def labels(self) -> list[Label]:
        """The labels of the largest bar (the newest of equals) and of the last one, if they do not
        overlap."""
        largest = max(reversed(self.bars), key=lambda bar: bar.posts)
        last = self.bars[-1]
        between = (last.middle - largest.middle) / 100 * NARROWEST
        if last.posts and between >= (width_of(largest) + width_of(last)) / 2:
            return [self.label_of(largest), self.label_of(last)]
        return [self.label_of(largest)]

    def label_of(self, bar: Bar) -> Label:
        width = width_of(bar) / NARROWEST * 100
        x, anchor, start = bar.middle, "middle", bar.middle - width / 2
        if start < 0:
            x, anchor, start = bar.x, "start", bar.x
        elif start + width > 100:
            x, anchor = bar.x + bar.width, "end"
            start = x - width
        covered = [
            one.y for one in self.bars if start < one.x + one.width and one.x < start + width
        ]
        return Label(bar.posts, round(x, 2), min(covered) - ABOVE, anchor)


def width_of(bar: Bar) -> float:
    """Of its number, in pixels."""
    return DIGIT * len(f"{bar.posts:,}")


LABELS: Final = {
    Unit.DAY: _("Posts by day"),
    Unit.WEEK: _("Posts by week"),
    Unit.MONTH: _("Posts by month"),
    Unit.YEAR: _("Posts by year"),
}
LENGTHS: Final = {
    Unit.DAY: 10,
    Unit.WEEK: 10,
    Unit.MONTH: 7,
    Unit.YEAR: 4,
}  # of names: parts of 2022-01-29


def chart_over_time(summary: Summary) -> Chart | None:
    """How many posts there are: by day if they are of one month or of two that follow each other;
    by month if that gives at most `MOST_PERIODS` bars; else by year, of the newest `MOST_PERIODS`
    years. None if there are fewer than two bars.

    Where not all matches were counted, the chart begins with the first period that was counted
    whole.
    """
    days = counts_of(summary.values, Facet.DAY)
    months = counts_of(summary.values, Facet.MONTH)
    if not days and not months:
        return None
    newest = max([*days, *months])
    oldest = summary.since - ONE_DAY if summary.since else min(months)
    unit = unit_for(oldest, newest)
    counted = counted_by(unit, days if unit is Unit.DAY else months)
    periods = periods_between(summary.since or min(counted), newest, unit)
    whole = [one for one in periods if summary.since is None or one.first >= summary.since]
    shown = whole[-MOST_PERIODS:]
    if len(shown) < 2:
        return None
    is_truncated = summary.since is not None or shown != whole
    return drawn(unit, shown, counted, is_truncated=is_truncated)


def chart_of_days(
    days: Mapping[dt.date, int],
    first: dt.date | None = None,
    last: dt.date | None = None,
    most: int = 0,
) -> Chart | None:
    """How many posts there were, by day: of all of these days, or from the `first` to the `last`.
    The scale is of these bars, or of bars with `most` posts. None if there are fewer than two."""
    if not (days or (first and last)):
        return None
    first, last = first or min(days), last or max(days)
    unit = unit_for(first, last)
    periods = periods_between(first, last, unit)
    shown = periods[-MOST_PERIODS:]
    if len(shown) < 2:
        return None
    return drawn(unit, shown, counted_by(unit, days), most=most, is_truncated=shown != periods)


def periods_between(first: dt.date, last: dt.date, unit: Unit) -> list[Period]:
    """From the one that `first` is in to the one that `last` is in."""
    periods = [period_of(first, unit)]
    while periods[-1].last < last:
        periods.append(period_of(periods[-1].last + ONE_DAY, unit))
    return periods


def counted_by(unit: Unit, counts: Mapping[dt.date, int]) -> Counter[dt.date]:
    """The posts of days, weeks, months or years, by their first days."""
    counted: Counter[dt.date] = Counter()
    for day, posts in counts.items():
        counted[period_of(day, unit).first] += posts
    return counted


def drawn(
    unit: Unit,
    shown: Sequence[Period],
    counted: Mapping[dt.date, float],
    *,
    most: float = 0,
    is_truncated: bool,
) -> Chart:
    most = most or max(counted[period.first] for period in shown)
    bars = [
        bar(number, len(shown), period, unit, counted[period.first], most)
        for number, period in enumerate(shown)
    ]
    return Chart(unit, bars, is_truncated=is_truncated)


def counts_of(values: Iterable[FacetValue], facet: Facet) -> dict[dt.date, int]:
    """The counts of days or months that are known, by their first days."""
    return {
        dt.date.fromisoformat(f"{value.slug}-01"[:10]): value.posts
        for value in values
        if value.facet == facet and value.posts is not None
    }


def bar(number: int, bars: int, period: Period, unit: Unit, posts: float, most: float) -> Bar:
    height = max(LEAST, round(HEIGHT * posts / most, 1)) if posts else 0
    name = period.first.isoformat()[: LENGTHS[unit]]
    place = 100 / bars
    x, width = round(number * place, 2), round((1 - GAP) * place, 2)
    return Bar(name, *period, posts, x, LABEL + HEIGHT - height, width, height)
