"""The securities that the words of a query mean, and what that makes of the query."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from django.utils import timezone

from ..days import start_of
from ..models import Security
from ..terms import SECURITY
from .kept_names import AllNames, NamesOfKind
from .names import matched
from .query import Conjunction, Criterion, Field, Place, Query, reread
from .text.normalise import is_short_latin, normalise
from .typed import Ranks, Typed

MAX_CARDS: Final = 3
FEW: Final = 5  # securities: a part that more of their names have, as 银行, means none of them
SHORTEST_PART: Final = 2  # characters

#: Operators in small letters, and English words that are no syllable of Chinese: not pinyin.
ENGLISH: Final = frozenset("and or not the of in to for with by on at is are as from".split())


class Way(IntEnum):
    """How a word means a security, the surest last: by a part of its name, in characters or in
    pinyin; by all of it in pinyin; or by its name, now or before, or its code."""

    PART = 1
    PINYIN = 2
    NAME = 3


@dataclass(frozen=True, slots=True)
class Meant:
    """The securities that a word means, the most used first."""

    securities: tuple[Security, ...] = ()
    way: Way = Way.PART


def meant_by(query: Query, known: AllNames) -> Meant:
    """What a query of one word means, or of several that are a name together: Kweichow Moutai, or
    gui zhou mao tai. One statement, unless it means nothing."""
    criterion = query.only_criterion or phrase_of(query)
    if criterion is None or criterion.field not in (Field.TEXT, Field.CODE):
        return Meant()
    return meant_by_word(criterion, known, with_unused=True)


def phrase_of(query: Query) -> Criterion | None:
    """The words of a query as one phrase, which may be pinyin; None if it has anything else."""
    words = []
    for clause in query.clauses:
        if clause.is_excluded or len(clause.criteria) > 1 or not is_word(clause.criteria[0]):
            return None
        words.append(clause.criteria[0].value)
    text = " ".join(words)
    is_phrase = not (text.isascii() and len(words) > 1)
    return Criterion(Field.TEXT, text, is_phrase=is_phrase) if words else None


def meant_by_word(
    criterion: Criterion, known: AllNames, *, is_strict: bool = False, with_unused: bool = False
) -> Meant:
    """The securities that a criterion means, each with `recent_count`, how many of its posts
    appeared this month. Pinyin is read as `Typed.with_whole_pinyin` does. `with_unused`, securities
    that are listed and have no post are meant if no others are."""
    ranks = {SECURITY.facet: ways(Typed(criterion.value), criterion, known, is_strict=is_strict)}
    month = start_of(timezone.localdate().replace(day=1))
    most = {SECURITY.facet: FEW + 1}
    found = matched(known, ranks, most, since=month, with_unused=with_unused)
    found = [one for one in found if one.posts] or found
    if not found or (found[0].rank == Way.PART and len(found) > FEW):
        return Meant()
    way = Way(found[0].rank)
    return Meant(tuple(one.term for one in found[:MAX_CARDS] if one.rank == way), way)


def ways(typed: Typed, criterion: Criterion, known: AllNames, *, is_strict: bool) -> Ranks:
    """Securities that a text means, ranked by `Way`: of a phrase only by name or code, and as the
    value of a field not by a part."""
    names = known.of[SECURITY.facet]
    found: dict[int, int] = {}
    may_be_pinyin = not criterion.is_phrase and typed.letters not in ENGLISH
    if criterion.field is Field.TEXT and not criterion.is_phrase:
        parts = {*typed.with_part_in_pinyin(names)} if may_be_pinyin else set()
        for spelling in typed.spellings:
            if len(spelling) >= SHORTEST_PART:
                parts.update(names.written.having(spelling))
        # Boards and funds are called by words that are everywhere.
        stocks = (number for number in parts if names.rows[number].kind == Security.Kind.STOCK)
        found |= dict.fromkeys(stocks, Way.PART)
    if may_be_pinyin:
        pinyin = typed.with_whole_pinyin(names, SECURITY, is_strict=is_strict)
        found |= dict.fromkeys(pinyin, Way.PINYIN)
    found |= dict.fromkeys(typed.with_name_or_code(names, SECURITY), Way.NAME)
    if former := {key for symbol, key in known.symbols.items() if is_symbol(symbol, typed)}:
        numbers = (number for number, row in enumerate(names.rows) if row.key in former)
        found |= dict.fromkeys(numbers, Way.NAME)
    return found


def is_symbol(symbol: str, typed: Typed) -> bool:
    """Whether a text is a symbol, or the code in it."""
    return not {symbol, symbol.partition(".")[2]}.isdisjoint(typed.spellings)


def under_all_names(query: Query, known: AllNames) -> Query:
    """Each word of a query that is a name of a security is looked for, or left out, under all that
    it has and had, in titles too; and the code of one beside alternatives, or left out, by the
    posts that name it, too. In quotation marks each is only as it is written."""
    names = known.of[SECURITY.facet]

    def meant(criterion: Criterion, place: Place) -> Conjunction:
        if not (is_word(criterion) or is_word_of_title(criterion)):
            return ((criterion,),)
        codes = () if place is Place.ALONE else posts_of_code(criterion, names)
        return ((criterion, *codes, *other_names(criterion, names)),)

    return replace(query, clauses=reread(query, meant))


def is_word(criterion: Criterion) -> bool:
    """Whether it is looked for in texts, as it may be a part of what is written there."""
    return criterion.field is Field.TEXT and not (criterion.is_phrase or criterion.is_negated)


def is_word_of_title(criterion: Criterion) -> bool:
    """Whether it is looked for in titles as `is_word` is in texts."""
    return criterion.field is Field.TITLE and is_word(replace(criterion, field=Field.TEXT))


def posts_of_code(criterion: Criterion, names: NamesOfKind) -> Iterator[Criterion]:
    """A word of texts that is the code of a security in the field of codes."""
    if is_word(criterion) and numbers_of_code(Typed(criterion.value), names):
        yield replace(criterion, field=Field.CODE)


def numbers_of_code(typed: Typed, names: NamesOfKind) -> list[int]:
    """The numbers of the securities of which a text is the code."""
    return [*names.of_code(typed.code), *typed.with_symbol(names, names.of_code)]


def other_names(criterion: Criterion, names: NamesOfKind) -> Iterator[Criterion]:
    """The other names of the securities of which a word is a name, except those that contain it
    and those that many other words do."""
    asked = [criterion.normalised]
    named = [*Typed(criterion.value).with_name(names)]
    for number in named if len(named) <= MAX_CARDS else ():
        row = names.rows[number]
        for name in filter(None, (row.name, *row.names, row.english_name)):
            known_by = normalise(name)
            if not (is_short_latin(name) or any(one in known_by for one in asked)):
                asked.append(known_by)
                yield Criterion(criterion.field, name, is_phrase=True)
