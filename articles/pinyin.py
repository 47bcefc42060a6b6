"""Chinese in pinyin."""

from collections.abc import Iterable
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

#: What stands before, between and after names in `full_pinyin`.
NAME_MARK = "|"
MAX_READINGS = 32  # of a name: five characters with two each


def syllables(text: str) -> list[str]:
    """茅台 → mao, tai. What is not Chinese stays as it is, in one piece."""
    found: list[str] = pypinyin.lazy_pinyin(text)
    return found


def full_pinyin(names: Iterable[str]) -> str:
    """贵州茅台, ST粤泰 → `| gui zhou mao tai | s t yue tai |`: a space on both sides of every
    syllable, so that a part of a name is looked for from a space to a space. Signs are left out."""
    spelled = filter(None, dict.fromkeys(map(spaced, names)))
    return " ".join([NAME_MARK, *(f"{name} {NAME_MARK}" for name in spelled)])


@lru_cache(maxsize=16_384)
def spaced(name: str) -> str:
    """A syllable for each letter of a name, with a space between: *ST海航 → `s t hai hang`."""
    letters = "".join(letter for letter in fold(name) if letter.isalnum())
    words: Iterable[str] = pypinyin.seg.mmseg.seg.cut(letters)
    return " ".join(map(word_spaced, words)).lower()


@lru_cache(maxsize=16_384)
def word_spaced(word: str) -> str:
    """A syllable for each letter of a word or of a single letter. Names have few different words,
    and to read one takes ten times as long as to find it."""
    return " ".join(pypinyin.lazy_pinyin(word, errors=list))


def pinyin_slug(name: str) -> str:
    """证券时报 → zhengquanshibao, as the site's own category addresses are made."""
    return slugify("".join(syllables(name))) or "unnamed"


@lru_cache(maxsize=16_384)
def pinyin_initials(name: str) -> str:
    """贵州茅台 → gzmt; with every reading of its characters, 平安银行 → payh payx.

    The usual reading comes first. Signs are left out: *ST海航 → sthh.
    """
    usual = "".join(syllable[0] for syllable in spaced(name).split())
    readings = (initials_of(letter) for letter in fold(name) if letter.isalnum())
    found = map("".join, islice(product(*readings), MAX_READINGS))
    return " ".join(dict.fromkeys([usual, *found]))


@lru_cache(maxsize=16_384)
def initials_of(letter: str) -> tuple[str, ...]:
    """The initials of every reading of a letter: 行 → h, x."""
    return tuple(sorted({reading[0] for reading in readings(letter)}))


@lru_cache(maxsize=16_384)
def readings(letter: str) -> frozenset[str]:
    """Every reading of a letter: 行 → hang, heng, xing."""
    [found] = pypinyin.pinyin(letter, style=pypinyin.Style.NORMAL, heteronym=True)
    return frozenset(reading.lower() for reading in found if reading)
