"""Conditions → the SQL that walks the search table, newest first.

The walk goes through *buckets*: the newest days, then months, then years, each with a token of its
own. The index is asked for the entries that have a bucket's token and the tokens of the query;
these are then checked for the rest of the conditions. The walk ends when enough are found. So a
word that is in every post costs the entries of a few days, a rare word a few dozen probes of the
index, and nothing reads the whole table.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from django.utils import timezone

from ..days import last_of_month, start_of
from ..models import Facet, PageKey
from .conditions import Condition, Conditions
from .index import TABLE, month_key
from .sql import Sql, joined, sql
from .text.tokens import facet_token

MAX_CONJUNCTIONS: Final = 64  # that are looked up: all alternatives of one clause
MAX_PRODUCTS: Final = 16  # into which those of several clauses are multiplied out
MONTHS_WALKED: Final = 12  # to walk before years: at least these, and on to the end of a year
DAYS_WALKED: Final = 3  # to walk before months, if the first month is large
LARGE_MONTH: Final = 4_000  # posts

ALL: Final = 2**31  # entries
AGES_AGO: Final = dt.datetime(2, 1, 1, tzinfo=dt.UTC)
ONE_DAY: Final = dt.timedelta(days=1)
INSTANT: Final = dt.timedelta(microseconds=1)

Calendar = Mapping[int, int]  # months that have posts, as 202201, and how many


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a search table beforehand: the months of its posts, and whether every entry
    was made with the current vocabulary, so that it `has_words` as tokens."""

    calendar: Calendar
    has_words: bool


@dataclass(frozen=True, slots=True)
class Bucket:
    """The entries that have a token, from one moment until before another."""

    token: int
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Lookup:
    """Conditions as the table can meet them: the index finds the entries that have all tokens of
    one of `conjunctions`, and at least one of each of `overlaps`; they must then pass every check.
    With overlaps there is only one conjunction, because each would be looked up with all of them.
    `exclusions` ask the index again, `cheap` checks read the narrow part of the table, and `costly`
    ones the texts."""

    conjunctions: Sequence[Sequence[int]]
    overlaps: Sequence[Sequence[int]]
    exclusions: Sequence[Sql]
    cheap: Sequence[Sql]
    costly: Sequence[Sql]


def matching(
    conditions: Conditions,
    contents: Contents,
    columns: str,
    limit: int,
    *,
    before: PageKey | None = None,
    after: PageKey | None = None,
    table: str = TABLE,
    horizon: dt.datetime | None = None,
    within: int | None = None,
    only: Sequence[Sql] = (),
    buckets: Sequence[Bucket] | None = None,
) -> Sql:
    """SQL for the first `limit` entries of `table` that meet the conditions, newest first; with
    `after`, oldest first. Entries later than `horizon`, by default now, are left out. The walk ends
    once its statement has taken `within` milliseconds: then only the first matches are found.
    `only` has more checks, in which the id of an entry is `entry.post_id`. If `buckets` are given,
    only these are walked.

    `columns` are some of post_id, published_at, facets, title and text. The entries come in the
    order of the walk, because PostgreSQL runs it as a nested loop; tests/articles/search/
    test_plans.py makes sure of that.
    """
    lookup = lookup_of(conditions, table, has_words=contents.has_words)
    if buckets is None:
        walked = walk(conditions, contents.calendar, before, after, horizon or timezone.now())
        buckets = list(walked)
    cheap = [*lookup.cheap]
    if key := after or before:
        sign = ">" if after else "<"
        cheap.append(
            sql(
                f"(published_at, post_id) {sign} (%(published_at)s, %(id)s)",
                published_at=key.published_at,
                id=key.id,
            )
        )
    last = [*only]
    if lookup.costly:
        last.insert(0, of_text_read_once(lookup.costly))
    is_in_time, check = "", "%(last)s"
    if within is not None:
        is_in_time = f"WHERE NOT {is_late(within)} OFFSET 0"
        if last:  # PostgreSQL would choose the order of an AND
            check = f"CASE WHEN {is_late(within)} THEN false ELSE {check} END"
    order = "ASC" if after else "DESC"
    overlaps = [sql("tokens && %(any)s::int4[]", any=[*tokens]) for tokens in lookup.overlaps]
    return sql(
        f"""
        SELECT {columns}
        FROM (
            SELECT * FROM unnest(
                %(tokens)s::int4[], %(since)s::timestamptz[], %(until)s::timestamptz[]
            ) AS bucket (token, since, until)
            {is_in_time}
        ) bucket
        CROSS JOIN LATERAL (
            SELECT * FROM (
                SELECT * FROM (
                    SELECT post_id, published_at, facets, title, text FROM {table}
                    WHERE (%(index)s) AND %(overlaps)s AND %(exclusions)s
                    OFFSET 0
                ) candidate
                WHERE published_at >= bucket.since AND published_at < bucket.until AND %(cheap)s
                ORDER BY published_at {order}, post_id {order}
                OFFSET 0
            ) entry
            WHERE {check}
        ) found
        LIMIT %(limit)s
        """,
        tokens=[bucket.token for bucket in buckets],
        since=[bucket.since for bucket in buckets],
        until=[bucket.until for bucket in buckets],
        index=has_any_of(lookup.conjunctions),
        overlaps=all_of(overlaps),
        exclusions=all_of(lookup.exclusions),
        cheap=all_of(cheap),
        last=all_of(last),
        limit=limit,
    )


