"""Clauses and filters → conditions: the tokens that the index is asked for, and the checks that
its answers must pass."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from ..days import end_of, start_of
from ..models import ArchiveChange, Facet, Post, PostQuerySet
from ..terms import BY_QUERY_FIELD, TermKind, kind_of
from .named_terms import NamedTerms
from .query import (
    Criterion,
    Days,
    Field,
    Note,
    Query,
    Remark,
)
from .sql import Sql, joined, sql
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


@dataclass(frozen=True, slots=True)
class Condition:
    """What one criterion asks of an entry: that it has all `tokens` and passes `check`. If
    `is_exact`, an entry that has the tokens passes the check.

    Some words have tokens of their own in an index of the current vocabulary: `word` marks the
    entries that contain the word, `absence` those that do not. In an index that may be older,
    `folded` is another condition that will do.
    """

    tokens: frozenset[int]
    check: Sql
    is_exact: bool = False
    reads_text: bool = False  # the text is stored out of line, so this check comes last
    word: int | None = None
    absence: int | None = None
    folded: Self | None = None

    def by_word(self) -> Self:
        """The same condition, by the token of its word if it has one."""
        if self.word is None:
            return self
        return replace(self, tokens=frozenset([self.word]), is_exact=True)

    def in_either_form(self) -> tuple[Self, ...]:
        """The conditions of which a match meets one, however old its entry is."""
        return (self,) if self.folded is None else (self, self.folded)


@dataclass(frozen=True, slots=True)
class Scope:
    """What filters select: the posts that have one of the `terms` of each kind that is given, and
    that appeared from the `first` day to the `last`, both included; None leaves the period open. If
    there are any in `any_of`, terms or queries, a post must have one of these terms or match one of
    these queries. With `before`, it appeared before that moment; with `known_at`, readers could
    read it then. `moved` are the ids of posts that had an earlier time then: `before` and
    `known_at` disregard the one that they have now.

    A search selects them by `Conditions.within`, and a plain list, which knows nothing of `any_of`,
    by `filter`.
    """

    terms: tuple[Any, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    any_of: tuple[Any, ...] = ()
    before: dt.datetime | None = None
    known_at: dt.datetime | None = None
    moved: tuple[int, ...] = ()

    @property
    def alternatives(self) -> dict[TermKind, list[Any]]:
        """The terms by their kinds."""
        found: dict[TermKind, list[Any]] = {}
        for term in dict.fromkeys(self.terms):
            found.setdefault(kind_of(term), []).append(term)
        return found

    @property
    def bounds(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """The moments from which and before which posts appeared."""
        since, until = bounds(self.first, self.last)
        latest = None if self.moved else self.latest
        return since, min(filter(None, [until, latest]), default=None)

    @property
    def latest(self) -> dt.datetime | None:
        """The moment before which posts appeared, by `before` and `known_at`."""
        just_after = self.known_at + dt.timedelta(microseconds=1) if self.known_at else None
        return min(filter(None, [self.before, just_after]), default=None)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the queries in `any_of`."""
        queries = (one for one in self.any_of if isinstance(one, Query))
        return tuple(dict.fromkeys(word for query in queries for word in query.words))

    def keys_of(self, facet: Facet) -> tuple[int, ...]:
        """The keys of the terms of a facet."""
        return tuple(term.pk for term in self.terms if kind_of(term).facet == facet)

    def without(self, kind: TermKind) -> Self:
        """The same, whichever terms of a kind posts have."""
        return replace(self, terms=tuple(term for term in self.terms if kind_of(term) != kind))

    def filter(self, posts: PostQuerySet) -> PostQuerySet:
        for kind, terms in self.alternatives.items():
            posts = posts.filter(kind.having(terms))
        if self.known_at:
            known = ArchiveChange.objects.filter(kind="post", known_since__lte=self.known_at)
            posts = posts.filter(Exists(known.filter(address=OuterRef("slug"))))
        if self.moved:
            posts = posts.filter(Q(published_at__lt=self.latest) | Q(pk__in=self.moved))
        since, until = self.bounds
        if since is not None:
            posts = posts.filter(published_at__gte=since)
        return posts if until is None else posts.filter(published_at__lt=until)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an entry must meet: all `tokens`, one condition of every group, none of `excluded`, and
    a time from `since` until before `until`."""

    groups: tuple[tuple[Condition, ...], ...] = ()
    excluded: tuple[Condition, ...] = ()
    tokens: frozenset[int] = frozenset()
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    notes: tuple[Note, ...] = ()

    @property
    def are_tokens_only(self) -> bool:
        return not (self.groups or self.excluded or self.since or self.until)

    @property
    def select_all(self) -> bool:
        return self.are_tokens_only and not self.tokens

    @property
    def only_token(self) -> int | None:
        """The token of conditions that are a single one."""
        return min(self.tokens) if self.are_tokens_only and len(self.tokens) == 1 else None

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for as text because nothing has that name."""
        return tuple(normalise(one.text) for one in self.notes if one.remark is Remark.UNKNOWN)

    def within(self, scope: Scope) -> Self:
        """These conditions and those of a scope. A term without alternatives is one token more;
        alternatives are a group."""
        tokens = [
            [facet_token(kind.facet, term.pk) for term in terms]
            for kind, terms in scope.alternatives.items()
        ]
        groups = [[has_any([token]) for token in these] for these in tokens if len(these) > 1]
        if scope.any_of:
            groups.append([alternative(one) for one in scope.any_of])
        if scope.known_at:
            groups.append([was_known(scope.known_at)])
        if scope.moved:
            groups.append([appeared_before(scope.latest, scope.moved)])
        since, until = scope.bounds
        return replace(
            self,
            groups=(*self.groups, *map(tuple, groups)),
            tokens=self.tokens.union(*(these for these in tokens if len(these) == 1)),
            since=max(filter(None, [self.since, since]), default=None),
            until=min(filter(None, [self.until, until]), default=None),
        )


