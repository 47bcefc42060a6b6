"""A query that finds nothing → the same with its texts cut into words, if that finds something.

Only text without quotation marks is cut, in the whole post or in titles, and the value of a field
that names nothing, if it begins or ends with what the field names: source:财联社业绩. What is
excluded, other fields and filters stay. A word that is a name of a security is looked for under all
that it has, as between spaces; one may also stand for the posts of a source or a category of that
name. What is no word is left out.

Two statements, however long the query: one reads what the archive calls things, the other tries the
likeliest cuts in their order. Where these find nothing, one asks which texts no post has, and two
more try cuts of those alone. To find the terms that fields and such words name takes one or two
more for each.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, product
from math import prod
from operator import itemgetter
from typing import Any, Final, NamedTuple

from ..models import Security
from ..terms import BY_QUERY_FIELD, CATEGORY, SECURITY, SOURCE, TERMS, TermKind
from .conditions import Condition, Conditions, Scope
from .engine import Search
from .index import TABLE
from .query import Clause, Criterion, Field, Query
from .securities import under_all_names
from .text import segmentation
from .text.exchange_marks import without_marks
from .text.normalise import normalise, normalise_aligned
from .text.segmentation import Lexicon, words
from .text.tokens import covering_tokens, title_tokens
from .typed import Typed

MAX_CUTS: Final = 6  # cuts tried, and again with stricter segmentation
MAX_OF_TERMS: Final = 3  # that are tried with a word for a term
MAX_WORDS: Final = 64  # of which titles are read
TITLES: Final = 20  # that are read of each
SHORTEST_BEGINNING: Final = 4  # characters of a source's name
SHORTEST_PART: Final = 2  # of a security's name after ST
MAX_PIECES: Final = 512  # in all clauses of a query that is cut: alternatives multiply

#: Kinds of term for whose posts a word may stand.
KINDS_MEANT: Final = (SOURCE, CATEGORY)


@dataclass(frozen=True, slots=True)
class Cut:
    """What a criterion is cut into: `pieces`, and the parts of its value that are `left_out`."""

    pieces: tuple[Criterion, ...]
    left_out: tuple[str, ...] = ()


Cuts = Mapping[Criterion, Cut]  # of each criterion that is cut


@dataclass(frozen=True, slots=True)
class CutQuery:
    """`query` finds something, where the one that it was cut from does not.

    `cuts` has the criteria that were cut. `insisting` is the text of the query that was cut, with
    quotation marks around those, so that they are not.
    """

    query: Query
    conditions: Conditions
    cuts: Cuts
    insisting: str


def cut(search: Search, query: Query, scope: Scope) -> CutQuery | None:
    """The likeliest cut of a query that finds a post: of all its texts, or else of those alone that
    no post has. None if no cut does."""
    texts = texts_of(query, search)
    found = cut_of(texts, search, query, scope)
    if found is None and len(texts) > 1:
        missing = search.met_by_none(texts)
        if len(missing) < len(texts):
            return cut_of(missing, search, query, scope)
    return found


def cut_of(
    cut_up: Collection[Clause], search: Search, query: Query, scope: Scope
) -> CutQuery | None:
    """The likeliest cut of some clauses of a query that finds a post; None if no cut does."""
    criteria, alternatives = to_be_cut(cut_up)
    if not criteria:
        return None
    rest = tuple(clause for clause in query.clauses if clause not in cut_up)
    others = search.conditions(replace(query, clauses=rest), scope)
    known = search.terms.known
    tried = []

    @cache
    def group(criteria: tuple[Criterion, ...]) -> tuple[Condition, ...]:
        clause = Clause(criteria, False, ((0, 0),))
        [named] = under_all_names(Query("", (clause,)), known).clauses
        return search.group(named.criteria)

    names = read_names(search, criteria)
    for cuts in candidates(criteria, alternatives, names, search.terms.tokens):
        if pieces_in(query, cuts) <= MAX_PIECES:
            changed = rewritten(query, cuts)
            groups = [
                group(criteria)
                for clause in cut_up
                for criteria in product(*(pieces_of(one, cuts) for one in clause.criteria))
            ]
            conditions = replace(others, groups=(*others.groups, *groups))
            tried.append(CutQuery(changed, conditions, cuts, ""))
    found = search.with_posts([one.conditions for one in tried], most=1)
    if not found:
        return None
    [number] = found
    first = tried[number]
    quoted = {one: Cut((replace(one, is_phrase=True),)) for one in first.cuts}
    return replace(
        first,
        query=under_all_names(first.query, known),
        insisting=rewritten(query, quoted).text,
    )


def in_words(search: Search, query: Query) -> Query:
    """The query with its texts cut into their likeliest words, whatever that finds. It stays as it
    is if it would have too many pieces."""
    criteria, alternatives = to_be_cut(texts_of(query, search))
    criteria = [one for one in criteria if one.field not in BY_QUERY_FIELD]
    if not criteria:
        return query
    found = likeliest(criteria, alternatives, read_names(search, criteria).lexicon)
    few = (cuts for cuts in found if pieces_in(query, cuts) <= MAX_PIECES)
    return rewritten(query, cuts) if (cuts := next(few, None)) else query


def texts_of(query: Query, search: Search) -> list[Clause]:
    """The clauses of a query that may be cut."""
    return [one for one in query.clauses if is_of_text(one, search.terms.tokens)]


def to_be_cut(
    clauses: Collection[Clause],
) -> tuple[Collection[Criterion], Collection[Criterion]]:
    """The criteria of clauses that may be cut, and those that are alternatives."""
    criteria = {one: None for clause in clauses for one in clause.criteria if may_be_cut(one)}
    alternatives = {
        one for clause in clauses if len(clause.criteria) > 1 for one in clause.criteria
    }
    return criteria.keys(), alternatives


def is_of_text(clause: Clause, named: Callable[[Criterion], Sequence[int]]) -> bool:
    """Whether posts must have one of some texts, or of what is searched as text because it names
    nothing."""
    return not clause.is_excluded and not any(
        one.is_negated
        or one.days
        or (one.field in BY_QUERY_FIELD and (one.is_phrase or named(one)))
        for one in clause.criteria
    )


def may_be_cut(criterion: Criterion) -> bool:
    return not criterion.is_phrase and not criterion.normalised.isascii()


class Names(NamedTuple):
    """What the archive calls things, and its terms by their normalised names."""

    lexicon: Lexicon
    terms: Mapping[TermKind, frozenset[str]]


def read_names(search: Search, criteria: Iterable[Criterion]) -> Names:
    """The names of the archive's terms, now and before, and some titles for every word that the
    criteria may be made of."""
    found = dict.fromkeys(word for one in criteria for word in words(one.normalised))
    tokens = {
        tuple(title_tokens(covering_tokens(word)).tolist()) for word in list(found)[:MAX_WORDS]
    }
    names = ", ".join(f"(SELECT string_agg(name, E'\n') FROM {kind.table})" for kind in TERMS)
    search.cursor.execute(
        f"""
        SELECT (
            SELECT string_agg(title, E'\n')
            FROM unnest(%s::text[]) word
            CROSS JOIN LATERAL (
                SELECT title FROM {TABLE} WHERE tokens @> word::int4[] LIMIT {TITLES}
            ) found
        ), (
            SELECT string_agg(former, E'\n') FROM {SECURITY.table}, unnest(names) former
        ), {names}
        """,
        [[f"{{{','.join(map(str, keys))}}}" for keys in sorted(tokens)]],
    )
    titles, former, *current = search.cursor.fetchone()
    lists = [normalise(names or "") for names in current]
    of_kind = dict(zip(TERMS, lists, strict=True))
    terms = {kind: frozenset(names.split("\n")) for kind, names in of_kind.items()}

    def is_proper(name: str) -> bool:
        """Whether it is the name of a source or a company, the beginning of a source's name
        (人民日报 of 人民日报海外版), or a company's name, or a part of one, with what an exchange
        adds to it (N世纪). Boards do not count: any words may be their names."""
        if len(name) >= SHORTEST_BEGINNING and f"\n{name}" in sources:
            return True
        short = without_marks(name)
        if len(short) >= SHORTEST_PART and short != name:
            return f"\n{short}" in securities or f"{short}\n" in securities
        if name in terms[SOURCE] or name not in terms[SECURITY]:
            return name in terms[SOURCE]
        names = search.terms.known.of[SECURITY.facet]
        named = (names.rows[number] for number in Typed(name).with_name(names))
        return any(one.kind == Security.Kind.STOCK for one in named)

    before = normalise(former or "")
    sources, securities = f"\n{of_kind[SOURCE]}", f"\n{of_kind[SECURITY]}\n{before}\n"
    names = "\n".join([*lists, before])
    return Names(Lexicon(names, titles or "", is_proper), terms)


def candidates(
    criteria: Iterable[Criterion],
    alternatives: Collection[Criterion],
    names: Names,
    named: Callable[[Criterion], Sequence[int]],
) -> Iterator[Cuts]:
    """Ways to cut at least one of the criteria, the likeliest first: all of them into texts; then
    with words for terms; then with more left out."""
    found = likeliest(criteria, alternatives, names.lexicon)
    strict = likeliest(criteria, alternatives, names.lexicon, is_strict=True)
    whole = {one: Cut((one,)) for one in criteria}
    meant = (
        with_terms(cuts, alternatives, names.terms, named) for cuts in (whole, *found, *strict)
    )
    of_terms = [*islice(filter(None, meant), MAX_OF_TERMS)]
    ways = [*found, *of_terms, *strict]
    if any(one.field in BY_QUERY_FIELD for one in criteria):
        ways = [*of_terms, *found, *strict]
    ways = [*map(without_lost_fields, ways)]
    for number, way in enumerate(ways):
        if way and way not in ways[:number]:
            yield way


def without_lost_fields(cuts: Cuts) -> Cuts:
    """The cuts, except those of a field's value of which no piece is in that field: whoever asks
    for a source that is unknown does not ask for its words."""
    return {
        one: texts
        for one, texts in cuts.items()
        if one.field not in BY_QUERY_FIELD or any(p.field is one.field for p in texts.pieces)
    }


def likeliest(
    criteria: Iterable[Criterion],
    alternatives: Collection[Criterion],
    lexicon: Lexicon,
    *,
    is_strict: bool = False,
) -> Sequence[Cuts]:
    """The `MAX_CUTS` likeliest ways to cut at least one of the criteria into texts, the likeliest
    first."""
    best: list[tuple[float, int, dict[Criterion, Cut]]] = [(0, 0, {})]
    for criterion in criteria:
        normalised, origins = normalise_aligned(criterion.value)
        ways = []
        for one in segmentation.cuts(normalised, lexicon, MAX_CUTS + 1, is_strict=is_strict):
            spans = [(piece.start, piece.end) for piece in one.pieces]
            whole = spans == [(0, len(normalised))]
            if origins is not None:
                spans = [(origins.starts[start], origins.ends[end - 1]) for start, end in spans]
            way = {} if whole else {criterion: cut_at(criterion, spans)}
            ways.append((one.cost, one.shortness, way))
        if criterion in alternatives:  # of which each is to find something
            ways = [way for way in ways if way[2]] or ways
        if ways:
            both = [(a + c, b + d, {**e, **f}) for (a, b, e), (c, d, f) in product(best, ways)]
            best = sorted(both, key=itemgetter(0, 1))[: MAX_CUTS + 1]
    return [way for *_, way in best if way][:MAX_CUTS]


def cut_at(criterion: Criterion, spans: Sequence[tuple[int, int]]) -> Cut:
    """The criterion cut into the parts of its value at these spans, as texts."""
    value = criterion.value
    field = Field.TEXT if criterion.field in BY_QUERY_FIELD else criterion.field
    pieces = [replace(criterion, field=field, value=value[start:end]) for start, end in spans]
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(value)]
    between = (value[end:start].strip() for end, start in zip(ends, starts, strict=True))
    return Cut(tuple(dict.fromkeys(pieces)), tuple(dict.fromkeys(filter(None, between))))


def with_terms(
    cuts: Cuts,
    alternatives: Collection[Criterion],
    terms: Mapping[TermKind, frozenset[str]],
    named: Callable[[Criterion], Sequence[int]],
) -> Cuts | None:
    """Replace each piece that names a term by that term: of the criterion's kind, else of
    `KINDS_MEANT`. None if no piece does."""
    changed = {}
    for criterion, texts in cuts.items():
        if criterion.field is Field.TITLE or criterion in alternatives:
            continue
        kind = BY_QUERY_FIELD.get(criterion.field)
        pieces = []
        for piece in texts.pieces:
            meant = (
                replace(piece, field=kind.query_field)
                for kind in ((kind,) if kind else KINDS_MEANT)
                if piece.normalised in terms[kind]
            )
            pieces.append(next(filter(named, meant), piece))
        if tuple(pieces) != texts.pieces:
            changed[criterion] = replace(texts, pieces=tuple(pieces))
    cut_before = {one: texts for one, texts in cuts.items() if texts.pieces != (one,)}
    return {**cut_before, **changed} if changed else None


def pieces_of(criterion: Criterion, cuts: Cuts) -> Sequence[Criterion]:
    return cuts[criterion].pieces if criterion in cuts else (criterion,)


def pieces_in(query: Query, cuts: Cuts) -> int:
    """How many criteria `rewritten` makes at most."""
    return sum(
        len(clause.criteria)
        * prod(len(pieces_of(criterion, cuts)) for criterion in clause.criteria)
        for clause in query.clauses
    )


def rewritten(query: Query, cuts: Cuts) -> Query:
    """The query in which each cut criterion becomes all of its pieces."""
    text = ""
    clauses: dict[Any, Clause] = {}  # by their meanings
    for clause in query.clauses:
        changed = [clause]
        if not clause.is_excluded:
            alternatives = product(*(pieces_of(one, cuts) for one in clause.criteria))
            changed = [replace(clause, criteria=criteria) for criteria in alternatives]
        for one in changed:
            if (meaning := one.meaning) in clauses:
                continue
            start = len(text) + bool(text)
            text = f"{text} {one.written}".strip()
            clauses[meaning] = replace(one, places=((start, len(text)),))
    return replace(query, text=text, clauses=tuple(clauses.values()), connectives=())
