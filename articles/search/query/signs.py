"""The signs and names that have a meaning in queries."""

import re
from typing import Final

from ..text.normalise import fold
from .clauses import FIELDS, Field

OPENING: Final = '"＂“”「『'
CLOSING: Final = {'"': '"＂”', "＂": '"＂”', "“": '”"＂“', "”": "”“", "「": "」", "『": "』"}
LEFT: Final = "(（"
RIGHT: Final = ")）"
BARS: Final = "|｜"
MINUS: Final = "-－"
SEPARATORS: Final = "，、；。！？,;!?"

#: A word ends at one of these. It may contain parentheses, see `parentheses.marks`.
BREAKS: Final = rf"\s{BARS}{OPENING}"
NAME: Final = rf"([^{BREAKS}{SEPARATORS}{LEFT}{RIGHT}{MINUS}:：]{{2,10}})[:：]"
FIELD = re.compile(NAME)
FIELD_BEFORE = re.compile(rf"{NAME}\s?$")

#: Fields of other search engines, by which nothing can be looked for here.
FOREIGN: Final = frozenset(
    "site inurl allinurl intext allintext inanchor filetype link related cache".split()
)


def field_named(name: str) -> Field | None:
    """The field of a name; that of text for a field of another search engine."""
    name = fold(name)
    return Field.TEXT if name in FOREIGN else FIELDS.get(name)


def phrase_at(text: str, start: int) -> tuple[int, int]:
    """Where the phrase ends that the quotation mark at `start` opens: its last character, and the
    mark that closes it, if there is one."""
    closing = CLOSING[text[start]]
    end = next((i for i in range(start + 1, len(text)) if text[i] in closing), len(text))
    return end, min(end + 1, len(text))


def is_word(text: str, place: int) -> bool:
    """Whether there is a part of a word at `place`."""
    signs = BARS + OPENING + LEFT + RIGHT + SEPARATORS
    return 0 <= place < len(text) and not (text[place].isspace() or text[place] in signs)