def conditions_of(query: Query, scope: Scope, terms: NamedTerms | None = None) -> Conditions:
    """The conditions of a query within a scope, and notes on what was not understood. `terms` tells
    which terms its fields name: by default those that readers know of."""
    terms = terms or NamedTerms()
    notes = list(query.notes)
    groups: list[tuple[Condition, ...]] = []
    excluded: list[Condition] = []
    since = until = None
    for clause in query.clauses:
        if (
            not clause.is_excluded
            and len(clause.criteria) == 1
            and (days := clause.criteria[0].days)
        ):
            start, end = bounds(days.first, days.last)
            since = max(filter(None, [since, start]), default=None)
            until = min(filter(None, [until, end]), default=None)
            continue
        group = group_of(clause.criteria, notes, terms)
        if clause.is_excluded:
            excluded += group
        else:
            groups.append(group)
    asked = Conditions(
        tuple(groups),
        tuple(excluded),
        since=since,
        until=until,
        notes=tuple(dict.fromkeys(notes)),
    )
    return asked.within(scope)


def alternative(one: Any) -> Condition:
    """A term or a query as a condition that may stand beside others of which any will do."""
    if not isinstance(one, Query):
        return has_any([facet_token(kind_of(one).facet, one.pk)])
    asked = conditions_of(one, Scope())
    parts = [either(group) for group in asked.groups]
    parts += [negated(condition) for condition in asked.excluded]
    if asked.since or asked.until:
        parts.append(is_between(asked.since, asked.until))
    return parts[0] if len(parts) == 1 else both(parts)


def either(conditions: Sequence[Condition]) -> Condition:
    """One condition that an entry meets if it meets any of these."""
    if len(conditions) == 1:
        return conditions[0]
    forms = [form for condition in conditions for form in condition.in_either_form()]
    return replace(
        combined(" OR ", forms), tokens=frozenset.intersection(*(form.tokens for form in forms))
    )


def both(conditions: Sequence[Condition]) -> Condition:
    """One condition that an entry meets if it meets all of these."""
    conditions = [either(condition.in_either_form()) for condition in conditions]
    return replace(
        combined(" AND ", conditions), tokens=frozenset().union(*(one.tokens for one in conditions))
    )


