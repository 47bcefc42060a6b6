"""What exchanges put before and after the names of securities. Names are normalised."""

import re
from typing import Final

#: For a day or for years: special treatment, ex dividend, new.
PREFIX = re.compile(r"\*?s?\*?st|x[dr]|dr|[ncsu](?=[\u4e00-\u9fff])")
SPECIAL = re.compile(r"\*?st")
#: Shares that have a mark after the name: 中芯国际-U.
MARKED: Final = r"-(?:uw|wd|sw|[a-d]|u|w|s|r|p)"
#: Share classes and notices after a name: 万科A, 海航控股(退).
SUFFIX = re.compile(rf"(?:{MARKED}|[ab]|\(退\)|退)$")
MARK_AFTER = re.compile(rf"{MARKED}$")


def without_marks(name: str) -> str:
    """A name without what an exchange adds to it, as in ST众和 and 中芯国际-U. Letters of classes
    stay: 万科A."""
    prefix = PREFIX.match(name)
    return MARK_AFTER.sub("", name[prefix.end() :] if prefix else name)


def marks_around(name: str) -> tuple[str, str]:
    """What an exchange adds before and after a name: -u of 中芯国际-U, a of 万科A."""
    prefix, suffix = PREFIX.match(name), SUFFIX.search(name)
    return prefix[0] if prefix else "", suffix[0] if suffix else ""
