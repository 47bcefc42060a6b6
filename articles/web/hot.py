"""What stands out in a day or a week from the thirty days before."""

import datetime as dt
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ..listings.periods import Unit, period_of
from ..models import FacetCount, Post
from ..search.hot import hot

WORDS: Final = 20
SECURITIES: Final = 20
UNITS: Final = (Unit.DAY, Unit.WEEK)
FEW: Final = 7  # of the thirty days before: if posts are of fewer, little can be said


def hot_page(request: HttpRequest) -> HttpResponse:
    """`on` is a day, the newest if it is not given; `by` is `week` for the week that it is in."""
    unit = Unit.WEEK if request.GET.get("by") == Unit.WEEK else Unit.DAY
    day, error = asked(request.GET.get("on", "").strip())
    if day is None and not error:
        day = Post.objects.published().newest_day()
    context: dict[str, Any] = {
        "unit": unit,
        "units": UNITS,
        "day": day,
        "error": error,
        "few": FEW,
        "period": None,
        "hot": None,
    }
    if day is not None:
        period = period_of(day, unit)
        previous, following = FacetCount.objects.days_beside(*period)
        found = hot(*period, WORDS, SECURITIES)
        boards = [one for one in found.securities if one.is_board]
        others = [one for one in found.securities if not one.is_board]
        context |= {
            "period": period,
            "previous": previous,
            "next": following,
            "hot": found,
            "lists": [
                (
                    _("Securities"),
                    "securities",
                    others,
                ),
                (_("Boards"), "boards", boards),
            ],
        }
    return render(request, "hot.html", context)


def asked(text: str) -> tuple[dt.date | None, str]:
    """The day that an address says, if it says one, and what is wrong with it."""
    try:
        day = dt.date.fromisoformat(text) if text else None
    except ValueError:
        why = _("“%(text)s” is not a day: days are written like 2022-03-04.")
        return None, why % {"text": text}
    if day and not dt.date(1900, 1, 1) <= day <= timezone.localdate():
        return None, _("There are no posts in this period.")
    return day, ""
