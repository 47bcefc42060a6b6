"""Chinese in pinyin."""

from functools import lru_cache
from importlib import import_module
from itertools import islice, product
from typing import Any

from django.utils.functional import SimpleLazyObject
from django.utils.text import slugify

from .search.text.normalise import fold

# Loaded when it is first used: its dictionaries take half a second and 55 MB, and most processes do
# without them.
pypinyin: Any = SimpleLazyObject(lambda: import_module("pypinyin"))

MAX_READINGS = 32  # of a name: five characters with two each


def syllables(text: str) -> list[str]:
    """茅台 → mao, tai. What is not Chinese stays as it is, in one piece."""
    found: list[str] = pypinyin.lazy_pinyin(text)
    return found


def pinyin_slug(name: str) -> str:
    """证券时报 → zhengquanshibao, as the site's own category addresses are made."""
    return slugify("".join(syllables(name))) or "unnamed"


@lru_cache(maxsize=16_384)
def pinyin_initials(name: str) -> str:
    """贵州茅台 → gzmt; with every reading of its characters, 平安银行 → payh payx.

    The usual reading comes first. Signs are left out: *ST海航 → sthh.
    """
    first_letter = pypinyin.Style.FIRST_LETTER
    letters = [letter for letter in fold(name) if letter.isalnum()]
    usual = "".join(pypinyin.lazy_pinyin("".join(letters), style=first_letter))
    readings = [
        sorted({reading.lower() for reading in found if reading})
        for letter in letters
        for found in pypinyin.pinyin(letter, style=first_letter, heteronym=True)
    ]
    found = map("".join, islice(product(*readings), MAX_READINGS))
    return " ".join(dict.fromkeys([usual.lower(), *found]))
