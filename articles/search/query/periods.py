"""Words of a query that may be days, months or years → the periods that they are."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from .clauses import Clause, Criterion, Days, Field, Note, Query, Remark
from .conjunctions import Conjunction, Place, reread
from .dates import YEAR_ALONE, are_undated, have_days_in_common, parse_days, period_beside

#: Or an amount: no date, except a month since 2010. Symbols of B shares look like earlier ones.
CODE = re.compile(r"(?!20[1-9][0-9](?:0[1-9]|1[0-2])$)[0-9]{1,7}")
#: A fraction, a score, a price range or an amount as often as a date.
FIGURES = re.compile(r"[0-9]{1,2}[-/][0-9]{1,2}|[0-9]{6,8}")
#: In a longer word as often a part of a name or a fraction: 今日头条, 五一视界, 2/3股权.
LOOSE = re.compile(r"(?!.*年.*月)[^0-9]*|双1[12].*|[0-9]{1,2}[-/][0-9]{1,2}|[0-9]{6,8}")
#: A name or a verb as often as a month: Theresa May.
BARE_MONTH = re.compile(r"[A-Za-z]{3,9}\.?")
YEAR_OF = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|年?$)")  # a part of that year
MONTH_OF = re.compile(r"((?:(?:19|20)\d\d年)?\d{1,2}月)\d{1,2}[日号]$")  # a day of that month
DAY = re.compile(r"\d{1,2}[日号]")
A_YEAR: Final = dt.timedelta(365)
LEAP_DAY: Final = (2, 29)
MOST_YEARS: Final = 10  # in which a period without a year is looked for
SHORTEST: Final = 2  # characters beside a period: 2022年报 is no period


def is_unquoted(criterion: Criterion) -> bool:
    """Whether it is text without quotation marks."""
    return criterion.field is Field.TEXT and not criterion.is_phrase


def is_period(criterion: Criterion, today: dt.date | None) -> bool:
    """Whether a text without quotation marks would be a period in the field of dates. 明天 and 下周
    are what a text is about."""
    if not is_unquoted(criterion):
        return False
    if CODE.fullmatch(criterion.value) or BARE_MONTH.fullmatch(criterion.value):
        return False
    if parse_days(criterion.value):
        return True
    days = parse_days(criterion.value, today)
    return days is not None and today is not None and (days.first or today) <= today


def may_be_period(criterion: Criterion, today: dt.date | None) -> bool:
    """Whether a text that finds something is worth a note that it may be a period."""
    return is_period(criterion, today) and not FIGURES.fullmatch(criterion.value)


def with_parts_of_those_before(periods: Iterable[str], today: dt.date | None) -> Iterator[str]:
    """Periods side by side, each with the year or the month of the one before it, if it has none:
    2022年3月, 4月; 3月5日, 6日."""
    before = ""
    for one in periods:
        year, month = YEAR_OF.search(before), MONTH_OF.search(before)
        if month and DAY.fullmatch(one) and parse_days(month[1] + one, today):
            before = month[1] + one
        elif year and one and today and are_undated(one, today) and parse_days(f"{year[1]}年{one}"):
            before = f"{year[1]}年{one}"
        else:
            before = one
        yield before


def with_periods(
    query: Query,
    today: dt.date,
    *,
    only_beside: bool = False,
    only: Collection[Criterion] | None = None,
) -> Query:
    """The query with each word that is a period read as one, and a note on it, except what is
    excluded; or `only` those among some criteria, wherever they stand; if `only_beside`, only
    alternatives to another period: 2022年3月到5月 | 2022年12月."""
    if only is None and not only_beside:
        query = with_whole_periods(query, today)

    def meant(criterion: Criterion) -> Criterion:
        may_be = may_be_period if only_beside else is_period
        if not may_be(criterion, today) or (only is not None and criterion not in only):
            return criterion
        days = parse_days(criterion.value, today)
        return replace(criterion, field=Field.DATE, days=days)

    return noted(
        query,
        tuple(
            replace(clause, criteria=tuple(map(meant, clause.criteria)))
            if (
                any(one.days for one in clause.criteria)
                if only_beside
                else only is not None or not clause.is_excluded
            )
            else clause
            for clause in query.clauses
        ),
        today,
    )


def with_whole_periods(query: Query, today: dt.date) -> Query:
    """The query with the whole of each period that is said by the one before it: 2022年1月、2月."""
    words = [one.value if (one := alone_in(clause)) else "" for clause in query.clauses]
    whole = [*with_parts_of_those_before(words, today)]
    changed = {word: one for word, one in zip(words, whole, strict=True) if word != one}
    return replace(
        query,
        clauses=tuple(
            replace(clause, criteria=(replace(clause.criteria[0], value=one),)) if one else clause
            for clause, one in zip(query.clauses, whole, strict=True)
        ),
        notes=tuple(replace(one, text=changed.get(one.text, one.text)) for one in query.notes),
    )


def alone_in(clause: Clause) -> Criterion | None:
    """The word that a clause consists of."""
    match clause:
        case Clause(criteria=(one,), is_excluded=False) if is_unquoted(one) and not one.is_negated:
            return one
    return None


def with_periods_apart(query: Query, today: dt.date, *, is_loose: bool = False) -> Query:
    """The query with each word that begins or ends in a day or a month parted there: 茅台2022年3月,
    except what is left out. If `is_loose`, also where that is as often a part of a word, or what a
    text is about: 茅台昨天, 茅台上半年; and years alone are periods, too."""

    def meant(criterion: Criterion, place: Place) -> Conjunction:
        if not is_unquoted(criterion) or place is Place.LEFT_OUT or is_period(criterion, today):
            return ((criterion,),)
        if is_loose and YEAR_ALONE.fullmatch(criterion.value):
            days = parse_days(criterion.value)
            return ((replace(criterion, field=Field.DATE, days=days),),)
        found = period_beside(criterion.value, today, is_loose=is_loose)
        if found is None:
            return ((criterion,),)
        days, start, end = found
        if LOOSE.fullmatch(criterion.value[start:end]) and not is_loose:
            return ((criterion,),)
        rest = (criterion.value[:start] or criterion.value[end:].removeprefix("的")).strip()
        if len(rest) < SHORTEST:
            return ((criterion,),)
        period = replace(criterion, field=Field.DATE, value=criterion.value[start:end], days=days)
        other = replace(criterion, value=rest)
        if is_period(other, today):
            other = replace(other, field=Field.DATE, days=parse_days(rest, today))
            return ((other,), (period,))
        return (*meant(other, place), (period,))

    return noted(query, reread(query, meant), today)


def undated_after(query: Query, today: dt.date, last: dt.date) -> Query:
    """The query with each period that has no year as it is read on the day `last`, and a note on
    its days; a day that the newest year lacks is text, and said to be none."""
    read: dict[str, Days | None] = {
        text: None
        for text in leap_days_as_text(query, today)
        if (days := parse_days(text, last)) and lacks_leap_day(days, last)
    }

    def meant(criterion: Criterion, place: Place) -> Conjunction:
        if not has_no_year(criterion, today):
            return ((criterion,),)
        days = parse_days(criterion.value, last)
        if days and lacks_leap_day(days, last):
            read[criterion.value] = None
            return ((replace(criterion, field=Field.TEXT, is_phrase=True, days=None),),)
        if days in (None, criterion.days):
            return ((criterion,),)
        read[criterion.value] = days
        ends = dict.fromkeys(str(day or "") for day in (days.first, days.last))
        return ((replace(criterion, value="..".join(ends), days=days),),)

    clauses = reread(query, meant)
    notes = [
        replace(note, days=read.get(note.text, note.days)) if note.days else note
        for note in query.notes
        if note.text not in read or read[note.text]
    ]
    said = {note.text for note in notes if note.days}
    notes += (
        Note(Remark.THESE_DAYS, text, days) if days else Note(Remark.NO_SUCH_DAY, text)
        for text, days in read.items()
        if text not in said
    )
    return replace(query, clauses=clauses, notes=tuple(dict.fromkeys(notes)))


def last_days(newest: dt.date) -> list[dt.date]:
    """The days on which a period without a year may be read, the likeliest first, where `newest` is
    that of the archive: years before it may have posts in that period where its own has none."""
    return [
        newest,
        *(dt.date(newest.year - ago, 12, 31) for ago in range(1, min(MOST_YEARS, newest.year))),
    ]


def undated_alone(query: Query, today: dt.date) -> Query:
    """A query for any of the periods of a query that have no year; none of 29 February, which is a
    day of the newest year or no day."""
    found = tuple(
        one for clause in query.clauses for one in clause.criteria if has_no_year(one, today)
    )
    if not found or any(one.days and leap_days(one.days) for one in found):
        return Query("")
    return Query(
        "", (Clause(tuple(replace(one, is_negated=False) for one in found), False, ((0, 0),)),)
    )


def lacks_leap_day(days: Days, last: dt.date) -> bool:
    """Whether days without a year that are read on the day `last` begin or end on 29 February of an
    older year than the newest, which has none."""
    return any(last - day > A_YEAR for day in leap_days(days))


def leap_days(days: Days) -> list[dt.date]:
    """Their first and last day, if that is 29 February."""
    ends = [day for day in (days.first, days.last) if day]
    return [day for day in ends if (day.month, day.day) == LEAP_DAY]


def leap_days_as_text(query: Query, today: dt.date) -> list[str]:
    """The words of which a note says that they may be a period, if that has no year, and begins or
    ends on 29 February."""
    may_be = [note.text for note in query.notes if note.remark is Remark.MAY_BE_DATE]
    return [
        text
        for text in may_be
        if (days := parse_days(text, today)) and leap_days(days) and are_undated(text, today)
    ]


def is_of_archive(query: Query, today: dt.date) -> bool:
    """Whether the newest day of the archive decides what periods of the query are."""
    periods = (has_no_year(one, today) for clause in query.clauses for one in clause.criteria)
    return any(periods) or bool(leap_days_as_text(query, today))


def has_no_year(criterion: Criterion, today: dt.date) -> bool:
    """Whether it is a period of which `today` says the year, and nothing else."""
    return criterion.days is not None and are_undated(criterion.value, today)


def parse_days_of_archive(
    value: str,
    today: dt.date,
    newest: Callable[[], dt.date | None],
    has_posts: Callable[[Days], bool],
) -> Days | None:
    """`parse_days`; of a period without a year, the newest in the archive, of which `newest` gives
    the newest day, that `has_posts`, and None for a day that its year lacks."""
    days = parse_days(value, today)
    if days is None or not are_undated(value, today):
        return days
    last = newest() or today
    days = parse_days(value, last)
    if days is None or leap_days(days):
        return None if days and lacks_leap_day(days, last) else days
    read = filter(None, (parse_days(value, day) for day in last_days(last)))
    return next(filter(has_posts, dict.fromkeys(read)), days)


def noted(query: Query, clauses: tuple[Clause, ...], today: dt.date) -> Query:
    """The query with other clauses, and a note on every period that they have and it has not. Of
    two such side by side that have no day in common, as 3/15 3/16, either will do."""
    before = {one for clause in query.clauses for one in clause.criteria}
    read = {
        one.value: Note(Remark.READ_AS_DATE, one.value, one.days)
        for clause in clauses
        for one in clause.criteria
        if one.days and one not in before
    }
    notes = [
        note
        for note in query.notes
        if not (note.remark is Remark.MAY_BE_DATE and note.text in read)
    ]
    notes += read.values()
    days = {note.days for note in notes if note.remark is Remark.READ_AS_DATE}
    united: list[Clause] = []
    for clause in clauses:
        if united and read and are_apart(united[-1], clause, days, today):
            criteria = (*united[-1].criteria, *clause.criteria)
            places = tuple(dict.fromkeys((*united[-1].places, *clause.places)))
            united[-1] = replace(clause, criteria=criteria, places=places)
        else:
            united.append(clause)
    return replace(query, clauses=tuple(united), notes=tuple(notes))


def are_apart(one: Clause, other: Clause, assumed: Collection[Days | None], today: dt.date) -> bool:
    """Whether both clauses are periods that were `assumed` and have no day in common, and both or
    neither have a year."""
    both = [*one.criteria, *other.criteria]
    if one.is_excluded or other.is_excluded or any(each.is_negated for each in both):
        return False
    if not all(each.days and each.days in assumed for each in both):
        return False
    if len({has_no_year(each, today) for each in both}) > 1:
        return False
    return not any(
        have_days_in_common(each.days, another.days)
        for each in one.criteria
        for another in other.criteria
        if each.days and another.days
    )


def assumed(query: Query) -> dict[Days | None, str]:
    """The periods that no field announces, each with the text that says it."""
    return {note.days: note.text for note in query.notes if note.remark is Remark.READ_AS_DATE}


def assumed_alternatives(query: Query) -> list[tuple[Clause, Criterion]]:
    """The periods that no field announces and that are one of several alternatives, each with its
    clause. How these are answered depends on what they find."""
    periods = assumed(query)
    return [
        (clause, one)
        for clause in query.clauses
        for one in clause.criteria
        if len(clause.criteria) > 1 and one.days in periods
        if not (one.is_negated or clause.is_excluded)
    ]


def without_periods(
    query: Query,
    *,
    in_quotation_marks: bool = False,
    were_tried: bool = True,
    only: Collection[Days | None] | None = None,
) -> Query:
    """The query with the periods that no field announces, or `only` those of these days, as text,
    and other notes on them: if they `were_tried`, that they find nothing."""
    written = {days: text for days, text in assumed(query).items() if only is None or days in only}

    def as_text(criterion: Criterion) -> Criterion:
        if criterion.days not in written:
            return criterion
        text = written[criterion.days]  # which is 3月, where the value may say its days
        return Criterion(Field.TEXT, text, in_quotation_marks, is_negated=criterion.is_negated)

    def as_noted(note: Note) -> Note:
        if note.remark is not Remark.READ_AS_DATE or note.days not in written:
            return note
        if were_tried:
            return replace(note, remark=Remark.EMPTY_PERIOD)
        return Note(Remark.MAY_BE_DATE, note.text)

    return replace(
        query,
        clauses=tuple(
            replace(clause, criteria=tuple(map(as_text, clause.criteria)))
            for clause in query.clauses
        ),
        notes=tuple(map(as_noted, query.notes)),
    )
