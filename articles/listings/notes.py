"""What a listing says of how a query was understood, in the language of the page."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..search.conditions import Scope
from ..search.cutting import CutQuery
from ..search.query import Note, Query, Remark
from ..search.securities import Meant
from .readings import Reading
from .request import ListingRequest

REMARKS: Final = {
    Remark.TOO_LONG: _("The query was cut at 256 characters."),
    Remark.TOO_COMPLEX: _("The parentheses say too much at once, so they were left out."),
    Remark.NOT_CLOSED: _("The quotation mark in %s is not closed: the phrase goes to the end."),
    Remark.OPEN_PARENTHESIS: _("The parenthesis in %s is not closed: it goes to the end."),
    Remark.NOT_OPENED: _("%s closes no parenthesis, so it was left out."),
    Remark.NO_WORD: _("%s has no letter or digit to look for, so it was left out."),
    Remark.NO_VALUE: _("%s has nothing after it to look for, so it was left out."),
    Remark.NO_DATE: _("%s is no date, so it was looked for as text."),
    Remark.NO_FIELD: _("%s has a field of other sites, so its value was looked for as text."),
    Remark.NO_ALTERNATIVE: _("%s has no word on one of its sides, so it was left out."),
    Remark.NO_OPERATOR: _("%s was looked for as text: a minus before a word leaves it out."),
    Remark.READ_AS_DATE: _("%s was read as a period: in quotation marks it is text."),
    Remark.LOWER_CASE: _("%s was looked for as text: in capitals it is an operator."),
    Remark.REVERSED: _("%s ends before it begins, so it was read the other way round."),
    Remark.UNKNOWN: _("Nothing is named %s, so it was looked for as text."),
}


def notes_on(request: ListingRequest, reading: Reading, notes: Iterable[Note]) -> tuple[str, ...]:
    """Sentences on a query as it was read, and as its conditions were found; and on its period."""
    said = sentences(notes)
    if request.filters.is_reversed:
        said += (gettext("The last day was before the first, so they were exchanged."),)
    if reading.instead:
        said += (in_place_of_word(request.query, reading.instead),)
    return said


def sentences(notes: Iterable[Note]) -> tuple[str, ...]:
    """What was assumed, left out or not understood of a query, in the language of the page."""
    return tuple(map(sentence, notes))


def sentence(note: Note) -> str:
    message = str(REMARKS[note.remark])
    return message % quoted(note.text) if "%s" in message else message


def quoted(text: str) -> str:
    return f"“{text}”"


def said_of_cut(request: ListingRequest, as_cut: CutQuery) -> list[str]:
    """A sentence on each text of a query that was cut."""
    message = _("No post has %(text)s as it stands; these have %(first)s and %(last)s.")
    if request.scope != Scope() or len(request.query.clauses) > 1:
        message = _(
            "Of the posts that meet the rest, none has %(text)s as it stands; these have %(first)s"
            " and %(last)s."
        )
    sentences = []
    for criterion, pieces in as_cut.pieces.items():
        *first, last = [quoted(piece.value) for piece in pieces]
        listed = {"first": gettext(", ").join(first), "last": last}
        sentences.append(str(message) % {"text": quoted(criterion.value), **listed})
    return sentences


def in_place_of_word(query: Query, meant: Meant) -> str:
    names = "、".join(dict.fromkeys(map(str, meant.securities)))
    return _("No post has “%(word)s”: these are about %(names)s.") % {
        "word": query.text,
        "names": names,
    }