def is_late(milliseconds: int) -> str:
    """SQL for whether a statement has taken so long."""
    return f"(clock_timestamp() >= statement_timestamp() + interval '{milliseconds:d} ms')"


def of_text_read_once(checks: Sequence[Sql]) -> Sql:
    """SQL for whether an entry passes checks of its text, which each of them would fetch again from
    where it is stored out of line: of 64 alternatives, that took four times as long as to compare
    them."""
    return sql(
        "(SELECT %(checks)s FROM (SELECT entry.text || '' AS text OFFSET 0) fetched)",
        checks=all_of(checks),
    )


def all_of(checks: Sequence[Sql]) -> Sql:
    return joined(" AND ", checks) if checks else Sql("true")


def has_any_of(conjunctions: Iterable[Iterable[int]]) -> Sql:
    """SQL that asks the index whether an entry of a bucket has all tokens of any of these."""
    has = "tokens @> (%(tokens)s::int4[] || bucket.token)"
    return joined(" OR ", (sql(has, tokens=sorted(tokens)) for tokens in conjunctions))


def lookup_of(conditions: Conditions, table: str, *, has_words: bool) -> Lookup:
    groups, excluded = conditions.groups, conditions.excluded
    conjunctions = [conditions.tokens]
    if has_words:
        groups = tuple(tuple(condition.by_word() for condition in group) for group in groups)
        absences = {condition.absence for condition in excluded if condition.absence is not None}
        conjunctions = [conditions.tokens | absences]
        excluded = tuple(condition.by_word() for condition in excluded if condition.absence is None)
    else:
        groups = tuple(in_either_form(group) for group in groups)
        excluded = in_either_form(excluded)
    overlaps: list[list[int]] = []
    cheap: list[Sql] = []
    costly: list[Sql] = []
    known = [group for group in groups if all(condition.tokens for condition in group)]
    several = [len(group) for group in known if len(group) > 1]
    are_few = prod(several) <= (MAX_CONJUNCTIONS if len(several) == 1 else MAX_PRODUCTS)
    for group in groups:
        is_found_exactly = all(condition.is_exact for condition in group)
        if group not in known:
            is_found_exactly = False
        elif are_few or len(group) == 1:
            conjunctions = [
                tokens | condition.tokens for tokens, condition in product(conjunctions, group)
            ]
        else:
            # Of many alternatives, the index is asked at once for a token of each.
            overlaps.append(sorted({rarest(condition.tokens) for condition in group}))
            is_found_exactly &= all(len(condition.tokens) == 1 for condition in group)
        if not is_found_exactly:
            reads_text = any(condition.reads_text for condition in group)
            (costly if reads_text else cheap).append(any_check(group))
    common = frozenset.intersection(*conjunctions)
    cheap += [sql("NOT %(check)s", check=one.check) for one in excluded if not one.reads_text]
    words = [condition for condition in excluded if condition.reads_text]
    exact = [word for word in words if word.is_exact]
    exclusions = [is_without(exact, common, table)] if exact else []
    for word in words:
        if not word.is_exact:  # only the texts of entries that may contain it are read
            without = is_without([word], common, table)
            exclusions.append(
                sql("(%(without)s OR NOT %(check)s)", without=without, check=word.check)
            )
    distinct = sorted(map(sorted, set(conjunctions)))
    return Lookup(distinct, overlaps, exclusions, cheap, costly)


