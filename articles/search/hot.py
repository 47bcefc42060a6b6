"""What is in more stories of a day or a week than of the thirty days before: words of titles,
companies and boards.

It is counted when somebody asks, from what each day told (`days_told`), so a change or a hiding is
in it at once.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from ..models import Facet, Market, Post
from .days_told import Told, days_told
from .facets import FacetValue, value_of
from .kept_names import AllNames, all_names
from .text.distinct import distinct
from .text.normalise import normalise_aligned
from .text.standing_out import (
    LEAST,
    Before,
    Rise,
    lines_with,
    risen,
    standing_out,
)

DAYS_BEFORE: Final = 30
WEEK: Final = 7  # days
ONE_DAY: Final = dt.timedelta(days=1)

#: What a page that is about something else has room and time for: so many words, from so many
#: titles of the day, the newest, and so many first ones of stories before it.
SHORT: Final = 8
TITLES: Final = 200
TITLES_BEFORE: Final = 2_000


class HotWord(NamedTuple):
    """A word as a title writes it, how many stories of the period have it in a title, how many
    usually have it, and the newest of their posts. If the word is the name of a security, that
    security, too."""

    word: str
    stories: int
    usual: float
    newest: Post
    security: FacetValue | None


class HotTerm(NamedTuple):
    """A security, how many stories name it (`posts`), and how many usually do."""

    security: FacetValue
    code: str
    is_board: bool
    usual: float

    @property
    def stories(self) -> int:
        return self.security.posts or 0


class Hot(NamedTuple):
    """What stands out among the `stories` of a period, compared with the `stories_before` that were
    first told in the thirty days before, on `days_before` of these; the surest first."""

    stories: int
    stories_before: int
    days_before: int
    words: Sequence[HotWord]
    securities: Sequence[HotTerm]


Title = tuple[int, int, str]  # the keys of a post and of its story, and its title, normalised


def hot(first: dt.date, last: dt.date, words: int, securities: int) -> Hot:
    """The `words` and `securities` that stand out most from the first to the last day. Four
    queries."""
    known = all_names()
    days = days_told(first - DAYS_BEFORE * ONE_DAY, last)
    before = {day: days.pop(day) for day in [*days] if day < first}
    titles = titles_of(days.values())
    told = len({story for _, story, _ in titles})
    lines = {day: one.first_titles() for day, one in before.items() if one.stories}
    stories_before = sum(one.stories for one in before.values())
    rises = rising_words(titles, lines, first if first == last else None, words)
    posts = newest_with(rises, titles)
    named = naming([*days.values()], [*before.values()])
    return Hot(
        told,
        stories_before,
        len(lines),
        [
            HotWord(
                as_written(rise.word, post.title),
                len(rise.stories),
                rise.usual,
                post,
                security_named(rise.word, known),
            )
            for rise in rises
            if (post := posts.get(rise.word))
        ],
        rising(named, told, stories_before, known)[:securities],
    )


def hot_words(day: dt.date) -> list[tuple[str, int]]:
    """The words that stand out most on a day, at most `SHORT`, as a title writes them, and how many
    of its stories have each in a title. Of a day or a month with very many posts only the newest
    are looked at. At most three queries."""
    days = days_told(day - DAYS_BEFORE * ONE_DAY, day, TITLES_BEFORE)
    titles = titles_of([days.pop(day)] if day in days else [])
    rises = rising_words(titles[-TITLES:], newest_first_titles(days), day, SHORT)
    posts = newest_with(rises, titles)
    return [
        (
            as_written(rise.word, post.title),
            len({story for _, story, title in titles if lines_with(rise.word, title)}),
        )
        for rise in rises
        if (post := posts.get(rise.word))
    ]


def titles_of(days: Iterable[Told]) -> list[Title]:
    return [line for day in days for line in day.lines()]


def newest_first_titles(days: Mapping[dt.date, Told]) -> dict[dt.date, str]:
    """The newest `TITLES_BEFORE` titles of the first posts of stories, by day, a line each."""
    found = {}
    left = TITLES_BEFORE
    for day in sorted(days, reverse=True):
        if days[day].stories and left:
            lines = days[day].first_titles().split("\n")[-left:]
            found[day] = "\n".join(lines)
            left -= len(lines)
    return found


def rising_words(
    titles: Sequence[Title], days: Mapping[dt.date, str], day: dt.date | None, most: int
) -> list[Rise]:
    """The words that stand out in these titles from those of the `days` before. A `day` is compared
    with the same days of the week, too."""
    lines = [days[one] for one in sorted(days)]
    alike = [days[one] for one in days if day and (day - one).days % WEEK == 0]
    return standing_out(
        [(story, title) for _, story, title in titles],
        Before(
            "\n".join(lines),
            sum(map(count_lines, lines)),
            "\n".join(alike),
            sum(map(count_lines, alike)),
        ),
        most,
    )


def newest_with(rises: Sequence[Rise], titles: Sequence[Title]) -> dict[str, Post]:
    """For each word the newest post that has it in its title. One query, if there are words."""
    newest = {
        rise.word: next(post for post, _, title in reversed(titles) if rise.word in title)
        for rise in rises
    }
    posts = Post.objects.for_headline().in_bulk([*newest.values()])
    return {word: posts[post] for word, post in newest.items() if post in posts}


def count_lines(lines: str) -> int:
    return lines.count("\n") + 1


def naming(days: Sequence[Told], before: Sequence[Told]) -> list[tuple[int, int, int]]:
    """Securities, by key, that enough stories of some days name: how many do, and how many stories
    that were first told on the days before."""
    if not any(len(day.securities) for day in days):
        return []
    stories, securities = map(np.concatenate, zip(*[day.naming() for day in days], strict=True))
    step = int(stories.max()) + 1
    mentions = distinct(np.sort(securities.astype(np.int64) * step + stories))
    named = np.bincount(mentions // step)
    usual = np.bincount(
        np.concatenate([named[:0], *(day.named_first() for day in before)]), minlength=len(named)
    )
    return [
        (key, int(named[key]), int(usual[key])) for key in np.flatnonzero(named >= LEAST).tolist()
    ]


def rising(
    named: Sequence[tuple[int, int, int]], told: int, told_before: int, known: AllNames
) -> list[HotTerm]:
    found = []
    for key, stories, before in named:
        if (rise := risen(stories, told, before, told_before)) and (
            value := value_of(Facet.SECURITY, key, stories, known)
        ):
            row = known.rows[Facet.SECURITY][key]
            term = HotTerm(value, row.code, row.market == Market.BOARD, rise[0])
            found.append((-rise[1], value.slug, term))
    return [term for _, _, term in sorted(found, key=lambda one: one[:2])]


def security_named(word: str, known: AllNames) -> FacetValue | None:
    """The security that has just this name."""
    of = known.of[Facet.SECURITY]
    numbers = [*of.written.having(f"\t{word}\t")]
    if len(numbers) != 1:
        return None
    row = of.rows[numbers[0]]
    return FacetValue(Facet.SECURITY, row.name, row.address, None)


def as_written(word: str, title: str) -> str:
    """A normalised word as a title writes it, if it has as many characters there."""
    normalised, origins = normalise_aligned(title)
    place = normalised.find(word)
    if place < 0:
        return word
    end = place + len(word)
    start, end = (origins.starts[place], origins.ends[end - 1]) if origins else (place, end)
    written = title[start:end]
    return written if len(written) == len(word) else word
