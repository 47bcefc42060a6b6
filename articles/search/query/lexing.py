"""A query → lexemes: the criteria, operators and parentheses that it consists of."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from ...characters import HAN_RANGE
from ..text.normalise import fold
from .clauses import OF_TERMS, Days, Field
from .dates import parse_days, read_days, read_period, read_words
from .dates.ranges import Found
from .parentheses import Mark, marks
from .signs import (
    BEFORE_COMPARISON,
    BREAKS,
    CASHTAG_OF_CODE,
    CODE_ALONE,
    FIELD,
    ITEM_MARKS,
    LEFT,
    MINUS,
    OPENING_QUOTES,
    OPERATORS,
    OTHER_MINUS,
    PIPES,
    RIGHT,
    SEPARATORS,
    field_named,
    is_word,
    phrase_at,
)

PLUS: Final = "+＋"
AND_SIGNS: Final = "+＋&＆"
SLASHES: Final = "/／"
DOLLARS: Final = "$＄"
ASTERISKS: Final = "*＊"
SIGNS: Final = AND_SIGNS + SLASHES

#: A unit, or an order of magnitude, and no more: 亿元 and 月, but neither 年报 nor 万科.
UNIT: Final = (
    r"(?:[%％‰℃年月日号时倍亿万]|[亿万千百]?(?:[美港]?元|股|吨|手)|万亿元?|个?百分点|个?基点)"
    rf"(?![{HAN_RANGE}{SLASHES}])"
)
#: A slash between words in Han; not one before or after a single character or a currency: 元/吨,
#: 美元/盎司.
SLASH = re.compile(rf"(?<=[{HAN_RANGE}]{{2}})(?<![元币镑])[{SLASHES}](?=[{HAN_RANGE}]{{2}})")
#: A slash that parts alternatives where the text with it finds nothing: A股/港股, GDP/CPI. It has
#: two characters on each side, which 8小时/天 has not; and is not between digits, 12/31, except
#: beside a code: 600519/2022年3月. After a currency there is an amount: 20亿元/30亿元.
LOOSE_SLASH = re.compile(
    rf"(?<=[^\s{SLASHES}]{{2}})(?:(?<![元币镑])|(?=[{SLASHES}]\d))[{SLASHES}]"
    rf"(?:(?<!\d[{SLASHES}])|(?<=\d{{6}}[{SLASHES}])|(?!\d)|(?=\d{{6}}(?!\d)))"
    rf"(?=[^\s{SLASHES}]{{2}})"
)
#: A word, up to a parenthesis. A comma of thousands is part of a number, and so is a space before
#: a unit and within a date: 3 亿元, 12 月 28 日; and the mark in 3、4月 and 5、6日. Signs part Han
#: from Han, except slashes of which `SLASH` tells; and slashes what stands beside spaces or
#: quotation marks: 茅台/ 五粮液. An asterisk is one of *ST or of 2*660.
WORD = re.compile(
    rf"(?:[^{BREAKS}{SEPARATORS}{LEFT}{RIGHT}{AND_SIGNS}{SLASHES}{ASTERISKS}]"
    rf"|(?<=\d)[,，](?=\d{{3}}(?!\d))|(?<=[0-9０-９])[ \u3000](?={UNIT})"
    r"|(?:(?<=[0-9０-９]月)|(?<=[0-9０-９][ \u3000]月))[ \u3000](?=[0-9０-９]{1,2}[ \u3000]?[日号])"
    r"|(?<=[0-9])(?<![0-9]{3})、(?=(?:[0-9]{1,2}、){0,10}[0-9]{1,2}\s?[月日号])"
    r"|(?<=[一二三])、(?=第?[二三四]季度)"
    r"|(?<=[一二三四五六七八九十])、(?=(?:(?:[一二三四五六七八九]|十[一二]?)、){0,10}"
    r"(?:[一二三四五六七八九]|十[一二]?)月)"
    rf"|[{AND_SIGNS}](?![{HAN_RANGE}])|(?<![{HAN_RANGE}])[{AND_SIGNS}]"
    rf"|(?<=[^{BREAKS}])(?!{SLASH.pattern})[{SLASHES}](?=[^{BREAKS}])"
    rf"|[{ASTERISKS}](?=[SsＳｓ][TtＴｔ])|(?<=[0-9A-Za-z０-９])[{ASTERISKS}](?=[0-9A-Za-z０-９]))++"
)
CASHTAG = re.compile(CASHTAG_OF_CODE)
#: A code that may be one of several.
CODE = re.compile(rf"{CODE_ALONE}(?![\w.%％-])", re.IGNORECASE)
ITEM_MARK = re.compile(f"[{ITEM_MARKS}]")
DATES = re.compile(rf"[^{BREAKS}{LEFT}{RIGHT}]+")

#: A minus that is text: before a figure with a unit or a fraction (that of 1.600519, a symbol, is
#: a code), and before the letters that boards put after names.
TEXT_MINUS = re.compile(
    rf"[{MINUS}](?:\d(?:[\d,，]{{0,15}}|\d{{0,2}}(?: \d{{3}}){{1,4}})(?:[.．]\d{{1,4}}(?!\d)"
    r"|(?:[.．]\d{1,9})?\s?(?:[%％‰亿万千百元点倍度℃]|[美港欧日]元|个百分点|百分点|个?基点|pct|bps?))"
    r"|[UWVDBSPRZ]{1,3}(?![^\W_]))"
)
#: 来源：-财联社, 来源：NOT 财联社
EXCEPT = re.compile(rf"(?!{TEXT_MINUS.pattern})[{MINUS}]+(?=\w)|NOT\s+(?=\w)")
#: Names of fields of other search engines, which hold for the rest of a query.
OF_ALL_THAT_FOLLOWS: Final = ("allintitle", "allintext")
SIDES: Final = {**dict.fromkeys(("after", "since"), ">="), "before": "<", "until": "<="}
OPERATOR = re.compile(OPERATORS)
#: Signs are operators where they stand alone.
SIGN = re.compile(rf"(?:([&＆]{{1,2}}|[{PLUS}])|[{SLASHES}])(?=\s|$)")


class Kind(Enum):
    CRITERION = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()
    STRAY = auto()  # a parenthesis that closes nothing


KINDS: Final = {
    "AND": Kind.AND,
    "和": Kind.AND,
    "与": Kind.AND,
    "OR": Kind.OR,
    "或": Kind.OR,
    "或者": Kind.OR,
    "NOT": Kind.NOT,
}
OF_TEXTS: Final = (Field.TEXT, Field.TITLE)
MARKS: Final = {Mark.CLOSE: Kind.CLOSE, Mark.STRAY: Kind.STRAY}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """`text[start:end]` of a query. A criterion has a value, and a parenthesis that opens may have
    a field, for all that is in it.

    `name` is what the criterion's own field is called, if it has one. Days that are `is_assumed`
    have none before them.
    """

    kind: Kind
    start: int
    end: int
    value: str = ""
    value_start: int = 0  # where its quotation mark is, if it has one
    field: Field = Field.TEXT
    name: str = ""
    days: Days | None = None
    is_assumed: bool = False
    is_phrase: bool = False
    is_closed: bool = True
    is_excluded: bool = False


def lexemes(text: str, today: dt.date | None = None) -> Iterator[Lexeme]:
    """The lexemes of `text` in order. A field, and a minus before it, holds for the alternatives
    to its value that name no field; a field for all in parentheses. A minus holds for all of what
    is written as one word, too: -600519/000858."""
    lexer = Lexer(text, today)
    position = 0
    fields = [Field.TEXT]  # of the parentheses that are open
    last: Lexeme | None = None
    field, is_excluded = Field.TEXT, False  # of the criterion before
    is_assumed = False  # whether it is a period without a field
    joined = -1  # where an alternative of it may begin
    is_one_word = False  # whether that is written as one word with it
    while (position := lexer.next_place(position, last)) < len(text):
        found = lexer.operator(position, last)
        if found is None and position == joined:
            found = lexer.term(position, lexer.shared(field, position) or fields[-1])
            if not found.name and (field or is_one_word):
                found = replace(
                    found,
                    is_excluded=found.is_excluded or is_excluded,
                    is_assumed=found.is_assumed or (is_assumed and found.days is not None),
                )
        elif found is None:
            found = lexer.term(position, fields[-1])
        yield found
        if found.kind is Kind.OR and last is not None and last.kind is not Kind.OR:
            joined = lexer.next_place(found.end, found)
            is_one_word = last.end == found.start and joined == found.end
            is_one_word &= text[found.start] in ITEM_MARKS
        match found.kind:
            case Kind.OPEN:
                fields.append(found.field)
            case Kind.CLOSE:
                field = fields.pop() if len(fields) > 1 else Field.TEXT
                is_excluded = False
            case Kind.CRITERION:
                field, is_assumed = found.field, found.is_assumed
                is_excluded = found.is_excluded or (last is not None and last.kind is Kind.NOT)
        if fold(found.name) in OF_ALL_THAT_FOLLOWS:
            fields[-1] = found.field
        last, position = found, found.end


class Lexer:
    def __init__(self, text: str, today: dt.date | None) -> None:
        self.text = text
        self.today = today
        self.marks = marks(text)

    def next_place(self, position: int, last: Lexeme | None) -> int:
        """The place where the next lexeme begins, after `last`."""
        return position if self.is_item_mark(position, last) else self.skip(position)

    def shared(self, field: Field, position: int) -> Field:
        """The field of an alternative at `position`, if the one before it has this field and it
        names none: that of dates only if it is one."""
        is_date = field is Field.DATE
        if is_date and not read_days(self.text, position, self.today):
            return Field.TEXT
        return field

    def is_item_mark(self, position: int, last: Lexeme | None) -> bool:
        """Whether there is a mark at `position` between two values of a field, 来源：A、B, or two
        codes. After a date there must be another one."""
        text, after = self.text, position + 1
        if text[position:after] not in (*ITEM_MARKS,) or last is None or last.end != position:
            return False
        field = last.field if last.kind is Kind.CRITERION else Field.TEXT
        if field is Field.TEXT and CODE.fullmatch(last.value):
            return not last.is_phrase and CODE.match(text, after) is not None
        if field is Field.DATE:
            return read_days(text, after, self.today) is not None
        named = self.read_field(after)[0]
        begins = is_word(text, after) or text[after : after + 1] in (*OPENING_QUOTES,)
        return field in OF_TERMS and begins and named in (None, field)

    def skip(self, position: int) -> int:
        """The place after spaces, separators, and asterisks of which words need none."""
        text = self.text
        while position < len(text):
            letter = text[position]
            if letter in ASTERISKS:
                is_alone = not is_word(text, position - 1) and not is_word(text, position + 1)
                if is_alone or WORD.match(text, position):
                    break
            elif OTHER_MINUS.match(text, position) or not (
                letter.isspace() or letter in SEPARATORS
            ):
                break
            position += 1
        return position

    def operator(self, position: int, last: Lexeme | None) -> Lexeme | None:
        """The operator or closing parenthesis at `position`, after `last`."""
        text, letter = self.text, self.text[position]
        if (mark := self.marks.get(position)) in MARKS:
            return Lexeme(MARKS[mark], position, position + 1)
        if self.is_item_mark(position, last):
            return Lexeme(Kind.OR, position, position + 1)
        if letter in PIPES:
            is_double = text[position + 1 : position + 2] == letter
            return Lexeme(Kind.OR, position, position + 1 + is_double)
        if match := SIGN.match(text, position):
            return Lexeme(Kind.AND if match[1] else Kind.OR, position, match.end())
        if letter in SIGNS and not WORD.match(text, position):
            return Lexeme(Kind.OR if letter in SLASHES else Kind.AND, position, position + 1)
        if match := OPERATOR.match(text, position):
            is_capital, end = match[0].isascii(), match.end()
            follows = last is not None and last.kind in (Kind.CRITERION, Kind.CLOSE)
            if self.is_apart(end) and (is_capital or (follows and self.continues(end))):
                return Lexeme(KINDS[match[0]], position, end)
        return None

    def is_apart(self, position: int) -> bool:
        """Whether there is no word at `position`."""
        return not is_word(self.text, position) and (
            self.text[position : position + 1] not in (*LEFT, *RIGHT) or position in self.marks
        )

    def continues(self, position: int) -> bool:
        """Whether a criterion comes after `position`."""
        position = self.skip(position)
        return (
            position < len(self.text)
            and self.text[position] not in PIPES
            and self.marks.get(position) not in MARKS
        )

    def term(self, start: int, field: Field) -> Lexeme:
        """The criterion that begins at `start`, or the parenthesis that opens there; of `field`
        unless one is named."""
        text, position = self.text, start
        if not TEXT_MINUS.match(text, start):
            while position < len(text) and text[position] in MINUS:
                position += 1
        if match := OTHER_MINUS.match(text, start):
            position = match.end()
        is_excluded = position > start
        following = text[position + 1 : position + 2]
        if text[position : position + 1] in (*PLUS,) and (
            following.isalpha() or following in (*OPENING_QUOTES, *LEFT)
        ):
            position += 1  # +word, which other search engines know: it must be there
        named, name, position = self.read_field(position)
        if name and (match := EXCEPT.match(text, position)):
            is_excluded, position = True, match.end()
        found = Lexeme(
            Kind.CRITERION,
            start,
            position,
            value_start=position,
            field=field if named is None else named,
            name=name,
            is_excluded=is_excluded,
        )
        if self.marks.get(position) is Mark.OPEN:
            return replace(found, kind=Kind.OPEN, end=position + 1)
        if position < len(text) and text[position] in OPENING_QUOTES:
            return self.phrase(found)
        if found.field is Field.DATE and (dates := self.dates(position, name)):
            value = text[position : dates.end]
            from_or_until = SIDES.get(fold(name), "") + value
            if dates.days == parse_days(from_or_until, self.today):
                value = from_or_until
            return replace(found, end=dates.end, value=value, days=dates.days)
        if not (found.field or name) and (period := read_period(text, position, self.today)):
            value, days = text[position : period.end], period.days
            return replace(
                found, end=period.end, value=value, field=Field.DATE, days=days, is_assumed=True
            )
        if not (found.field or name) and (words := read_words(text, position, self.today)):
            return replace(found, end=words.end, value=text[position : words.end])
        return self.word(found)

    def dates(self, position: int, name: str) -> Found | None:
        """The days at `position` after the name of a field: of after: and before:, from them on or
        until before them."""
        sign = SIDES.get(fold(name), "")
        found = sign and read_days(sign + self.text[position:], 0, self.today)
        if found:
            return replace(found, end=found.end - len(sign) + position)
        return read_days(self.text, position, self.today)

    def read_field(self, start: int) -> tuple[Field | None, str, int]:
        """The field that is named at `start`, its name, and where its value begins: also after a
        space, unless another field follows, or an operator."""
        match = FIELD.match(self.text, start)
        field = field_named(match[1]) if match else None
        if field is None and (match := BEFORE_COMPARISON.match(self.text, start)):
            is_date = field_named(match[1]) is Field.DATE
            field = Field.DATE if is_date and self.dates(match.end(), match[1]) else None
        if match is None or field is None:
            return None, "", start
        position, value = match.end(), self.after_spaces(match.end())
        if value > position and (
            value == len(self.text)
            or self.text[value] in PIPES + MINUS
            or self.marks.get(value) in MARKS
            or ((after := FIELD.match(self.text, value)) and field_named(after[1]) is not None)
        ):
            value = position
        return field, match[1], value

    def after_spaces(self, position: int) -> int:
        while position < len(self.text) and self.text[position].isspace():
            position += 1
        return position

    def phrase(self, found: Lexeme) -> Lexeme:
        begin, last, end = phrase_at(self.text, found.value_start)
        value = self.text[begin:last]
        days = parse_days(value, self.today) if found.field is Field.DATE else None
        return replace(found, end=end, value=value, days=days, is_phrase=True, is_closed=last < end)

    def cashtag_or_listed_code(self, start: int) -> re.Match[str] | None:
        """A cashtag at `start`, which may have spaces, or a code before a mark and another."""
        if match := CASHTAG.match(self.text, start):
            return match
        match = CODE.match(self.text, start)
        if match and self.text[match.end() : match.end() + 1] in (*ITEM_MARKS,):
            return match if CODE.match(self.text, match.end() + 1) else None
        return None

    def cashtag_within(self, start: int, end: int) -> int | None:
        """Where a cashtag begins in a word: 减持$万 科A(SZ000002)$."""
        signs = (place for place in range(start + 1, end) if self.text[place] in DOLLARS)
        return next((place for place in signs if CASHTAG.match(self.text, place)), None)

    def is_slash_of(self, field: Field, position: int) -> bool:
        """Whether a text goes on after a slash: 董事/副总经理, but not 茅台/来源：财联社."""
        is_slash = field in OF_TEXTS and SLASH.match(self.text, position)
        return bool(is_slash) and self.read_field(position + 1)[0] is None

    def word(self, found: Lexeme) -> Lexeme:
        pattern = DATES if found.field is Field.DATE else WORD
        start = end = found.value_start
        if found.field is Field.TEXT and (match := self.cashtag_or_listed_code(start)):
            return replace(found, end=match.end(), value=match[0])
        while True:
            if match := pattern.match(self.text, end):
                end = match.end()
            if found.field is Field.TEXT and (tag := self.cashtag_within(start, end)):
                end = tag
                break
            if found.field is Field.CODE and (mark := ITEM_MARK.search(self.text, start, end)):
                end = mark.start()
                break
            is_parenthesis = self.text[end : end + 1] in (*LEFT, *RIGHT) and end not in self.marks
            if not (is_parenthesis or self.is_slash_of(found.field, end)):
                break
            end += 1
        value = self.text[start:end]
        while self.text[end : end + 1] in (*ASTERISKS,) and not WORD.match(self.text, end):
            end += 1
        days = parse_days(value, self.today) if found.field is Field.DATE else None
        return replace(found, end=max(end, found.start + 1), value=value, days=days)
