"""What a listing says of how a query was understood, in the language of the page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..search.conditions import Scope
from ..search.cutting import Cut, CutQuery, rewritten
from ..search.engine import Search
from ..search.kept_names import AllNames
from ..search.misspelt import is_code
from ..search.query import Criterion, Days, Field, Note, Query, Remark, parse_days
from ..search.securities import numbers_of_code
from ..search.typed import Typed
from ..terms import BY_QUERY_FIELD, SECURITY
from .filters import PostFilter
from .interpretations import Interpretation, criteria_of
from .listing import CutNote
from .request import ListingRequest
from .watchlist import shortened

REMARKS: Final = {
    Remark.TOO_LONG: _("The query was cut at 256 characters."),
    Remark.TOO_COMPLEX: _("The parentheses say too much at once, so they were left out."),
    Remark.TOO_MANY: _("A query may have at most 64 alternatives: the others were left out."),
    Remark.NOT_CLOSED: _("The quotation mark in %s is not closed: the phrase goes to the end."),
    Remark.OPEN_PARENTHESIS: _("The parenthesis in %s is not closed: it goes to the end."),
    Remark.NOT_OPENED: _("%s closes no parenthesis, so it was left out."),
    Remark.NO_WORD: _("%s has no letter or digit to look for, so it was left out."),
    Remark.NO_VALUE: _("%s has nothing after it to look for, so it was left out."),
    Remark.NO_DATE: _(
        "%s is not a date, so it was looked for as text. "
        "Dates look like 2022-03, 3/15, 上周 or 国庆."
    ),
    Remark.UNKNOWN_DAYS: _("The days of %s are not known, so it was looked for as text."),
    Remark.NO_SUCH_DAY: _("There is no day %s, so it was looked for as text."),
    Remark.NO_FIELD: _("%s has a field of other sites, so its value was looked for as text."),
    Remark.NO_ALTERNATIVE: _("%s has no word on one of its sides, so it was left out."),
    Remark.SLASH: _("%s was read as alternatives: in quotation marks it is text."),
    Remark.NO_OPERATOR: _("%s was looked for as text: a minus before a word leaves it out."),
    Remark.READ_AS_DATE: _("%s was read as a period: in quotation marks it is text."),
    Remark.EMPTY_PERIOD: _("%s finds nothing as a period, so it was looked for as text."),
    Remark.THESE_DAYS: _("%s was read as these days."),
    Remark.MAY_BE_DATE: _("%s was looked for as text: after date: it is a period."),
    Remark.LOWER_CASE: _("%s was looked for as text: in capitals it is an operator."),
    Remark.REVERSED: _("%s ends before it begins, so it was read the other way round."),
    Remark.UNKNOWN: _("Nothing is named %s, so it was looked for as text."),
}


def all_notes(
    request: ListingRequest, reading: Interpretation, notes: Collection[Note], known: AllNames
) -> tuple[str, ...]:
    """`notes_on` a query, and how it was cut, for listings without a link to what was written."""
    as_cut = reading.as_cut
    said = (*said_of_cut(request, as_cut), how_to_insist()) if as_cut else ()
    return (*notes_on(request, reading, notes, known), *said)


def notes_on(
    request: ListingRequest, reading: Interpretation, notes: Collection[Note], known: AllNames
) -> tuple[str, ...]:
    """Sentences on a query as it was read, and as its conditions were found; and on its period."""
    in_field = {one.value for one in criteria_of(reading.query) if one.field is Field.CODE}
    unknown = [
        one
        for one in notes
        if one.remark is Remark.UNKNOWN and one.text in in_field and is_code(one.text)
    ]
    codes = (*(one.text for one in unknown), *codes_of_none(reading.query, known))
    said = sentences(one for one in notes if one not in unknown) + on_filters(request.filters)
    said += on_codes(dict.fromkeys(codes))
    return said + tuple(
        in_place_of(word, meant, is_whole=word == request.query.text)
        for word, meant in reading.meanings.items()
        if {*meant.values()} != {word}  # a code without a name
    )


def on_filters(filters: PostFilter) -> tuple[str, ...]:
    """What was assumed of the period of an address, and which of its filters say what the page is
    of: these are not in force."""
    said = []
    if filters.is_reversed:
        said.append(gettext("The last day was before the first, so they were exchanged."))
    if filters.subject:
        said += [
            gettext("“%(filter)s” in the address was passed over: this page has one already.")
            % {"filter": f"{name}={shortened(str(filters.data[name]))}"}
            for name, own in filters.subject.filters.items()
            if own and filters.data.get(name)
        ]
    return tuple(said)


def codes_of_none(query: Query, known: AllNames) -> list[str]:
    """The words of a query that are codes and name no security of a post."""
    codes = dict.fromkeys(one.value for one in criteria_of(query) if may_be_code(one))
    return [code for code in codes if not has_posts(code, known)]


def may_be_code(criterion: Criterion) -> bool:
    """Whether a word can be the code of a security, known or not, and is no date."""
    is_word = criterion.field is Field.TEXT and not criterion.is_phrase
    return is_word and is_code(criterion.value) and not parse_days(criterion.value)


def has_posts(code: str, known: AllNames) -> bool:
    """Whether a post that readers see names a security of this code. One query if there is such a
    post, seen or scheduled."""
    names, posts = known.of[SECURITY.facet], known.posts_of(SECURITY.facet)
    keys = [names.rows[number].key for number in numbers_of_code(Typed(code), names)]
    some = [key for key in keys if posts.get(key)]
    return bool(some) and SECURITY.objects.published().filter(pk__in=some).exists()


def on_codes(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        gettext("No post names a security with the code %s, so it was looked for as text.")
        % quoted(code)
        for code in codes
    )


def missing_of(search: Search, reading: Interpretation) -> tuple[str, ...]:
    """Sentences on the words of a query, which finds nothing and asks for more, that no post has;
    but not on codes, of which `notes_on` tells."""
    clauses = reading.query.clauses
    words = [clause for clause in clauses if not clause.is_excluded]
    missing = search.met_by_none(words) if len(clauses) > 1 else ()
    return tuple(
        gettext("No post has %s.") % quoted(" | ".join(one.value for one in word.criteria))
        for word in missing
        if all(one.field is Field.TEXT and not may_be_code(one) for one in word.criteria)
    )


def sentences(notes: Iterable[Note]) -> tuple[str, ...]:
    """What was assumed, left out or not understood of a query, in the language of the page."""
    return tuple(map(sentence, notes))


def sentence(note: Note) -> str:
    message = str(REMARKS[note.remark])
    part = quoted(note.text)
    if note.days:
        part = gettext("%(text)s (%(days)s)") % {"text": part, "days": ends_of(note.days)}
    return message % part if "%s" in message else message


def ends_of(days: Days) -> str:
    """2022-03-01 – 2022-03-31; of one day, that; of an open period, its end."""
    ends = dict.fromkeys(str(day or "…") for day in (days.first, days.last))
    return " – ".join(ends)


def quoted(text: str) -> str:
    """A text in quotation marks that it does not contain."""
    return f"「{text}」" if {*text} & {*'“”"＂'} else f"“{text}”"


def cut_of(request: ListingRequest, reading: Interpretation) -> CutNote | None:
    """That a query which finds something does not as it stands."""
    if reading.as_cut is None:
        return parted_of(request, reading)
    insisting = request.filters.query(q=reading.as_cut.insisting)
    return CutNote(said_of_cut(request, reading.as_cut), insisting)


def parted_of(request: ListingRequest, reading: Interpretation) -> CutNote | None:
    """That words of a query were parted at a code, or at pinyin: 行情600519."""
    asked, read = [*criteria_of(request.query)], [*criteria_of(reading.query)]
    notes = (one for one in reading.query.notes if one.days or one.remark is Remark.SLASH)
    words = (part for word in reading.meanings for part in (word, *word.split()))
    said = {*words, *(note.text for note in notes)}
    parted = [one for one in asked if one.value not in said and one not in read]
    if not (reading.meanings and parted):
        return None
    pieces = (replace(one, value=reading.names.get(one, one.value)) for one in read)
    cut = Cut(tuple(one for one in pieces if one not in asked))
    phrases = {one: Cut((replace(one, is_phrase=True),)) for one in parted}
    insisting = request.filters.query(q=rewritten(request.query, phrases).text)
    is_alone = request.scope == Scope() and len(request.query.clauses) == 1
    none = none_has(parted[0], is_alone=is_alone) % {"text": listed(one.value for one in parted)}
    these = these_have(cut, is_alternative=False)
    return CutNote([_("%(none)s; %(these)s.") % {"none": none, "these": these}], insisting)


def said_of_cut(request: ListingRequest, as_cut: CutQuery) -> list[str]:
    """Sentences on each text of a query that was cut: what was looked for instead, and what was
    left out."""
    query = request.query
    found = []
    left_out: dict[str, None] = {}
    for criterion, cut in as_cut.cuts.items():
        is_whole = len(query.clauses) == 1 or criterion.value == query.text
        is_alone = request.scope == Scope() and is_whole
        none = none_has(criterion, is_alone=is_alone) % {"text": quoted(criterion.value)}
        is_alternative = any(
            criterion in clause.criteria and len(clause.criteria) > 1 for clause in query.clauses
        )
        found.append(
            _("%(none)s; %(these)s.") % {"none": none, "these": these_have(cut, is_alternative)}
        )
        left_out |= dict.fromkeys(cut.left_out)
    if left_out:
        found.append(_("Left out: %(parts)s.") % {"parts": listed(left_out)})
    return found


def how_to_insist() -> str:
    """For listings without a link to what was written."""
    return gettext("In quotation marks nothing is cut.")


def none_has(criterion: Criterion, *, is_alone: bool) -> str:
    """That what was written finds nothing."""
    if criterion.field in BY_QUERY_FIELD:
        return gettext("Nothing is named %(text)s")
    if criterion.field is Field.TITLE:
        if is_alone:
            return gettext("No title has %(text)s as it stands")
        return gettext("Of the posts that meet the rest, none has %(text)s in its title")
    if is_alone:
        return gettext("No post has %(text)s as it stands")
    return gettext("Of the posts that meet the rest, none has %(text)s as it stands")


def these_have(cut: Cut, is_alternative: bool) -> str:
    """What was looked for instead."""
    terms = listed(piece.value for piece in cut.pieces if piece.field in BY_QUERY_FIELD)
    texts = listed(piece.value for piece in cut.pieces if piece.field not in BY_QUERY_FIELD)
    told = {"terms": terms, "texts": texts}
    if is_alternative:
        return _("it was looked for as %(texts)s") % told
    if not texts:
        return _("these are of %(terms)s") % told
    if terms:
        return _("these are of %(terms)s and have %(texts)s") % told
    if cut.pieces[0].field is Field.TITLE:
        return _("the titles of these have %(texts)s") % told
    return _("these have %(texts)s") % told


def listed(parts: Iterable[str]) -> str:
    """“a”, “b” and “c”."""
    *before, last = [quoted(part) for part in parts] or [""]
    if not before:
        return last
    return _("%(first)s and %(last)s") % {"first": gettext(", ").join(before), "last": last}


def in_place_of(word: str, meant: Mapping[Criterion, str], *, is_whole: bool) -> str:
    """A sentence on a word that stands for securities, sources or other words, and may be all of a
    query."""
    message = _("“%(word)s” was read as %(names)s.")
    if is_whole and not any(one.field is Field.SOURCE for one in meant):
        message = _("No post has “%(word)s”: these are about %(names)s.")
    return str(message) % {"word": word, "names": gettext(", ").join(dict.fromkeys(meant.values()))}
