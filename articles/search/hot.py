"""What is in more stories of a day or a week than of the thirty days before: words of titles,
companies and boards.

It is counted when somebody asks, from titles and terms of search entries, so a change or a hiding
is in it at once.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.utils import timezone

from ..database import read_connection
from ..days import end_of, start_of
from ..models import Facet, FacetCount, Market, Post
from .facets import FacetValue, value_of
from .index import TABLE
from .kept_names import AllNames, all_names
from .text.normalise import normalise
from .text.standing_out import LEAST, Before, Rise, lines_with, risen, standing_out
from .text.tokens import KEYS, facet_of, facet_token

DAYS_BEFORE: Final = 30
WEEK: Final = 7  # days
ONE_DAY: Final = dt.timedelta(days=1)

#: What a page that is about something else has room and time for: so many words, from so many
#: titles of the day, the newest, and so many first ones of stories before it.
SHORT: Final = 8
TITLES: Final = 200
TITLES_BEFORE: Final = 2_000

#: SQL for entries with their place in their story, if others tell it too. OFFSET keeps PostgreSQL
#: from reading the stories of the whole archive.
TOLD: Final = f"""
    {TABLE} entry LEFT JOIN LATERAL (
        SELECT first_id, place FROM articles_storypost WHERE post_id = entry.post_id OFFSET 0
    ) told ON true
"""


class HotWord(NamedTuple):
    """A word as a title writes it, how many stories of the period have it in a title, how many have
    it usually, and the newest of their posts. A word that is the name of a security has that."""

    word: str
    stories: int
    usual: float
    newest: Post
    security: FacetValue | None


class HotTerm(NamedTuple):
    """A security, in `posts` how many stories name it, and how many do usually."""

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


class Title(NamedTuple):
    post: int
    story: int  # the id of its first post
    title: str  # normalised


def hot(first: dt.date, last: dt.date, words: int, securities: int) -> Hot:
    """The `words` and `securities` that stand out most from the first to the last day. Four
    queries."""
    known = all_names()
    before, since, until = bounds(first, last)
    with read_connection().cursor() as cursor:
        titles = titles_between(cursor, since, until)
        days = titles_of_days(cursor, before, since)
        named = naming(cursor, before, since, until)
    stories_before = sum(map(count_lines, days.values()))
    told = len({one.story for one in titles})
    rises = rising_words(titles, days, first if first == last else None, words)
    posts = newest_with(rises, titles)
    return Hot(
        told,
        stories_before,
        len(days),
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
    before, since, until = bounds(day, day)
    with read_connection().cursor() as cursor:
        titles = titles_between(cursor, since, until)
        days = titles_of_days(cursor, before, since, TITLES_BEFORE)
    rises = rising_words(titles[-TITLES:], days, day, SHORT)
    posts = newest_with(rises, titles)
    return [
        (
            as_written(rise.word, post.title),
            len({one.story for one in titles if lines_with(rise.word, one.title)}),
        )
        for rise in rises
        if (post := posts.get(rise.word))
    ]


def bounds(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """When the days before a period begin, when it begins itself, and when it ends."""
    until = min(end_of(last), timezone.now())
    return start_of(first - DAYS_BEFORE * ONE_DAY), start_of(first), until


def rising_words(
    titles: Sequence[Title], days: Mapping[dt.date, str], day: dt.date | None, most: int
) -> list[Rise]:
    """The words that stand out in these titles from those of the `days` before. A `day` is compared
    with the same days of the week, too."""
    lines = [days[one] for one in sorted(days)]
    alike = [days[one] for one in days if day and (day - one).days % WEEK == 0]
    return standing_out(
        [(one.story, one.title) for one in titles],
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
        rise.word: next(one.post for one in reversed(titles) if rise.word in one.title)
        for rise in rises
    }
    posts = Post.objects.for_headline().in_bulk([*newest.values()])
    return {word: posts[post] for word, post in newest.items() if post in posts}


def newest_day() -> dt.date | None:
    """The newest day of which readers see posts. One query."""
    tomorrow = timezone.localdate() + ONE_DAY
    return FacetCount.objects.days_beside(tomorrow, tomorrow)[0]


def week_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the week that a day is in: a Monday and a Sunday."""
    first = day - day.weekday() * ONE_DAY
    return first, first + (WEEK - 1) * ONE_DAY


def titles_between(cursor: Any, since: dt.datetime, until: dt.datetime) -> list[Title]:
    cursor.execute(
        f"""
        SELECT post_id, coalesce(first_id, post_id), title
        FROM {TOLD}
        WHERE published_at >= %s AND published_at < %s ORDER BY published_at, post_id
        """,
        [since, until],
    )
    return [Title(*row) for row in cursor]


def titles_of_days(
    cursor: Any, since: dt.datetime, until: dt.datetime, most: int | None = None
) -> dict[dt.date, str]:
    """The titles of the first posts of stories, by day, a line each; at most the `most` newest."""
    cursor.execute(
        rf"""
        SELECT (published_at AT TIME ZONE %s)::date AS day, string_agg(title, E'\n')
        FROM (
            SELECT published_at, title FROM {TOLD}
            WHERE published_at >= %s AND published_at < %s AND coalesce(place, 0) = 0
            ORDER BY published_at DESC LIMIT %s
        ) first
        GROUP BY day
        """,
        [timezone.get_default_timezone_name(), since, until, most],
    )
    return dict(cursor)


def count_lines(lines: str) -> int:
    return lines.count("\n") + 1


def naming(
    cursor: Any, before: dt.datetime, since: dt.datetime, until: dt.datetime
) -> list[tuple[int, int, int]]:
    """Securities, by key, that enough stories of a period name: how many do, and how many stories
    that were first told before."""
    # Few stories of the period have several posts in it, and those before have one each: to tell
    # both alike PostgreSQL would sort all.
    cursor.execute(
        f"""
        WITH told AS MATERIALIZED (
            SELECT token, count(DISTINCT story) AS stories
            FROM (
                SELECT coalesce(first_id, post_id) AS story, unnest(facets) AS token
                FROM {TOLD} WHERE published_at >= %(since)s AND published_at < %(until)s
            ) had
            WHERE token BETWEEN %(first)s AND %(last)s
            GROUP BY token HAVING count(DISTINCT story) >= %(least)s
        ), usual AS MATERIALIZED (
            SELECT token, count(*) AS stories
            FROM (
                SELECT unnest(facets) AS token
                FROM {TOLD} WHERE published_at >= %(before)s AND published_at < %(since)s
                    AND coalesce(place, 0) = 0
            ) had
            WHERE token BETWEEN %(first)s AND %(last)s
            GROUP BY token
        )
        SELECT token, told.stories, coalesce(usual.stories, 0)
        FROM told LEFT JOIN usual USING (token)
        """,
        {
            "before": before,
            "since": since,
            "until": until,
            "first": facet_token(Facet.SECURITY, 0),
            "last": facet_token(Facet.SECURITY, KEYS - 1),
            "least": LEAST,
        },
    )
    return [(facet_of(token)[1], stories, usual) for token, stories, usual in cursor]


def rising(
    named: Sequence[tuple[int, int, int]], told: int, told_before: int, known: AllNames
) -> list[HotTerm]:
    found = []
    for key, stories, before in named:
        rise = risen(stories, told, before, told_before)
        value = value_of(Facet.SECURITY, key, stories, known)
        if rise and value:
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
    place = normalise(title).find(word)
    written = title[place : place + len(word)] if place >= 0 else ""
    return written if normalise(written) == word else word
