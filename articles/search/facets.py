"""The facets of posts: how many posts match, and how many of those each source, category, security,
tag, day and month has.

A facet whose filter is in force is counted *apart*, without that filter, so that its other values
do not vanish: that takes one more walk. All walks of a page are one statement.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, Self

from django.utils import timezone

from ..days import end_of, first_of_last, start_of
from ..models import Facet
from ..models.posts import IN_SHANGHAI
from .by_story import COUNT_LEFT_OUT
from .conditions import Conditions
from .engine import COUNT_LIMIT, PATIENCE, Count, Search
from .index import COUNTS, TABLE, month_key
from .kept_names import AllNames
from .matching import AGES_AGO, is_late, matching, months_between
from .repeats import FACET_BASE, FACET_OF_TOKEN
from .sql import Sql, joined, sql
from .text.tokens import KEYS, facet_of, facet_token

NEWEST_OF_TERM: Final = 500  # posts of a term, whose facets stand for all of them
NEWEST_OF_MANY: Final = 2_000  # matches, whose terms stand for those of more than `COUNT_LIMIT`
FACET_VALUES: Final = 12  # of each facet of terms; one more is read, which says that there are more
MORE_VALUES: Final = 100  # of a facet that is shown at length
RECENT_DAYS: Final = 30  # with today: those that are always counted

Row = tuple[Any, ...]  # facet, key, posts, and in the first row whether time ran out


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, and how many matches have it: None where that is not known. `slug` is
    what addresses call the value: for a security its symbol, for a month 2022-01, for a day
    2022-01-29."""

    facet: Facet
    name: str
    slug: str
    posts: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many posts match, up to `COUNT_LIMIT`, and the facets of those.

    If there are more matches than were read, terms are those of the newest `faceted`, and days are
    counted from `since`, the first that was read whole. Months that may have matches before that
    have no counts. Days are the last `RECENT_DAYS`, or all if the matches are of one month or of
    two that follow each other.

    `stories` is how many posts a list has by story; None if that is not known.
    `apart` has the facets that were counted without their own filter.
    """

    count: int
    is_capped: bool
    values: tuple[FacetValue, ...]
    faceted: int | None = None
    since: dt.date | None = None
    stories: int | None = None
    apart: Mapping[Facet, Self] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether any post matches."""
        return self.count > 0

    def of(self, facet: Facet) -> Self:
        """The summary from which the values of a facet are to be taken."""
        return self.apart.get(facet, self)


class Apart(NamedTuple):
    """How a facet whose filter is in force is counted: by conditions without that filter, and with
    the values of these keys, however few posts have them."""

    conditions: Conditions
    keys: tuple[int, ...] = ()


def tokens_of(entries: str) -> str:
    """SQL for the tokens in the facets of `entries`, one a row. In the SELECT list, unnest takes
    half as long as in FROM."""
    return f"SELECT unnest(facets) AS token FROM ({entries}) entry"


#: SQL for the facet and the key of a token, as `facet_of`.
OF_TOKEN: Final = f"""
    {FACET_OF_TOKEN} AS facet, mod(token - {FACET_BASE}, {KEYS}) AS key
"""

#: How many scheduled posts each stored count includes.
SCHEDULED: Final = f"""
    SELECT {OF_TOKEN}, count(*) AS posts
    FROM ({tokens_of(f"SELECT facets FROM {TABLE} WHERE published_at > %(now)s")}) had
    GROUP BY token
"""


def top_values(longest: Facet | None = None, keys: Sequence[int] = ()) -> str:
    """SQL for the values in `counted` that most posts have. There are more of the `longest` facet.
    Values in `keys` are always included."""
    most = f"{FACET_VALUES + 1}"
    if longest is not None:
        most = f"CASE facet WHEN {longest:d} THEN {MORE_VALUES + 1} ELSE {most} END"
    is_shown = f"place <= {most}"
    if keys:
        is_shown = f"({is_shown} OR key IN ({', '.join(f'{key:d}' for key in keys)}))"
    return f"""
        SELECT facet, key, posts, NULL
        FROM (
            SELECT facet, key, posts,
                   row_number() OVER (PARTITION BY facet ORDER BY posts DESC, key) AS place
            FROM counted
        ) placed
        WHERE {is_shown} AND facet >= {Facet.SOURCE:d} OR facet = {Facet.MONTH:d}
    """


#: Whether the posts in `counted` are of one month, or of two that follow each other.
IS_SHORT: Final = f"""(
    SELECT max(month) - min(month) < 2
    FROM (SELECT key / 100 * 12 + mod(key, 100) AS month
          FROM counted WHERE facet = {Facet.MONTH:d}) months
)"""

#: SQL for the key of a day.
KEY_OF_DAY: Final = "({day} - date '0001-01-01') + 1"

