"""Characters that XML cannot hold (XML 1.0, 2.2): one in a post breaks every feed that lists it.

Word leaves some in texts that are pasted, and references such as `&#11;` name them. They are taken
out where text comes in, by imports and from forms and queries, so that nothing has to look for them
where it goes out.
"""

import re
from typing import Final

#: As in a class of a regular expression: controls except tab and line ends, halves of a
#: character, and code points that Unicode says are not characters.
FORBIDDEN: Final = r"\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
FORBIDDEN_ONE: Final = re.compile(f"[{FORBIDDEN}]")


def clean(text: str) -> str:
    return FORBIDDEN_ONE.sub("", text)
