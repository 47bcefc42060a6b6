"""What has been typed so far → securities, sources, categories and tags that it may mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone
from pypinyin import lazy_pinyin

from ..models import Category, Facet, Security, Source, Tag
from ..querysets import start_of
from .conditions import securities_named
from .engine import SCHEDULED
from .index import COUNTS
from .normalise import normalise
from .query import WORD, Field, Query, unfinished

MODELS: Final[dict[Facet, Any]] = {
    Facet.SECURITY: Security,
    Facet.SOURCE: Source,
    Facet.CATEGORY: Category,
    Facet.TAG: Tag,
}
FIELDS: Final = {
    Field.CODE: Facet.SECURITY,
    Field.SOURCE: Facet.SOURCE,
    Field.CATEGORY: Facet.CATEGORY,
    Field.TAG: Facet.TAG,
}
AMONG_OTHERS: Final = {Facet.SECURITY: 5, Facet.SOURCE: 3, Facet.CATEGORY: 2, Facet.TAG: 2}
ALONE: Final = 10
CARDS: Final = 3
NEAR: Final = 4
ALL: Final = 1_000_000
SIMILAR: Final = 0.6  # of SequenceMatcher's ratio: 贵州矛台 and 贵州茅台 have 0.75

#: A security whose code or pinyin initials begin with what is typed, or whose name, now or
#: earlier, holds it.
SECURITY_IS_SPELLED: Final = """
    code ILIKE ANY(%(beginnings)s) OR pinyin ILIKE ANY(%(beginnings)s)
    OR pinyin ILIKE ANY(%(later_beginnings)s)
    OR name ILIKE ANY(%(parts)s) OR array_to_string(names, ' ') ILIKE ANY(%(parts)s)
"""
SPELLED: Final = {
    Facet.SECURITY: f"""
        SELECT {Facet.SECURITY:d} AS facet, id AS key, name, market || '.' || code AS address,
               ARRAY[name, code, pinyin] && %(spellings)s::text[] AS is_exact
        FROM articles_security WHERE {SECURITY_IS_SPELLED}
    """
} | {
    facet: f"""
        SELECT {facet:d} AS facet, id AS key, name, slug AS address,
               name = ANY(%(spellings)s) AS is_exact
        FROM articles_{facet.name.lower()} WHERE name ILIKE ANY(%(parts)s)
    """
    for facet in (Facet.SOURCE, Facet.CATEGORY, Facet.TAG)
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A security, source, category or tag, with its `post_count`; and the whole query with it put
    in, where it completes the value of a field."""

    facet: Facet
    noun: Any
    query: str = ""


class Row(NamedTuple):
    facet: int
    key: int
    name: str
    address: str
    posts: int

    def suggestion(self) -> Suggestion:
        facet = Facet(self.facet)
        if facet == Facet.SECURITY:
            market, _, code = self.address.partition(".")
            noun: Any = Security(id=self.key, market=int(market), code=code, name=self.name)
        else:
            noun = MODELS[facet](id=self.key, slug=self.address, name=self.name)
        noun.post_count = self.posts
        return Suggestion(facet, noun)


def suggest(text: str) -> list[Suggestion]:
    """What the end of `text` may mean: the values of its last field, if it ends in one, else
    whatever all of it is the name, the code or the initials of. What is used most comes first,
    but behind what is spelled just so."""
    if field := unfinished(text):
        facet = FIELDS.get(field.field)
        if facet is None:
            return []
        found = [row.suggestion() for row in spelled(field.value, {facet: ALONE})]
        before = text[: field.start]
        return [replace(one, query=before + field_value(one.noun)) for one in found]
    if not normalise(text).strip():
        return []
    return [row.suggestion() for row in spelled(text, AMONG_OTHERS)]


def spelled(text: str, most: Mapping[Facet, int]) -> list[Row]:
    """What readers see of these facets and `text` names, or begins to name, up to so many of
    each; of no text, anything. One query, and no query sets, of which four take twice as long to
    put together as the database to answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH spelled AS ({" UNION ALL ".join(SPELLED[facet] for facet in most)}),
            scheduled AS ({SCHEDULED}),
            counted AS (
                SELECT spelled.*, stored.posts - coalesce(scheduled.posts, 0) AS posts
                FROM spelled JOIN {COUNTS} stored USING (facet, key)
                LEFT JOIN scheduled USING (facet, key)
            ),
            placed AS (
                SELECT *, row_number() OVER (
                    PARTITION BY facet ORDER BY is_exact DESC, posts DESC, key
                ) AS place
                FROM counted WHERE posts > 0
            )
            SELECT facet, key, name, address, posts
            FROM placed JOIN unnest(%(facets)s::int[], %(most)s::int[])
                 WITH ORDINALITY AS wanted (facet, most, ordinal) USING (facet)
            WHERE place <= most ORDER BY ordinal, place
            """,
            {
                **spellings_of(text),
                "now": timezone.now(),
                "facets": [int(facet) for facet in most],
                "most": list(most.values()),
            },
        )
        return [Row(*row) for row in cursor]


def securities_spelled(text: str) -> list[int]:
    """The ids of all securities that `text` names or begins to name."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM articles_security WHERE {SECURITY_IS_SPELLED}", spellings_of(text)
        )
        return [key for (key,) in cursor]


def spellings_of(text: str) -> dict[str, list[str]]:
    """Parameters: the text as it stands and normalised, and patterns of LIKE for both."""
    spellings = sorted({text.strip(), normalise(text).strip()})
    escaped = [re.sub(r"([\\%_])", r"\\\1", spelling) for spelling in spellings]
    return {
        "spellings": spellings,
        "beginnings": [f"{spelling}%" for spelling in escaped],
        "later_beginnings": [f"% {spelling}%" for spelling in escaped],
        "parts": [f"%{spelling}%" for spelling in escaped],
    }


def field_value(noun: Any) -> str:
    """How a noun is written behind its field."""
    value: str = noun.symbol if isinstance(noun, Security) else noun.name
    return value if WORD.fullmatch(value) else f'"{value}"'


def near(word: str) -> list[Suggestion]:
    """Securities and sources that sound like `word`, or are written almost so, the likest first.
    Reads all their names: for a page that has nothing else to show."""
    rows = spelled("", dict.fromkeys((Facet.SECURITY, Facet.SOURCE), ALL))
    found = [(likeness, row) for row in rows if (likeness := alike(row.name, word)) > SIMILAR]
    return [row.suggestion() for _, row in sorted(found, reverse=True)[:NEAR]]


def alike(name: str, word: str) -> float:
    """How alike two names are, from 0 to 1, which they are if they sound the same."""
    if abs(len(name) - len(word)) > 1 or 2 * len({*name} & {*word}) < len(word):
        return 0
    if lazy_pinyin(name) == lazy_pinyin(word):
        return 1
    return SequenceMatcher(None, name, word).ratio()


def securities_of(query: Query) -> list[Security]:
    """The securities that a query is the whole name or code of, and nothing else."""
    term = query.only_term
    if term is None or term.field not in (Field.TEXT, Field.CODE):
        return []
    named = securities_named(term.value, whole=True)
    if not named:
        return []  # as of nearly all queries: to put together the next one takes milliseconds
    month = timezone.localdate().replace(day=1)
    securities = Security.objects.filter(pk__in=named).with_posts_since(start_of(month))
    return list(securities.most_used_first()[:CARDS])
