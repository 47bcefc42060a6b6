"""A plan → the SQL that walks the search table, newest first.

The walk goes through *buckets*: the newest days, the months behind them, then the years, each
with a token of its own. The index is asked for the entries that have a bucket's token and the
tokens of the query; whatever else must hold is checked on those; and the walk ends when enough
are found. So a word that is everywhere costs a few days' entries, a rare one a few dozen probes
of the index, and nothing reads the whole table.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from django.utils import timezone

from ..days import start_of
from ..models import Facet, PageKey
from .conditions import Condition, Plan
from .index import TABLE, month_key
from .text.tokens import facet_token

CONJUNCTIONS: Final = 32  # that alternatives may be multiplied out to
MONTHS: Final = 12  # at least, and to the year's end, are probed one by one, before years
DAYS: Final = 3  # that are probed one by one, where a month has many posts
LARGE_MONTH: Final = 4_000  # posts

AGES_AGO: Final = dt.datetime(2, 1, 1, tzinfo=dt.UTC)
ONE_DAY: Final = dt.timedelta(days=1)
INSTANT: Final = dt.timedelta(microseconds=1)

Calendar = Mapping[int, int]  # months that have posts, as 202201, and how many
Check = tuple[str, tuple[Any, ...]]  # SQL, and its parameters


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a search table beforehand: when its posts are of, and whether every entry
    has the tokens of the `vocabulary`."""

    calendar: Calendar
    knows_words: bool


