"""The days of readers, from midnight to midnight in the site's time zone."""

import datetime as dt
from calendar import monthrange

from django.utils import timezone


def first_of_last(days: int, today: dt.date) -> dt.date:
    """The first of so many days of which the last is today."""
    return today - dt.timedelta(days=days - 1)


def last_of_month(day: dt.date) -> dt.date:
    """The last day of the month that a day is in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def date_of(year: str, month: str, day: str) -> dt.date | None:
    """The day that these numbers name; None if there is none."""
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def end_of(day: dt.date) -> dt.datetime:
    """When the next day begins. For `date.max`, its last moment."""
    if day == dt.date.max:
        return dt.datetime.max.replace(tzinfo=dt.UTC)
    return start_of(day + dt.timedelta(days=1))


def today() -> dt.date:
    """The day that it is for readers. See `local`."""
    return local(timezone.now()).date()


def local(moment: dt.datetime) -> dt.datetime:
    """The moment by the clocks of readers. Django's `localtime` first finds out which time zone is
    active, which takes longer; only the site's ever is."""
    return moment.astimezone(timezone.get_default_timezone())
