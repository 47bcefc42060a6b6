"""A line that somebody pastes → the securities that it names: from a list, a message, another site,
or the table that a broker exports."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import unquote_plus

from ..characters import HAN_RANGE
from ..mentions.spellings import SHORT, bare, english_forms
from ..mentions.words import ALSO_CALLED, LONGER
from ..models import EXCHANGES, Market, Security
from ..search.kept_names import TermNames, all_names
from ..search.names import is_security, meant_terms
from ..search.text.normalise import normalise
from ..search.typed import WHOLE
from ..terms import SECURITY

MOST_PARTS: Final = 100  # of a line
MOST_MEANT: Final = 10  # securities of one name, or companies that a part of a name may mean

HAN: Final = f"[{HAN_RANGE}]"
NAME_IN_CHINESE: Final = re.compile(f"{HAN}{{2,}}")
EXCHANGE: Final = "|".join(name for name in EXCHANGES if name.isascii())
CODE: Final = re.compile(
    rf"(?:{EXCHANGE}|[01])?[.:]?\d{{5,6}}(?:\.?(?:{EXCHANGE}))?", re.ASCII | re.IGNORECASE
)
#: What stands between names and codes: a comma, the number of one in a list, a colon before a code,
#: or a space between two that are whole.
BETWEEN: Final = re.compile(
    r"[，、;；|\n\t①-⑳❶-❿]|,(?!\s?(?:ltd|inc|limited)\b)|(?<!\s)\s++(?:vs\.?|/)\s++"
    rf"|(?<={HAN})/(?={HAN})|(?<={HAN})\s?[:：=_/@-]\s?(?={CODE.pattern}(?!\w))"
    rf"|(?<=\d{{5}})\s?[:：=_/-]\s?(?={HAN})"
    r"|(?<=[\d%元股手万亿])\s++|(?<=\d\.(?:SH|SS|SZ|BJ|HK))\s++|(?<!\s)\s++(?=[-+▲▼△▽↑↓]?\d|--?(?:\s|$))"
    rf"|(?<={HAN}{{2}})\s++(?={HAN}{{2}})",
    re.IGNORECASE,
)
#: What may also stand between them, or in a name: a code run on, 与, a number: 002186全聚德,
#: 九鼎投资与全聚德, 九鼎投资 2.全聚德.
RUN_ON: Final = re.compile(
    rf"(?<={HAN}{{2}})(?:以?及|[和与])(?={HAN}{{2}})|(?<=\d{{6}})(?={HAN})|(?<={HAN})(?=\d{{6}}(?!\d))"
    rf"|(?<={HAN})\s?\d{{1,2}}[.)、]\s?(?={HAN})",
    re.ASCII,
)
#: A name with what its owner says of it: 贵州茅台（观察）, 贵州茅台持仓100股, 贵州茅台已清仓.
#: Brackets with a market say which share is meant.
WITH_REMARK: Final = re.compile(
    r"(?P<name>[^()（）\[\]【】]{2,40}?)\s?(?:[(（\[【](?![AaBbHh港美][股)）])[^()（）\[\]【】]{1,12}[)）\]】]"
    r"|(?:持[有仓股]|成本价?|数量)[:：]?\d[\d.]{0,15}[元股手]?|\d{1,9}[股手]"
    r"|已(?:清仓|卖出?|买入?|止[损盈]))",
    re.ASCII,
)
#: A name as one calls somebody: @贵州茅台.
CALLED: Final = re.compile(rf"(?<!\S)@(?={HAN})")
#: A company in full: 贵州茅台酒股份有限公司.
FULL_NAME: Final = re.compile(rf"[{HAN_RANGE}a-zA-Z()（）·]{{4,40}}股份(?:有限)?公司")
#: What ends the full name of a company after its short one.
LEGAL_FORM: Final = re.compile(rf"(?<={HAN}{{2}})(?:\(?集团\)?)?(?:股份)?(?:有限)?公司$")
#: What the last row of a table begins with.
TOTALS: Final = frozenset("合计 总计 小计 汇总 总额 total".split())
PART: Final = re.compile(r"[/?&#=,;]")  # what stands between the parts of an address
BRACKETS: Final = re.compile(r"[()（）\[\]【】“”「」『』‘’《》〔〕〈〉<>#$`]|\*\*|~~|__")
#: Emoji and what joins them. ①-⑳ and ❶-❿ number a list, and ▲ and ↑ are of figures.
EMOJI: Final = re.compile(
    "[\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3\U0001f000-\U0001faff]++"
)
#: What begins a remark. #九鼎投资 is a name as forums write it, and #九鼎投资#.
REMARK: Final = re.compile(r"^(?:#(?!\S)|//)|\s(?:#|//)(?=\s)")
#: What begins a line of a list: its number, a sign, or what the list is called.
LIST_ITEM: Final = re.compile(
    r"\d{1,3}(?:[.、]\s*(?=[^\d\s])(?![Hh][Kk]\b)|[.、]\s+|[)）]\s*)|[(（\[【]\d{1,3}[)）\]】]\s*"
    r"|[一二三四五六七八九十]{1,3}、\s*|[-*+]\s+(?:\[[ xX]\]\s+)?|[•·●○■□▪◆◇►▶☆★✓✔√→]\s*"
    r"|(?:我的)?(?:自选股?|持仓股?|股票池)[:：]\s*",
    re.ASCII,
)
#: An exchange apart from a code, as other sites write it: 600053 SH, 600053-SZ, SH 600053, and as
#: Bloomberg does: 600053 CH Equity, AAPL US Equity.
EXCHANGE_AFTER: Final = re.compile(
    r"(?<=\d)[ -](SH|SS|SZ|BJ|HK|CH)\b(?:\s+Equity\b)?|(?<=\w) (US) Equity\b", re.IGNORECASE
)
EXCHANGE_BEFORE: Final = re.compile(r"\b(SH|SZ|BJ|HK) (?=\d{5,6}(?!\d))", re.IGNORECASE)
THOUSANDS: Final = re.compile(r"(\d{3})[,，](\d{3})", re.ASCII)
#: What spreadsheets make of a code: ="600519".
SPREADSHEET: Final = re.compile(r'="([^"]*+)"')
#: A code as programs of brokers have it, 1600519; or after its number in a list, 2.000858.
OF_BROKER: Final = re.compile(r"([01])(\d{6})", re.ASCII)
NUMBERED: Final = re.compile(r"\d{1,2}\.(\d{6})", re.ASCII)
#: A code of Hong Kong, perhaps without the zeros before it.
OF_HONG_KONG: Final = re.compile(r"(\d{1,5})[. ]?HK|HK[.: ]?(\d{1,5})", re.ASCII | re.IGNORECASE)
#: A name that an exchange cut to three characters for a day, after what it put before it.
CUT: Final = re.compile(rf"(?:XD|XR|DR)({HAN}{{3}})", re.IGNORECASE)

#: A price, a share or a small number in a row: 12.3, +1.2%, 2.15万亿, 3, @1680.
FIGURE: Final = re.compile(
    r"\d{1,3}|--?|[-+▲▼△▽↑↓@]\d{1,12}"
    r"|[-+▲▼△▽↑↓@]?\d{1,12}(?:\.\d{1,4}%?|%|(?:\.\d{1,4})?(?:[元股手]|[万亿]{1,2}[元股手]?))",
    re.ASCII,
)
#: What is a figure where a row has a code with its name: another number, a day, a time.
NO_CODE: Final = re.compile(
    r"\d{4}|\d{7,12}|\d{4}([-/.])\d\d?\1\d\d?|\d\d?(?::\d\d){1,2}", re.ASCII
)
#: What a list of holdings calls its figures, perhaps with one: 持仓, 成本价, 数量：100.
LABEL: Final = re.compile(
    r"(?:持[有仓股]|成本|数量|股数|买入|卖出|[加减建清]仓|仓位|可[用卖]|[现市]价|市值|最新|目标|止[损盈]"
    r"|浮[盈亏]|盈亏)[价量数]?[:：]?\s?(?:\d[\d.]{0,15}[元股手万亿]{0,3})?",
    re.ASCII,
)
#: A sum of money, which nobody searches for: 1,680 or 1680.00. Not 2022.03.04 or 5.25%.
SUM: Final = re.compile(r"\d[,，]\d{3}(?!\d)|(?<![\d.])\d{1,9}\.\d\d(?![\d%.])", re.ASCII)
#: A code at an exchange that the archive may not have: TPE:2330.
AT_EXCHANGE: Final = re.compile(r"[A-Z]{2,6}:[A-Z\d]{1,6}", re.ASCII)
#: A month is written with six digits, too.
MONTH: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])", re.ASCII)
#: What tells a row of a table from a list of names: tabs, or commas without spaces.
TABLE: Final = re.compile(r"[\t|]|,\S*,\S")
HEADINGS: Final = frozenset(
    "代码 证券代码 股票代码 名称 证券名称 股票名称 code symbol ticker name".split()
)


def without_marks(line: str) -> str:
    """A line without its remark, its emoji and the number that it has in a list."""
    line = REMARK.split(CALLED.sub("", EMOJI.sub(" ", line).strip()), maxsplit=1)[0].strip()
    return LIST_ITEM.sub("", line, count=1) if LIST_ITEM.match(line) else line


def are_headings(line: str) -> bool:
    """Whether a line has the headings of a table of securities, or its totals."""
    parts = [part.lower() for part in cells_of(line)]
    if parts and parts[0] in TOTALS:
        return all(FIGURE.fullmatch(part) or NO_CODE.fullmatch(part) for part in parts[1:])
    return len(parts) > 1 and not HEADINGS.isdisjoint(parts)


def is_no_search(line: str) -> bool:
    """Whether a line that names no security looks as if it should: it has a code, or a sum of
    money, or figures alone."""
    parts = cells_of(line)
    if all(is_number(part) or LABEL.fullmatch(part) for part in parts):
        return any(map(is_number, parts))
    is_of_list = SUM.search(line) or any(
        AT_EXCHANGE.fullmatch(part) or (CODE.fullmatch(part) and not MONTH.fullmatch(part))
        for part in parts
    )
    return bool(is_of_list) and not any(map(securities_meant, parts[:MOST_PARTS]))


def is_number(part: str) -> bool:
    return (FIGURE.fullmatch(part) or NO_CODE.fullmatch(part)) is not None


def securities_listed(line: str) -> list[Security]:
    """The securities of a line that has their names and codes, and figures: 贵州茅台(600519) +1.2%,
    ST云网、SH600519, 五粮液 成本 150. A code beside a name that several have says which. If a line
    has more, the security that has both code and name there; in a row of a table, else the first
    code. Empty for another line."""
    line = line.rstrip("。")
    if found := securities_between(line):
        return found
    if (apart := RUN_ON.sub("、", line)) != line and (found := securities_between(apart)):
        return found
    if remarked := WITH_REMARK.fullmatch(line):
        return agreed([securities_meant(remarked["name"])])
    return securities_in_full(line) if FULL_NAME.fullmatch(line) else []


def securities_in_full(name: str) -> list[Security]:
    """The securities with the full name of a company, which begins with the short one, unless that
    of another begins so: 贵州茅台酒股份有限公司, and 中国石油化工股份有限公司 is 中国石化."""
    if name in ALSO_CALLED:
        return securities_meant(ALSO_CALLED[name])
    for end in range(len(name), SHORT, -1):
        if name[:end] in LONGER:
            return []
        if is_security(name[:end]):
            return securities_meant(name[:end])
    return []


def securities_between(line: str) -> list[Security]:
    """The securities of a line in which `BETWEEN` stands between names."""
    parts = cells_of(line)
    has_numbers = any(map(is_number, parts))
    words = [
        part
        for part in parts
        if not (FIGURE.fullmatch(part) or (has_numbers and LABEL.fullmatch(part)))
    ] or parts
    if len(words) > MOST_PARTS:
        return []
    meant = [
        [] if len(words) > 1 and NO_CODE.fullmatch(word) else securities_meant(word)
        for word in words
    ]
    others = [word for word, found in zip(words, meant, strict=True) if not found]
    has_figures = len(words) < len(parts)
    is_row = ("\t" in line and (others or has_figures)) or (has_figures and TABLE.search(line))
    if not (others or is_row):
        return agreed(meant)
    coded = [
        found[0]
        for word, found in zip(words, meant, strict=True)
        if len(found) == 1 and CODE.fullmatch(word)
    ]
    called = {
        one
        for word, found in zip(words, meant, strict=True)
        if not CODE.fullmatch(word)
        for one in found
    }
    both = [one for one in coded if one in called or any(map(part_of_name(one), others))]
    if is_row:
        return both or coded[:1] or company_of(agreed(meant))
    is_list = (coded or has_figures) and all(NO_CODE.fullmatch(word) for word in others)
    return both or (agreed(meant) if is_list else [])


def part_of_name(security: Security) -> Callable[[str], bool]:
    """Tells whether a word is a part of the name of a security: 茅台 of 贵州茅台."""
    name = normalise(security.name)
    return lambda word: len(word) >= SHORT and normalise(word) in name


def securities_in_address(address: str) -> list[Security]:
    """The securities whose codes or names are parts of the address of a page at another site:
    ?stockCode=600519, /list,600519.html, ?wd=贵州茅台."""
    parts = (part.removesuffix(".html") for part in PART.split(unquote_plus(address)))
    named = [part for part in parts if CODE.fullmatch(part) or re.search(HAN, part)]
    found = (one for part in named[:MOST_PARTS] for one in securities_listed(part))
    return list(dict.fromkeys(found))


def agreed(meant: Iterable[Sequence[Security]]) -> list[Security]:
    """The securities that words mean, in their order; none if a word may mean several companies and
    none of them is among those of other words. Of one name all shares are meant, unless another
    word says which."""
    meant = list(meant)
    found = dict.fromkeys(one for [one] in (some for some in meant if len(some) == 1))
    several = [some for some in meant if len(some) > 1 and found.keys().isdisjoint(some)]
    if any(company_of(some) != some for some in several):
        return []
    shares = {one: None for some in meant for one in some if some in several or one in found}
    return list(shares)


def company_of(securities: Sequence[Security]) -> list[Security]:
    """The first of some securities, with those that are shares of the same company elsewhere: they
    have one name, and no board has it."""
    return [
        one
        for one in securities
        if one == securities[0]
        or (
            normalise(one.name) == normalise(securities[0].name)
            and Market.BOARD not in (one.market, securities[0].market)
        )
    ]


def companies_suggested(text: str) -> list[Security]:
    """The companies for which a text in Chinese may stand, unless they are one or too many: those
    that have or had it as a name; or else those whose names contain it, if it begins one of these,
    as 平安 in 平安银行 and 中国平安."""
    if not NAME_IN_CHINESE.fullmatch(text):
        return []
    found, part = securities_meant(text), normalise(text)
    if not found:
        found = securities_having(
            part, lambda row: row.kind == Security.Kind.STOCK and part in normalise(row.name)
        )
        if not any(normalise(one.name).startswith(part) for one in found):
            return []
    return found if company_of(found) != found and len(found) <= MOST_MEANT else []


def securities_meant(name: str) -> list[Security]:
    """The securities that have this name or code, or the name with other marks of an exchange:
    ST云网 is *ST云网, XD贵州茅 贵州茅台, Apple Inc Apple Inc."""
    spellings = [name]
    if broker := OF_BROKER.fullmatch(name):
        spellings.append(".".join(broker.groups()))
    elif numbered := NUMBERED.fullmatch(name):
        spellings.append(numbered[1])
    elif of_hong_kong := OF_HONG_KONG.fullmatch(name):
        spellings.append(f"HK{(of_hong_kong[1] or of_hong_kong[2]).zfill(5)}")
    if (short_name := LEGAL_FORM.sub("", name)) != name:
        spellings.append(short_name)
    for spelling in spellings:
        if not is_security(spelling):
            continue
        found = meant_terms(spelling, SECURITY, MOST_MEANT)
        if named := [one.term for one in found if one.rank >= WHOLE]:
            return named
    if cut := CUT.fullmatch(name):
        beginning = normalise(cut[1])
        return securities_having(
            beginning, lambda row: any(one.startswith(beginning) for one in bare_names(row))
        )
    short, english = bare(normalise(name)), english_forms(name)
    contained = min([short, *english], key=len)
    if len(contained) < SHORT:
        return []
    return securities_having(
        contained,
        lambda row: (
            short in bare_names(row) or not english.isdisjoint(english_forms(row.english_name))
        ),
    )


def securities_having(text: str, fits: Callable[[TermNames], bool]) -> list[Security]:
    """The securities of which a name has a normalised text, and whose names fit."""
    names = all_names().of[SECURITY.facet]
    rows = (names.rows[number] for number in names.written.having(text))
    keys = [row.key for row in rows if fits(row)]
    return list(SECURITY.objects.known().filter(pk__in=keys)) if keys else []


def bare_names(row: TermNames) -> list[str]:
    """The names of a security, normalised, without what exchanges put before them."""
    return [bare(normalise(name)) for name in (row.name, *row.names)]


def cells_of(line: str) -> list[str]:
    """The names, codes and figures of a line."""
    if thousands := THOUSANDS.fullmatch(line):
        line = "".join(thousands.groups())
    line = EXCHANGE_BEFORE.sub(r"\1", SPREADSHEET.sub(r"\1", line))
    line = EXCHANGE_AFTER.sub(lambda found: f".{found[1] or found[2]}", line)
    parts = parts_of(BRACKETS.split(line))
    return [part.strip('"') for part in parts] if len(parts) > 1 else parts


def parts_of(values: Iterable[str]) -> list[str]:
    """Names and codes, several of which may stand in a value."""
    parts = (part.strip() for value in values for part in BETWEEN.split(value))
    return [part for part in parts if part]
