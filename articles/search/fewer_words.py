"""A query that finds nothing → the same in fewer words, which a post has."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Final

from .conditions import Conditions, Scope, condition_of, conditions_of
from .cutting import in_words, is_of_text
from .engine import Search
from .misspelt import MAX_OFFERED, Offer, offers
from .query import Clause, Query
from .text.vocabulary import UBIQUITOUS

MOST_WORDS: Final = 5  # of which all combinations are tried


def in_fewer_words(
    search: Search,
    query: Query,
    scope: Scope,
    tables: Sequence[Mapping[str, Any]] = ({},),
    *,
    for_editors: bool = False,
) -> list[Offer]:
    """Cut the texts of a query into words. Words that no post has are replaced by names that may
    have been meant, as `misspelt.offers` does; if that finds nothing, offer as many of the others
    as a post has together, with the rest of the query.

    Three statements, besides those of `misspelt.offers`, and those by which fields are read.
    """
    cut = in_words(search, query, for_editors=for_editors)
    words = [clause for clause in cut.clauses if is_of_text(clause, lambda one: True)]
    if len(words) < 2:
        return []
    groups = {
        word: tuple(condition_of(one, [], for_editors) for one in word.criteria) for word in words
    }
    met = search.with_posts([Conditions((groups[word],)) for word in words], tables)
    wrong = [word for number, word in enumerate(words) if number not in met]
    if near := offers(search, cut, wrong, scope, tables, for_editors=for_editors):
        return near
    kept = [word for word in words if word not in wrong][:MOST_WORDS]
    tried = [
        chosen
        for size in range(len(words) - 1, 0, -1)
        for chosen in combinations(kept, size)
        if not all(map(is_everywhere, chosen))
    ]
    rest = conditions_of(without(cut, words), scope, for_editors=for_editors)
    found = search.with_posts(
        [
            replace(rest, groups=(*rest.groups, *(groups[word] for word in chosen)))
            for chosen in tried
        ],
        tables,
    )
    largest: dict[frozenset[Clause], Offer] = {}
    for number in sorted(found):
        chosen = frozenset(tried[number])
        if not any(chosen < other for other in largest):
            name = " ".join(word.written for word in tried[number])
            others = [word for word in words if word not in chosen]
            largest[chosen] = Offer(name, without(cut, others).text)
    return [*largest.values()][:MAX_OFFERED]


def is_everywhere(word: Clause) -> bool:
    """Whether so many posts have a word that it alone says nothing: 公司."""
    return all(one.normalised in UBIQUITOUS for one in word.criteria)


def without(query: Query, words: Sequence[Clause]) -> Query:
    clauses = tuple(one for one in query.clauses if one not in words)
    return replace(query, text=" ".join(one.written for one in clauses), clauses=clauses)
