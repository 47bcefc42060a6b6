"""What has been typed so far → the terms that it may mean."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from django.utils import timezone

from ..days import start_of
from ..models import Facet, Security
from ..pinyin import syllables
from ..terms import BY_QUERY_FIELD, CATEGORY, SECURITY, SOURCE, TAG, kind_of
from .conditions import keys_named
from .names import spelled
from .query import WORD, Field, Query, unfinished
from .text.normalise import normalise

#: How many terms of each kind a text that may mean any of them suggests, in this order.
OF_EACH_KIND: Final = {SECURITY.facet: 5, SOURCE.facet: 3, CATEGORY.facet: 2, TAG.facet: 2}
OF_ONE_KIND: Final = 10  # suggestions for the value of a field
MAX_CARDS: Final = 3
MAX_NEAR: Final = 4
ALL: Final = 1_000_000
MIN_SIMILARITY: Final = 0.6  # 贵州矛台 and 贵州茅台 have 0.75


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A term with its `post_count`. If it completes the value of a field, `query` is the whole
    query with the term put in."""

    facet: Facet
    term: Any
    query: str = ""


def suggest(text: str) -> list[Suggestion]:
    """Suggested terms. If `text` ends in a field, its value is matched; otherwise the whole text
    is, as a name, a code or initials. Exact matches come first, then the terms with the most
    posts."""
    if field := unfinished(text):
        kind = BY_QUERY_FIELD.get(field.field)
        if kind is None:
            return []
        found = spelled(field.value, {kind.facet: OF_ONE_KIND})
        before = text[: field.start]
        return [Suggestion(kind.facet, one.term, before + field_value(one.term)) for one in found]
    if not normalise(text).strip():
        return []
    return [Suggestion(one.facet, one.term) for one in spelled(text, OF_EACH_KIND)]


def field_value(term: Any) -> str:
    """How a term is written after its field."""
    value: str = getattr(term, kind_of(term).query_key)
    return value if WORD.fullmatch(value) else f'"{value}"'


def near(word: str) -> list[Suggestion]:
    """Securities and sources whose names sound like `word` or are written much like it, the most
    similar first. Reads all their names: meant for a page that has nothing else to show."""
    scored = [
        (similarity(one.name, word), one)
        for one in spelled("", {SECURITY.facet: ALL, SOURCE.facet: ALL})
    ]
    found = sorted((pair for pair in scored if pair[0] > MIN_SIMILARITY), reverse=True)
    return [Suggestion(one.facet, one.term) for _, one in found[:MAX_NEAR]]


def similarity(name: str, word: str) -> float:
    """How similar two names are, from 0 to 1: 1 if they sound the same, else the ratio of
    `SequenceMatcher`."""
    if abs(len(name) - len(word)) > 1 or 2 * len({*name} & {*word}) < len(word):
        return 0
    if syllables(name) == syllables(word):
        return 1
    return SequenceMatcher(None, name, word).ratio()


def securities_of(query: Query) -> list[Security]:
    """The securities whose whole name or code the query is."""
    criterion = query.only_criterion
    if criterion is None or criterion.field not in (Field.TEXT, Field.CODE):
        return []
    found = keys_named(criterion.value, Security.objects.published())
    if not found:
        return []  # as for nearly all queries: building the next one takes milliseconds
    month = timezone.localdate().replace(day=1)
    securities = Security.objects.filter(pk__in=found).with_posts_since(start_of(month))
    return list(securities.most_used_first()[:MAX_CARDS])
