"""Lexemes → clauses. Parentheses are multiplied out, for a query is a conjunction of clauses:
(a b) | c is a | c and b | c."""

import datetime as dt
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import chain, islice, zip_longest
from typing import Final

from ..text.normalise import fold, normalise
from ..text.tokens import tokens
from .clauses import CHINESE, MAX_LENGTH, Clause, Criterion, Field, Note, Query, Remark, Span
from .conjunctions import (
    Conjunction,
    Place,
    TooComplexError,
    clauses_at,
    distinct,
    either,
    reread,
)
from .dates import are_customary, are_unknown, have_days_in_common, is_no_day
from .lexing import LOOSE_SLASH, OF_TEXTS, PLUS, SLASH, SLASHES, Kind, Lexeme, lexemes
from .parentheses import LONGEST_FIELD, Mark, marks
from .periods import is_period, may_be_period, with_parts_of_those_before, with_periods
from .signs import (
    BREAKS,
    EITHER,
    FIELD_BEFORE,
    LEFT,
    MINUS,
    OPENING_QUOTES,
    OPERATORS,
    PIPES,
    RIGHT,
    SEPARATORS,
    field_named,
    phrase_at,
)

BREAK = re.compile(f"[{BREAKS}{SEPARATORS}]")
WORD_AT_END = re.compile(f"(?<=[{BREAKS}{SEPARATORS}])[^{BREAKS}{SEPARATORS}]{{1,64}}$")
OPERATOR_AT_END = re.compile(rf"(?:^|(?<=\s))(?:{OPERATORS})$")
SIGNS_AT_END: Final = PIPES + LEFT + MINUS + PLUS + SLASHES + SEPARATORS + " \u3000\t\n"
SIDE = re.compile(rf"[0-9]{{1,2}}/[0-9]{{1,2}}(?![^{SLASHES}])|[^{SLASHES}]+")  # of a slash
OR = re.compile(EITHER)
ADDRESS = re.compile(r"[A-Za-z]\.[A-Za-z]|://")
IN_FULL_WIDTH = re.compile(rf"(?<![^\s{LEFT}{RIGHT}])(?:ＡＮＤ|ＯＲ|ＮＯＴ)(?=[\s{LEFT}])")
CAPITALS: Final = ("AND", "OR", "NOT")
SHORTEST_NAME: Final = 2  # characters
MAX_ALTERNATIVES: Final = 64  # of all clauses together


def parse(text: str, today: dt.date | None = None) -> Query:
    """Understand as much of `text` as makes sense, and note the rest. Days that are relative to
    `today` are no dates where that is not given."""
    notes: list[Note] = []
    text = text.replace("\0", " ").encode(errors="replace").decode()  # PostgreSQL takes neither
    text = IN_FULL_WIDTH.sub(lambda operator: fold(operator[0]).upper(), text)
    if len(text) > MAX_LENGTH:
        text = beginning_of(text)
        notes.append(Note(Remark.TOO_LONG))
    try:
        parser = Parser(text, today)
    except TooComplexError:
        marked = marks(text)
        flat = "".join(" " if place in marked else letter for place, letter in enumerate(text))
        parser = Parser(flat, today)
        notes.append(Note(Remark.TOO_COMPLEX))
    clauses = with_fewer_alternatives(understood := clauses_of(parser.parts))
    if clauses != understood:
        notes.append(Note(Remark.TOO_MANY))
    notes += (
        note  # but not on what was closed after the end
        for note in parser.notes
        if not (Note(Remark.TOO_LONG) in notes and note.remark is Remark.OPEN_PARENTHESIS)
    )
    if text.strip() and not clauses and not notes:
        notes.append(Note(Remark.NO_WORD, text.strip()))
    found = Query(text, clauses, tuple(dict.fromkeys(notes)), tuple(parser.connectives))
    found = replace(found, in_small=tuple(parser.in_small))
    found = with_slashes_apart(found, today, only_together=True)
    return with_periods(found, today, only_beside=True) if today else found


