"""Clauses and filters → conditions: what the index is asked for, and what is checked beside."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from django.db.models import Q

from ..days import start_of
from ..models import (
    Category,
    Facet,
    Market,
    Security,
    Source,
    Tag,
    any_of,
)
from .query import (
    Criterion,
    Days,
    Field,
    Note,
    Query,
    Remark,
)
from .text.normalise import normalise
from .text.tokens import (
    absence_token,
    are_exact,
    covering_tokens,
    facet_token,
    title_tokens,
    word_token,
)
from .text.vocabulary import FREQUENT, UBIQUITOUS

MAX_NAMED: Final = 200  # sources, tags, … that a part of a name may stand for

#: What the values of a field name.
NAMED: Final[dict[Field, tuple[Facet, Any]]] = {
    Field.SOURCE: (Facet.SOURCE, Source),
    Field.CATEGORY: (Facet.CATEGORY, Category),
    Field.TAG: (Facet.TAG, Tag),
    Field.CODE: (Facet.SECURITY, Security),
}

EXCHANGES: Final = {
    "SH": [Market.SHANGHAI],
    "SZ": [Market.SHENZHEN],
    "BJ": [Market.SHENZHEN],  # whose number Eastmoney gives it
    "HK": [Market.HONG_KONG],
    "US": [Market.NASDAQ, Market.NYSE],
}
SYMBOL = re.compile(
    rf"(?P<before>{'|'.join(EXCHANGES)})\.?(?P<code>\w+)"
    rf"|(?P<market>\d{{1,4}})\.(?P<code_of_market>\w+)"
    rf"|(?P<code_before>\w+)\.(?P<behind>{'|'.join(EXCHANGES)})",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What one criterion asks of an entry: that it has all `tokens`, and that `check` holds, which
    is SQL with `params`. The tokens alone decide where they are exact. `word` and `absence` are the
    tokens, if there are such in an index that knows words, of the entries for which it holds, and
    of those for which it does not."""

    tokens: frozenset[int]
    check: str
    params: tuple[Any, ...]
    is_exact: bool = False
    reads_text: bool = False  # which lies out of line, so it is read last
    word: int | None = None
    absence: int | None = None

    def by_word(self) -> Self:
        """The same, for an index that knows words."""
        if self.word is None:
            return self
        return replace(self, tokens=frozenset([self.word]), is_exact=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """What filters select."""

    source: Source | None = None
    category: Category | None = None
    tag: Tag | None = None
    security: Security | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def tokens(self) -> frozenset[int]:
        chosen = (
            (Facet.SOURCE, self.source),
            (Facet.CATEGORY, self.category),
            (Facet.TAG, self.tag),
            (Facet.SECURITY, self.security),
        )
        return frozenset(facet_token(facet, row.pk) for facet, row in chosen if row is not None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an entry must be: between the two moments, the first included, with all `tokens`, any
    condition of every group, and none of `excluded`."""

    groups: tuple[tuple[Condition, ...], ...] = ()
    excluded: tuple[Condition, ...] = ()
    tokens: frozenset[int] = frozenset()
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    notes: tuple[Note, ...] = ()

    @property
    def has_conditions(self) -> bool:
        """Whether it asks for more than tokens."""
        return bool(self.groups or self.excluded or self.since or self.until)


def plan(query: Query, scope: Scope, *, for_editors: bool = False) -> Plan:
    """The conditions that a query and filters come to, and the notes on both. Asks the database
    for the names in the query's fields: those that readers know of, or for editors all of them."""
    notes = list(query.notes)
    groups: list[tuple[Condition, ...]] = []
    excluded: list[Condition] = []
    since, until = moments(scope.since, scope.until)
    for clause in query.clauses:
        if (
            not clause.is_excluded
            and len(clause.criteria) == 1
            and (days := clause.criteria[0].days)
        ):
            first, last = moments(days.first, days.last)
            since = max(filter(None, [since, first]), default=None)
            until = min(filter(None, [until, last]), default=None)
            continue
        conditions = tuple(
            condition(criterion, notes, for_editors) for criterion in clause.criteria
        )
        if clause.is_excluded:
            excluded += conditions
        else:
            groups.append(conditions)
    return Plan(
        tuple(groups),
        tuple(excluded),
        scope.tokens,
        since,
        until,
        tuple(dict.fromkeys(notes)),
    )


def moments(
    first: dt.date | None, last: dt.date | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When the first day begins and the last one ends."""
    return (
        None if first is None or first == dt.date.min else start_of(first),
        None if last is None or last == dt.date.max else start_of(last + dt.timedelta(days=1)),
    )


def condition(criterion: Criterion, notes: list[Note], for_editors: bool) -> Condition:
    match criterion.field:
        case Field.TITLE:
            return title_contains(criterion.normalised)
        case Field.DATE if criterion.days:
            return is_within(criterion.days)
        case Field.SOURCE | Field.CATEGORY | Field.TAG | Field.CODE:
            if facets := named(criterion, for_editors):
                return has_any(facets)
            notes.append(Note(Remark.UNKNOWN, criterion.value))
    return contains(criterion.normalised)


def contains(normalised: str) -> Condition:
    return Condition(
        frozenset(covering_tokens(normalised).tolist()),
        "strpos(text, %s) > 0",
        (normalised,),
        is_exact=are_exact(normalised),
        reads_text=True,
        word=word_token(normalised) if normalised in FREQUENT else None,
        absence=absence_token(normalised) if normalised in UBIQUITOUS else None,
    )


def title_contains(normalised: str) -> Condition:
    tokens = title_tokens(covering_tokens(normalised))
    return Condition(frozenset(tokens.tolist()), "strpos(title, %s) > 0", (normalised,))


def is_within(days: Days) -> Condition:
    since, until = moments(days.first, days.last)
    checks = ["published_at >= %s"] * (since is not None) + ["published_at < %s"] * (
        until is not None
    )
    return Condition(
        frozenset(),
        f"({' AND '.join(checks) or 'true'})",
        tuple(moment for moment in (since, until) if moment is not None),
    )


def has_any(facets: Iterable[int]) -> Condition:
    facets = sorted(facets)
    return Condition(
        frozenset(facets if len(facets) == 1 else ()),
        "facets && %s::int4[]",
        (facets,),
        is_exact=len(facets) == 1,
    )


def named(criterion: Criterion, for_editors: bool) -> list[int]:
    """The tokens of what a field's value names: a whole name or address if there is one, else
    every name that the value is part of."""
    value = " ".join(criterion.value.split())
    facet, model = NAMED[criterion.field]
    terms = model.objects.all() if for_editors else model.objects.published()
    find = securities_named if model is Security else ids_named
    return [facet_token(facet, key) for key in find(value, terms)]


def ids_named(value: str, terms: Any) -> list[int]:
    ids = terms.values_list("pk", flat=True)
    spellings = {value, normalise(value)}
    whole = any_of(
        Q(name__iexact=spelling)
        | Q(slug=spelling)
        | Q(aliases__name__iexact=spelling)
        | Q(aliases__slug=spelling)
        for spelling in spellings
    )
    return list(ids.filter(whole).distinct()) or list(ids.with_name_part(*spellings)[:MAX_NAMED])


def securities_named(value: str, securities: Any, *, whole: bool = False) -> list[int]:
    """Which of these are called 600519, SH600519, 600519.SH, 1.600519, a name now or earlier, or,
    unless it must be `whole`, a part of one; and codes of what was merged."""
    spellings = {value, normalise(value)}
    exact = any_of(
        with_symbol(spelling)
        | Q(name__iexact=spelling)
        | Q(names__contains=[spelling])
        | Q(aliases__slug=spelling)
        | Q(aliases__slug__endswith=f".{spelling}")
        for spelling in spellings
    )
    found = list(securities.filter(exact).values_list("pk", flat=True).distinct())
    if found or whole:
        return found
    return [security.pk for security in securities.with_name_part(*spellings)[:MAX_NAMED]]


def with_symbol(value: str) -> Q:
    """Securities whose code, with or without the exchange, `value` is."""
    code = Q(code__iexact=value)
    match = SYMBOL.fullmatch(value)
    if match is None:
        return code
    if market := match["market"]:
        return code | Q(market=int(market), code__iexact=match["code_of_market"])
    exchange = match["before"] or match["behind"]
    return code | Q(
        market__in=EXCHANGES[exchange.upper()],
        code__iexact=match["code"] or match["code_before"],
    )
