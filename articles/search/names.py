"""What is typed of a name → the terms that it may mean, with how many posts readers see of each.

One statement rather than query sets: building four of those takes several times as long as the
database takes to answer.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from django.utils import timezone

from ..database import read_connection
from ..models import Facet, symbol_parts
from ..pinyin import NAME_MARK
from ..terms import BY_FACET, SECURITY, TermKind
from .facets import SCHEDULED
from .index import COUNTS
from .text.normalise import fold, normalise

WHOLE: Final = 2  # ranks
BEGINNING: Final = 1
BEST_FIRST: Final = "rank DESC, posts DESC, key"
MAX_LETTERS: Final = 40  # of pinyin
PINYIN: Final = re.compile(r"[0-9]*[a-z][a-z0-9]*", re.ASCII)


class Match(NamedTuple):
    """How a kind of term is found: SQL of a condition, and of the rank of a row that meets it, the
    higher the better."""

    condition: str
    rank: str


class Spelled(NamedTuple):
    """A term: the part of its address that identifies it, its `initials` in pinyin, how many posts
    it has, and its rank among those that were found."""

    facet: Facet
    key: int
    name: str
    address: str
    initials: str
    posts: int
    rank: int

    @property
    def term(self) -> Any:
        """The term, with `post_count`; of its fields, only those that its name and address need."""
        kind = BY_FACET[self.facet]
        term: Any = kind.model(id=self.key, name=self.name, **{kind.address_key: self.address})
        term.post_count = self.posts
        return term


class Typed:
    """A text that somebody types, in every form in which names are compared with it."""

    def __init__(self, text: str) -> None:
        text = text.strip()
        folded = fold(text).strip()
        self.spellings = sorted({text.lower(), folded, normalise(text).strip() or folded})
        self.is_ascii = fold(text).isascii()
        self.has_case = any(spelling.upper() != spelling for spelling in self.spellings)
        self.letters = letters_of(text)
        self.symbol = symbol_parts(text)
        markets, code = self.symbol or ([], "")
        letters = "(?:[a-z0-9]* )?".join(self.letters)
        self.params: dict[str, Any] = {
            "spellings": self.spellings,
            **{f"spelling{at}": spelling for at, spelling in enumerate(self.spellings)},
            "written": text.upper(),  # as codes are
            "markets": [int(market) for market in markets],
            "code": code.upper(),
            "letters": self.letters,
            "some_letters": f"% {'%'.join(self.letters)}%",
            "first_letters": f"%{NAME_MARK} {'%'.join(self.letters)}%",
            "pinyin": f" {letters}",
            "pinyin_beginning": f"[{NAME_MARK}] {letters}",
            "pinyin_whole": f"[{NAME_MARK}] {letters}[a-z0-9]* [{NAME_MARK}]",
            "pinyin_part": f" {' ?'.join(self.letters)} ",  # of whole syllables
        }
        self.name = self.fold("name")
        self.names = self.fold("array_to_string(names, E'\\n')")

    def fold(self, column: str) -> str:
        """SQL for a column as spellings are written. `lower` is left out where it does nothing."""
        return f"lower({column})" if self.has_case else column

    def any_spelling(self, condition: str) -> str:
        """SQL that holds if a condition on `{}` does for any spelling."""
        places = range(len(self.spellings))
        return " OR ".join(condition.format(f"%(spelling{at})s") for at in places)

    # Of ten thousand names nearly all fail these, in a few milliseconds: the cheap conditions come
    # first, and regular expressions after a pattern that lets few names through.

    def is_part(self, kind: TermKind) -> str:
        conditions = [self.any_spelling(f"strpos({self.name}, {{}}) > 0")]
        if kind is SECURITY:
            is_part = self.any_spelling(f"strpos({self.names}, {{}}) > 0")
            conditions.append(f"cardinality(names) > 1 AND ({is_part})")
            conditions += self.begins_code_or_initials()
        if self.letters:
            conditions.append("full_pinyin LIKE %(some_letters)s" + self.unless_one("pinyin"))
        return any_condition(conditions)

    def is_beginning(self, kind: TermKind) -> str:
        conditions = [self.any_spelling(f"starts_with({self.name}, {{}})")]
        if self.letters:
            is_first = self.unless_one("pinyin_beginning")
            conditions.append("full_pinyin LIKE %(first_letters)s" + is_first)
        if kind is SECURITY:
            is_first = self.any_spelling(f"strpos(E'\\n' || {self.names}, E'\\n' || {{}}) > 0")
            conditions.append(f"cardinality(names) > 1 AND ({is_first})")
            conditions += self.begins_code_or_initials()
        return any_condition(conditions)

    def begins_code_or_initials(self) -> Iterator[str]:
        """Conditions of a security."""
        yield "starts_with(code, %(written)s)"
        if self.symbol:
            yield "market = ANY(%(markets)s) AND starts_with(code, %(code)s)"
        if self.letters:  # other readings of characters
            yield "strpos(' ' || pinyin, ' ' || %(letters)s) > 0"

    def is_name_or_code(self, kind: TermKind) -> str:
        conditions = [f"{self.name} = ANY(%(spellings)s)"]
        if kind is SECURITY:
            conditions.append("code = %(written)s")
            conditions.append(
                f"cardinality(names) > 1 AND string_to_array({self.names}, E'\\n') && %(spellings)s"
            )
            if self.symbol:
                conditions.append("market = ANY(%(markets)s) AND code = %(code)s")
        return any_condition(conditions)

    def is_whole_pinyin(self, kind: TermKind) -> str:
        if not self.letters:
            return "false"
        conditions = ["full_pinyin LIKE %(first_letters)s AND full_pinyin ~ %(pinyin_whole)s"]
        if kind is SECURITY:
            conditions.append("strpos(' ' || pinyin || ' ', ' ' || %(letters)s || ' ') > 0")
        return any_condition(conditions)

    def unless_one(self, pattern: str) -> str:
        """A single letter needs no regular expression after the pattern."""
        return f" AND full_pinyin ~ %({pattern})s" if len(self.letters) > 1 else ""

    def match(self, kind: TermKind) -> Match:
        """Terms that have the text in a name, or pinyin of it from the beginning of a syllable on;
        and securities that had it in one, or whose code begins with it. Ranked by whether the text
        is a whole name, begins one, or neither."""
        return Match(
            self.is_part(kind),
            f"CASE WHEN NOT ({self.is_beginning(kind)}) THEN 0"
            f" WHEN {self.is_name_or_code(kind)} OR {self.is_whole_pinyin(kind)} THEN {WHOLE}"
            f" ELSE {BEGINNING} END",
        )


def any_condition(conditions: Iterable[str]) -> str:
    return f"({' OR '.join(f'({condition})' for condition in conditions)})"


def letters_of(text: str) -> str:
    """The letters and digits of a text that may be pinyin, without spaces; otherwise empty."""
    letters = re.sub(r"['’\s]", "", text.lower())
    return letters if len(letters) <= MAX_LETTERS and PINYIN.fullmatch(letters) else ""


def spelled(
    text: str, most: Mapping[Facet, int], *, letter: str = "", by_pinyin: bool = False
) -> list[Spelled]:
    """The terms that `text` names in whole or in part: of each facet up to `most`. An empty text
    names all.

    Those of which it begins a name come first, of those the ones of which it is a whole one, then
    those with the most posts; `by_pinyin`, they come in the order of their initials. With `letter`,
    only those whose initials begin with it.
    """
    typed = Typed(text)
    matches = {facet: typed.match(BY_FACET[facet]) for facet in most}
    order = "lower(initials), key" if by_pinyin else BEST_FIRST
    return matched(matches, typed.params, most, order=order, letter=letter)


def matched(
    matches: Mapping[Facet, Match],
    params: Mapping[str, Any],
    most: Mapping[Facet, int],
    *,
    order: str = BEST_FIRST,
    letter: str = "",
) -> list[Spelled]:
    """The terms that match and have posts that readers see: of each facet up to `most`."""
    candidates = " UNION ALL ".join(
        f"""
        SELECT {facet:d} AS facet, id AS key, name, {BY_FACET[facet].address_sql} AS address,
               {"pinyin" if BY_FACET[facet] is SECURITY else "slug"} AS initials,
               {match.rank} AS rank
        FROM {BY_FACET[facet].table} WHERE {match.condition}
        """
        for facet, match in matches.items()
    )
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            WITH candidate AS ({candidates}),
            scheduled AS ({SCHEDULED}),
            counted AS (
                SELECT candidate.*, stored.posts - coalesce(scheduled.posts, 0) AS posts
                FROM candidate JOIN {COUNTS} stored USING (facet, key)
                LEFT JOIN scheduled USING (facet, key)
            ),
            placed AS (
                SELECT *, row_number() OVER (PARTITION BY facet ORDER BY {order}) AS place
                FROM counted WHERE posts > 0 AND initials ILIKE %(letter)s
            )
            SELECT facet, key, name, address, initials, posts, rank
            FROM placed JOIN unnest(%(facets)s::int[], %(most)s::int[])
                 WITH ORDINALITY AS wanted (facet, most, ordinal) USING (facet)
            WHERE place <= most ORDER BY ordinal, place
            """,
            {
                **params,
                "letter": f"{letter}%",
                "now": timezone.now(),
                "facets": [int(facet) for facet in most],
                "most": list(most.values()),
            },
        )
        return [Spelled(Facet(facet), *rest) for facet, *rest in cursor]


def securities_spelled(text: str) -> list[int]:
    """The ids of all securities that `text` names in whole or in part, those without posts too."""
    typed = Typed(text)
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {SECURITY.table} WHERE {typed.is_part(SECURITY)}",
            typed.params,
        )
        return [key for (key,) in cursor]


def meant_terms(text: str, kind: TermKind, most: int) -> list[Spelled]:
    """The terms of a kind that readers know of and that `text` means, up to `most`: those that
    have it as a name, now or before, as their address, code or pinyin; if there are none, those
    with a name that begins with it; else those with a name that contains it."""
    named = kind.objects.published().with_name_or_address(*{text, fold(text)})
    if keys := [*named.values_list("pk", flat=True).distinct()[:most]]:
        match = Match("id = ANY(%(keys)s)", f"{WHOLE}")
        return matched({kind.facet: match}, {"keys": keys}, {kind.facet: most})
    found = spelled(text, {kind.facet: most})
    return [one for one in found if one.rank == found[0].rank]