def combined(word: str, conditions: Sequence[Condition]) -> Condition:
    return Condition(
        frozenset(),
        sql("(%(checks)s)", checks=joined(word, (one.check for one in conditions))),
        reads_text=any(condition.reads_text for condition in conditions),
    )


def bounds(
    first: dt.date | None, last: dt.date | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When the first day begins and when the last one has ended."""
    return (
        None if first is None or first == dt.date.min else start_of(first),
        None if last is None or last == dt.date.max else end_of(last),
    )


def group_of(
    criteria: Iterable[Criterion], notes: list[Note], terms: NamedTerms
) -> tuple[Condition, ...]:
    """The conditions of which an entry meets one if it meets one of the criteria: one for each
    spelling of each."""
    return tuple(
        condition_of(one, notes, terms) for criterion in criteria for one in criterion.spellings
    )


def condition_of(criterion: Criterion, notes: list[Note], terms: NamedTerms) -> Condition:
    if criterion.is_negated:
        return negated(condition_of(replace(criterion, is_negated=False), notes, terms))
    match criterion.field:
        case Field.TITLE:
            return in_either_form(title_contains, criterion)
        case Field.DATE if criterion.days:
            return is_within(criterion.days)
        case field if field in BY_QUERY_FIELD:
            if tokens := terms.tokens(criterion):
                return has_any(tokens)
            notes.append(Note(Remark.UNKNOWN, criterion.value))
    return in_either_form(contains, criterion)


def in_either_form(condition: Callable[[str], Condition], criterion: Criterion) -> Condition:
    """The condition of a criterion, with that for entries made before texts had one spelling."""
    normalised, folded = criterion.normalised, criterion.folded
    found = condition(normalised)
    return found if folded == normalised else replace(found, folded=condition(folded))


def negated(condition: Condition) -> Condition:
    """That an entry does not meet a condition. No token tells this, so it stands among
    alternatives, and the index knows the others."""
    forms = condition.in_either_form()
    return Condition(
        frozenset(),
        sql("NOT (%(any)s)", any=joined(" OR ", (form.check for form in forms))),
        reads_text=condition.reads_text,
    )


def contains(normalised: str) -> Condition:
    return Condition(
        frozenset(covering_tokens(normalised).tolist()),
        sql("strpos(text, %(word)s) > 0", word=normalised),
        is_exact=are_exact(normalised),
        reads_text=True,
        word=word_token(normalised) if normalised in FREQUENT else None,
        absence=absence_token(normalised) if normalised in UBIQUITOUS else None,
    )


def title_contains(normalised: str) -> Condition:
    tokens = title_tokens(covering_tokens(normalised))
    return Condition(
        frozenset(tokens.tolist()), sql("strpos(title, %(word)s) > 0", word=normalised)
    )


def is_within(days: Days) -> Condition:
    return is_between(*bounds(days.first, days.last))


def is_between(since: dt.datetime | None, until: dt.datetime | None) -> Condition:
    check = "published_at >= %(since)s" if since is not None else "true"
    if until is not None:
        check += " AND published_at < %(until)s"
    return Condition(frozenset(), sql(f"({check})", since=since, until=until))


def was_known(at: dt.datetime) -> Condition:
    # Not EXISTS, of which PostgreSQL would make a join with all changes.
    return Condition(
        frozenset(),
        sql(
            f"""coalesce((
                SELECT change.known_since <= %(at)s
                FROM {Post._meta.db_table} post
                JOIN {ArchiveChange._meta.db_table} change
                    ON (change.kind, change.address) = ('post', post.slug)
                WHERE post.id = post_id
            ), false)""",
            at=at,
        ),
    )


def appeared_before(latest: dt.datetime | None, moved: Sequence[int]) -> Condition:
    check = "(published_at < %(latest)s OR post_id = ANY(%(moved)s))"
    return Condition(frozenset(), sql(check, latest=latest, moved=list(moved)))


def has_any(tokens: Iterable[int]) -> Condition:
    tokens = sorted(tokens)
    return Condition(
        frozenset(tokens if len(tokens) == 1 else ()),
        sql("facets && %(tokens)s::int4[]", tokens=tokens),
        is_exact=len(tokens) == 1,
    )
