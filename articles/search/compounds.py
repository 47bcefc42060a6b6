"""Latin words and figures that are written as one → the same apart, as posts may have them: covid19
is covid 19 or covid-19, SmithJones is Smith Jones."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .misspelt import is_code
from .query import Conjunction, Criterion, Place, Query, reread
from .romanised import Meanings
from .securities import is_word

BESIDE_FIGURE = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
BEFORE_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
ANY = re.compile(f"{BESIDE_FIGURE.pattern}|{BEFORE_CAPITAL.pattern}")


def with_compounds_apart(query: Query) -> tuple[Query, Meanings]:
    """The query with each such word, except codes and what is left out, apart in every way that it
    may be; and those ways, by the word."""
    meanings: dict[str, dict[Criterion, str]] = {}

    def meant(criterion: Criterion, place: Place) -> Conjunction:
        if not is_word(criterion) or place is Place.LEFT_OUT or is_code(criterion.value):
            return ((criterion,),)
        if not (ways := {one: one.value for one in apart(criterion)}):
            return ((criterion,),)
        meanings[criterion.value] = ways
        return ((*ways,) if place is Place.ALONE else (criterion, *ways),)

    return replace(query, clauses=reread(query, meant)), meanings


def apart(criterion: Criterion) -> Iterator[Criterion]:
    values = (
        joint.sub(sign, criterion.value)
        for joint in (BESIDE_FIGURE, BEFORE_CAPITAL, ANY)
        for sign in (" ", "-")
    )
    for value in dict.fromkeys(values):
        if value != criterion.value:
            yield replace(criterion, value=value, is_phrase=True)
