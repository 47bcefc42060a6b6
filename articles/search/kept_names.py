"""The names of all terms, kept in the process: to compare what somebody types with ten thousand of
them takes a millisecond here, and thirty in the database.

When the archive has another version, the terms that were written since are read again.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, islice
from threading import Lock
from typing import Any, Final, NamedTuple

from django.utils import timezone

from ..characters import letters
from ..database import read_connection
from ..models import TIMELINE, ArchiveVersion, Facet, FacetCount
from ..terms import SECURITY, TERMS, TermKind
from .repeats import REPEATED
from .shown import shown
from .text.exchange_marks import marks_around
from .text.normalise import normalise

LAST: Final = "\U0010ffff"  # after every other character
SHORTEST_INITIALS: Final = 2


class TermNames(NamedTuple):
    """A term: the part of its address that identifies it, its `initials` in pinyin, and all its
    names in full pinyin. Only a security has the rest."""

    facet: Facet
    key: int
    name: str
    address: str
    initials: str
    full_pinyin: str
    names: list[str]
    market: int
    code: str
    kind: str
    english_name: str
    is_listed: bool


class Lines:
    """Many texts joined line by line, so that one scan searches all. Lines are numbered from 0."""

    def __init__(self, lines: Iterable[str]) -> None:
        lines = [*lines]
        self.text = "\n".join((*lines, ""))
        self.starts = [0, *accumulate(len(line) + 1 for line in lines)]

    def having(self, part: str) -> Iterator[int]:
        """The numbers of the lines that contain a part. An empty one is in none."""
        place = -1 if not part or "\n" in part else self.text.find(part)
        while place >= 0:
            number = bisect_right(self.starts, place) - 1
            yield number
            place = self.text.find(part, self.starts[number + 1])

    def matching(self, pattern: re.Pattern[str]) -> Iterator[int]:
        """The numbers of the lines in which a pattern is found, which must not match line
        breaks."""
        match = pattern.search(self.text)
        while match:
            number = bisect_right(self.starts, match.start()) - 1
            yield number
            match = pattern.search(self.text, self.starts[number + 1])


class NamesOfKind:
    """The names of the terms of one kind, each term a line."""

    def __init__(self, rows: Iterable[TermNames]) -> None:
        self.rows = [*rows]

    @cached_property
    def written(self) -> Lines:
        """All names of a term with a tab before, between and after them: in small letters, and
        normalised, so that NX finds N·X, and e finds é."""
        names = [
            dict.fromkeys((row.name, *row.names, row.english_name or row.name)) for row in self.rows
        ]
        # Together, because to normalise them one by one takes ninety times as long.
        together = "\n".join(" ".join(name.split()) for of_one in names for name in of_one)
        in_small, normalised = together.lower().split("\n"), normalise(together).split("\n")
        spellings = zip(in_small, normalised, strict=True)
        return Lines(
            "\t".join(("", *dict.fromkeys(chain(*islice(spellings, len(of_one)))), ""))
            for of_one in names
        )

    @cached_property
    def spoken(self) -> Lines:
        """All names of a term in full pinyin, as `pinyin.full_pinyin` writes them."""
        return Lines(row.full_pinyin for row in self.rows)

    @cached_property
    def initials(self) -> Lines:
        """Initials with every reading, with a space before and after each; and those of a security
        without what an exchange adds to its name: zxgj of 中芯国际-U, wk of 万科A."""
        names = normalise("\n".join(" ".join(row.name.split()) for row in self.rows)).split("\n")
        return Lines(
            " ".join(("", row.initials, *(bare_initials(row, name) if row.code else ()), ""))
            for row, name in zip(self.rows, names, strict=False)  # of no rows, one empty name
        )

    @cached_property
    def codes(self) -> list[tuple[str, int]]:
        """The codes in order, each with the number of its line."""
        return sorted((row.code, number) for number, row in enumerate(self.rows))

    def with_code(self, beginning: str) -> Iterator[int]:
        """The numbers of the lines whose code begins with this."""
        return self.between_codes(beginning, beginning + LAST)

    def of_code(self, code: str) -> Iterator[int]:
        return self.between_codes(code, f"{code}\0")

    def between_codes(self, first: str, end: str) -> Iterator[int]:
        places = (bisect_left(self.codes, (code, -1)) for code in (first, end))
        return (number for _, number in self.codes[slice(*places)])


def bare_initials(row: TermNames, name: str) -> Iterator[str]:
    """The initials of a security without those of the marks around its normalised name."""
    before, after = (len(letters(mark)) for mark in marks_around(name))
    size = len(letters(name))
    for initials in row.initials.split() if before + after else ():
        if len(initials) == size and size - before - after >= SHORTEST_INITIALS:
            yield initials[before : size - after]


@dataclass(frozen=True, slots=True)
class AllNames:
    """The names of all terms at a version of the archive, by kind, and securities by former symbol.
    `seen` is the oldest transaction that may be missing."""

    version: int
    seen: str
    rows: Mapping[Facet, Mapping[int, TermNames]]
    of: Mapping[Facet, NamesOfKind]
    symbols: Mapping[str, int]
    posts: dict[Facet, dict[int, int]] = field(default_factory=dict)
    repeats: list[frozenset[Facet]] = field(default_factory=list)  # one, once it is read

    def posts_of(self, facet: Facet) -> dict[int, int]:
        """How many posts the terms of a facet have, by key, scheduled ones included. Read once
        per version."""
        if facet not in self.posts:
            with read_connection().cursor() as cursor:
                table = FacetCount._meta.db_table
                cursor.execute(f"SELECT key, posts FROM {table} WHERE facet = %s", [facet])
                self.posts[facet] = dict(cursor)
        return self.posts[facet]

    def make_lines(self) -> None:
        """Make now what is otherwise made when it is first asked for."""
        for names in self.of.values():
            _ = names.written, names.spoken, names.initials, names.codes

    @property
    def repeated(self) -> frozenset[Facet]:
        """The facets that say the same about the newest posts as others do. Read once per
        version."""
        if not self.repeats:
            with read_connection().cursor() as cursor:
                cursor.execute(REPEATED, [timezone.now()])
                self.repeats.append(frozenset(Facet(facet) for (facet,) in cursor))
        return self.repeats[0]


kept: AllNames | None = None
reading = Lock()  # by one thread at a time


def all_names() -> AllNames:
    """The names of all terms as they are now, or in the version that is shown. At most one
    statement, unless the version is another."""
    global kept
    state = shown.get()
    if kept is not None and state is not None and kept.version == state.number:
        return kept
    with read_connection().cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce((SELECT number FROM {ArchiveVersion._meta.db_table}), 0),
                   pg_snapshot_xmin(pg_current_snapshot())::text
            """
        )
        version, seen = cursor.fetchone()
        if kept is None or kept.version != version:
            with reading:
                if kept is None or kept.version != version:
                    kept = read(cursor, version, seen, kept)
        return kept


