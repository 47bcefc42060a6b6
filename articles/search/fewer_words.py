"""A query that finds nothing → the same in fewer words, which a post has."""

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
    offer as many of the others as a post has together, with the rest of the query.

    Three statements, besides those of `misspelt.offers`, and those by which fields are read.
    """
    cut = in_words(search, query)
    words = [clause for clause in cut.clauses if is_of_text(clause, lambda one: [0])]
    if len(words) < 2:
        return []
    groups = {word: search.group(word.criteria) for word in words}
    wrong = search.met_by_none(words)
    if near := offers(search, cut, wrong, scope):
        return near
    if not may_lack_words:
        return []
    kept = [word for word in words if word not in wrong and not is_operator(word)][:MOST_WORDS]
    tried = [
        chosen
        for size in range(len(words) - 1, 0, -1)
        for chosen in combinations(kept, size)
        if not all(map(is_everywhere, chosen))
    ]
    others = tuple(clause for clause in cut.clauses if clause not in words)
    rest = search.conditions(replace(cut, clauses=others), scope)
    found = search.with_posts(
        [
            replace(rest, groups=(*rest.groups, *(groups[word] for word in chosen)))
            for chosen in tried
        ]
    )
    largest: dict[frozenset[Clause], Offer] = {}
    for number in sorted(found):
        chosen = frozenset(tried[number])
        if not any(chosen < other for other in largest):
            name = " ".join(word.written for word in tried[number])
            clauses = tuple(one for one in cut.clauses if one in chosen or one not in words)
            exact = exactly(replace(cut, clauses=clauses), timezone.localdate())
            largest[chosen] = Offer(name, exact.text)
    return [*largest.values()][:MAX_OFFERED]


def is_operator(word: Clause) -> bool:
    """Whether a word is an operator in small letters, which is no word of news."""
    return all(one.value.lower() in ("and", "or", "not") for one in word.criteria)


def is_everywhere(word: Clause) -> bool:
    """Whether so many posts have a word that it alone says nothing: 公司."""
    return all(one.normalised in UBIQUITOUS for one in word.criteria)
