"""What a reader types → clauses. Parsing never fails: what makes no sense is searched as text,
and a note says so.

    word word            both
    word | word          either; OR does too
    -word                without
    "a phrase"           with its spaces; also “…” 「…」 『…』
    title:word           in a field; also in Chinese, and with a full-width colon
    date:2022-01..2022-03

Spaces, colons, bars, hyphens and quotation marks may be full-width. Marks that separate items or
sentences also separate words, except inside quotation marks: 茅台、五粮液 are two words.
"""

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from .text.normalise import normalise
from .text.tokens import tokens

MAX_LENGTH: Final = 256  # characters


class Field(StrEnum):
    TEXT = ""
    TITLE = "title"
    SOURCE = "source"
    CATEGORY = "category"
    TAG = "tag"
    CODE = "code"
    DATE = "date"


CHINESE: Final = {  # names of fields, normalised
    Field.TITLE: "标题",
    Field.SOURCE: "来源",
    Field.CATEGORY: "分类",
    Field.TAG: "标签",
    Field.CODE: "代码",
    Field.DATE: "日期",
}
FIELDS: Final = {name: field for field, name in CHINESE.items()} | {
    field.value: field for field in CHINESE
}


class Remark(StrEnum):
    """Why a part of a query was not understood as it was written."""

    TOO_LONG = "too long"
    NOT_CLOSED = "not closed"
    NO_WORD = "no word"
    NO_VALUE = "no value"
    NO_DATE = "no date"
    NO_ALTERNATIVE = "no alternative"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Note:
    remark: Remark
    text: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included; None leaves the period open."""

    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """What to look for in a field. `value` is as written, without quotation marks."""

    field: Field
    value: str
    is_phrase: bool = False
    days: Days | None = None

    @property
    def normalised(self) -> str:
        return normalise(" ".join(self.value.split()))


@dataclass(frozen=True, slots=True)
class Clause:
    """A post must meet at least one of the criteria; if the clause is excluded, it must meet none.
    The clause is `text[start:end]` of the query."""

    criteria: tuple[Criterion, ...]
    is_excluded: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A query, as written and as understood. A post must meet every clause."""

    text: str
    clauses: tuple[Clause, ...] = ()
    notes: tuple[Note, ...] = ()

    def without(self, clause: Clause) -> str:
        """The query's text without one clause."""
        return " ".join(f"{self.text[: clause.start]} {self.text[clause.end :]}".split())

    @property
    def words(self) -> tuple[str, ...]:
        """The normalised text of every criterion that is looked for in titles or texts."""
        return tuple(
            dict.fromkeys(
                criterion.normalised
                for clause in self.clauses
                if not clause.is_excluded
                for criterion in clause.criteria
                if criterion.field in (Field.TEXT, Field.TITLE)
            )
        )

    @property
    def only_criterion(self) -> Criterion | None:
        """The criterion of a query that has only one, not excluded."""
        match self.clauses:
            case [Clause(criteria=(criterion,), is_excluded=False)]:
                return criterion
        return None


OPENING: Final = '"＂“”「『'
CLOSING: Final = {'"': '"＂”', "＂": '"＂”', "“": '”"＂“', "”": "”“", "「": "」", "『": "』"}
BARS: Final = "|｜"
MINUS: Final = "-－"
SEPARATORS: Final = "，、；。！？,;!?"

