"""What has been typed so far → securities, sources, categories and tags that it may mean."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from django.utils import timezone

from ..days import start_of
from ..models import Facet, Security
from ..pinyin import syllables
from .conditions import NAMED, securities_named
from .names import spelled
from .query import (
    WORD,
    Field,
    Query,
    unfinished,
)
from .text.normalise import normalise

AMONG_OTHERS: Final = {Facet.SECURITY: 5, Facet.SOURCE: 3, Facet.CATEGORY: 2, Facet.TAG: 2}
ALONE: Final = 10
CARDS: Final = 3
NEAR: Final = 4
ALL: Final = 1_000_000
SIMILAR: Final = 0.6  # of SequenceMatcher's ratio: 贵州矛台 and 贵州茅台 have 0.75


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A security, source, category or tag, with its `post_count`; and the whole query with it put
    in, where it completes the value of a field."""

    facet: Facet
    term: Any
    query: str = ""


def suggest(text: str) -> list[Suggestion]:
    """What the end of `text` may mean: the values of its last field, if it ends in one, else
    whatever all of it is the name, the code or the initials of. What is used most comes first,
    but behind what is spelled just so."""
    if field := unfinished(text):
        if field.field not in NAMED:
            return []
        facet, _model = NAMED[field.field]
        found = spelled(field.value, {facet: ALONE})
        before = text[: field.start]
        return [Suggestion(facet, one.term, before + field_value(one.term)) for one in found]
    if not normalise(text).strip():
        return []
    return [Suggestion(one.facet, one.term) for one in spelled(text, AMONG_OTHERS)]


def field_value(term: Any) -> str:
    """How a term is written behind its field."""
    value: str = term.symbol if isinstance(term, Security) else term.name
    return value if WORD.fullmatch(value) else f'"{value}"'


def near(word: str) -> list[Suggestion]:
    """Securities and sources that sound like `word`, or are written almost so, the likest first.
    Reads all their names: for a page that has nothing else to show."""
    names = spelled("", dict.fromkeys((Facet.SECURITY, Facet.SOURCE), ALL))
    found = [(likeness, one) for one in names if (likeness := alike(one.name, word)) > SIMILAR]
    return [Suggestion(one.facet, one.term) for _, one in sorted(found, reverse=True)[:NEAR]]


def alike(name: str, word: str) -> float:
    """How alike two names are, from 0 to 1, which they are if they sound the same."""
    if abs(len(name) - len(word)) > 1 or 2 * len({*name} & {*word}) < len(word):
        return 0
    if syllables(name) == syllables(word):
        return 1
    return SequenceMatcher(None, name, word).ratio()


def securities_of(query: Query) -> list[Security]:
    """The securities that a query is the whole name or code of, and nothing else."""
    criterion = query.only_criterion
    if criterion is None or criterion.field not in (Field.TEXT, Field.CODE):
        return []
    named = securities_named(criterion.value, Security.objects.published(), whole=True)
    if not named:
        return []  # as of nearly all queries: to put together the next one takes milliseconds
    month = timezone.localdate().replace(day=1)
    securities = Security.objects.filter(pk__in=named).with_posts_since(start_of(month))
    return list(securities.most_used_first()[:CARDS])
