"""What has been typed so far → the terms that it may mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ..models import Facet
from ..terms import BY_FACET, BY_QUERY_FIELD, MOST_SUGGESTED_FIRST, TermKind
from .names import Spelled, spelled
from .query import WORD, quoted, unfinished
from .text.normalise import normalise

#: How many terms of each kind a text that may mean any of them suggests, in this order.
OF_EACH_KIND: Final = {kind.facet: kind.suggestions for kind in MOST_SUGGESTED_FIRST}
OF_ONE_KIND: Final = 10  # suggestions for the value of a field


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A term with its `post_count`. If it completes the value of a field, or the last of several
    words, `query` is the whole query with the term put in."""

    facet: Facet
    term: Any
    query: str = ""


def suggest(text: str) -> list[Suggestion]:
    """Suggested terms. If `text` ends in a field, its value is matched; otherwise the whole text
    is, as a name, a code or pinyin, and after that its last word, unless the text is syllables of a
    name. What begins a name comes before what is in the middle of one, a whole name before
    others, then the terms with the most posts. No two lead to the same query.
    """
    last = unfinished(text)
    if last and last.field:
        kind = BY_QUERY_FIELD.get(last.field)
        if kind is None:
            return []
        return put_in(
            text[: last.start], spelled(last.value, {kind.facet: OF_ONE_KIND}, with_unused=True)
        )
    if not normalise(text).strip():
        return []
    found = [
        Suggestion(one.facet, one.term) for one in spelled(text, OF_EACH_KIND, with_unused=True)
    ]
    are_syllables = bool(found) and text.isascii()  # of one name: gui zhou
    if last and last.value and text[: last.start].strip() and not are_syllables:
        before = text[: last.start]
        words = put_in(before, spelled(last.value, OF_EACH_KIND, with_unused=True), "name")
        firsts: dict[str, Suggestion] = {}
        for one in words:
            firsts.setdefault(one.query, one)
        found += firsts.values()
    return found


def suggest_values(kind: TermKind, text: str) -> list[Suggestion]:
    """Suggested terms of one kind for the box of a filter."""
    return [
        Suggestion(one.facet, one.term)
        for one in spelled(text, {kind.facet: OF_ONE_KIND}, with_unused=True)
        if text.strip()
    ]


def put_in(before: str, found: Iterable[Spelled], key: str = "") -> list[Suggestion]:
    """Suggestions that complete a query, which begins with `before`, with an attribute of the
    term: without `key`, the one that queries call it by after the name of its field."""
    return [
        Suggestion(
            one.facet,
            term := one.term,
            before + as_written(getattr(term, key or BY_FACET[one.facet].query_key)),
        )
        for one in found
    ]


def as_written(value: str) -> str:
    """How a value is written in a query: in quotation marks unless it is one word."""
    return value if WORD.fullmatch(value) else quoted(value)
