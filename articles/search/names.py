"""What is typed of a name → the terms that it may mean, with how many posts readers see of each.

One statement rather than query sets: building four of those takes several times as long as the
database takes to answer.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils import timezone

from ..database import read_connection
from ..models import Facet
from ..terms import BY_FACET, SECURITY, TERMS, TermKind
from .facets import SCHEDULED
from .index import COUNTS
from .text.normalise import fold


class Spelling(NamedTuple):
    """How a kind of term is found by what is typed: conditions, and the column of its initials."""

    is_spelled: str = "name ILIKE ANY(%(parts)s)"
    is_exact: str = "name = ANY(%(spellings)s)"
    initials: str = "slug"


#: A security whose code or pinyin initials begin with what is typed, or whose name, now or
#: before, contains it.
OF_SECURITIES: Final = Spelling(
    """
    code ILIKE ANY(%(beginnings)s) OR pinyin ILIKE ANY(%(beginnings)s)
    OR pinyin ILIKE ANY(%(later_beginnings)s)
    OR name ILIKE ANY(%(parts)s) OR array_to_string(names, ' ') ILIKE ANY(%(parts)s)
    """,
    "ARRAY[name, code, pinyin] && %(spellings)s::text[]",
    "pinyin",
)


def spelled_sql(kind: TermKind, spelling: Spelling) -> str:
    return f"""
        SELECT {kind.facet:d} AS facet, id AS key, name, {kind.address_sql} AS address,
               {spelling.initials} AS initials, {spelling.is_exact} AS is_exact
        FROM {kind.table} WHERE {spelling.is_spelled}
    """


SPELLED: Final = {
    kind.facet: spelled_sql(kind, OF_SECURITIES if kind is SECURITY else Spelling())
    for kind in TERMS
}


class Spelled(NamedTuple):
    """A term: the part of its address that identifies it, its `initials` in pinyin, and how many
    posts it has."""

    facet: Facet
    key: int
    name: str
    address: str
    initials: str
    posts: int

    @property
    def term(self) -> Any:
        """The term, with `post_count`; of its fields, only those that its name and address need."""
        kind = BY_FACET[self.facet]
        term: Any = kind.model(id=self.key, name=self.name, **{kind.address_key: self.address})
        term.post_count = self.posts
        return term


def spelled(
    text: str, most: Mapping[Facet, int], *, letter: str = "", by_pinyin: bool = False
) -> list[Spelled]:
    """The terms that `text` names or begins to name: of each facet up to `most`. An empty text
    names all.

    Those spelled exactly so come first, then those with the most posts; `by_pinyin`, they come in
    the order of their initials. With `letter`, only those whose initials begin with it.
    """
    order = "lower(initials), key" if by_pinyin else "is_exact DESC, posts DESC, key"
    with read_connection().cursor() as cursor:
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
    """The ids of all securities that `text` names or begins to name, those without posts too."""
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {SECURITY.table} WHERE {OF_SECURITIES.is_spelled}", spellings_of(text)
        )
        return [key for (key,) in cursor]


def spellings_of(text: str) -> dict[str, list[str]]:
    """Parameters: the text as typed and folded, and the LIKE patterns of both."""
    spellings = sorted({text.strip(), fold(text).strip()})
    escaped = [re.sub(r"([\\%_])", r"\\\1", spelling) for spelling in spellings]
    return {
        "spellings": spellings,
        "beginnings": [f"{spelling}%" for spelling in escaped],
        "later_beginnings": [f"% {spelling}%" for spelling in escaped],
        "parts": [f"%{spelling}%" for spelling in escaped],
    }
