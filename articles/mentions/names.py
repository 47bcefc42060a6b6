"""The recogniser of the names and codes that the archive knows now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..database import write_connection
from ..models import NamingRule
from .forms import KnownSecurity
from .recognition import Recogniser

#: A sum over each table that the recogniser is made of: one differs when names do.
CHECKSUMS: Final = """
    SELECT (SELECT sum(hashtextextended(
                concat_ws(E'\\n', id, market, code, name, needs_code, names, english_name), 0))
            FROM articles_security),
           (SELECT sum(hashtextextended(concat_ws(E'\\n', security_id, name), 1))
            FROM articles_formername),
           (SELECT sum(hashtextextended(concat_ws(E'\\n', term_id, slug), 2))
            FROM articles_securityalias),
           (SELECT sum(hashtextextended(concat_ws(E'\\n', kind, text), 3))
            FROM articles_namingrule)
"""
#: In an order that is always the same, whichever became known first.
SECURITIES: Final = """
    SELECT security.id, security.market || '.' || security.code, security.name,
           security.names || ARRAY(
               SELECT former.name FROM articles_formername former
               WHERE former.security_id = security.id ORDER BY former.id
           ),
           security.needs_code, security.english_name
    FROM articles_security security ORDER BY security.market, security.code
"""
ALIASES: Final = (
    "SELECT slug, term_id FROM articles_securityalias WHERE slug IS NOT NULL ORDER BY slug"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A recogniser, the ids of the securities by the symbols it returns, and the `checksums` of the
    tables it was made from."""

    checksums: tuple[Any, ...]
    recogniser: Recogniser
    ids: Mapping[str, int]


_known: Known | None = None


def known() -> Known:
    """Return the recogniser, building it on first use and again when names change."""
    global _known
    with write_connection().cursor() as cursor:
        cursor.execute(CHECKSUMS)
        checksums = tuple(cursor.fetchone())
        if _known is None or _known.checksums != checksums:
            _known = make(cursor, checksums)
    return _known


def make(cursor: Any, checksums: tuple[Any, ...]) -> Known:
    cursor.execute(SECURITIES)
    rows: Sequence[tuple[int, str, str, list[str], bool, str]] = cursor.fetchall()
    cursor.execute(ALIASES)
    aliases = cursor.fetchall()
    rules = NamingRule.objects.using(write_connection().alias).values_list("kind", "text")
    listed = [
        KnownSecurity(symbol, name, tuple(one for one in names if one != name), needs_code, english)
        for _, symbol, name, names, needs_code, english in rows
    ]
    listed += [KnownSecurity(slug, "") for slug, _ in aliases]  # by their former codes
    kinds: dict[str, list[str]] = {kind: [] for kind in NamingRule.Kind.values}
    for kind, text in rules:
        kinds[kind].append(text)
    return Known(
        checksums,
        Recogniser(listed, kinds[NamingRule.Kind.DOUBTFUL], kinds[NamingRule.Kind.LONGER]),
        dict(aliases) | {symbol: pk for pk, symbol, *_ in rows},
    )