def read(cursor: Any, version: int, seen: str, before: AllNames | None) -> AllNames:
    """Read only what changed since `before`; read everything if terms were deleted, or if `before`
    is of another timeline, whose transactions had other numbers."""
    if before and before.version // TIMELINE != version // TIMELINE:
        before = None
    rows = {kind.facet: dict(before.rows[kind.facet]) if before else {} for kind in TERMS}
    changed = written_since(cursor, before.seen if before else None)
    for row in changed:
        rows[row.facet][row.key] = row
    if before and any(len(rows[facet]) != count for facet, count in counts(cursor)):
        return read(cursor, version, seen, None)
    facets = {row.facet for row in changed}
    return AllNames(
        version,
        seen,
        rows,
        {
            facet: before.of[facet]
            if before and facet not in facets
            else NamesOfKind(of_kind.values())
            for facet, of_kind in rows.items()
        },
        former_symbols(cursor),
    )


def written_since(cursor: Any, seen: str | None) -> list[TermNames]:
    """The terms that were written by transactions from `seen` on; all if that is not known."""
    # Each row has the transaction that wrote it, https://www.postgresql.org/docs/current/ddl-system-columns.html
    condition = "true" if seen is None else "age(xmin) <= age(%(seen)s::xid8::xid)"
    statement = " UNION ALL ".join(
        f"SELECT {kind.facet:d}, id, name, {kind.address_sql}, {columns(kind)}"
        f" FROM {kind.table} WHERE {condition}"
        for kind in TERMS
    )
    cursor.execute(statement, {"seen": seen})
    return [TermNames(Facet(facet), *rest) for facet, *rest in cursor]


def columns(kind: TermKind) -> str:
    if kind is SECURITY:
        return "pinyin, full_pinyin, names, market, code, kind, english_name, is_listed"
    return "slug, full_pinyin, '{}'::text[], 0, '', '', '', false"


def counts(cursor: Any) -> list[tuple[Facet, int]]:
    """How many terms there are of each kind."""
    statement = " UNION ALL ".join(
        f"SELECT {kind.facet:d}, count(*) FROM {kind.table}" for kind in TERMS
    )
    cursor.execute(statement)
    return [(Facet(facet), count) for facet, count in cursor]


def former_symbols(cursor: Any) -> dict[str, int]:
    cursor.execute(
        f"SELECT slug, term_id FROM {SECURITY.alias._meta.db_table} WHERE slug IS NOT NULL"
    )
    return dict(cursor)
