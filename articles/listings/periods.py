"""Days, weeks, months and years, by which posts are counted."""

import datetime as dt
from typing import Final, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ..days import last_of_month

MOST_PERIODS: Final = 62  # of a chart, or of figures
ONE_DAY: Final = dt.timedelta(days=1)


class Unit(TextChoices):
    """How long the periods of a chart or of figures are."""

    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")


class Period(NamedTuple):
    first: dt.date
    last: dt.date


def unit_for(first: dt.date, last: dt.date) -> Unit:
    span = month_number(last) - month_number(first)
    return Unit.DAY if span < 2 else Unit.MONTH if span < MOST_PERIODS else Unit.YEAR


def month_number(day: dt.date) -> int:
    return day.year * 12 + day.month


def name_of(period: Period) -> str:
    """2022-03-04, 2022-03 or 2022, if a period is a whole day, month or year; empty if not."""
    for unit, form in ((Unit.DAY, "%Y-%m-%d"), (Unit.MONTH, "%Y-%m"), (Unit.YEAR, "%Y")):
        if period == period_of(period.first, unit):
            return period.first.strftime(form)
    return ""


def period_of(day: dt.date, unit: Unit) -> Period:
    """The day, week, month or year that a day is in. Weeks begin on Monday."""
    if unit is Unit.DAY:
        return Period(day, day)
    if unit is Unit.WEEK:
        first = day - day.weekday() * ONE_DAY
        return Period(first, first + 6 * ONE_DAY)
    if unit is Unit.MONTH:
        return Period(day.replace(day=1), last_of_month(day))
    return Period(day.replace(month=1, day=1), day.replace(month=12, day=31))