#: The oldest of the `listed` entries. (To convert moments to the readers' time zone costs more than
#: all the rest, so few are converted: the month of an entry is the first of its facets.)
OLDEST: Final = KEY_OF_DAY.format(
    day=f"(SELECT ({IN_SHANGHAI % {'expressions': 'min(published_at)'}})::date FROM listed)"
)

#: How many of them each recent day has, or if `IS_SHORT` each day.
DAYS_COUNTED: Final = f"""
    SELECT {Facet.DAY:d}, {KEY_OF_DAY.format(day="day")}, count(*), NULL
    FROM (
        SELECT ({IN_SHANGHAI % {"expressions": "published_at"}})::date AS day
        FROM listed WHERE published_at >= %(recent)s OR {IS_SHORT}
    ) dated
    GROUP BY day
"""

#: How many of them each month has.
MONTHS_COUNTED: Final = f"""
    SELECT {Facet.MONTH:d} AS facet, month - {facet_token(Facet.MONTH, 0)} AS key,
           count(*) AS posts
    FROM listed GROUP BY month
"""


#: How many matches a list by story leaves out, if `matched` has all of them.
LEFT_OUT: Final = -1  # in the place of a facet
STORIES_COUNTED: Final = f"""
    SELECT {LEFT_OUT}, NULL, ({COUNT_LEFT_OUT.format(posts="SELECT post_id FROM matched")}), NULL
    WHERE (SELECT count(*) FROM matched) <= %d
"""


#: The same for the whole archive, unless there are too many to count, or some posts are scheduled.
STORIES_STORED: Final = f"""
    SELECT {LEFT_OUT}, NULL, posts, NULL FROM (
        SELECT count(*) AS posts
        FROM (SELECT FROM articles_storypost WHERE place > 0 LIMIT {COUNT_LIMIT + 1}) later
    ) later WHERE posts <= {COUNT_LIMIT} AND NOT EXISTS (SELECT FROM scheduled)
"""


def summary(
    search: Search,
    conditions: Conditions,
    apart: Mapping[Facet, Apart] | None = None,
    *,
    longest: Facet | None = None,
    found: Sequence[int] | None = None,
) -> Summary:
    """The count of matches, up to `COUNT_LIMIT`, and their facets, with up to `MORE_VALUES` of the
    `longest` one. `found` are the ids of all matches, if they are known. One statement, in which
    texts are read for `PATIENCE`: of more matches, the newest are counted.

    For the whole archive both are stored. Of a single term, the other terms are those of its newest
    `NEWEST_OF_TERM` posts; the count is stored where it is above `COUNT_LIMIT`.
    """
    apart = apart or {}
    token = conditions.only_token
    if token is None:
        parts = [part_of(search, conditions, longest=longest, found=found)]
    else:
        facet, key = facet_of(token)
        by_time = [walked(search, conditions, COUNT_LIMIT, Facet.MONTH), posts_of(token)]
        if search.terms.known.posts_of(Facet(facet)).get(key, 0) <= COUNT_LIMIT:
            by_time = [over_time(token)]
        parts = [walked(search, conditions, NEWEST_OF_TERM, longest=longest), *by_time]
    alone = [
        part_of(search, one.conditions, facet, longest=longest, keys=one.keys)
        for facet, one in apart.items()
    ]
    rows = ask(search, [*parts, *alone])
    main = summary_of(search, conditions, rows[0], COUNT_LIMIT if token is None else NEWEST_OF_TERM)
    if token is not None:
        times = summary_of(search, conditions, rows[1], COUNT_LIMIT)
        terms = (value for value in main.values if value.facet >= Facet.SOURCE)
        main = replace(
            main,
            count=first_of(rows[len(parts) - 1])[2],  # of the last part
            is_capped=False,
            values=(*terms, *times.values),
            since=times.since,
            stories=times.stories,
        )
    return replace(
        main,
        apart={
            facet: summary_of(search, one.conditions, of_one, COUNT_LIMIT)
            for (facet, one), of_one in zip(apart.items(), rows[len(parts) :], strict=True)
        },
    )


def counted(search: Search, conditions: Conditions, limit: int) -> Summary:
    """The count of matches, up to `limit`, and the facets of those, in one walk."""
    [rows] = ask(search, [walked(search, conditions, limit)])
    return summary_of(search, conditions, rows, limit)


def ask(search: Search, parts: Sequence[Sql]) -> list[list[Row]]:
    """The rows of each part."""
    numbered = (
        sql(f"SELECT {number}, part.* FROM (%(part)s) part (facet, key, posts, late)", part=part)
        for number, part in enumerate(parts)
    )
    search.cursor.execute(*joined(" UNION ALL ", numbered))
    found: list[list[Row]] = [[] for _ in parts]
    for number, *row in search.cursor.fetchall():
        found[number].append(tuple(row))
    return found