def beginning_of(text: str) -> str:
    """At most `MAX_LENGTH` characters of a text, up to a word, and not to a quotation mark or an
    operator, after which there would be nothing."""
    following, text = text[MAX_LENGTH], text[:MAX_LENGTH]
    if not BREAK.match(following):
        text = WORD_AT_END.sub("", text)  # half of OR would be a word
    shorter = text[: open_phrase(text)]
    shorter = shorter[: open_parenthesis(shorter)]
    while (bare := without_end(shorter)) != shorter:
        shorter = bare
    return shorter or text


def without_end(text: str) -> str:
    """A text without signs, an operator or the name of a field at its end."""
    text = OPERATOR_AT_END.sub("", text.rstrip(SIGNS_AT_END))
    field = FIELD_BEFORE.search(text[-LONGEST_FIELD:])
    return text.removesuffix(field[0]) if field and field_named(field[1]) is not None else text


def open_phrase(text: str) -> int | None:
    """Where the quotation mark is that is not closed; None if all are."""
    position = 0
    while position < len(text):
        if text[position] in OPENING_QUOTES:
            _, last, end = phrase_at(text, position)
            if last == end:
                return position
            position = end
        else:
            position += 1
    return None


def open_parenthesis(text: str) -> int | None:
    """Where the first parenthesis is that is not closed, after other text; None if all are."""
    opened: list[int] = []
    for place, mark in sorted(marks(text).items()):
        if mark is Mark.OPEN:
            opened.append(place)
        elif mark is Mark.CLOSE and opened:
            opened.pop()
    return opened[0] if opened and opened[0] else None


@dataclass(slots=True)
class Group:
    """What has been read since a parenthesis: `parts`, and the alternatives of the next one."""

    start: int
    is_excluded: bool = False
    parts: list[tuple[Span, Conjunction]] = field(default_factory=list)
    alternatives: list[tuple[Conjunction, bool]] = field(default_factory=list)
    place: Span = (0, 0)  # of the alternatives
    joint: Lexeme | None = None  # AND or OR, whose second side is to come
    negation: Lexeme | None = None  # NOT, likewise
    notes: int = 0  # how many there were before

    def close(self) -> None:
        """Make a part of the alternatives."""
        if self.alternatives:
            self.parts.append((self.place, either(self.alternatives)))
            self.alternatives = []


