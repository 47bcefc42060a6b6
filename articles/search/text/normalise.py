"""Text as search compares it: without differences of width, case and script.

`normalise` is applied to indexed texts and to queries. It works character by character, never
phrase by phrase as a full conversion of traditional Chinese would. So a part of a text normalises
to a part of the normalised text, and what contained a word still contains it.
"""

import re
import unicodedata
from functools import cache, lru_cache

import numpy as np
import opencc

# Characters that fonts do not draw: soft hyphen, zero-width and directional marks, BOM.
INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
# Ranges where each UTF-16 unit normalises to one unit, whatever its neighbours: ASCII and Latin-1,
# punctuation, kana without combining marks, Han, full-width forms. Nearly every post has no others.
SIMPLE = [
    *range(0x20, 0xA8),
    *range(0x2010, 0x2024),
    *range(0x2030, 0x2033),
    *range(0x3000, 0x302A),
    *range(0x3041, 0x3097),
    *range(0x30A0, 0x30FF),
    *range(0x3400, 0x4DC0),
    *range(0x4E00, 0xA000),
    *range(0xFF01, 0xFF5F),
    0x09,
    0x0A,
]
# A character and what combines with it: marks, the vowels and finals of Hangul.
CLUSTER = re.compile(
    r".[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u093c\u09bc\u1161-\u11ff"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f]*",
    re.DOTALL,
)


def normalise(text: str) -> str:
    """`text` in NFKC, case folded, simplified, without invisible characters.

    ＨＦＯ６００５１９ → hfo600519, 貴州茅臺 → 贵州茅台.
    """
    simple = normalise_simple(text)
    return normalise_slowly(text) if simple is None else simple


def encode(text: str) -> bytes:
    """Text as UTF-16 units, which NumPy reads without a loop."""
    return text.encode("utf-16-le", "surrogatepass")


def normalise_simple(text: str) -> str | None:
    """As `normalise`, but fast, for text that has only `SIMPLE` units; None for any other."""
    mapped = unit_map()[np.frombuffer(encode(text), "<u2")]
    return bytes(mapped).decode("utf-16-le") if mapped.all() else None


def normalise_aligned(text: str) -> tuple[str, list[int] | None]:
    """`normalise(text)`, and for each of its characters, and for its end, the place in `text` that
    it came from; None where these places are the same."""
    simple = normalise_simple(text)
    if simple is not None:
        return simple, None
    parts: list[str] = []
    places: list[int] = []
    for match in CLUSTER.finditer(text):
        part = normalise_cluster(match[0])
        parts.append(part)
        places += [match.start()] * len(part)
    return "".join(parts), [*places, len(text)]


def normalise_slowly(text: str) -> str:
    """As `normalise`, for any text."""
    visible = text.translate(INVISIBLE)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return folded.translate(simplified())


#: A long text has few different characters.
normalise_cluster = lru_cache(maxsize=10_000)(normalise_slowly)


def is_traditional(text: str) -> bool:
    """Whether any character of `text` has a simplified form."""
    return any(ord(letter) in simplified() for letter in text)


@cache
def simplified() -> dict[int, str]:
    """The simplified form of each traditional character: OpenCC's first choice."""
    han = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]
    lines = opencc.OpenCC("t2s").convert("\n".join(map(chr, han))).split("\n")
    return {code: line for code, line in zip(han, lines, strict=True) if chr(code) != line}


@cache
def unit_map() -> "np.ndarray[tuple[int], np.dtype[np.uint16]]":
    """For each UTF-16 unit, the unit that it normalises to; 0 for units that are not `SIMPLE`."""
    units = np.zeros(0x10000, "<u2")
    for code in SIMPLE:
        result = normalise_slowly(chr(code))
        if len(result) == 1 and ord(result) < 0x10000:
            units[code] = ord(result)
    return units
