"""What is typed of a name → the terms that it may mean, with how many posts readers see of each."""

import datetime as dt
from collections.abc import Iterable, Mapping
from heapq import nlargest
from itertools import chain
from typing import Any, Final, NamedTuple

from django.utils import timezone

from ..database import read_connection
from ..models import Facet, Mention, Post
from ..terms import BY_FACET, SECURITY, TermKind
from .facets import SCHEDULED
from .index import COUNTS
from .kept_names import AllNames, NamesOfKind, TermNames, all_names
from .text.normalise import fold
from .typed import EXACT, WHOLE, Ranks, Typed

MANY: Final = 300  # terms
NAMELESS: Final = -1  # the rank of terms without a name among all terms

#: SQL for how many posts name a security of `placed` and appeared from a moment on.
RECENT: Final = f"""(
    SELECT count(*)
    FROM {Mention._meta.db_table} mention JOIN {Post._meta.db_table} post ON post.id = post_id
    WHERE mention.security_id = placed.key AND post.status = 'published'
        AND mention.published_at BETWEEN %(since)s AND %(now)s
)"""


class Spelled(NamedTuple):
    """A term, how many posts it has, its rank among those that were found, and how many posts of a
    security are recent, if that was asked."""

    named: TermNames
    posts: int
    rank: int
    recent: int = 0

    @property
    def facet(self) -> Facet:
        return self.named.facet

    @property
    def key(self) -> int:
        return self.named.key

    @property
    def name(self) -> str:
        return self.named.name

    @property
    def address(self) -> str:
        return self.named.address

    @property
    def initials(self) -> str:
        return self.named.initials

    @property
    def term(self) -> Any:
        """The term with its `post_count`, and only those of its fields that pages need to show its
        name."""
        kind, named = BY_FACET[self.facet], self.named
        term: Any = kind.model(id=named.key, name=named.name, **{kind.address_key: named.address})
        if kind is SECURITY:
            term.kind, term.names, term.recent_count = named.kind, named.names, self.recent
            term.english_name = named.english_name
        term.post_count = self.posts
        return term


def spelled(
    text: str,
    most: Mapping[Facet, int],
    known: AllNames | None = None,
    *,
    letter: str = "",
    by_pinyin: bool = False,
    with_unused: bool = False,
) -> list[Spelled]:
    """The terms that `text` names in whole or in part: of each facet up to `most`. An empty text
    names all. `known` are the names of all terms, if they have been read already.

    Terms with a name that begins with it come first; of these, first those of which it is a whole
    name, then those with the most posts; `by_pinyin`, they come in the order of their initials.
    With `letter`, only those whose initials begin with it. Of all terms, those without a name come
    last. `with_unused`, securities that are listed and have no post come after all others.
    """
    typed, known = Typed(text), known or all_names()
    enough = MANY if max(most.values()) < MANY and not (letter or by_pinyin) else None
    ranks = {facet: typed.ranks(BY_FACET[facet], known.of[facet], enough) for facet in most}
    if not text:
        ranks = {facet: nameless_last(known.of[facet], of_one) for facet, of_one in ranks.items()}
    if not (letter or by_pinyin):
        return matched(known, ranks, most, with_unused=with_unused)
    found = matched(known, ranks, {facet: len(ranks[facet]) for facet in most})
    found = [one for one in found if one.initials.lower().startswith(letter)]
    if by_pinyin:
        found.sort(key=lambda one: (one.rank == NAMELESS, one.initials.lower(), one.key))
    return [one for facet in most for one in of_facet(found, facet)[: most[facet]]]


def nameless_last(names: NamesOfKind, ranks: Ranks) -> Ranks:
    return {number: rank if names.rows[number].name else NAMELESS for number, rank in ranks.items()}


def of_facet(found: Iterable[Spelled], facet: Facet) -> list[Spelled]:
    return [one for one in found if one.facet == facet]