def part_of(
    search: Search,
    conditions: Conditions,
    facet: Facet | None = None,
    *,
    longest: Facet | None = None,
    keys: Sequence[int] = (),
    found: Sequence[int] | None = None,
) -> Sql:
    """SQL that counts the matches and one of their facets, or all. `found` are the ids of all
    matches, if they are known."""
    if conditions.select_all:
        return stored(facet, longest=longest, keys=keys)
    return walked(search, conditions, COUNT_LIMIT, facet, longest=longest, keys=keys, found=found)


def walked(
    search: Search,
    conditions: Conditions,
    limit: int,
    facet: Facet | None = None,
    *,
    longest: Facet | None = None,
    keys: Sequence[int] = (),
    found: Sequence[int] | None = None,
) -> Sql:
    """As `part_of`, of the newest `limit` matches. The first row has the day of the oldest that
    was read, and how many were found, at most one more; and says if there was no time for all."""
    columns = "post_id, published_at, facets[1] AS month"
    columns += ", facets" if facet != Facet.MONTH else ""
    if found is None:
        matched = matching(conditions, search.contents, columns, limit + 1, within=PATIENCE)
        late = is_late(PATIENCE)
    else:
        matched = sql(f"SELECT {columns} FROM {TABLE} WHERE post_id = ANY(%(ids)s)", ids=[*found])
        late = "false"
    days = f"UNION ALL {DAYS_COUNTED}" if facet in (None, Facet.MONTH) else ""
    stories = f"UNION ALL {STORIES_COUNTED % limit}" if days else ""
    counted = [] if facet not in (None, Facet.MONTH) else [MONTHS_COUNTED]
    if facet != Facet.MONTH:
        many = f"count(*) > {limit:d}"
        most = f"CASE WHEN {many} THEN {min(limit, NEWEST_OF_MANY):d} ELSE {limit:d} END"
        faceted = f"SELECT facets FROM listed LIMIT (SELECT {most} FROM matched)"
        first, last = (facet, facet) if facet else (Facet.SOURCE, Facet.SECURITY)
        counted.append(
            f"""
            SELECT {OF_TOKEN}, count(*) AS posts FROM ({tokens_of(faceted)}) had
            WHERE token BETWEEN {facet_token(first, 0)} AND {facet_token(last, KEYS - 1)}
            GROUP BY token
            """
        )
    return sql(
        f"""
        WITH matched AS MATERIALIZED (%(matched)s),
        listed AS NOT MATERIALIZED (SELECT * FROM matched LIMIT {limit:d}),
        counted AS MATERIALIZED ({" UNION ALL ".join(counted)})
        SELECT NULL::int, {OLDEST}, count(*), {late} FROM matched
        UNION ALL {top_values(longest, keys)} {days} {stories}
        """,
        matched=matched,
        recent=start_of(first_recent_day()),
    )


def stored(facet: Facet | None, *, longest: Facet | None = None, keys: Sequence[int] = ()) -> Sql:
    """As `part_of`, of the whole archive: the stored counts less the scheduled posts. The first
    row says how many posts there are."""
    today, recent = timezone.localdate().toordinal(), first_recent_day().toordinal()
    is_wanted = f"facet = {facet:d}" if facet is not None else f"facet >= {Facet.SOURCE:d}"
    return sql(
        f"""
        WITH scheduled AS MATERIALIZED ({SCHEDULED}),
        counted AS (
            SELECT facet, key, stored.posts - coalesce(scheduled.posts, 0) AS posts
            FROM {COUNTS} stored LEFT JOIN scheduled USING (facet, key)
            WHERE stored.posts > coalesce(scheduled.posts, 0)
                AND (facet = {Facet.MONTH:d} OR {is_wanted})
        )
        SELECT NULL::int, NULL::int, coalesce(sum(posts), 0)::bigint, false
        FROM counted WHERE facet = {Facet.MONTH:d}
        UNION ALL {top_values(longest, keys)}
        UNION ALL
        SELECT facet, key, posts, NULL FROM (
            SELECT facet, key, posts - CASE key WHEN {today:d} THEN
                (SELECT count(*) FROM {TABLE}
                 WHERE published_at > %(now)s AND published_at < %(midnight)s)
                ELSE 0 END AS posts
            FROM {COUNTS}
            WHERE facet = {Facet.DAY:d} AND key <= {today:d} AND (key >= {recent:d} OR {IS_SHORT})
        ) of_day WHERE posts > 0
        {f"UNION ALL {STORIES_STORED}" if facet is None else ""}
        """,
        now=timezone.now(),
        midnight=end_of(timezone.localdate()),
    )


