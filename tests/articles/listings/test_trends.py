"""How many stories there are, estimated from some days."""

import datetime as dt
import random

from articles.listings.periods import Period
from articles.listings.trends import StoriesOfDays

FIRST = dt.date(2022, 1, 1)
DAYS = [FIRST + dt.timedelta(days=number) for number in range(360)]
MONTHS = [Period(DAYS[at], DAYS[at + 29]) for at in range(0, 360, 30)]


def test_the_stories_of_a_period_are_off_by_more_than_the_error_once_in_twenty_times():
    chance = random.Random(5)
    misses = 0
    for _ in range(40):
        posts = {day: chance.randrange(20, 200) for day in DAYS}
        left_out = {day: round(count * chance.gauss(0.3, 0.05)) for day, count in posts.items()}
        told = StoriesOfDays.of(posts, [DAYS[at : at + 5] for at in range(0, 360, 5)], left_out)
        for month in MONTHS:
            within = [day for day in DAYS if month.first <= day <= month.last]
            off = sum(told.days[day] - posts[day] + left_out[day] for day in within)
            misses += abs(off) > told.error(month)
    assert 5 < misses < 40  # of 480


def test_what_was_counted_has_no_error_and_of_one_day_nothing_is_known_of_others():
    posts = dict.fromkeys(DAYS[:3], 10)
    counted = StoriesOfDays.of(posts, [[day] for day in DAYS[:3]], {DAYS[1]: 4})
    assert (sum(counted.days.values()), counted.error(MONTHS[0])) == (26, 0)
    assert StoriesOfDays.of(posts, [DAYS[:3]], {DAYS[1]: 4}).error(MONTHS[0]) == 20