@dataclass(frozen=True, slots=True)
class Bucket:
    """The entries that have a token and lie between two moments, the first included."""

    token: int
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A plan as the table is asked: entries with all the tokens of any of `conjunctions`, not
    among those that `excluded` finds, and for which every check holds. `cheap` ones read the
    narrow part of the table, `dear` ones the texts."""

    conjunctions: Sequence[Sequence[int]]
    excluded: Sequence[Check]
    cheap: Sequence[Check]
    dear: Sequence[Check]


def matching(
    plan: Plan,
    contents: Contents,
    columns: str,
    limit: int,
    *,
    before: PageKey | None = None,
    after: PageKey | None = None,
    table: str = TABLE,
    horizon: dt.datetime | None = None,
) -> Check:
    """SQL for the first `limit` entries of a plan in `table`, newest first; with `after`, oldest
    first. Entries behind `horizon`, which is now unless it is given, are left out.

    `columns` are of post_id, published_at, facets, title and text. The order is that of the walk:
    it stands because the walk is a nested loop, as the tests of the plans see to.
    """
    asked = ask(plan, table, knows_words=contents.knows_words)
    buckets = list(walk(plan, contents.calendar, before, after, horizon or timezone.now()))
    cheap = [*asked.cheap]
    if key := after or before:
        sign = ">" if after else "<"
        cheap.append((f"(published_at, post_id) {sign} (%s, %s)", (key.published_at, key.id)))
    order = "ASC" if after else "DESC"
    index = " OR ".join(["tokens @> (%s::int4[] || bucket.token)"] * len(asked.conjunctions))
    sql = f"""
        SELECT {columns}
        FROM unnest(%s::int4[], %s::timestamptz[], %s::timestamptz[])
             AS bucket (token, since, until)
        CROSS JOIN LATERAL (
            SELECT * FROM (
                SELECT * FROM (
                    SELECT post_id, published_at, facets, title, text FROM {table}
                    WHERE ({index}) {all_of(asked.excluded)}
                    OFFSET 0
                ) candidate
                WHERE published_at >= bucket.since AND published_at < bucket.until {all_of(cheap)}
                ORDER BY published_at {order}, post_id {order}
                OFFSET 0
            ) entry
            WHERE true {all_of(asked.dear)}
        ) found
        LIMIT %s
    """
    params = [
        [bucket.token for bucket in buckets],
        [bucket.since for bucket in buckets],
        [bucket.until for bucket in buckets],
        *(list(tokens) for tokens in asked.conjunctions),
        *(value for _, values in (*asked.excluded, *cheap, *asked.dear) for value in values),
        limit,
    ]
    return sql, tuple(params)


def all_of(checks: Sequence[Check]) -> str:
    return "".join(f" AND {check}" for check, _ in checks)


def ask(plan: Plan, table: str, *, knows_words: bool) -> Asked:
    groups, without = plan.groups, plan.excluded
    conjunctions = [plan.tokens]
    if knows_words:
        groups = tuple(tuple(condition.by_word() for condition in group) for group in groups)
        absences = {condition.absence for condition in without if condition.absence is not None}
        conjunctions = [plan.tokens | absences]
        without = tuple(condition.by_word() for condition in without if condition.absence is None)
    cheap: list[Check] = []
    dear: list[Check] = []
    for group in groups:
        is_asked = len(conjunctions) * len(group) <= CONJUNCTIONS
        if is_asked:
            conjunctions = [
                tokens | condition.tokens for tokens, condition in product(conjunctions, group)
            ]
        if not is_asked or not all(condition.is_exact for condition in group):
            reads_text = any(condition.reads_text for condition in group)
            (dear if reads_text else cheap).append(any_of(group))
    common = frozenset.intersection(*conjunctions)
    cheap += [(f"NOT {c.check}", c.params) for c in without if not c.reads_text]
    words = [condition for condition in without if condition.reads_text]
    exact = [word for word in words if word.is_exact]
    excluded = [is_without(exact, common, table)] if exact else []
    for word in words:
        if not word.is_exact:  # the text is read of those alone that may contain it
            check, params = is_without([word], common, table)
            excluded.append((f"({check} OR NOT {word.check})", (*params, *word.params)))
    distinct = sorted(map(sorted, set(conjunctions)))
    return Asked(distinct, excluded, cheap, dear)


def any_of(group: Sequence[Condition]) -> Check:
    return (
        f"({' OR '.join(condition.check for condition in group)})",
        tuple(value for condition in group for value in condition.params),
    )


def is_without(words: Sequence[Condition], common: frozenset[int], table: str) -> Check:
    """That an entry is not one of those with `common` which the index finds for any of `words`:
    many times faster than reading the texts of all that are left."""
    found = " OR ".join(["tokens @> (%s::int4[] || bucket.token)"] * len(words))
    return (
        f"post_id NOT IN (SELECT post_id FROM {table} WHERE {found})",
        tuple(sorted(common | word.tokens) for word in words),
    )


def walk(
    plan: Plan,
    calendar: Calendar,
    before: PageKey | None,
    after: PageKey | None,
    horizon: dt.datetime,
) -> Iterator[Bucket]:
    """The buckets from the newest moment asked for to the oldest; the other way with `after`.
    Months and years without posts are left out."""
    since, until = plan.since or AGES_AGO, horizon + INSTANT
    if plan.until:
        until = min(until, plan.until)
    if after:
        since = max(since, after.published_at)
    elif before:
        until = min(until, before.published_at + INSTANT)
    for period in periods(since, until, calendar, forwards=after is not None):
        start, end = max(since, period.since), min(until, period.until)
        if start < end:
            yield Bucket(period.token, start, end)
            if after:
                since = end
            else:
                until = start


def periods(
    since: dt.datetime, until: dt.datetime, calendar: Calendar, *, forwards: bool
) -> Iterator[Bucket]:
    """Days, months and years in the order of the walk. Later ones hold earlier ones too."""
    first, last = timezone.localtime(since).date(), timezone.localtime(until).date()
    months = sorted(months_between(first, last, calendar), reverse=not forwards)
    if not months:
        return
    if calendar[months[0]] > LARGE_MONTH:
        start = max(first, first_of(months[0])) if forwards else min(last, last_of(months[0]))
        for number in range(DAYS):
            day = start + (number if forwards else -number) * ONE_DAY
            yield Bucket(
                facet_token(Facet.DAY, day.toordinal()), start_of(day), start_of(day + ONE_DAY)
            )
    for number, key in enumerate(months):
        if number >= MONTHS and key // 100 != months[number - 1] // 100:
            break
        yield Bucket(
            facet_token(Facet.MONTH, key),
            start_of(first_of(key)),
            start_of(last_of(key) + ONE_DAY),
        )
    else:
        return
    for year in dict.fromkeys(key // 100 for key in months[number:]):
        yield Bucket(
            facet_token(Facet.YEAR, year),
            start_of(dt.date(year, 1, 1)),
            start_of(dt.date(year + 1, 1, 1)),
        )


def months_between(first: dt.date, last: dt.date, calendar: Calendar) -> list[int]:
    """The months that have posts, from that of `first` to that of `last`."""
    return [key for key in calendar if month_key(first) <= key <= month_key(last)]


def first_of(month: int) -> dt.date:
    return dt.date(month // 100, month % 100, 1)


def last_of(month: int) -> dt.date:
    return dt.date(month // 100, month % 100, monthrange(month // 100, month % 100)[1])