def over_time(token: int) -> Sql:
    """As `part_of`, of the months, days and stories of all posts that have a facet's token. Where
    they are few, that takes a third of the time of a walk."""
    recent = first_recent_day()
    of_month = facet_token(Facet.MONTH, 0)
    is_seen = "tokens @> %(token)s::int4[] AND published_at <= %(now)s"
    left_out = COUNT_LEFT_OUT.format(posts=f"SELECT post_id FROM {TABLE} WHERE {is_seen}")
    return sql(
        f"""
        WITH counted AS MATERIALIZED (
            SELECT {Facet.MONTH:d} AS facet, facets[1] - {of_month} AS key, count(*) AS posts
            FROM {TABLE} WHERE {is_seen} GROUP BY facets[1]
        ),
        listed AS (
            SELECT published_at FROM {TABLE} WHERE {is_seen} AND tokens && (
                SELECT array_agg({of_month} + key) FROM counted
                WHERE key >= {month_key(recent):d} OR {IS_SHORT}
            )
        )
        SELECT NULL::int, NULL::int, coalesce(sum(posts), 0)::bigint, false FROM counted
        UNION ALL SELECT facet, key, posts, NULL FROM counted
        UNION ALL {DAYS_COUNTED}
        UNION ALL SELECT {LEFT_OUT}, NULL, ({left_out}), NULL
        """,
        token=[token],
        now=timezone.now(),
        recent=start_of(recent),
    )


def posts_of(token: int) -> Sql:
    """How many posts have a facet's token: the stored count less the scheduled posts."""
    facet, key = facet_of(token)
    return sql(
        f"""
        SELECT NULL::int, NULL::int, coalesce(sum(posts), 0)::bigint - (
            SELECT count(*) FROM {TABLE} WHERE published_at > %(now)s AND {token:d} = ANY(facets)
        ), false
        FROM {COUNTS} WHERE facet = {facet:d} AND key = {key:d}
        """,
        now=timezone.now(),
    )


def first_of(rows: Sequence[Row]) -> Row:
    """The row that says how many posts match."""
    [row] = (row for row in rows if row[0] is None)
    return row


def summary_of(search: Search, conditions: Conditions, rows: Sequence[Row], limit: int) -> Summary:
    """What the rows of `part_of` say."""
    _, oldest, count, is_late = first_of(rows)
    left_out = next((row[2] for row in rows if row[0] == LEFT_OUT), None)
    counted = [row for row in rows if row[0] not in (None, LEFT_OUT)]
    values = facet_values(counted, search.terms.known)
    if not is_late and (oldest is None or count <= limit):
        return Summary(count, False, values, stories=None if left_out is None else count - left_out)
    if oldest is None:
        return uncounted(search, conditions)
    posts, faceted = Count.of(count, True).posts, count
    if count > limit:
        posts, faceted = limit, min(limit, NEWEST_OF_MANY)
    last = dt.date.fromordinal(oldest)
    since = last + dt.timedelta(days=1)
    known = tuple(  # days from then on, and months that begin then or later
        value
        for value in values
        if value.facet >= Facet.SOURCE or f"{value.slug}-01" >= since.isoformat()
    )
    unknown = months_within(search, conditions, last)
    return Summary(posts, True, (*known, *unknown), faceted=faceted, since=since)


def uncounted(search: Search, conditions: Conditions) -> Summary:
    """The summary of matches that nobody has counted: every month may have some."""
    today = timezone.localdate()
    return Summary(
        0, True, tuple(months_within(search, conditions, today)), 0, today + dt.timedelta(days=1)
    )


def first_recent_day() -> dt.date:
    return first_of_last(RECENT_DAYS, timezone.localdate())


def months_within(search: Search, conditions: Conditions, until: dt.date) -> Iterator[FacetValue]:
    """The months with posts, within the bounds and up to the month of `until`. They have no
    counts."""
    first = timezone.localtime(conditions.since or AGES_AGO).date()
    for key in months_between(first, until, search.contents.calendar):
        slug = f"{key // 100:04}-{key % 100:02}"
        yield FacetValue(Facet.MONTH, slug, slug, None)


def facet_values(rows: Sequence[Row], known: AllNames) -> tuple[FacetValue, ...]:
    """The values that rows count, those that most posts have first."""
    values = (value_of(Facet(facet), key, posts, known) for facet, key, posts, *_ in rows)
    return tuple(sorted(filter(None, values), key=lambda value: (-(value.posts or 0), value.slug)))


def value_of(facet: Facet, key: int, posts: int, known: AllNames) -> FacetValue | None:
    """None for a term that has gone since it was counted."""
    if facet == Facet.DAY:
        slug = dt.date.fromordinal(key).isoformat()
    elif facet == Facet.MONTH:
        slug = f"{key // 100:04}-{key % 100:02}"
    elif term := known.rows[facet].get(key):
        return FacetValue(facet, term.name or term.address, term.address, posts)
    else:
        return None
    return FacetValue(facet, slug, slug, posts)
