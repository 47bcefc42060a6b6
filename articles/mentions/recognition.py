"""Finds the securities that a text names.

One pass of an Aho–Corasick automaton finds every known name and code; of overlapping ones the
leftmost, and of those the longest. Then rules decide which of them are mentions:

- A code counts where it is written as one: 600519.SH, SH600519, (600519), 股票代码：600519.
- A name counts as it stands. If several securities have it, a code beside it decides, here or
  elsewhere in the post; or else names of today come before former ones, and `RANKS` decides.
- A doubtful name is also a word (机器人, 太阳能). It counts where a code stands beside it, where it
  is the subject of the title, where it is part of a company's full name, and where it does what
  only companies do (机器人晚间公告).
- An English name counts with and without its legal form (Co., Ltd.). One of few letters (NIO) is
  doubtful.
- The name of a board counts as it stands if it has three characters or more, else as 银行板块.
- A longer word that contains a name (中国银行业) names nothing, unless it goes on into another word
  (中国银行业绩).
- A name that begins inside a place (京东方 in 北京东方园林) does not count.

Pure: which securities there are, which names are doubtful and which words are longer are given.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from ..search.text.normalise import is_short_latin, normalise
from .words import ALSO_CALLED, CONTINUED, ENDED, OVERLAPPED

#: What an exchange puts before a name, for a day or for years: special treatment, ex dividend, new.
PREFIX = re.compile(r"\*?s?\*?st|x[dr]|dr|[ncsu](?=[\u4e00-\u9fff])")
#: Share classes and notices after a name: 万科A, 中芯国际-U, 海航控股(退).
SUFFIX = re.compile(r"(?:-(?:uw|wd|sw|u|w|s|b|r|p|d)|[ab]|\(退\)|退)$")
#: Such a prefix in a text: a name after it is one.
PREFIXED = re.compile(r"(?:\*?st|x[dr]|(?<![a-z])dr)$")
#: What ends the name of a company in English: Kweichow Moutai Co., Ltd.
LEGAL_FORM = re.compile(
    r"[ ,](?:company|co|corporation|corp|incorporated|inc|limited|ltd|plc)(?![a-z])"
)
SHORT: Final = 2  # characters: a name shortened to this length is doubtful
PADDED: Final = 3  # Han in a name that exchanges pad with spaces: 五 粮 液
HAN = re.compile(r"[\u3400-\u9fff]")

BOARDS: Final = "90"  # the number of their market
HONG_KONG: Final = "116"
#: Of securities with one name: the shares in Shanghai and Shenzhen, in Hong Kong, in New York.
RANKS: Final[Mapping[str, int]] = {"1": 0, "0": 0, "116": 1, "105": 2, "106": 2, "107": 2}

#: The market numbers of the exchanges' names in codes.
MARKETS_OF_EXCHANGE: Final[Mapping[str, frozenset[str]]] = {
    "sh": frozenset("1"),
    "ss": frozenset("1"),
    "沪": frozenset("1"),
    "深": frozenset("0"),
    "xshg": frozenset("1"),
    "xshe": frozenset("0"),
    "sz": frozenset("0"),
    "bj": frozenset("0"),
    "hk": frozenset(["116"]),
    "us": frozenset(["105", "106", "107"]),
    "o": frozenset(["105"]),
    "n": frozenset(["106"]),
    "nasdaq": frozenset(["105"]),
    "nyse": frozenset(["106"]),
}
#: A code after a name: 京天利(行情300399,诊股), 贵州茅台(SH:600519), 腾讯控股 00700.HK.
CODE_BESIDE = re.compile(
    r"(?:[ah]股|港股)?[ (\[【,、/:]{0,2}(?:(?:行情|股票|证券)?(?:代码|行情)?:? ?)?"
    r"(?:(sh|sz|bj|hk)[:.]?)?(\d{4,6})(?:\.(sh|ss|sz|bj|hk|xshg|xshe))?(?![\d%])"
    r"|[ (\[【]{1,2}(?:(nasdaq|nyse|us)[:.] ?)?([a-z]{1,5})(?:\.(us|o|n))?[)\]】]"
)
BEFORE_CODE = re.compile(
    r"(?:[(\[【]|代码为?:? ?|行情|(?<![a-z])(?P<exchange>sh|sz|bj|hk|nasdaq|nyse|us|沪|深)[:.]? ?)$"
)
AFTER_CODE = re.compile(r"\.(?P<exchange>xshg|xshe|sh|ss|sz|bj|hk|us|o|n)(?![a-z])")
AFTER_BRACKET = re.compile(r"[)\]】,、;/ ]|\.(?:xshg|xshe|sh|ss|sz|bj|hk|us|o|n)(?![a-z])")
#: A code alone, in a list or at the head of a line. A figure has a unit.
BEFORE_BARE = re.compile(r"(?:^|[\n、/ ,;])$")
AFTER_BARE = re.compile(
    r"$|[\n、/,;:]| ?(?![元股手户吨万亿人台辆套件份张点只米年月日个家次港美%\d.])"
)
LONGEST_BEFORE: Final = 8  # characters that `BEFORE_CODE` may match
LONGEST_CODE: Final = 6  # digits

#: What stands between the beginning of a title and its subject: 【快讯】, 公告:, *ST.
TITLE_START = re.compile(r"(?:【[^】\n]{1,12}】|\[[^\]\n]{1,12}\]|[\u4e00-\u9fff]{2,4}[:丨|])?")
SUBJECT = re.compile(
    r":[^\n]{0,12}?(?:公告|净利|营收|业绩|预[增减亏]|增持|减持|回购|停牌|复牌|定增|募资|中标|收购|签|子公司|公司|股东"
    r"|董事|控股|拟|亿|万|%)|拟(?!人)|中标|[涨跌]停|[涨跌]超"
)
FULL_NAME = re.compile(r"[\u4e00-\u9fff()]{0,12}?(?:股份有限公司|股份公司)")
COMPANY = re.compile(r"[\u4e00-\u9fff()]{0,10}?(?:公司|集团)")
#: What follows only the name of a company, within a few characters.
DEED = re.compile(
    r"[^,。;!?、\n]{0,8}?(?:公告|披露|股东|净利|业绩|预增|预减|预亏|扭亏|增持|减持|定增|募资|停牌"
    r"|复牌|回购|董事|高管|可转债|市值|股价)"
)
NO_COMPANY = re.compile(r"集团|[^,。;!?\n]{0,4}?(?:概念|板块|行业|产业|市场)")
#: What follows the number of a document, not a code: (000001)号.
AFTER_NUMBER = re.compile(r"\d+[)\]】]\s?(?:号|净值)")
#: What stands before a code of something else: 基金代码：000001, 上证指数(000001).
OTHER_CODE = re.compile(
    r"(?:基金|债券|转债|期权|期货|合约|区号|尾号|编号|专利号|邮编|邮政编码|地址|指数|混合|电话|验证码)"
    r"(?:代码)?为?:? ?[(\[【]?$"
)
OTHER_EXCHANGE = re.compile(r"\.of(?![a-z])")
OF_BOARD = re.compile(r"(?:概念|板块|行业|指数|[个龙]?股)")
#: 银行股份有限公司, 汉口银行股权, 银行股东.
NO_BOARD = re.compile(r"股(?:份|权|东|本|价|金)")
WORDS_BEFORE: Final = OVERLAPPED | ENDED


class Place(IntEnum):
    """A part of a post: the line of an indexed text at which it begins."""

    TITLE = 0
    DIGEST = 1
    BODY = 2


@dataclass(frozen=True, slots=True)
class KnownSecurity:
    """A security that texts may name: its symbol (1.600519), its present, former and English names.
    With `needs_code`, a name counts only beside a code."""

    symbol: str
    name: str
    former: tuple[str, ...] = ()
    needs_code: bool = False
    english: str = ""


class Occurrence(NamedTuple):
    """A security named from `start` until before `end` of a normalised text."""

    symbol: str
    place: Place
    start: int
    end: int


class Form(NamedTuple):
    """What a pattern of the automaton may mean, the likeliest first."""

    symbols: tuple[str, ...] = ()  # by name
    coded: tuple[str, ...] = ()  # by code
    is_doubtful: bool = False


class Recogniser:
    """Finds the names and codes of `securities`. `doubtful` are names that are also words, `longer`
    words that contain a name and mean something else."""

    def __init__(
        self,
        securities: Collection[KnownSecurity],
        doubtful: Iterable[str] = (),
        longer: Iterable[str] = (),
    ) -> None:
        names: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
        codes: dict[str, list[str]] = defaultdict(list)
        whole: set[str] = set()
        unsure = {form for name in doubtful for form in spelled(name)}
        self.need_code = frozenset(one.symbol for one in securities if one.needs_code)
        for security in securities:
            market, _dot, code = security.symbol.partition(".")
            if len(code) > 1:
                codes[spelled(code)[0]].append(security.symbol)
            if market == HONG_KONG:  # as it is written there, with four digits: 0700.HK
                names[f"{code.removeprefix('0')}.hk"][security.symbol] = (0,)
                names[f"{code.lstrip('0')}.hk"][security.symbol] = (0,)
                names[f"hk:{code.lstrip('0')}"][security.symbol] = (0,)
            for age, name in enumerate((security.name, *security.former)):
                normal, short = spelled(name)
                if len(normal) < SHORT or normal.isdecimal():
                    continue
                whole.add(normal)
                weighted = f"{short}-uw" if normal == f"{short}-u" else normal
                for form in {normal, short, weighted}:
                    rank = (bool(age), RANKS.get(market, 3), form != normal)
                    best = names[form].get(security.symbol, rank)
                    names[form][security.symbol] = min(best, rank)
            for form in english_forms(security.english):
                names[form].setdefault(security.symbol, (False, RANKS.get(market, 3), False))
                if is_short_latin(form):
                    unsure.add(form)
        forms = {
            form: Form(
                tuple(sorted(symbols, key=lambda symbol: (symbols[symbol], symbol))),
                is_doubtful=form in unsure or (len(form) <= SHORT and form not in whole),
            )
            for form, symbols in names.items()
        }
        for name, meant in list(forms.items()):
            forms.setdefault(padded(name), meant)
            if len(name) == PADDED + 1 and all(map(HAN.match, name)):
                forms.setdefault(f"{name[:2]} {name[2:]}", meant)
        for code, symbols in codes.items():
            forms[code] = forms.get(code, Form())._replace(coded=tuple(symbols))
        for full, name in ALSO_CALLED.items():
            if meant_by := forms.get(name):
                forms[full] = meant_by._replace(is_doubtful=False)
        for word in map(normalise, longer):
            forms.setdefault(word, Form())
        self.codes = codes
        self.patterns = list(forms)
        self.forms = list(forms.values())
        self.longer = frozenset(n for n, form in enumerate(self.forms) if form == Form())
        self.longest = max(map(len, self.patterns), default=0)
        self.automaton = AhoCorasick(self.patterns, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> list[Occurrence]:
        """Every mention in a text as search stores it, in order: the title and the digest, a line
        each, then the body, all normalised."""
        found: list[tuple[int, str | None, int, int, bool]] = []
        decided: dict[int, str | None] = {}
        for number, start, end in self.matches(text):
            form = self.forms[number]
            if is_part_of_word(text, start, end):
                continue
            if form.coded and (symbol := coded(form.coded, text, start, end)):
                found.append((number, symbol, start, end, True))
            elif form.symbols:
                symbol, is_coded = self.named(form, text, start, end)
                if is_coded and number not in decided:
                    decided[number] = symbol
                found.append((number, symbol, start, end, is_coded))
        if not found:
            return []
        breaks = [match.start() for match in islice(re.finditer("\n", text), len(Place) - 1)]
        return [
            Occurrence(symbol, place_at(start, breaks), start, end)
            for number, plain, start, end, is_coded in found
            if (symbol := plain if is_coded or not plain else decided.get(number, plain))
        ]

    def matches(self, text: str) -> Iterator[tuple[int, int, int]]:
        """The patterns found in a text: number, start and end of each."""
        done = 0
        for number, start, end in self.matches_within(text, 0, len(text)):
            if start < done:
                continue
            if number in self.longer and text[end - 1 : end + 1] in CONTINUED:
                yield from self.matches_within(text, start, end - 1)
            elif begins_inside_word(text, start):
                for other in self.matches_within(text, start + 1, end + self.longest):
                    if other[1] >= end:
                        break
                    done = other[2]
                    yield other
            else:
                yield number, start, end

    def matches_within(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        for number, first, last in self.automaton.find_matches_as_indexes(text[start:end]):
            yield number, start + first, start + last

    def named(self, form: Form, text: str, start: int, end: int) -> tuple[str | None, bool]:
        """The security that a name means where it stands, None if it means something else; and
        whether a code beside it says so."""
        if code := CODE_BESIDE.match(text, end):
            number = code[2] or code[5]
            exchange = code[1] or code[3] or code[4] or code[6] or ""
            markets = MARKETS_OF_EXCHANGE.get(exchange)
            for symbol in form.symbols:
                if is_coded(symbol, number, markets):
                    return symbol, True
            if number in self.codes and number.isdecimal():
                return None, True  # another security, for which this is no name
            if markets and not form.is_doubtful:
                return form.symbols[0], False  # its shares elsewhere, which nobody has listed
        for symbol in form.symbols:
            if symbol in self.need_code:
                continue
            if symbol.startswith(f"{BOARDS}."):
                counts = names_board(text, start, end)
            else:
                counts = not form.is_doubtful or names_company(text, start, end)
            return (symbol if counts else None), False
        return None, False


def place_at(start: int, breaks: Sequence[int]) -> Place:
    """The part of a post at `start`. `breaks` are where its title and its digest end."""
    return Place(bisect_left(breaks, start))


@lru_cache(maxsize=2**16)
def spelled(name: str) -> tuple[str, str]:
    """A name normalised, and the same without exchange prefixes and suffixes. Cached: each rebuild
    sees mostly the same names."""
    normal = normalise(name)
    return normal, bare(normal)


def english_forms(name: str) -> set[str]:
    """An English name normalised, with and without its legal form; nothing if it is too short."""
    normal = normalise(name)
    form = LEGAL_FORM.search(normal)
    return {one for one in (normal, normal[: form.start()] if form else "") if len(one) >= SHORT}


def bare(name: str) -> str:
    """A normalised name without what an exchange or a share class adds to it, if enough is left."""
    prefix = PREFIX.match(name)
    if prefix and len(name) - prefix.end() >= SHORT:
        name = name[prefix.end() :]
    suffix = SUFFIX.search(name)
    return name[: suffix.start()] if suffix and suffix.start() >= SHORT else name


@lru_cache(maxsize=2**16)
def padded(name: str) -> str:
    """A two- or three-character name spaced as exchanges print it, 五 粮 液 or 万 科a; others
    unchanged."""
    if 1 < len(HAN.findall(name)) <= PADDED:
        return re.sub(r"(?<=[\u3400-\u9fff])(?=[\u3400-\u9fff])", " ", name)
    return name


def begins_inside_word(text: str, start: int) -> bool:
    """Whether what begins there begins with the second half of a word: 京东方 in 北京东方, but not
    in 湖北京东方."""
    return text[start - 1 : start + 1] in OVERLAPPED and not (
        start > 1 and text[start - 2 : start] in WORDS_BEFORE
    )


def is_part_of_word(text: str, start: int, end: int) -> bool:
    """Whether a name or code in Latin letters or digits goes on: tcl in tclx. The exchange may
    stand before a code: sh600519."""
    first, before = text[start], text[start - 1 : start]
    if is_latin(first) and is_latin(before) and (first.isalpha() or before.isdecimal()):
        return True
    return is_latin(text[end - 1]) and is_latin(text[end : end + 1])


def is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def coded(symbols: Sequence[str], text: str, start: int, end: int) -> str | None:
    """The security that a code at `start` means; None if it is a number like any other."""
    code = text[start:end]
    if is_other_number(text, start, end):
        return None
    written_before = text[max(0, start - LONGEST_BEFORE) : start]
    before = BEFORE_CODE.search(written_before)
    after = AFTER_CODE.match(text, end)
    exchange = (after and after["exchange"]) or (before and before["exchange"]) or ""
    if not exchange:
        if not code.isdecimal():
            return None
        if before is None:
            is_alone = BEFORE_BARE.search(written_before) and AFTER_BARE.match(text, end)
            if not is_alone or len(code) != LONGEST_CODE:
                return None
        elif before[0] in "([【" and not AFTER_BRACKET.match(text, end):
            return None
    markets = MARKETS_OF_EXCHANGE.get(exchange)
    return next((symbol for symbol in symbols if is_coded(symbol, code, markets)), None)


def is_other_number(text: str, start: int, end: int) -> bool:
    """Whether a number is the code of a fund or an index, or the number of a document."""
    return bool(
        OTHER_CODE.search(text[max(0, start - LONGEST_BEFORE) : start])
        or OTHER_EXCHANGE.match(text, end)
        or AFTER_NUMBER.match(text, start)
    )


def is_coded(symbol: str, code: str, markets: frozenset[str] | None) -> bool:
    """Whether a security has this code; one in Hong Kong also without the zeros before it."""
    market, _dot, own = symbol.partition(".")
    own = normalise(own)
    is_same = own == code or (market == HONG_KONG and own == code.zfill(5))
    return is_same and (markets is None or market in markets)


def names_company(text: str, start: int, end: int) -> bool:
    """Whether a doubtful name is that of a company where it stands."""
    if FULL_NAME.match(text, end) or PREFIXED.search(text[max(0, start - 3) : start]):
        return True
    if NO_COMPANY.match(text, end):
        return False
    return is_subject(text, start, end) or bool(DEED.match(text, end))


def names_board(text: str, start: int, end: int) -> bool:
    """Whether the name of a board, which is a word, is more than a part of another name."""
    if OF_BOARD.match(text, end) and not NO_BOARD.match(text, end):
        return True
    return end - start > SHORT and not COMPANY.match(text, end)


def is_subject(text: str, start: int, end: int) -> bool:
    """Whether a name begins the title, as headlines name their subject."""
    opening = TITLE_START.match(text)
    return start in (0, opening.end() if opening else 0) and bool(SUBJECT.match(text, end))
