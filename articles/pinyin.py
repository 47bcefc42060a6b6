"""Chinese in pinyin.

The dictionaries are loaded when they are first asked: they make up a fifth of what every process
of the application has to load.
"""

from functools import lru_cache
from itertools import islice, product

from django.utils.text import slugify

from .search.text.normalise import normalise

MAX_READINGS = 32  # of a name: five characters with two each


def syllables(text: str) -> list[str]:
    """茅台 → mao, tai. What is not Chinese stays as it is, in one piece."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


def pinyin_slug(name: str) -> str:
    """证券时报 → zhengquanshibao, as the site's own category addresses are made."""
    return slugify("".join(syllables(name))) or "unnamed"


@lru_cache(maxsize=16_384)
def pinyin_initials(name: str) -> str:
    """贵州茅台 → gzmt; with every reading of its characters, 平安银行 → payh payx.

    The usual reading comes first. Signs are left out: *ST海航 → sthh.
    """
    from pypinyin import Style, lazy_pinyin, pinyin

    letters = [letter for letter in normalise(name) if letter.isalnum()]
    usual = "".join(lazy_pinyin("".join(letters), style=Style.FIRST_LETTER))
    readings = [
        sorted({reading.lower() for reading in found if reading})
        for letter in letters
        for found in pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)
    ]
    found = map("".join, islice(product(*readings), MAX_READINGS))
    return " ".join(dict.fromkeys([usual.lower(), *found]))
