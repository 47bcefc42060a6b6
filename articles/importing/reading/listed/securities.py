"""Reads an exchange's CSV list of securities. Returns the securities, and each rejected line with
the reason.

A code and a name are needed. A security may have several rows:
the last one without an end of its period has the name of today, and the names of the others are
former ones.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .faults import ListError
from .names import NamePeriod, check_order, day_of, former_names, is_no_name, unpadded, with_ends
from .symbols import symbol_of
from .tables import read_table

LONGEST_NAME: Final = 100  # characters
NAMED: Final = 5  # codes in a note


@dataclass(slots=True)
class ListedSecurity:
    """A security as a list has it. What the list lacks is empty."""

    market: int
    code: str
    name: str = ""
    former: list[NamePeriod] = field(default_factory=list)
    pinyin: str = ""
    english_name: str = ""
    is_exchange_said: bool = True


@dataclass(slots=True)
class SecurityList:
    """The securities of a list in the order of their first rows, the rows that were refused, and
    what else its owner would want to know."""

    securities: list[ListedSecurity]
    faults: list[ListError] = field(default_factory=list)
    notes: list[ListError] = field(default_factory=list)
    has_former: bool = False  # a column for former names, or for the end of a name


def read_list(content: bytes) -> SecurityList:
    """Raises `ListError` if no row can be read."""
    result = SecurityList([])
    table = read_table(content, result.faults)
    result.has_former = not table.columns.isdisjoint(["former", "until"])
    if table.passed_over:
        note = f"columns passed over: {', '.join(table.passed_over)}"
        result.notes.append(ListError(note, table.line))
    found: dict[tuple[int, str], ListedSecurity] = {}
    for line, cells in table.rows:
        for shares in shares_in(cells):
            try:
                take(found, shares, line, result)
            except ListError as fault:
                result.faults.append(fault)
    for security in found.values():
        if not security.name:  # all of its names have ended
            security.name = security.former.pop().name
        by_start = {(one.name, one.since): one for one in with_ends(security.former)}
        security.former = [one for one in by_start.values() if one.name != security.name]
    result.securities = list(found.values())
    if unsaid := [one.code for one in result.securities if not one.is_exchange_said]:
        note = (
            f"no exchange is said of {', '.join(unsaid[:NAMED])}"
            f"{' and others' if len(unsaid) > NAMED else ''}: "
            f"taken for Nasdaq's where the archive does not know them"
        )
        result.notes.append(ListError(note, table.line))
    return result


def shares_in(cells: Mapping[str, str]) -> list[Mapping[str, str]]:
    """The A shares and the B shares of a company, which Shanghai and Shenzhen have in one row. B
    shares beside A shares count if they have a name of their own."""
    code, name = cells.get("b_code", ""), cells.get("b_name", "")
    has_a, has_b = (bool(re.search(r"\d", one)) for one in (cells["code"], code))
    if not has_b or (has_a and not name) or code == cells["code"]:
        return [cells]
    of_b = {**cells, "code": code, "name": name or cells["name"], "former": "", "pinyin": ""}
    return [cells, of_b] if has_a else [of_b]


def take(
    found: dict[tuple[int, str], ListedSecurity],
    cells: Mapping[str, str],
    line: int,
    result: SecurityList,
) -> None:
    """Add one row to `found`. Raises `ListError`, and then adds nothing."""
    market, code, is_exchange_said = symbol_of(cells["code"], cells.get("market", ""), line)
    name = unpadded(cells["name"])
    if is_no_name(name):
        raise ListError(f"no name for {cells['code']}", line)
    if len(name) > LONGEST_NAME:
        raise ListError(f"a name of more than {LONGEST_NAME} characters", line)
    since, until = (day_of(cells.get(which, ""), line) for which in ("since", "until"))
    check_order(since, until, line)
    former = former_names(cells.get("former", ""), line, result.faults)
    new = ListedSecurity(market, code, is_exchange_said=is_exchange_said)
    security = found.setdefault((market, code), new)
    if until:
        security.former.append(NamePeriod(name, since, until))
    else:
        if since:
            security.former.append(NamePeriod(name, since))
        if security.name not in ("", name, *(one.name for one in security.former)):
            security.former.append(NamePeriod(security.name))
            note = (
                f"{cells['code']} is {security.name} in a row before: taken for a former name, "
                f"until a list that has former names leaves it out"
            )
            result.notes.append(ListError(note, line))
        security.name = name
    security.former += former
    security.pinyin = cells.get("pinyin", "").lower() or security.pinyin
    security.english_name = cells.get("english", "") or security.english_name
