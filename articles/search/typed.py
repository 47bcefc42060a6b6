"""A text that somebody types → the names that it may be, in whole or in part."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ..models import padded, symbol_parts
from ..pinyin import NAME_MARK
from ..terms import SECURITY, TermKind
from .kept_names import NamesOfKind
from .query import CASHTAG_OF_CODE
from .text.normalise import fold, normalise

EXACT: Final = 3  # ranks
WHOLE: Final = 2
BEGINNING: Final = 1
PART: Final = 0
MAX_LETTERS: Final = 40  # of pinyin
#: A code, with its market or not, in signs: (600519), 【SH600519】, 600519：. Not -600519, 600519%.
CODE_IN_SIGNS: Final = re.compile(
    r"[^\w*+－-]{0,9}(?P<code>(?:[a-z]{2}|[0-9]{1,3}\.)?[0-9]{4,6}(?:\.?[a-z]{2})?)"
    r"[^\w%％+－-]{0,9}",
    re.IGNORECASE,
)
#: As Xueqiu and Hexun write a security: $贵州茅台(SH600519)$, 贵州茅台（600519，股吧）.
CASHTAG: Final = re.compile(CASHTAG_OF_CODE)
PINYIN: Final = re.compile(r"[0-9]*[a-z][a-z0-9]*", re.ASCII)

#: The ranks of terms that may be meant, the higher the better, by their numbers in `NamesOfKind`.
Ranks = Mapping[int, int]


class Typed:
    """A text that somebody types, in every form in which names are compared with it: in none if it
    has only characters that search does not see. Methods that take `names` give the numbers of
    those that match."""

    def __init__(self, text: str) -> None:
        text = without_signs(text)
        self.text = text
        folded = fold(text).strip()
        normalised = normalise(text).strip() or folded
        self.spellings = sorted({text.lower(), folded, normalised}) if folded else []
        plain = folded if folded.isascii() else normalised  # pinyin may have its tones
        self.is_ascii = plain.isascii()
        self.letters = letters_of(plain)
        self.code = folded.upper()
        self.symbol = symbol_parts(folded)

    def pinyin(self, form: str) -> re.Pattern[str]:
        """A pattern that puts the letters where `form` has {}; each starts a syllable or continues
        the current one."""
        return re.compile(form.format("(?:[a-z0-9]* )?".join(self.letters)))

    def in_names(self, names: NamesOfKind) -> Iterator[int]:
        for spelling in self.spellings:
            yield from names.written.having(spelling)
        if len(self.letters) == 1:
            yield from names.spoken.having(f" {self.letters}")
        elif self.letters:
            yield from names.spoken.matching(self.pinyin(" {}"))

    def begins_names(self, names: NamesOfKind) -> Iterator[int]:
        for spelling in self.spellings:
            yield from names.written.having(f"\t{spelling}")
        if len(self.letters) == 1:
            yield from names.spoken.having(f"{NAME_MARK} {self.letters}")
        elif self.letters:
            yield from names.spoken.matching(self.pinyin(f"[{NAME_MARK}] {{}}"))

    def begins_code_or_initials(self, names: NamesOfKind) -> Iterator[int]:
        """Of securities."""
        if self.code:
            yield from names.with_code(self.code)
        yield from self.with_symbol(names, names.with_code)
        if self.letters:  # other readings of characters
            yield from names.initials.having(f" {self.letters}")

    def with_symbol(
        self, names: NamesOfKind, with_code: Callable[[str], Iterator[int]]
    ) -> Iterator[int]:
        """The securities of its markets among those that `with_code` finds by its code."""
        markets, code = self.symbol or ([], "")
        if markets:
            for one in {code.upper(), padded(markets, code.upper())}:
                found = with_code(one)
                yield from (number for number in found if names.rows[number].market in markets)

    def with_name(self, names: NamesOfKind) -> Iterator[int]:
        for spelling in self.spellings:
            yield from names.written.having(f"\t{spelling}\t")

    def with_name_or_code(self, names: NamesOfKind, kind: TermKind) -> Iterator[int]:
        yield from self.with_name(names)
        if kind is SECURITY:
            yield from names.of_code(self.code)
            yield from self.with_symbol(names, names.of_code)

    def with_whole_pinyin(
        self, names: NamesOfKind, kind: TermKind, *, is_strict: bool = False
    ) -> Iterator[int]:
        """Names of which it is the pinyin, with any number of letters of each syllable. If it
        `is_strict`, each syllable is whole, or its initial: wlye."""
        if self.letters:
            form = f"[{NAME_MARK}] {{}}[a-z0-9]* [{NAME_MARK}]"
            if is_strict:
                # A syllable ends with a space; one of which this is the first letter may end so.
                *others, last = (f"{one}{{}}(?<= {one})[a-z0-9]+ )" for one in self.letters)
                spelled = [*(one.format("(?: ?|") for one in others), last.format("(?: |")]
                form = f"[{NAME_MARK}] {''.join(spelled)}[{NAME_MARK}]"
            yield from names.spoken.matching(self.pinyin(form))
            if kind is SECURITY:
                yield from names.initials.having(f" {self.letters} ")

    def with_part_in_pinyin(self, names: NamesOfKind) -> Iterator[int]:
        """Names that contain the text as whole syllables."""
        if self.letters:
            pattern = re.compile(f" {' ?'.join(self.letters)} ")
            yield from names.spoken.matching(pattern)

    def ranks(self, kind: TermKind, names: NamesOfKind, enough: int | None = None) -> Ranks:
        """Terms that have the text in a name, or pinyin of it from the beginning of a syllable on;
        and securities that had it in one, or whose code begins with it. Ranked by whether the text
        is a whole name, begins one, or neither; the last are left out if it begins `enough`."""
        if not self.text:
            return dict.fromkeys(range(len(names.rows)), BEGINNING)
        found = dict.fromkeys(self.begins_names(names), BEGINNING)
        if kind is SECURITY:
            found |= dict.fromkeys(self.begins_code_or_initials(names), BEGINNING)
        if enough is None or len(found) < enough:
            found = dict.fromkeys(self.in_names(names), PART) | found
        found |= dict.fromkeys(self.with_name_or_code(names, kind), WHOLE)
        return found | dict.fromkeys(self.with_whole_pinyin(names, kind), WHOLE)


def without_signs(text: str) -> str:
    """A text without the signs around a code, and those around a cashtag: (600519), $SH600519$; of
    $贵州茅台(SH600519)$ and 贵州茅台（600519，股吧） the code."""
    bare = text.strip()
    if code := CODE_IN_SIGNS.fullmatch(bare) or CASHTAG.fullmatch(bare):
        return code["code"]
    return bare.strip("$＄").strip() or bare


def letters_of(text: str) -> str:
    """The letters and digits of a text that may be pinyin, without spaces; otherwise empty."""
    letters = re.sub(r"['’\s]", "", text.lower())
    return letters if len(letters) <= MAX_LETTERS and PINYIN.fullmatch(letters) else ""
