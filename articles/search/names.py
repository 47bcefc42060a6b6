"""What is typed of a name → the sources, categories, tags and securities that readers see, with
how many posts each has.

One statement, and no query sets: of these, four take several times as long to put together as the
database to answer.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone

from ..models import Facet, Security
from .conditions import NAMED
from .engine import SCHEDULED
from .index import COUNTS
from .text.normalise import normalise

MODELS: Final = dict(NAMED.values())

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
               pinyin AS initials,
               ARRAY[name, code, pinyin] && %(spellings)s::text[] AS is_exact
        FROM articles_security WHERE {SECURITY_IS_SPELLED}
    """
} | {
    facet: f"""
        SELECT {facet:d} AS facet, id AS key, name, slug AS address, slug AS initials,
               name = ANY(%(spellings)s) AS is_exact
        FROM articles_{facet.name.lower()} WHERE name ILIKE ANY(%(parts)s)
    """
    for facet in (Facet.SOURCE, Facet.CATEGORY, Facet.TAG)
}


class Spelled(NamedTuple):
    """A source, category, tag or security. `initials` is what it stands under by pinyin, `address`
    the part of its address that tells it from others."""

    facet: Facet
    key: int
    name: str
    address: str
    initials: str
    posts: int

    @property
    def term(self) -> Any:
        """It, with its `post_count`, and with what its name and its address are made of."""
        if self.facet == Facet.SECURITY:
            market, _, code = self.address.partition(".")
            term: Any = Security(id=self.key, market=int(market), code=code, name=self.name)
        else:
            term = MODELS[self.facet](id=self.key, slug=self.address, name=self.name)
        term.post_count = self.posts
        return term


def spelled(
    text: str, most: Mapping[Facet, int], *, letter: str = "", by_pinyin: bool = False
) -> list[Spelled]:
    """Those of the facets in `most` that `text` names, or begins to name, up to so many of each;
    of no text, any. What is spelled just so comes first, then what is used most; or they come by
    pinyin. With `letter`, those alone whose pinyin begins with it."""
    order = "lower(initials), key" if by_pinyin else "is_exact DESC, posts DESC, key"
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
                SELECT *, row_number() OVER (PARTITION BY facet ORDER BY {order}) AS place
                FROM counted WHERE posts > 0 AND initials ILIKE %(letter)s
            )
            SELECT facet, key, name, address, initials, posts
            FROM placed JOIN unnest(%(facets)s::int[], %(most)s::int[])
                 WITH ORDINALITY AS wanted (facet, most, ordinal) USING (facet)
            WHERE place <= most ORDER BY ordinal, place
            """,
            {
                **spellings_of(text),
                "letter": f"{letter}%",
                "now": timezone.now(),
                "facets": [int(facet) for facet in most],
                "most": list(most.values()),
            },
        )
        return [Spelled(Facet(facet), *rest) for facet, *rest in cursor]


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
