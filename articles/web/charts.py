"""Charts that the server draws: the numbers of an SVG."""

import datetime as dt
from calendar import monthrange
from typing import NamedTuple

HEIGHT = 60
STEP = 10  # from the left edge of a bar to that of the next
GAP = 2  # between two bars
MOST_MONTHS = 60


class Bar(NamedTuple):
    """A month, from its first day to its `end`, with its posts and the place of its rectangle."""

    month: dt.date
    end: dt.date
    posts: int
    x: int
    y: float
    width: int
    height: float


class Chart(NamedTuple):
    bars: list[Bar]
    width: int
    first: dt.date
    last: dt.date


def chart_of_months(posts: dict[dt.date, int]) -> Chart | None:
    """A bar for each month from the first to the last that has posts, at most the newest
    `MOST_MONTHS`; None if only one has. `posts` are counts by the first day of the month."""
    if len(posts) < 2:
        return None
    months = months_between(min(posts), max(posts))[-MOST_MONTHS:]
    most = max(posts.values())
    bars = []
    for number, month in enumerate(months):
        height = round(HEIGHT * posts.get(month, 0) / most, 1)
        end = month.replace(day=monthrange(month.year, month.month)[1])
        bars.append(
            Bar(month, end, posts.get(month, 0), number * STEP, HEIGHT - height, STEP - GAP, height)
        )
    return Chart(bars, len(bars) * STEP, months[0], months[-1])


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of the months from one to the other, both included."""
    return [
        dt.date(number // 12, number % 12 + 1, 1)
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]