class Parser:
    """Reads a text from left to right: `parts` are what must hold, each with its place. Raises
    `TooComplexError`."""

    def __init__(self, text: str, today: dt.date | None) -> None:
        self.text = text
        self.today = today
        self.notes: list[Note] = []
        self.connectives: list[Span] = []
        self.in_small: list[Span] = []
        self.groups = [Group(0)]  # those that are open
        self.last: Lexeme | None = None  # that was read
        for lexeme in lexemes(text, today):
            self.read(lexeme)
            self.last = lexeme
        while len(self.groups) > 1:  # of several, a note on the first says it of all
            *_, outer, _last = self.groups
            remark = Remark.OPEN_PARENTHESIS if outer is self.groups[0] else None
            self.close_group(len(text), remark)
        self.end_operators(self.groups[0])
        self.groups[0].close()
        self.parts = self.groups[0].parts

    def read(self, lexeme: Lexeme) -> None:
        group = self.groups[-1]
        match lexeme.kind:
            case Kind.AND | Kind.OR:
                self.join(group, lexeme)
            case Kind.NOT:
                self.end_negation(group)
                group.negation = lexeme
            case Kind.OPEN:
                start, is_excluded = self.begin(group, lexeme)
                self.groups.append(Group(start, is_excluded, notes=len(self.notes)))
            case Kind.CLOSE:
                self.close_group(lexeme.end)
            case Kind.STRAY:
                self.note(Remark.NOT_OPENED, lexeme)
                self.connect(lexeme)
            case Kind.CRITERION:
                if criterion := self.understand(lexeme):
                    if self.last and group.alternatives and are_apart(self.last, lexeme):
                        group.joint = Lexeme(Kind.OR, lexeme.start, lexeme.start)
                    start, is_excluded = self.begin(group, lexeme)
                    self.add(group, ((criterion,),), is_excluded, (start, lexeme.end))

    def note(self, remark: Remark, lexeme: Lexeme) -> None:
        self.notes.append(Note(remark, self.text[lexeme.start : lexeme.end]))

    def begin(self, group: Group, lexeme: Lexeme) -> tuple[int, bool]:
        """Where a criterion or a group begins with its NOT, and whether it is excluded."""
        negation, group.negation = group.negation, None
        start = negation.start if negation else lexeme.start
        return start, lexeme.is_excluded or negation is not None

    def add(self, group: Group, found: Conjunction, is_excluded: bool, place: Span) -> None:
        joint, group.joint = group.joint, None
        if joint is None or joint.kind is Kind.AND:
            group.close()
            group.place = place
        group.place = (group.place[0], place[1])
        group.alternatives.append((found, is_excluded))
        if joint and joint.kind is Kind.AND:
            self.connect(joint)

    def connect(self, lexeme: Lexeme) -> None:
        """Keep the place of a lexeme without a meaning of its own, if it is between clauses."""
        if len(self.groups) == 1:
            self.connectives.append((lexeme.start, lexeme.end))

    def join(self, group: Group, lexeme: Lexeme) -> None:
        self.end_negation(group)
        if group.joint or not group.alternatives:
            self.note(Remark.NO_ALTERNATIVE, lexeme)
        if group.alternatives:
            group.joint = lexeme

    def close_group(self, end: int, remark: Remark | None = None) -> None:
        group = self.groups.pop()
        self.end_operators(group)
        group.close()
        found = tuple(dict.fromkeys(clause for _, part in group.parts for clause in part))
        if found:
            self.add(self.groups[-1], found, group.is_excluded, (group.start, end))
        elif len(self.notes) == group.notes:  # nothing in it has been noted
            remark = Remark.NO_WORD
        if remark:
            self.notes.append(Note(remark, self.text[group.start : end]))

    def end_operators(self, group: Group) -> None:
        """Note the operators after which nothing came."""
        self.end_negation(group)
        if group.joint:
            self.note(Remark.NO_ALTERNATIVE, group.joint)
            group.joint = None

    def end_negation(self, group: Group) -> None:
        if group.negation:
            self.note(Remark.NO_VALUE, group.negation)
            group.negation = None

    def understand(self, lexeme: Lexeme) -> Criterion | None:
        """The criterion that a lexeme means; None, with a note added, if there is nothing to look
        for."""
        value, field = lexeme.value.strip(), lexeme.field
        if not has_words(value):
            self.note(Remark.NO_VALUE if lexeme.name else Remark.NO_WORD, lexeme)
            return None
        if not lexeme.is_closed:
            self.note(Remark.NOT_CLOSED, lexeme)
        if lexeme.name and not field:
            self.note(Remark.NO_FIELD, lexeme)
        if lexeme.is_assumed:
            self.notes.append(Note(Remark.READ_AS_DATE, value, lexeme.days))
        is_phrase = lexeme.is_phrase
        if field is Field.DATE and not lexeme.days:
            self.notes.append(Note(why_no_days(value), value))
            field, is_phrase = Field.TEXT, True  # parts of a date would be another one
        if field is Field.DATE and not lexeme.is_assumed and are_customary(value):
            self.notes.append(Note(Remark.THESE_DAYS, value, lexeme.days))
        if value == "非" and not lexeme.is_phrase:
            self.notes.append(Note(Remark.NO_OPERATOR, value))
        if (
            value.upper() in CAPITALS
            and value not in CAPITALS
            and not (field or lexeme.is_phrase)
            and self.is_between(lexeme)
        ):
            self.notes.append(Note(Remark.LOWER_CASE, value))
            self.in_small.append((lexeme.start, lexeme.end))
        if lexeme.days and lexeme.days.is_reversed:
            self.notes.append(Note(Remark.REVERSED, value))
        if field is Field.TEXT and not is_phrase and are_unknown(value):
            self.notes.append(Note(Remark.UNKNOWN_DAYS, value))
        if field is Field.TEXT and not is_phrase and is_no_day(value):
            self.notes.append(Note(Remark.NO_SUCH_DAY, value))
            is_phrase = True  # 2022年2月 is another period
        found = Criterion(field, value, is_phrase, lexeme.days)
        if may_be_period(found, self.today):
            self.notes.append(Note(Remark.MAY_BE_DATE, value))
        return found

    def is_between(self, lexeme: Lexeme) -> bool:
        """Whether something stands before and after a lexeme; before NOT nothing needs to."""
        before, after = self.text[: lexeme.start].strip(), self.text[lexeme.end :].strip()
        return bool(after and (before or lexeme.value.upper() == "NOT"))


