"""The signs and names that have a meaning in queries."""

import re
from typing import Final

from ..text.normalise import fold
from .clauses import FIELDS, Field

OPENING_QUOTES: Final = '"＂“”「『'
CLOSING_QUOTES: Final = {'"': '"＂”', "＂": '"＂”', "“": '”"＂“', "”": "”“", "「": "」", "『": "』"}
LEFT: Final = "(（"
RIGHT: Final = ")）"
PIPES: Final = "|｜"
MINUS: Final = "-－"
SEPARATORS: Final = "，、；。！？,;!?"
EITHER: Final = "或者?"
OPERATORS: Final = f"AND|OR|NOT|和|与|{EITHER}"
DASHES: Final = "–—―─"
#: What people type for a minus: the ! of programs, and a single dash; ——, the Chinese one, is part
#: of headlines. It stands after a space and before a word, not before a figure: —3%.
OTHER_MINUS = re.compile(rf"(?<=\s)[!！{DASHES}](?=[^\W\d_]|[{OPENING_QUOTES}{LEFT}])")

#: A word ends at one of these. It may contain parentheses, see `parentheses.marks`.
BREAKS: Final = rf"\s{PIPES}{OPENING_QUOTES}"
ITEM_MARKS: Final = "、,，/／"  # between the values of a field
NAME: Final = rf"([^{BREAKS}{SEPARATORS}{LEFT}{RIGHT}{MINUS}:：=＝]{{2,10}})\s?[:：=＝]"
FIELD = re.compile(NAME)
#: As programs write it: date>2022-03, 日期>=2022年3月.
BEFORE_COMPARISON = re.compile(r"(\w{2,10})\s?(?=[<>＜＞≤≥])")
FIELD_BEFORE = re.compile(rf"{NAME}\s?$")

#: 600519, SZ000858, 000858.SZ, 00700.HK: what is hardly anything else than the code of a security.
#: `models.symbol_parts` reads more, also what may be text.
CODE_ALONE: Final = r"(?:(?:SH|SZ|BJ)?[0-9]{6}(?:\.?(?:SH|SS|SZ|BJ))?|HK[0-9]{4,5}|[0-9]{4,5}\.?HK)"
#: $万 科A(SZ000002)$, or 万科A（000002，股吧） as Hexun writes it.
CASHTAG_OF_CODE: Final = (
    rf"(?:(?P<sign>[$＄])[^$＄()（）\n]{{1,40}}|(?P<name>[^{BREAKS}{SEPARATORS}$＄()（）]{{1,40}}))"
    r"[(（]\s?(?P<code>[0-9A-Za-z.]{1,12})\s?(?(sign)[)）][$＄]|[,，]\s?股吧\s?[)）])"
)

#: Fields of other search engines, by which nothing can be looked for here.
FOREIGN: Final = frozenset(
    "site inurl allinurl intext allintext inanchor filetype ext link related cache url domain host "
    "lang language filter has is min_faves loc location define daterange".split()
)


def field_named(name: str) -> Field | None:
    """The field of a name; that of text for a field of another search engine."""
    name = fold(name)
    return Field.TEXT if name in FOREIGN else FIELDS.get(name)


def phrase_at(text: str, start: int) -> tuple[int, int, int]:
    """Where the phrase that the quotation mark at `start` opens begins, where it ends, and where
    the mark that closes it ends. Marks may be doubled: ““茅台””, or only one of them: ““茅台”."""
    closing = CLOSING_QUOTES[text[start]]
    begin = start + 1
    while text[begin : begin + 1] == text[start]:
        begin += 1
    if not is_word(text, begin):  # nothing is in the marks: ""
        begin = start + 1
    last = next((i for i in range(begin, len(text)) if text[i] in closing), len(text))
    end = min(last + 1, len(text))
    while end - last < begin - start and text[end : end + 1] in (*closing,):
        end += 1
    return begin, last, end


def is_word(text: str, place: int) -> bool:
    """Whether there is a part of a word at `place`."""
    signs = PIPES + OPENING_QUOTES + LEFT + RIGHT + SEPARATORS
    return 0 <= place < len(text) and not (text[place].isspace() or text[place] in signs)
