"""A query that finds nothing → the same with its texts cut into words, if that finds something.

Only text without quotation marks is cut, in the whole post or in titles; what is excluded, other
fields and filters stay. Two statements, however long the query: one reads what the archive calls
things, the other tries the likeliest cuts in their order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from math import prod
from operator import itemgetter
from typing import Any, Final

from ..terms import SECURITY, TERMS
from .conditions import Conditions, Scope, condition_of, conditions_of
from .engine import Search
from .index import TABLE
from .matching import matching
from .query import Clause, Criterion, Field, Query
from .text.normalise import normalise, normalise_aligned
from .text.segmentation import HAN, Lexicon, cuts, pairs
from .text.tokens import covering_tokens, title_tokens

MAX_CUTS: Final = 6  # that are tried
MAX_PAIRS: Final = 64  # of which titles are read
TITLES: Final = 20  # that are read of each pair
MAX_CLAUSES: Final = 128  # of a query that is cut: alternatives multiply

Pieces = Mapping[Criterion, Sequence[Criterion]]  # of each criterion that is cut


@dataclass(frozen=True, slots=True)
class CutQuery:
    """`query` finds something, where the one that it was cut from does not.

    `pieces` has the criteria that were cut. `insisting` is the text of the query that was cut, with
    quotation marks around those, so that they are not.
    """

    query: Query
    conditions: Conditions
    pieces: Pieces
    insisting: str


def cut(
    search: Search,
    query: Query,
    scope: Scope,
    tables: Sequence[Mapping[str, Any]] = ({},),
    *,
    for_editors: bool = False,
) -> CutQuery | None:
    """The likeliest cut of a query that finds a post; None if no cut does. `tables` has, for each
    table that may have the post, what `matching` is to know of it."""
    criteria = dict.fromkeys(
        criterion
        for clause in query.clauses
        if is_of_text(clause)
        for criterion in clause.criteria
        if not criterion.is_phrase and HAN.search(criterion.value)
    )
    if not criteria:
        return None
    alternatives = {
        c for clause in query.clauses if len(clause.criteria) > 1 for c in clause.criteria
    }
    rest = tuple(clause for clause in query.clauses if not is_of_text(clause))
    others = conditions_of(replace(query, clauses=rest), scope, for_editors=for_editors)
    condition = cache(lambda criterion: condition_of(criterion, [], for_editors))
    tried = []
    for pieces in likeliest(criteria, alternatives, read_lexicon(search, criteria)):
        if clauses_of(query, pieces) <= MAX_CLAUSES:
            changed = rewritten(query, pieces)
            groups = tuple(
                tuple(condition(criterion) for criterion in clause.criteria)
                for clause in changed.clauses
                if is_of_text(clause)
            )
            conditions = replace(others, groups=(*others.groups, *groups))
            tried.append(CutQuery(changed, conditions, pieces, ""))
    number = first_with_posts(search, [one.conditions for one in tried], tables)
    if number is None:
        return None
    quoted = {one: [replace(one, is_phrase=True)] for one in tried[number].pieces}
    return replace(tried[number], insisting=rewritten(query, quoted).text)


def is_of_text(clause: Clause) -> bool:
    fields = {criterion.field for criterion in clause.criteria}
    is_denied = clause.is_excluded or any(criterion.is_negated for criterion in clause.criteria)
    return not is_denied and fields <= {Field.TEXT, Field.TITLE}


def read_lexicon(search: Search, criteria: Iterable[Criterion]) -> Lexicon:
    """The names of the archive's terms, now and before, and some titles for every pair of
    characters that the criteria may be made of."""
    found = dict.fromkeys(pair for one in criteria for pair in pairs(one.normalised))
    keys = {
        token
        for pair in list(found)[:MAX_PAIRS]
        for token in title_tokens(covering_tokens(pair)).tolist()
    }
    names = " UNION ALL ".join(f"SELECT name FROM {kind.table}" for kind in TERMS)
    search.cursor.execute(
        f"""
        SELECT (
            SELECT string_agg(name, E'\n')
            FROM ({names} UNION SELECT unnest(names) FROM {SECURITY.table}) term
        ), (
            SELECT string_agg(title, E'\n')
            FROM unnest(%s::int4[]) key
            CROSS JOIN LATERAL (
                SELECT title FROM {TABLE} WHERE tokens @> ARRAY[key] LIMIT {TITLES}
            ) found
        )
        """,
        [sorted(keys)],
    )
    names, titles = search.cursor.fetchone()
    return Lexicon(normalise(names or ""), titles or "")


def likeliest(
    criteria: Iterable[Criterion], alternatives: Collection[Criterion], lexicon: Lexicon
) -> Sequence[Pieces]:
    """The `MAX_CUTS` likeliest ways to cut at least one of the criteria, the likeliest first."""
    best: list[tuple[float, int, dict[Criterion, Sequence[Criterion]]]] = [(0, 0, {})]
    for criterion in criteria:
        normalised, origins = normalise_aligned(criterion.value)
        ways = []
        for one in cuts(normalised, lexicon, MAX_CUTS + 1):
            spans = [(piece.start, piece.end) for piece in one.pieces]
            if origins is not None:
                spans = [(origins.starts[start], origins.ends[end - 1]) for start, end in spans]
            parts = [replace(criterion, value=criterion.value[start:end]) for start, end in spans]
            pieces = {criterion: parts} if len(parts) > 1 else {}
            ways.append((one.cost, one.shortness, pieces))
        if criterion in alternatives:  # of which each is to find something
            ways = [way for way in ways if way[2]] or ways
        if ways:
            both = [(a + c, b + d, {**e, **f}) for (a, b, e), (c, d, f) in product(best, ways)]
            best = sorted(both, key=itemgetter(0, 1))[: MAX_CUTS + 1]
    return [pieces for *_, pieces in best if pieces][:MAX_CUTS]


def clauses_of(query: Query, pieces: Pieces) -> int:
    """How many clauses `rewritten` makes at most."""
    return sum(
        prod(len(pieces.get(criterion, [criterion])) for criterion in clause.criteria)
        for clause in query.clauses
    )


def rewritten(query: Query, pieces: Pieces) -> Query:
    """The query with pieces instead of criteria: a post must have all pieces of a criterion where
    it must have the criterion."""
    text = ""
    clauses = []
    for clause in query.clauses:
        changed = [clause]
        if is_of_text(clause) and not pieces.keys().isdisjoint(clause.criteria):
            alternatives = product(*(pieces.get(one, [one]) for one in clause.criteria))
            changed = [replace(clause, criteria=criteria) for criteria in alternatives]
        for one in changed:
            start = len(text) + bool(text)
            text = f"{text} {one.written}".strip()
            clauses.append(replace(one, places=((start, len(text)),)))
    return replace(query, text=text, clauses=tuple(clauses), connectives=())


def first_with_posts(
    search: Search, candidates: Sequence[Conditions], tables: Sequence[Mapping[str, Any]]
) -> int | None:
    """The number of the first of the candidates that a post of one of the tables meets."""
    found = [
        (number, matching(conditions, columns="post_id", limit=1, **{**known, **table}))
        for known in [{"contents": search.contents}]
        for number, conditions in enumerate(candidates)
        for table in tables
    ]
    if not found:
        return None
    parts = [f"(SELECT {number} FROM ({sql}) found)" for number, (sql, _) in found]
    search.cursor.execute(
        f"{' UNION ALL '.join(parts)} LIMIT 1",
        [value for _, (_, params) in found for value in params],
    )
    row = search.cursor.fetchone()
    return int(row[0]) if row else None
