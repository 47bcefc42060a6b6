"""What texts may write for each known security, and what each of these forms may mean. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final, NamedTuple

from ..search.text.normalise import is_short_latin, normalise
from .codes import HONG_KONG
from .senses import OF_BOARD_END
from .spellings import (
    HAN,
    SHORT,
    code_forms,
    cut_forms,
    english_forms,
    every_form,
    name_forms,
    shortened,
    signed_forms,
    spaced_forms,
    spelled,
)
from .words import ALSO_CALLED

MAINLAND: Final = ("0", "1")
BOARDS: Final = "90"  # the number of their market
#: Of securities with one name, those in Shanghai and Shenzhen are meant, or else those whose whole
#: name it is (理想汽车 in New York, 理想汽车-W in Hong Kong), or else the first of these.
RANKS: Final[Mapping[str, int]] = {"1": 0, "0": 0, "116": 1, "105": 2, "106": 2, "107": 2}
LONGEST_TAIL: Final = 4  # characters
#: What may be left out of the name of a company, or be a part of it, at one exchange alone.
OF_COMPANY: Final = ("股份", "集团")


@dataclass(frozen=True, slots=True)
class KnownSecurity:
    """A security that texts may name: its symbol (1.600519), its present, former and English names.
    With `needs_code`, a name counts only beside a code."""

    symbol: str
    name: str
    former: tuple[str, ...] = ()
    needs_code: bool = False
    english: str = ""

    @property
    def market(self) -> str:
        return self.symbol.partition(".")[0]

    @property
    def code(self) -> str:
        return self.symbol.partition(".")[2]

    @property
    def is_of_mainland(self) -> bool:
        return self.market in MAINLAND


class Form(NamedTuple):
    """What a form may mean, the likeliest first; nothing if it is a longer word."""

    symbols: tuple[str, ...] = ()  # by name
    coded: tuple[str, ...] = ()  # by code
    is_doubtful: bool = False
    is_english: bool = False  # and a single word
    is_short: bool = False  # two characters, left of a longer name: 中期 of *ST中期
    is_cut: bool = False  # the name of a board without 行业 or 概念, one of which has to follow


Forms = dict[str, Form]


def forms_of(
    securities: Collection[KnownSecurity],
    codes: Mapping[str, Sequence[str]],
    doubtful: Set[str],
    longer: Iterable[str],
) -> Forms:
    """Each form in which a normalised text may name `securities`, with what it may mean; and the
    `longer` words, also those that go on from a name. `codes` are those of `codes_of`; `doubtful`
    are spellings that are also words."""
    forms = forms_by_name(securities, doubtful)
    add_boards(forms)
    add_cut(forms, securities)
    for name, meant in list(forms.items()):
        for form in spaced_forms(name):
            forms.setdefault(form, meant)
    add_codes(forms, securities, codes, doubtful)
    add_other_names(forms, doubtful)
    add_longer(forms, longer)
    return forms


def codes_of(securities: Iterable[KnownSecurity]) -> dict[str, list[str]]:
    """The symbols of the securities that have each code of two characters or more."""
    codes: dict[str, list[str]] = defaultdict(list)
    for security in securities:
        if len(security.code) > 1:
            for form in code_forms(normalise(security.code)):
                codes[form].append(security.symbol)
    return dict(codes)


def sought_forms(text: str) -> set[str]:
    """All that texts may write for a security with this name or code, as `forms_of` has it, or for
    its shares at another exchange."""
    normal = normalise(text)
    forms = every_form(normal)
    forms |= {OF_BOARD_END.sub("", normal), *map(normal.removesuffix, OF_COMPANY)}
    for full, name in ALSO_CALLED.items():
        if normalise(name) in forms:
            forms |= signed_forms(normalise(full))
    return {form for form in forms if len(form) >= SHORT}


def names_of(security: KnownSecurity) -> Iterator[tuple[bool, str, str]]:
    """Each name that a security has or had: whether that is over, and as `spelled`."""
    for age, name in enumerate((security.name, *security.former)):
        normal, short = spelled(name)
        if len(normal) >= SHORT and not normal.isdecimal():
            yield bool(age), normal, short


def forms_by_name(securities: Iterable[KnownSecurity], doubtful: Set[str]) -> Forms:
    """The forms of names, with the securities that have them by rank. A name of today comes before
    a former one."""
    ranks: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    whole: set[str] = set()
    english: set[str] = set()
    weighted: set[str] = set()  # of two characters without it: 美团-W, 谷歌-A are known so
    # Of the mainland, without classes, by how they begin: 万科A alone begins with 万科.
    begin_with: dict[str, set[str]] = defaultdict(set)
    for security in securities:
        symbol, is_abroad = security.symbol, not security.is_of_mainland
        place = RANKS.get(security.market, 3)
        for is_former, normal, short in names_of(security):
            whole.add(normal)
            if normal[SHORT : SHORT + 1] == "-":
                weighted.add(short)
            if security.is_of_mainland:
                begin_with[normal[:SHORT]].add(short)
            for form in name_forms(normal):
                rank = (is_former, is_abroad, form != normal, place)
                ranks[form][symbol] = min(ranks[form].get(symbol, rank), rank)
        latin = filter(is_english, (security.name, *security.former))
        for form in set().union(*map(english_forms, (security.english, *latin))):
            english.add(form)
            is_code = form == normalise(security.code)  # NIO is meant in New York
            ranks[form].setdefault(symbol, (False, is_abroad, not is_code, place))
    english -= whole

    def is_short(form: str) -> bool:
        return (
            len(form) <= SHORT
            and form not in whole
            and form not in weighted
            and not (f"{form}a" in whole and begin_with[form] == {form})
        )

    def may_be_word(form: str) -> bool:
        return form in doubtful or is_short(form) or (form in english and is_short_latin(form))

    return {
        form: Form(
            tuple(sorted(symbols, key=lambda symbol: (symbols[symbol], symbol))),
            is_doubtful=may_be_word(form),
            is_english=form in english and form.isascii() and form.isalpha(),
            is_short=is_short(form) and form not in english,
        )
        for form, symbols in ranks.items()
    }


def add_boards(forms: Forms) -> None:
    """Names of boards without 行业 or 概念."""
    for name, meant in list(forms.items()):
        boards = tuple(filter(is_board, meant.symbols))
        short = OF_BOARD_END.sub("", name)
        if boards and SHORT <= len(short) < len(name):
            others = forms.get(short, Form())
            if not any(map(is_board, others.symbols)):
                forms[short] = others._replace(symbols=(*others.symbols, *boards), is_cut=True)


def add_cut(forms: Forms, securities: Iterable[KnownSecurity]) -> None:
    """Names as exchanges cut them, where one security alone has that: XD贵州茅."""
    cut: dict[str, set[str]] = defaultdict(set)
    for security in securities:
        if security.is_of_mainland:
            for _, normal, _ in names_of(security):
                for form in cut_forms(normal):
                    cut[form].add(security.symbol)
    for form, symbols in cut.items():
        if len(symbols) == 1:
            forms.setdefault(form, Form(tuple(symbols)))


def add_codes(
    forms: Forms,
    securities: Iterable[KnownSecurity],
    codes: Mapping[str, Sequence[str]],
    doubtful: Set[str],
) -> None:
    """Codes, and those of Hong Kong without zeros before them."""
    for code, symbols in codes.items():
        named = forms.get(code, Form(is_doubtful=code in doubtful))
        forms[code] = named._replace(coded=tuple(symbols))
    for security in securities:
        if security.market == HONG_KONG:
            for short in shortened(security.code):
                forms.setdefault(short, Form(coded=(security.symbol,)))


def add_other_names(forms: Forms, doubtful: Set[str]) -> None:
    """Full names, and what companies are also called."""
    for name in list(forms):  # 青岛啤酒股份 in Hong Kong is 青岛啤酒 in full
        if name.endswith("股份") and (at_home := forms.get(name.removesuffix("股份"))):
            forms.setdefault(f"{name}有限公司", at_home._replace(is_doubtful=False))
    for full, name in ALSO_CALLED.items():
        if meant_by := forms.get(name):
            is_word = full.isascii() and full.isalpha()
            called = meant_by._replace(is_doubtful=full in doubtful, is_english=is_word)
            for form in signed_forms(normalise(full)):
                forms[form] = called


def add_longer(forms: Forms, longer: Iterable[str]) -> None:
    """Words that contain a name and mean something else, with the names before them that go on into
    one: 贵州茅台 and 茅台镇 are 贵州茅台镇."""
    words = set(map(normalise, longer))
    tails = tails_of(words)
    for name in list(forms):
        for start in range(1, len(name) - 1):
            words.update(name + tail for tail in tails.get(name[start:], ()))
    for word in words:
        forms.setdefault(word, Form())


def tails_of(words: Iterable[str]) -> Mapping[str, Collection[str]]:
    """The last one to four characters of words, after the two or more that they begin with."""
    tails: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for end in range(max(SHORT, len(word) - LONGEST_TAIL), len(word)):
            tails[word[:end]].add(word[end:])
    return tails


def is_board(symbol: str) -> bool:
    return symbol.startswith(f"{BOARDS}.")


def is_english(name: str) -> bool:
    return not (HAN.search(name) or name.isdecimal())