def are_apart(one: Lexeme, other: Lexeme) -> bool:
    """Whether two periods without a field have no day in common: 今天 昨天. No post can be of both,
    so whoever writes them side by side means either."""
    if not (one.is_assumed and other.is_assumed and one.days and other.days):
        return False
    return not have_days_in_common(one.days, other.days)


def why_no_days(value: str) -> Remark:
    """What to say of a value of the field of dates that is none."""
    if are_unknown(value):
        return Remark.UNKNOWN_DAYS
    return Remark.NO_SUCH_DAY if is_no_day(value, is_date=True) else Remark.NO_DATE


def has_words(value: str) -> bool:
    """Whether a value has anything to look for: signs alone, as % and ℃, would list the archive."""
    return any(map(str.isalnum, value)) and len(tokens(normalise(value))) > 0


def clauses_of(parts: list[tuple[Span, Conjunction]]) -> tuple[Clause, ...]:
    """The clauses that the parts of a query say. What several say is one clause."""
    return distinct(clause for place, found in parts for clause in clauses_at(place, found))


def with_slashes_apart(
    query: Query,
    today: dt.date | None,
    *,
    only_together: bool = False,
    is_name: Callable[[str], bool] = lambda _: False,
) -> Query:
    """The query with the words between slashes as alternatives, A股/港股, and a note on each such
    text; if `only_together`, only words in Han, 董事/副总经理, and only where they are beside other
    alternatives, or left out. Names and periods may also have 或 between them: 茅台或五粮液, and
    names other words around them: 茅台或五粮液业绩, 茅台/五粮液业绩."""

    said: list[Note] = []

    def meant(criterion: Criterion, place: Place) -> Conjunction:
        if not may_be_parted(criterion) or (only_together and place is Place.ALONE):
            return ((criterion,),)
        if place is Place.LEFT_OUT and (periods := periods_between(criterion, today)):
            sides = periods
        elif only_together or place is Place.LEFT_OUT:
            sides = SLASH.split(criterion.value)
        else:
            sides = sides_of(criterion, today, is_name)
        rest: list[str] = []
        if place is Place.ALONE and not all(map(is_name, sides)):
            named, words = names_within(criterion.value, is_name)
            if named and (words or len(sides) < 2):
                sides, rest = named, words
        if len(sides) < 2 or not all(map(has_words, sides)):
            return ((criterion,),)
        field = f"{CHINESE[criterion.field]}：" if criterion.field else ""
        apart = parse(field + " | ".join(sides), today)
        if [clause.is_excluded for clause in apart.clauses] != [False]:
            return ((criterion,),)
        said.extend(apart.notes)
        beside = ((replace(criterion, value=text),) for text in rest)
        return (apart.clauses[0].criteria, *beside)

    texts = [one for clause in query.clauses for one in clause.criteria if may_be_parted(one)]
    if not texts:
        return query
    clauses = with_fewer_alternatives(understood := reread(query, meant))
    left = {one.value for clause in understood for one in clause.criteria}
    notes = [Note(Remark.SLASH, one.value) for one in texts if one.value not in left] + said
    if clauses != understood:
        notes.append(Note(Remark.TOO_MANY))
    return replace(query, clauses=clauses, notes=tuple(dict.fromkeys((*query.notes, *notes))))


