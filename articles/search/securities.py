"""The securities that a query of one word means, and what that makes of the query."""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from django.utils import timezone

from ..days import start_of
from ..models import Security
from ..terms import SECURITY
from .names import Match, Typed, any_condition, matched
from .query import Criterion, Field, Query
from .text.normalise import normalise

MAX_CARDS: Final = 3
FEW: Final = 5  # securities: a part that more of their names have, as 银行, means none of them
SHORTEST_PART: Final = 2  # characters


class Way(IntEnum):
    """How a word means a security, the surest last: by a part of its name, in characters or in
    pinyin; by all of it in pinyin; or by its name, now or before, or its code."""

    PART = 1
    PINYIN = 2
    NAME = 3


@dataclass(frozen=True, slots=True)
class Meant:
    """The securities that a word means, the most used first. `stand_in` tells whether their posts
    are wanted if the word itself is in no post, as it may be pinyin or a code."""

    securities: tuple[Security, ...] = ()
    way: Way = Way.PART
    stand_in: bool = False


def meant_by(query: Query) -> Meant:
    """What a query of one word means. One statement if it means nothing, else two."""
    criterion = query.only_criterion
    if criterion is None or criterion.field not in (Field.TEXT, Field.CODE):
        return Meant()
    typed = Typed(criterion.value)
    is_word = criterion.field is Field.TEXT and not criterion.is_phrase
    facet = SECURITY.facet
    found = matched({facet: match(typed, is_word)}, typed.params, {facet: FEW + 1})
    if not found or (found[0].rank == Way.PART and len(found) > FEW):
        return Meant()
    way = Way(found[0].rank)
    month = timezone.localdate().replace(day=1)
    best = Security.objects.filter(pk__in=[one.key for one in found if one.rank == way])
    cards = best.with_posts_since(start_of(month)).most_used_first()[:MAX_CARDS]
    return Meant(tuple(cards), way, stand_in=is_word and typed.is_ascii)


def match(typed: Typed, is_word: bool) -> Match:
    """Securities that a text means, ranked by `Way`; only by name or code if it is no word."""
    is_named = f"""
        ({typed.is_name_or_code(SECURITY)} OR id = ANY(ARRAY(
            SELECT term_id FROM articles_securityalias
            WHERE slug = ANY(%(spellings)s) OR split_part(slug, '.', 2) = ANY(%(spellings)s)
        )))
    """
    if not is_word:
        return Match(is_named, f"{Way.NAME:d}")
    in_pinyin = typed.is_whole_pinyin(SECURITY)
    is_part = []
    if typed.letters:
        is_part.append("full_pinyin LIKE %(some_letters)s AND full_pinyin ~ %(pinyin_part)s")
    if min(map(len, typed.spellings)) >= SHORTEST_PART:
        is_part.append(typed.any_spelling(f"strpos({typed.name}, {{}}) > 0"))
    # Boards and funds are called by words that are everywhere.
    of_company = f"kind = '{Security.Kind.STOCK}' AND {any_condition(is_part or ['false'])}"
    return Match(
        f"{is_named} OR {in_pinyin} OR {of_company}",
        f"CASE WHEN {is_named} THEN {Way.NAME:d}"
        f" WHEN {in_pinyin} THEN {Way.PINYIN:d} ELSE {Way.PART:d} END",
    )


def under_all_names(query: Query, meant: Meant) -> Query:
    """A query that is one name of a security is looked for under all that it has and had; in
    quotation marks, only under that one."""
    criterion = query.only_criterion
    if meant.way is not Way.NAME or criterion is None or criterion.is_phrase:
        return query
    if criterion.field is not Field.TEXT:
        return query
    asked = {criterion.normalised: criterion}
    for security in meant.securities:
        names = {normalise(name): name for name in (security.name, *security.names) if name}
        if criterion.normalised in names:  # and not its code
            for normalised, name in names.items():
                if not any(one in normalised for one in asked):
                    asked[normalised] = Criterion(Field.TEXT, name, is_phrase=True)
    return with_criteria(query, *asked.values())


def posts_of(query: Query, meant: Meant) -> Query:
    """Instead of a word, the securities that it means."""
    return with_criteria(
        query, *(Criterion(Field.CODE, security.symbol) for security in meant.securities)
    )


def with_criteria(query: Query, *criteria: Criterion) -> Query:
    [clause] = query.clauses
    return replace(query, clauses=(replace(clause, criteria=criteria),))
