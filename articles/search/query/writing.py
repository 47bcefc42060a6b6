"""A query as it was understood → a text that says exactly this.

A word that stands alone may be read as something else than it was in its query: 去年 is a period,
and the 国庆 that was one is text. So texts that would be read otherwise are put in quotation marks,
and periods are announced by their field.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from .clauses import MAX_LENGTH, Clause, Criterion, Field, Query
from .parsing import parse
from .periods import assumed_alternatives


def exactly(query: Query, today: dt.date) -> Query:
    """The query with a text that is read as its clauses and as nothing else, the shortest that is.
    If that would be too long, the query as it is."""
    texts = [
        one
        for clause in query.clauses
        for one in clause.criteria
        if one.field in (Field.TEXT, Field.TITLE)
    ]
    misread = [one for one in texts if not says(one.written, (alone(one),), today)]
    if says(query.text, query.clauses, today):
        return query
    ways = (with_text(query, phrases) for phrases in ((), misread, texts))
    found = [way for way in ways if len(way.text) <= MAX_LENGTH]
    exact = (way for way in found if says(way.text, query.clauses, today))
    return next(exact, found[-1] if found else query)


def says(text: str, clauses: Collection[Clause], today: dt.date) -> bool:
    """Whether a text is read as these clauses, whatever its alternatives find."""
    read = parse(text, today)
    is_read_so = read.meaning == {clause.meaning for clause in clauses}
    return is_read_so and not assumed_alternatives(read)


def alone(criterion: Criterion) -> Clause:
    return Clause((replace(criterion, is_negated=False),), False, ())


def with_text(query: Query, phrases: Collection[Criterion]) -> Query:
    """The query with the text that its clauses make, with some of its criteria in quotation
    marks."""
    text = ""
    clauses = []
    for clause in query.clauses:
        # Texts first: what follows a field without one of its own is in that field.
        criteria = tuple(
            replace(one, is_phrase=True) if one in phrases else one
            for one in sorted(clause.criteria, key=lambda one: one.field is not Field.TEXT)
        )
        start = len(text) + bool(text)
        text = f"{text} {replace(clause, criteria=criteria).written}".strip()
        clauses.append(replace(clause, places=((start, len(text)),)))
    return replace(query, text=text, clauses=tuple(clauses), connectives=(), in_small=())
