"""Characters that XML cannot hold (XML 1.0, 2.2): one in a post breaks every feed that lists it.
And those that nobody sees: a name has none of them.

Word leaves some in texts that are pasted, and references such as `&#11;` name them. They are taken
out where text comes in, by imports and from forms and queries, so that nothing has to look for them
where it goes out.
"""

import re
from typing import Final

#: As in a class of a regular expression: controls except tab and line ends, halves of a
#: character, and code points that Unicode says are not characters.
FORBIDDEN: Final = r"\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
#: Characters that fonts do not draw: soft hyphen, zero-width and directional marks, BOM.
INVISIBLE: Final = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
#: Han, likewise: in the blocks in which nearly all that is written is.
HAN_RANGE: Final = r"\u3400-\u9fff"
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
FORBIDDEN_ONE: Final = re.compile(f"[{FORBIDDEN}]")


def clean(text: str) -> str:
    return FORBIDDEN_ONE.sub("", text)


def clean_value(text: str) -> str:
    """What somebody asks for, clean. If nothing is left, U+FFFD stands for it: nothing at all would
    ask for everything."""
    return clean(text) or (text and REPLACEMENT)


def letters(text: str) -> str:
    """The letters and digits of a text, without what stands between them."""
    return "".join(filter(str.isalnum, text))


def as_name(text: str) -> str:
    """A name in one line, of characters that are seen."""
    return " ".join(clean(text).translate(INVISIBLE).split())