def matched(
    known: AllNames,
    ranks: Mapping[Facet, Ranks],
    most: Mapping[Facet, int],
    *,
    since: dt.datetime | None = None,
    with_unused: bool = False,
) -> list[Spelled]:
    """The terms that were found and have posts that readers see: of each facet up to `most`, the
    best first. Posts of securities are recent `since` a moment. `with_unused`, securities that are
    listed and have no post come last. One statement, if any are found.
    """
    candidates = [
        (int(facet), key, rank, with_unused and known.rows[facet][key].is_listed)
        for facet, of_one in ranks.items()
        for key, rank in likeliest(known, facet, of_one, most[facet])
    ]
    if not candidates:
        return []
    facets, keys, of_each, may_be_unused = map(list, zip(*candidates, strict=True))
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            WITH candidate AS (
                SELECT *
                FROM unnest(%(of)s::int[], %(keys)s::int[], %(ranks)s::int[], %(unused)s::bool[])
                    AS candidate (facet, key, rank, may_be_unused)
            ),
            scheduled AS ({SCHEDULED}),
            counted AS (
                SELECT candidate.*,
                    coalesce(stored.posts, 0) - coalesce(scheduled.posts, 0) AS posts
                FROM candidate LEFT JOIN {COUNTS} stored USING (facet, key)
                LEFT JOIN scheduled USING (facet, key)
            ),
            placed AS (
                SELECT *, row_number() OVER (
                    PARTITION BY facet ORDER BY posts > 0 DESC, rank DESC, posts DESC, key
                ) AS place
                FROM counted WHERE posts > 0 OR may_be_unused
            )
            SELECT facet, key, posts, rank, {"0" if since is None else RECENT}
            FROM placed JOIN unnest(%(facets)s::int[], %(most)s::int[])
                 WITH ORDINALITY AS wanted (facet, most, ordinal) USING (facet)
            WHERE place <= most ORDER BY ordinal, place
            """,
            {
                "of": facets,
                "keys": keys,
                "ranks": of_each,
                "unused": may_be_unused,
                "now": timezone.now(),
                "since": since,
                "facets": [int(facet) for facet in most],
                "most": list(most.values()),
            },
        )
        return [
            Spelled(known.rows[Facet(facet)][key], posts, rank, recent)
            for facet, key, posts, rank, recent in cursor
        ]


def likeliest(known: AllNames, facet: Facet, ranks: Ranks, most: int) -> Iterable[tuple[int, int]]:
    """The keys of terms with their ranks: of very many, if few are wanted, the best."""
    rows = known.of[facet].rows
    keys = ((rows[number].key, rank) for number, rank in ranks.items())
    if len(ranks) <= MANY or most >= MANY:
        return keys
    posts = known.posts_of(facet)
    return nlargest(MANY, keys, key=lambda one: (one[1], posts.get(one[0], 0), -one[0]))


def ids_spelled(kind: TermKind, text: str) -> list[int]:
    """The ids of all terms of a kind that `text` names in whole or in part, those without posts
    too."""
    names = all_names().of[kind.facet]
    return [names.rows[number].key for number in Typed(text).ranks(kind, names)]


def is_security(text: str) -> bool:
    """Whether a security may have this whole name, code, symbol or pinyin, now or before. No
    question: this process keeps them."""
    known, typed = all_names(), Typed(text)
    names = known.of[SECURITY.facet]
    found = chain(
        typed.with_name_or_code(names, SECURITY), typed.with_whole_pinyin(names, SECURITY)
    )
    return (
        next(found, None) is not None
        or any(symbol.endswith(f".{text}") or symbol == text for symbol in known.symbols)
        or fold(text).upper().count(".") == 1
    )


def meant_terms(text: str, kind: TermKind, most: int) -> list[Spelled]:
    """The terms of a kind that readers know of and that `text` means, up to `most`: those that
    have it as a name, now or before, or as their address or code, which is EXACT; if there are
    none, as pinyin; else those with a name that begins with it, and then those with one that
    contains it."""
    if not Typed(text).spellings:
        return []
    named = kind.objects.known().with_name_or_address(*{text, fold(text)})
    if keys := {*named.values_list("pk", flat=True)}:
        known = all_names()
        rows = enumerate(known.of[kind.facet].rows)
        ranks = {number: EXACT for number, row in rows if row.key in keys}
        return matched(known, {kind.facet: ranks}, {kind.facet: most}, with_unused=True)
    found = spelled(text, {kind.facet: most}, with_unused=True)
    return [one for one in found if one.rank >= WHOLE] or found
