"""Finds the securities that a text names.

One pass of an Aho–Corasick automaton finds every known name and code; of overlapping ones the
leftmost, and of those the longest. Then rules decide which of them are mentions:

- A code counts where it is written as one: 600519.SH, SH600519, (600519), 股票代码：600519.
- A name counts as it stands. If several securities have it, a code beside it decides, here or
  elsewhere in the post; or the class of shares beside it (中国银行H股), here alone; or else names
  of today come before former ones, and `RANKS` decides. That an English name is written with other
  signs (Coca Cola, DR Horton) makes it no other one.
- A doubtful name is also a word (机器人, 太阳能). It counts where a code stands beside it, where it
  is the subject of the title, where it is part of a company's full name, where it does what only
  companies do (机器人晚间公告), where its price moves among others, where a product is called by it
  (波音737 MAX), and beside a company in an enumeration (苹果、微软).
- An English name, as is any without Han, counts with and without its legal form (Co., Ltd.). One
  of few letters (NIO) is doubtful, but more around it says that it is a company: NIO涨超3%,
  支付巨头Visa. One of a single word counts among Chinese; in a text without any, if no other word
  is written so: Tesla, not apple; and one of few letters before a deed: NIO shares.
- The name of a board counts as it stands if it has three characters or more, else as 银行板块.
  行业 or 概念 at its end may be another such word: 酿酒行业, 酿酒板块.
- A trade of the country is no company: 中国石油价格, 中国人寿保险需求.
- A joint venture is a company of its own, and names neither of its parents: 长安福特, 一汽-大众,
  比亚迪丰田电动车科技有限公司. So is one whose longer name is of a place: 北京东方通信科技有限公司;
  a partnership, 中科江南投资中心(有限合伙); and the group of a company, where it holds shares:
  康恩贝集团减持.
- Two characters left of a name, as 中期 of *ST中期, count with the prefix or a code alone.
- What the text says of the exchange decides: 京东集团美股 is 京东, and H股 after 中国平安A股 that
  company in Hong Kong.
- A longer word that contains a name (中国银行业) names nothing, unless it goes on into another word
  (中国银行业绩).
- A name that begins or ends inside a word does not count: 京东方 in 北京东方园林, 新和成 in
  新和成立公司.
- A code of letters counts as $TSLA, and alone among Chinese if it is not doubtful.

Pure: which securities there are, which names are doubtful and which words are longer are given.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import islice
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from .codes import (
    AFTER_CODE,
    AFTER_NAME,
    FIGURE,
    HONG_KONG,
    LONGEST_LIST,
    LONGEST_STEP,
    MARKETS_OF_EXCHANGE,
    coded,
    is_among_chinese,
    is_coded,
)
from .forms import MAINLAND, OF_COMPANY, Form, KnownSecurity, codes_of, forms_of, is_board
from .senses import (
    DEED_IN_ENGLISH,
    GROUP,
    JOINT_VENTURE,
    LONGER_NAME,
    NO_COMPANY,
    PARTNERSHIP,
    acts_as_company,
    is_after_prefix,
    names_board,
    names_company,
)
from .spellings import HAN, spelled
from .words import BEGUN, CONTINUED, ENDED, ENGLISH, OVERLAPPED, PLACES

#: A code after a name: 京天利(行情300399,诊股), 贵州茅台(SH:600519), 腾讯控股 00700.HK.
CODE_BESIDE = re.compile(
    r"(?:[ah]股|港股)?[ (\[【,、/:]{0,2}(?:(?:行情|股票|证券|港股)?(?:代码|行情)?:? ?)?"
    r"(?:(sh|sz|bj|hk)[:.]?)?(\d{4,6})(?:\.(sh|ss|sz|bj|nq|hk|xshg|xshe))?(?![\d%])"
    r"|[ (\[【]{1,2}(?:(nasdaq|nyse|us)[:.] ?)?([a-z]{1,5})(?:\.(us|o|n))?[)\]】]"
)
#: What ties a code to the name before it. After a mere comma or space the code may be the next
#: thing of a list: 海通证券，601211国泰君安; and normalised texts lack the space.
TIED = re.compile(r"[(\[【]|代码|行情")
#: A class of shares after a name: 中国银行H股.
SHARES = re.compile(r"\(?(?:(?P<in_hong_kong>h股|港股)|(?P<in_america>美股)|a股)")
#: The other shares of a company after those that are named: 中国平安A股回购，H股未动, A+H股.
BETWEEN_SHARES: Final = r"[^a-z。;!?\n]{0,24}(?<![余分数他些等只家的])"
OTHER_SHARES = re.compile(
    rf"\(?(?:a股?{BETWEEN_SHARES}(?P<in_hong_kong>h股)|h股?{BETWEEN_SHARES}a股)"
    "(?!指数|市场|板块|大盘)"
)
OTHER_OWNERS = re.compile(r"有限(?:责任)?公司|合资|有限合伙|集团[\u4e00-\u9fff]{0,2}持|集团质押")
#: 中国石油价格, 中国人寿保险需求: a trade of the country, which a company is named after.
COUNTRY: Final = "中国"
OF_TRADE = re.compile(
    r"(?:保险|消费|产品)?(?:体系|价格|需求|行业(?!地位|龙头|[领内首第排中前])"
    r"|市场(?!部|份额|化)|产业(?!互联|链|投|研|基金|园))"
)
#: 长江电力供应紧张, 上海电力需求: what a place lacks, after which a company is named.
POWER: Final = ("电力", "燃气")
OF_POWER = re.compile(r"供应(?:紧张|短缺|不足|偏紧|吃紧|充足|量|缺口)|需求|负荷|缺口|短缺")
CODE_LENGTH: Final = 6
SHORTEST_IN_ENGLISH: Final = 3  # letters
ENUMERATED: Final = ("、", "和", "与", "及", "以及")
AFTER_NAMES: Final = ("", ":", " ")  # between a name and a code, which may be of another
BETWEEN_NUMBERED: Final = " 、,;/\n"
CODE_RIGHT_BEFORE = re.compile(r"(?<!\d)\d{5,6}$", re.ASCII)
LAST_DIGITS = re.compile(r"(?<!\d)\d{1,60}$", re.ASCII)
FIRST_DIGITS = re.compile(r"\d{1,60}+", re.ASCII)
WORDS_BEFORE: Final = OVERLAPPED | ENDED


#: A name or code that was found: the number of its form, the security that it means, if any, its
#: start and end, and whether a code says so, or a class of shares.
Match = tuple[int, str | None, int, int, bool]


class Place(IntEnum):
    """A part of a post: the line of an indexed text at which it begins."""

    TITLE = 0
    DIGEST = 1
    BODY = 2


class Occurrence(NamedTuple):
    """A security named from `start` until before `end` of a normalised text."""

    symbol: str
    place: Place
    start: int
    end: int


class Recogniser:
    """Finds the names and codes of `securities`. `doubtful` are names that are also words, `longer`
    words that contain a name and mean something else."""

    def __init__(
        self,
        securities: Collection[KnownSecurity],
        doubtful: Iterable[str] = (),
        longer: Iterable[str] = (),
    ) -> None:
        self.words = frozenset(form for name in doubtful for form in spelled(name))
        self.need_code = frozenset(one.symbol for one in securities if one.needs_code)
        self.codes = codes_of(securities)
        forms = forms_of(securities, self.codes, self.words, longer)
        self.patterns = list(forms)
        self.forms = list(forms.values())
        self.by_pattern = forms
        self.longer = frozenset(n for n, form in enumerate(self.forms) if form == Form())
        self.longest = max(map(len, self.patterns), default=0)
        self.automaton = AhoCorasick(self.patterns, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> list[Occurrence]:
        """Every mention in a text as search stores it, in order: the title and the digest, a line
        each, then the body, all normalised."""
        found: list[Match] = []
        decided: dict[int, str | None] = {}  # by codes
        named_until = -1
        in_english = HAN.search(text) is None
        for number, start, end in self.matches(text):
            form = self.forms[number]
            # Normalised texts lack the apostrophe of Tesla's.
            is_possessive = in_english and form.is_english and text[end : end + 1] == "s"
            if is_part_of_word(text, start, end + is_possessive):
                if self.is_in_list(text, start, end):
                    found.append((number, form.coded[0], start, end, True))
                continue
            if form.coded and (
                symbol := coded(
                    form.coded,
                    text,
                    start,
                    end,
                    self.codes,
                    form.is_doubtful,
                    is_after_name=text[named_until:start] in AFTER_NAMES and named_until >= 0,
                )
            ):
                found.append((number, symbol, start, end, True))
            elif in_english and form.is_english and self.is_name_in_english(text, start, end):
                found.append((number, form.symbols[0], start, end, False))
            elif form.symbols and (not form.is_english or is_among_chinese(text, start, end)):
                symbol, is_sure = self.named(form, text, start, end)
                if is_sure:
                    decided.setdefault(number, symbol)
                elif symbol and (listed_so := self.of_class(form, text, start, end)):
                    symbol, is_sure = listed_so, True
                found.append((number, symbol, start, end, is_sure))
                named_until = end
        if not found:
            return []
        self.add_enumerated(text, found)
        if "h股" in text:
            self.add_other_shares(text, found)
        if OTHER_OWNERS.search(text):
            others = of_other_companies(text, found)
            found = [one for number, one in enumerate(found) if number not in others]
        breaks = [match.start() for match in islice(re.finditer("\n", text), len(Place) - 1)]
        return [
            Occurrence(symbol, place_at(start, breaks), start, end)
            for number, plain, start, end, is_sure in found
            if (symbol := plain if is_sure or not plain else decided.get(number, plain))
        ]

    def add_enumerated(self, text: str, found: list[Match]) -> None:
        """Take doubtful names for companies where they stand beside one: 苹果、微软涨超2%."""
        for step in (1, -1):
            places = range(1, len(found)) if step > 0 else range(len(found) - 2, -1, -1)
            for place in places:
                number, symbol, start, end, is_sure = found[place]
                is_word = text[start:end] in self.words and HAN.match(text, start)
                if symbol or is_sure or not is_word:
                    continue
                _, beside, first, last, _ = found[place - step]
                between = text[last:start] if step > 0 else text[end:first]
                if between not in ENUMERATED or not beside or is_board(beside):
                    continue
                if NO_COMPANY.match(text, max(end, last)):
                    continue
                symbols = self.forms[number].symbols
                meant = (one for one in symbols if one not in self.need_code and not is_board(one))
                found[place] = (number, next(meant, None), start, end, is_sure)

    def matches(self, text: str) -> Iterator[tuple[int, int, int]]:
        """The patterns found in a text: number, start and end of each."""
        done = 0
        for number, start, end in self.matches_within(text, 0, len(text)):
            if start < done:
                continue
            is_longer = number in self.longer and text[end - 1 : end + 1] in CONTINUED
            if is_longer or ends_inside_word(text, end):
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

    def is_name_in_english(self, text: str, start: int, end: int) -> bool:
        """Whether a name of one word is no other word of an English text, nor too short for one,
        unless it does there what companies do: NIO shares."""
        name = text[start:end]
        is_long = len(name) > SHORTEST_IN_ENGLISH or DEED_IN_ENGLISH.match(text, end)
        return bool(is_long) and not (name in self.words or name in ENGLISH)

    def is_in_list(self, text: str, start: int, end: int) -> bool:
        """Whether a code is one of several, between which normalised texts lack the comma:
        600519,000858."""
        if end - start != CODE_LENGTH or not text[start:end].isdecimal():
            return False
        before = LAST_DIGITS.search(text[max(0, start - LONGEST_LIST) : start])
        first = start - len(before[0]) if before else start
        after = FIRST_DIGITS.match(text, end)
        last = after.end() if after else end
        codes = [text[at : at + CODE_LENGTH] for at in range(first, last, CODE_LENGTH)]
        is_aligned = (start - first) % CODE_LENGTH == 0 and not FIGURE.match(text, first)
        if is_aligned and len(codes) > 1 and all(code in self.codes for code in codes):
            return True
        return self.is_numbered(text, start, end)

    def is_numbered(self, text: str, start: int, end: int) -> bool:
        """Whether a code is one of several with numbers in circles, which normalised texts have as
        plain digits: ①600519②000858."""
        for digits in (1, 2):
            if not (number := text[start - digits : start]).isdecimal():
                continue
            before, after = str(int(number) - 1), str(int(number) + 1)
            earlier = text[max(0, start - digits - LONGEST_STEP) : start - digits]
            earlier = earlier.rstrip(BETWEEN_NUMBERED)
            later = text[end : end + LONGEST_STEP].lstrip(BETWEEN_NUMBERED)
            if (
                earlier[:-CODE_LENGTH].endswith(before) and earlier[-CODE_LENGTH:] in self.codes
            ) or (
                later.startswith(after)
                and later[len(after) : len(after) + CODE_LENGTH] in self.codes
                and not FIGURE.match(later, len(after))
            ):
                return True
        return False

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
            if exchange == "hk":
                number = number.zfill(5)
            if number in self.codes and number.isdecimal():
                if TIED.search(code[0]):
                    return None, True  # another security, for which this is no name
            elif markets and not form.is_doubtful:
                return form.symbols[0], False  # its shares elsewhere, which nobody has listed
        if before := CODE_RIGHT_BEFORE.search(text[max(0, start - CODE_LENGTH - 1) : start]):
            for symbol in form.symbols:
                if is_coded(symbol, before[0], None):
                    return symbol, True
        if text.startswith(COUNTRY, start) and OF_TRADE.match(text, end):
            return None, False
        if text.endswith(POWER, start, end) and OF_POWER.match(text, end):
            return None, False
        for symbol in form.symbols:
            if symbol in self.need_code:
                continue
            if is_board(symbol):
                counts = names_board(text, start, end, form.is_cut)
            else:
                counts = (
                    not form.is_doubtful
                    or names_company(text, start, end, form.is_short)
                    or (form.is_english and acts_as_company(text, start, end))
                )
            if counts:
                return symbol, False
        return None, False

    def of_class(self, form: Form, text: str, start: int, end: int) -> str | None:
        """The security that a name means with the class of shares after it, if there is one."""
        shares = SHARES.match(text, end)
        if shares is None:
            return None
        markets: Collection[str] = MAINLAND
        if shares["in_hong_kong"]:
            markets = (HONG_KONG,)
        elif shares["in_america"]:
            markets = MARKETS_OF_EXCHANGE["us"]
        return self.listed_at(markets, form, text[start:end])

    def listed_at(self, markets: Collection[str], form: Form, name: str) -> str | None:
        """The security of a name at one of these markets, where it may be longer or shorter: 比亚迪
        in Hong Kong is 比亚迪股份, 京东集团 in New York 京东."""
        names = (variant for end in OF_COMPANY for variant in (name + end, name.removesuffix(end)))
        for one in (form, *(self.by_pattern.get(variant, Form()) for variant in names)):
            for symbol in one.symbols:
                if symbol.partition(".")[0] in markets and symbol not in self.need_code:
                    return symbol
        return None

    def add_other_shares(self, text: str, found: list[Match]) -> None:
        """Take H股 for the shares in Hong Kong of the company whose A股 are named before it, and
        the other way round."""
        for number, symbol, start, end, _ in [*found]:
            beside = OTHER_SHARES.match(text, end) if symbol else None
            if beside is None or any(end <= other[2] < beside.end() for other in found):
                continue
            markets = (HONG_KONG,) if beside["in_hong_kong"] else MAINLAND
            if other := self.listed_at(markets, self.forms[number], text[start:end]):
                found.append((number, other, beside.end() - len("h股"), beside.end(), True))
        found.sort(key=lambda one: one[2])


def of_other_companies(text: str, found: Sequence[Match]) -> set[int]:
    """The numbers of the names that are a part of that of another company: of a joint venture of
    two, 比亚迪丰田电动车科技有限公司; of one in a place, 北京东方通信科技有限公司; of a
    partnership, 康恩贝投资(有限合伙); or of the group that owns it, 康恩贝集团有限公司."""
    others: set[int] = set()
    for number, (_, symbol, start, end, _) in enumerate(found):
        if not symbol or is_board(symbol) or not HAN.match(text, start):
            continue
        is_of_mainland = symbol.partition(".")[0] in MAINLAND
        if (
            PARTNERSHIP.match(text, end)
            or (is_of_mainland and GROUP.match(text, end))
            or (text[start - 2 : start] in PLACES and LONGER_NAME.match(text, end))
        ):
            others.add(number)
        _, before, first, last, _ = found[number - 1]
        is_beside = number and before and not is_board(before) and last == start
        if is_beside and HAN.match(text, first) and JOINT_VENTURE.match(text, end):
            others |= {number - 1, number}
    return others


def place_at(start: int, breaks: Sequence[int]) -> Place:
    """The part of a post at `start`. `breaks` are where its title and its digest end."""
    return Place(bisect_left(breaks, start))


def begins_inside_word(text: str, start: int) -> bool:
    """Whether what begins there begins with the second half of a word: 京东方 in 北京东方, but not
    in 湖北京东方."""
    return text[start - 1 : start + 1] in OVERLAPPED and not (
        start > 1 and text[start - 2 : start] in WORDS_BEFORE
    )


def ends_inside_word(text: str, end: int) -> bool:
    """Whether what ends there ends with the first half of a word: 新和成 in 新和成立, but not in
    新和成立足."""
    if end == len(text):
        return False
    begins = text[end - 1 : end + 1] in BEGUN or text[end - 2 : end + 1] in BEGUN
    return begins and text[end : end + 2] not in CONTINUED


def is_part_of_word(text: str, start: int, end: int) -> bool:
    """Whether a name or code in Latin letters or digits goes on: tcl in tclx. The exchange may
    stand before or after a code: sh600519, 1810hk."""
    first, before = text[start], text[start - 1 : start]
    if is_latin(first) and is_latin(before) and (first.isalpha() or before.isdecimal()):
        is_prefixed = text.startswith("st", start) and is_after_prefix(text, start)  # NST云网
        if not is_prefixed:
            return True
    last = text[end - 1]
    if not (is_latin(last) and is_latin(text[end : end + 1])):
        return False
    if last.isalpha() and (
        AFTER_NAME.match(text, end) or (text[end].isdecimal() and HAN.search(text, start, end))
    ):
        return False  # 万科A3日公告
    return not (last.isdecimal() and AFTER_CODE.match(text, end))


def is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