def sides_of(
    criterion: Criterion, today: dt.date | None, is_name: Callable[[str], bool]
) -> list[str]:
    """The words between the slashes of a text, the periods, which may have digits on both sides of
    a slash, 2022-03-04/2019年, or the names and periods with 或 between them."""

    if periods := periods_between(criterion, today):
        return periods
    others = OR.split(criterion.value)
    if all(is_name(one) or is_period(replace(criterion, value=one), today) for one in others):
        return others
    return LOOSE_SLASH.split(criterion.value)


def periods_between(criterion: Criterion, today: dt.date | None) -> list[str]:
    """The periods that a text consists of, with slashes or 或 between them; otherwise none."""
    for sides in (SIDE.findall(criterion.value), OR.split(criterion.value)):
        periods = [*with_parts_of_those_before(sides, today)]
        if all(is_period(replace(criterion, value=one), today) for one in periods):
            return periods
    return []


def names_within(text: str, is_name: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """The longest names beside each 或 of a text, or each slash, and what it has before and after
    these."""
    signs = OR if OR.search(text) else LOOSE_SLASH
    first, *middle, last = signs.split(text) if signs.search(text) else ("", "")
    starts = range(len(first) - SHORTEST_NAME + 1)
    start = next((start for start in starts if is_name(first[start:])), None)
    ends = range(len(last), SHORTEST_NAME - 1, -1)
    end = next((end for end in ends if is_name(last[:end])), None)
    if start is None or end is None or not all(map(is_name, middle)):
        return [], []
    rest = (first[:start], last[end:].removeprefix("的"))
    return [first[start:], *middle, last[:end]], [*filter(has_words, rest)]


def may_be_parted(criterion: Criterion) -> bool:
    """Whether it is a text with a slash or 或 between words; no address, nor one with a
    parenthesis: 减持（董事/高管）."""
    if criterion.field not in OF_TEXTS or criterion.is_phrase:
        return False
    is_plain = {*LEFT, *RIGHT}.isdisjoint(criterion.value) and not ADDRESS.search(criterion.value)
    has_slash = not {*SLASHES}.isdisjoint(criterion.value)
    return is_plain and (has_slash or bool(OR.search(criterion.value)))


def with_fewer_alternatives(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The clauses with `MAX_ALTERNATIVES` distinct alternatives between them: the first of each,
    then the second of each, and so on. The text of every post that the index finds may be searched
    for each alternative."""
    alternatives = [
        clause.criteria for clause in clauses if len(clause.criteria) > 1 and not clause.is_excluded
    ]
    by_turns = filter(None, chain.from_iterable(zip_longest(*alternatives)))
    kept = {*islice(dict.fromkeys(by_turns), MAX_ALTERNATIVES)}
    return tuple(
        replace(
            clause,
            criteria=tuple(one for one in clause.criteria if one in kept) or clause.criteria[:1],
        )
        if clause.criteria in alternatives
        else clause
        for clause in clauses
    )


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A word at the end of a text, or the value of a field, which begins at `start`."""

    field: Field
    value: str
    start: int


def unfinished(text: str) -> Unfinished | None:
    """The word, or the value of a field, that is being typed at the end of `text`, if there is
    one."""
    last = next(iter(deque(lexemes(text[:MAX_LENGTH]), maxlen=1)), None)
    if last is None or last.kind is not Kind.CRITERION or last.end < len(text):
        return None
    if last.is_phrase or last.field not in OF_TEXTS:
        return Unfinished(last.field, last.value, last.value_start)
    value = SLASH.split(last.value)[-1]
    return Unfinished(last.field, value, last.value_start + len(last.value) - len(value))
