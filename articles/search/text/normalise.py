"""Text as search compares it: without differences of width, case, script and spelling.

`normalise` is applied to indexed texts and to queries, in two stages: `fold` sets width, case and
script aside, and `spelling` what else readers call the same. Both look at characters and their
neighbours, never at phrases as a full conversion of traditional Chinese would. So a part of a text
normalises to a part of the normalised text, and what contained a word still contains it.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import opencc

from ...characters import INVISIBLE
from .spelling import MARK, of_japan, other_spellings, spelled, without_signs, without_signs_aligned

# Where each UTF-16 unit becomes one unit, whatever its neighbours: ASCII and Latin-1, punctuation,
# shapes, kana without combining marks, Han, full-width forms. Nearly every post has no others.
SIMPLE = [
    range(0x20, 0xA8),
    range(0xB7, 0xB8),
    range(0xD7, 0xD8),
    range(0x2010, 0x2024),
    range(0x2030, 0x2033),
    range(0x2500, 0x2600),
    range(0x3000, 0x302A),
    range(0x3041, 0x3097),
    range(0x30A0, 0x30FF),
    range(0x3400, 0x3E07),
    range(0x3E08, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xFF01, 0xFF5F),
    range(0x09, 0x0B),
]
# What combines with the character before it: marks, the vowels and finals of Hangul.
COMBINING = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u093c\u09bc\u1161-\u11ff"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f"
)
SIMPLE_CLASS = "".join(rf"\u{units[0]:04x}-\u{units[-1]:04x}" for units in SIMPLE)
#: What conversion by phrase wrongly takes for 着 and for 帐.
WRITTEN = re.compile("[土原名巨显顯论論专專编編译譯合所卓昭]著")
ACCOUNT = re.compile("(?<!蚊)帐(?![篷幕幔])")
#: Characters that are `SIMPLE`, as many as follow each other; or any other one, with its marks.
CLUSTER = re.compile(rf"(?P<simple>[{SIMPLE_CLASS}]+(?![{COMBINING}]))|.[{COMBINING}]*", re.DOTALL)


def normalise(text: str) -> str:
    """`text`, folded and with one spelling.

    ＨＦＯ６００５１９ → hfo600519, 貴州茅臺 → 贵州茅台, 12 月 → 12月, 1,500 → 1500.
    """
    simple = simple_text(text, normal_units())
    return without_signs(spell_slowly(text) if simple is None else simple)


def fold(text: str) -> str:
    """`text` in NFKC, case folded, simplified, without invisible characters. Stored initials and
    hashes are made of this, so it does not change."""
    simple = simple_text(text, fold_units())
    return fold_slowly(text) if simple is None else simple


class Origins(NamedTuple):
    """For each character of a normalised text, where the character that it came from begins and
    ends in the original."""

    starts: "np.ndarray[tuple[int], np.dtype[np.intp]]"
    ends: "np.ndarray[tuple[int], np.dtype[np.intp]]"


def normalise_aligned(text: str) -> tuple[str, Origins | None]:
    """`normalise(text)`, and where its characters came from; None where that is the same place."""
    simple = simple_text(text, normal_units())
    if simple is not None:
        plain, places = without_signs_aligned(simple)
        return plain, None if places is None else Origins(places, places + 1)
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in CLUSTER.finditer(text):
        if match["simple"]:
            parts.append(simple_text(match[0], normal_units()) or "")
            starts += range(match.start(), match.end())
            ends += range(match.start() + 1, match.end() + 1)
        else:
            part = spell_cluster(match[0])
            parts.append(part)
            starts += [match.start()] * len(part)
            ends += [match.end()] * len(part)
    plain, places = without_signs_aligned("".join(parts))
    origins = Origins(np.array(starts, np.intp), np.array(ends, np.intp))
    if places is not None:
        origins = Origins(origins.starts[places], origins.ends[places])
    return plain, origins


def encode(text: str) -> bytes:
    """Text as UTF-16 units, which NumPy reads without a loop."""
    return text.encode("utf-16-le", "surrogatepass")


def simple_text(text: str, units: "UnitMap") -> str | None:
    """What `units` makes of a text that has only `SIMPLE` units; None for any other text."""
    mapped = units[np.frombuffer(encode(text), "<u2")]
    return bytes(mapped).decode("utf-16-le") if mapped.all() else None


def fold_slowly(text: str) -> str:
    """As `fold`, for any text."""
    visible = text.translate(INVISIBLE)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return folded.translate(simplified())


def spell_slowly(text: str) -> str:
    """`text`, folded and spelled."""
    folded = fold_slowly(text.replace("\xb4", "'"))  # which NFKC makes a space with an accent
    if MARK.search(folded):
        folded = fold_slowly(MARK.sub("", folded))
    return spelled(folded)


#: A long text has few different characters.
spell_cluster = lru_cache(maxsize=10_000)(spell_slowly)


def in_simplified(text: str) -> str:
    """`text` in simplified characters, for people to read: converted by phrase, so that 瞭解 is
    了解 and 瞭望 stays. Empty if none of its characters is traditional alone, as 著 is not, or if
    that is not what search looks for, or not all can be converted."""
    if not any(ord(letter) in simplified() for letter in text):
        return ""
    converted: str = _by_phrase().convert(text)
    if len(converted) == len(text):
        kept = (match.end() - 1 for match in WRITTEN.finditer(text))
        for place in kept:
            converted = f"{converted[:place]}著{converted[place + 1 :]}"
    converted = ACCOUNT.sub("账", converted).translate(of_japan())
    ways = [normalised := normalise(text), *other_spellings(normalised)]
    if converted == text or normalise(converted) not in ways:
        return ""
    is_whole = not any(letter in "祇衹" or ord(letter) in simplified() for letter in converted)
    return converted if is_whole else ""


@cache
def _by_phrase() -> opencc.OpenCC:
    return opencc.OpenCC("tw2s")  # which knows 看著 too, and all that t2s does


@cache
def simplified() -> dict[int, str]:
    """The simplified form of each traditional character: OpenCC's first choice."""
    han = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]
    lines = opencc.OpenCC("t2s").convert("\n".join(map(chr, han))).split("\n")
    return {code: line for code, line in zip(han, lines, strict=True) if chr(code) != line}


UnitMap = np.ndarray[tuple[int], np.dtype[np.uint16]]


@cache
def fold_units() -> UnitMap:
    return unit_map(fold_slowly)


@cache
def normal_units() -> UnitMap:
    return unit_map(spell_slowly)


def unit_map(convert: Callable[[str], str]) -> UnitMap:
    """For each UTF-16 unit, the unit that it becomes; 0 for units that are not `SIMPLE`."""
    units = np.zeros(0x10000, "<u2")
    for code in chain.from_iterable(SIMPLE):
        result = convert(chr(code))
        if len(result) == 1 and ord(result) < 0x10000:
            units[code] = ord(result)
    return units


def is_short_latin(name: str) -> bool:
    """Whether a name is so few Latin letters that other words contain it, as union does nio."""
    return name.isascii() and name.isalpha() and len(name) <= 4
