"""A query that finds nothing → the same in fewer words, which a post has."""

from collections.abc import Collection
from dataclasses import replace
from itertools import combinations
from typing import Final

from django.utils import timezone

from .conditions import Scope
from .cutting import in_words, is_of_text
from .engine import Search
from .misspelt import MAX_OFFERED, Offer, offers
from .query import Clause, Query, exactly
from .text.vocabulary import UBIQUITOUS

MOST_WORDS: Final = 5  # of which all combinations are tried


def in_fewer_words(
    search: Search, query: Query, scope: Scope, *, may_lack_words: bool = True
) -> list[Offer]:
    """Cut the texts of a query into words. Words that no post has are replaced by names that may
    have been meant, as `misspelt.offers` does; if that finds nothing, and posts `may_lack_words`,
    offer as many of the others as a post has together, with the rest of the query; or else without
    some of that, too, and of several clauses.

    Three statements, besides those of `misspelt.offers`, and those by which fields are read.
    """
    cut = in_words(search, query)
    left_out = {*cut.left_out}
    asked = [clause for clause in cut.clauses if not left_out.issuperset(clause.criteria)]
    if len(asked) < 2:
        return []
    words = [clause for clause in asked if is_of_text(clause, lambda one: [0])]
    wrong = search.met_by_none(asked)
    if near := offers(search, cut, [word for word in words if word in wrong], scope):
        return near
    if not may_lack_words:
        return []
    kept = [one for one in asked if one not in wrong and not is_operator(one)][:MOST_WORDS]
    tried = [
        chosen
        for size in range(len(asked) - 1, 0, -1)
        for chosen in combinations(kept, size)
        if not all(map(is_everywhere, chosen))
    ]

    def with_words(chosen: Collection[Clause]) -> Query:
        clauses = (one for one in cut.clauses if one in chosen or one not in asked)
        return replace(cut, clauses=tuple(clauses))

    found = search.with_posts([search.conditions(with_words(chosen), scope) for chosen in tried])
    rest = {*asked} - {*words}
    with_rest = [number for number in sorted(found) if rest < {*tried[number]}]
    without = [number for number in sorted(found) if len(tried[number]) < len(asked) - 1]
    largest: dict[frozenset[Clause], Offer] = {}
    for number in with_rest or without:
        chosen = frozenset(tried[number])
        if not any(chosen < other for other in largest):
            name = " ".join(one.written for one in tried[number] if one in words or not with_rest)
            exact = exactly(with_words(chosen), timezone.localdate())
            largest[chosen] = Offer(name, exact.text)
    return [*largest.values()][:MAX_OFFERED]


def is_operator(word: Clause) -> bool:
    """Whether a word is an operator in small letters, which is no word of news."""
    return all(one.value.lower() in ("and", "or", "not") for one in word.criteria)


def is_everywhere(word: Clause) -> bool:
    """Whether so many posts have a word that it alone says nothing: 公司."""
    return all(one.normalised in UBIQUITOUS for one in word.criteria)
