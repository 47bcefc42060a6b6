"""Which parentheses of a query group words: the others belong to words, as in 光大银行(601818)."""

import re
from enum import Enum, auto
from typing import Final

from .signs import (
    CODE_ALONE,
    DASHES,
    FIELD_BEFORE,
    LEFT,
    MINUS,
    OPENING_QUOTES,
    OPERATORS,
    PIPES,
    RIGHT,
    field_named,
    is_word,
    phrase_at,
)

OPERATOR = re.compile(rf"(?:{OPERATORS})(?=[\s{LEFT}]|$)|[{MINUS}](?=[^\W\d_])")
OPERATOR_BEFORE = re.compile(rf"(?:^|[\s{LEFT}])(?:AND|OR|NOT)$")
#: Or that of a board; and beside a name, one of four digits or five needs no market.
CODE = re.compile(rf"{CODE_ALONE}|BK[0-9]{{4}}|[0-9]{{4,5}}", re.IGNORECASE)
LONGEST_FIELD: Final = 13  # characters before a parenthesis that are looked at


class Mark(Enum):
    OPEN = auto()
    CLOSE = auto()
    STRAY = auto()  # closes nothing


def marks(text: str) -> dict[int, Mark]:
    """The places of the parentheses that are no text. What is opened and not closed goes to the
    end of the text."""
    found: dict[int, Mark] = {}
    opened: list[tuple[int, int]] = []  # where, and how many operators stood before it
    operators = position = 0
    begins = True  # whether a word may begin here
    while position < len(text):
        letter = text[position]
        if letter in OPENING_QUOTES:
            position = phrase_at(text, position)[-1]
            begins = True
            continue
        if letter in LEFT:
            opened.append((position, operators))
        elif letter in RIGHT and opened:
            start, before = opened.pop()
            if groups(text, start, position, has_operator=operators > before):
                found |= {start: Mark.OPEN, position: Mark.CLOSE}
        elif letter in RIGHT:
            if not (is_word(text, position - 1) and is_word(text, position + 1)):
                found[position] = Mark.STRAY
        elif letter in PIPES or (begins and OPERATOR.match(text, position)):
            operators += 1
        begins = letter.isspace() or letter in LEFT
        position += 1
    return found | {start: Mark.OPEN for start, _ in opened if not touches(text, start)}


def groups(text: str, start: int, end: int, *, has_operator: bool) -> bool:
    """Whether the parentheses at `start` and `end` group words."""
    if has_operator or is_value(text, start):
        return True
    is_code = bool(CODE.fullmatch(text[start + 1 : end].strip()))
    return not (is_code or touches(text, start) or is_word(text, end + 1))


def is_value(text: str, start: int) -> bool:
    """Whether what begins at `start` is the value of a field."""
    field = FIELD_BEFORE.search(text[max(0, start - LONGEST_FIELD) : start])
    return bool(field and field_named(field[1]) is not None)


def touches(text: str, start: int) -> bool:
    """Whether the parenthesis at `start` follows a word directly."""
    before = start - 1
    while before >= 0 and text[before] in MINUS + DASHES:
        before -= 1
    return (
        is_word(text, before)
        and not is_value(text, start)
        and not OPERATOR_BEFORE.search(text[max(0, start - 4) : start])
    )