def rarest(tokens: Iterable[int]) -> int:
    """The token that fewest entries are likely to have: one with Chinese characters comes after all
    pairs of digits and letters, if tokens are read as unsigned."""
    return max(tokens, key=lambda token: token % 2**32)


def in_either_form(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(form for condition in conditions for form in condition.in_either_form())


def any_check(group: Sequence[Condition]) -> Sql:
    return sql("(%(any)s)", any=joined(" OR ", (condition.check for condition in group)))


def all_checks(conditions: Conditions) -> Sql:
    """SQL for whether an entry meets the conditions, which asks no index."""
    checks: list[Sql] = []
    if conditions.tokens:
        checks.append(sql("facets @> %(tokens)s::int4[]", tokens=sorted(conditions.tokens)))
    if conditions.since:
        checks.append(sql("published_at >= %(since)s", since=conditions.since))
    if conditions.until:
        checks.append(sql("published_at < %(until)s", until=conditions.until))
    checks += [any_check(in_either_form(group)) for group in conditions.groups]
    if conditions.excluded:
        checks.append(sql("NOT %(any)s", any=any_check(in_either_form(conditions.excluded))))
    return all_of(checks)


def is_without(words: Sequence[Condition], common: frozenset[int], table: str) -> Sql:
    """SQL that excludes entries containing one of `words`. The index finds those entries among the
    ones that have the `common` tokens, which is many times faster than reading every text."""
    return sql(
        f"post_id NOT IN (SELECT post_id FROM {table} WHERE %(found)s)",
        found=has_any_of(common | word.tokens for word in words),
    )


def walk(
    conditions: Conditions,
    calendar: Calendar,
    before: PageKey | None,
    after: PageKey | None,
    horizon: dt.datetime,
) -> Iterator[Bucket]:
    """The buckets between the bounds of the conditions and of the page, the newest first; with
    `after`, the oldest first. Months and years without posts are left out."""
    since, until = conditions.since or AGES_AGO, horizon + INSTANT
    if conditions.until:
        until = min(until, conditions.until)
    if after:
        since = max(since, after.published_at)
    elif before and before.published_at < until:  # an address may name the last moment there is
        until = before.published_at + INSTANT
    if since >= until:
        return
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
    """Days, months and years in the order of the walk. They overlap: a month includes the days
    already walked, and a year the months."""
    first, last = timezone.localtime(since).date(), timezone.localtime(until).date()
    months = sorted(months_between(first, last, calendar), reverse=not forwards)
    if not months:
        return
    if calendar[months[0]] > LARGE_MONTH:
        start = max(first, first_of(months[0])) if forwards else min(last, last_of(months[0]))
        for number in range(DAYS_WALKED):
            day = start + (number if forwards else -number) * ONE_DAY
            yield Bucket(
                facet_token(Facet.DAY, day.toordinal()), start_of(day), start_of(day + ONE_DAY)
            )
    for number, key in enumerate(months):
        if number >= MONTHS_WALKED and key // 100 != months[number - 1] // 100:
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
    return last_of_month(first_of(month))