#: A word ends at a space, a bar, a quotation mark or a separator. A comma between digits is part of
#: a number.
BREAKS: Final = rf"\s{BARS}{OPENING}"
WORD = re.compile(rf"(?:[^{BREAKS}{SEPARATORS}]|(?<=\d),(?=\d))+")
DATES = re.compile(rf"[^{BREAKS}]+")  # an input method may write two full stops as 2022。。2023
FIELD = re.compile(rf"([^{BREAKS}:：]{{2,8}})[:：]")


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A part of the text: a criterion, a bar, or a minus sign with nothing after it."""

    start: int
    end: int
    value: str = ""
    value_start: int = 0  # where its quotation mark is, if it has one
    field: Field = Field.TEXT
    is_phrase: bool = False
    is_closed: bool = True
    is_excluded: bool = False
    is_bar: bool = False


def parse(text: str) -> Query:
    """Understand as much of `text` as makes sense, and note the rest."""
    notes: list[Note] = []
    text = text.replace("\0", " ").encode(errors="replace").decode()  # PostgreSQL takes neither
    if len(text) > MAX_LENGTH:
        text = text[:MAX_LENGTH]
        notes.append(Note(Remark.TOO_LONG))
    clauses: list[Clause] = []
    joins = False  # whether a bar comes before the next criterion
    for lexeme in lexemes(text):
        if lexeme.is_bar:
            if not clauses or joins:
                notes.append(Note(Remark.NO_ALTERNATIVE, text[lexeme.start : lexeme.end]))
            joins = bool(clauses)
            continue
        if not lexeme.is_closed:
            notes.append(Note(Remark.NOT_CLOSED, text[lexeme.start : lexeme.end]))
        criterion = understand(lexeme, notes, text[lexeme.start : lexeme.end])
        if criterion is None:
            continue
        if joins and clauses[-1].is_excluded == lexeme.is_excluded:
            clauses[-1] = replace(
                clauses[-1], criteria=(*clauses[-1].criteria, criterion), end=lexeme.end
            )
        else:
            clauses.append(Clause((criterion,), lexeme.is_excluded, lexeme.start, lexeme.end))
        joins = False
    if joins:
        notes.append(Note(Remark.NO_ALTERNATIVE, "|"))
    if text.strip() and not clauses and not notes:
        notes.append(Note(Remark.NO_WORD, text.strip()))
    return Query(text, tuple(clauses), tuple(dict.fromkeys(notes)))


def lexemes(text: str) -> Iterator[Lexeme]:
    position = 0
    while position < len(text):
        letter = text[position]
        if letter.isspace() or letter in SEPARATORS:
            position += 1
        elif letter in BARS or re.match(r"OR(?=\s|$)", text[position:]):
            end = position + (1 if letter in BARS else 2)
            yield Lexeme(position, end, is_bar=True)
            position = end
        else:
            lexeme = read_lexeme(text, position)
            yield lexeme
            position = lexeme.end


def read_lexeme(text: str, start: int) -> Lexeme:
    """The criterion that begins at `start`."""
    position = start
    while position < len(text) and text[position] in MINUS:
        position += 1
    is_excluded = position > start
    field, position = read_field(text, position)
    if position < len(text) and text[position] in OPENING:
        opened = position + 1
        closing = CLOSING[text[position]]
        end = next((i for i in range(opened, len(text)) if text[i] in closing), len(text))
        return Lexeme(
            start,
            min(end + 1, len(text)),
            text[opened:end],
            position,
            field,
            is_phrase=True,
            is_closed=end < len(text),
            is_excluded=is_excluded,
        )
    word = (DATES if field is Field.DATE else WORD).match(text, position)
    end = word.end() if word else position
    return Lexeme(start, end, text[position:end], position, field, is_excluded=is_excluded)


def read_field(text: str, start: int) -> tuple[Field, int]:
    """The field that is named at `start`, and where its value begins: also after a space, unless
    another field follows."""
    match = FIELD.match(text, start)
    field = FIELDS.get(normalise(match[1])) if match else None
    if match is None or field is None:
        return Field.TEXT, start
    value = len(text) - len(text[match.end() :].lstrip())
    if value < len(text) and text[value] not in BARS and not read_field(text, value)[0]:
        return field, value
    return field, match.end()


def understand(lexeme: Lexeme, notes: list[Note], written: str) -> Criterion | None:
    """The criterion that a lexeme means; None, with a note added, if there is nothing to look
    for."""
    value, field = lexeme.value.strip(), lexeme.field
    if not value or not len(tokens(normalise(value))):
        notes.append(Note(Remark.NO_VALUE if field else Remark.NO_WORD, written))
        return None
    if field is Field.DATE:
        if days := parse_days(value):
            return Criterion(field, value, lexeme.is_phrase, days)
        notes.append(Note(Remark.NO_DATE, value))
        field = Field.TEXT
    return Criterion(field, value, lexeme.is_phrase)


DATE = re.compile(
    r"(\d{4})(?:年|(?:[-/.]|年)(\d{1,2})(?:月|(?:[-/.]|月)(\d{1,2})日?)?)?"
    r"|(\d{4})(\d{2})(\d{2})?",
    re.ASCII,
)
RANGE = re.compile(r"\.{2,}|。{2,}|~|至")


def parse_days(value: str) -> Days | None:
    """2022, 2022-01, 202201, 2022-01-29, 2022年1月29日, a..b, ..b or a..; None for anything
    else."""
    match RANGE.split("".join(unicodedata.normalize("NFKC", value).split())):
        case [date]:
            return parse_date(date)
        case [left, right]:
            start, end = parse_date(left), parse_date(right)
            if (left and not start) or (right and not end) or not (start or end):
                return None
            if start and end and start.first > end.last:
                start, end = end, start  # written the wrong way round
            return Days(start.first if start else None, end.last if end else None)
    return None


@dataclass(frozen=True, slots=True)
class Period(Days):
    """A day, a month or a year."""

    first: dt.date
    last: dt.date


def parse_date(value: str) -> Period | None:
    match = DATE.fullmatch(value)
    if not match:
        return None
    year, month, day = (int(part or 0) for part in match.groups()[0 if match[1] else 3 :][:3])
    try:
        if not match[2] and not match[5]:
            return Period(dt.date(year, 1, 1), dt.date(year, 12, 31))
        if not match[3] and not match[6]:
            return Period(dt.date(year, month, 1), dt.date(year, month, monthrange(year, month)[1]))
        return Period(dt.date(year, month, day), dt.date(year, month, day))
    except ValueError:  # 2022-13, 2022-02-30, year 0
        return None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A field at the end of a text, and its value so far, which begins at `start`."""

    field: Field
    value: str
    start: int


def unfinished(text: str) -> Unfinished | None:
    """The field whose value is being typed at the end of `text`, if there is one."""
    last = next(iter(deque(lexemes(text[:MAX_LENGTH]), maxlen=1)), None)
    if last is None or not last.field or last.end < len(text):
        return None
    return Unfinished(last.field, last.value, last.value_start)
