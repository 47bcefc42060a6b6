"""Tells where a code in a text means a security, and which. Pure; texts are normalised."""

import re
from collections.abc import Container, Mapping, Sequence
from typing import Final

from ..search.text.normalise import normalise
from .spellings import AFTER_SHORTENED, BEFORE_SHORTENED, code_forms, shortened

HONG_KONG: Final = "116"

#: The market numbers of the exchanges' names in codes.
MARKETS_OF_EXCHANGE: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(markets)
    for names, markets in (
        ("sh ss sse xshg 沪 沪市 上交所 上海证券交易所", ["1"]),
        ("sz szse xshe 深 深市 深交所 深圳证券交易所", ["0"]),
        ("bj bse nq 北交所 北京证券交易所", ["0"]),
        ("hk hkex sehk hkg 港股 港交所 联交所", [HONG_KONG]),
        ("o nasdaq 纳斯达克", ["105"]),
        ("n nyse 纽交所 纽约证券交易所", ["106"]),
        ("us 美股", ["105", "106", "107"]),
    )
    for name in names.split()
}
BRACKETS: Final = "([【〔〈「{"
BEFORE_CODE = re.compile(
    rf"(?:[{re.escape(BRACKETS)}]|代[码号][为是]?:? ?\"?|行情"
    r"|(?<![a-z])(?P<exchange>sh|sz|bj|hk|sse|szse|bse|xshg|xshe|hkex|sehk|hkg|nasdaq|nyse|us|沪市?|深市?|港股|[上深北港联]交所|[ab]股(?=:)"
    r"|(?:纳斯达克|美股|纽(?:约证券)?交易?所)(?=:)"
    r"|(?:上海|深圳|北京)证券交易所)(?:代[码号][为是]?)?[:.\-_(]? ?)$"
)
#: In 600519 sz000858 the exchange belongs to the second code.
AFTER_CODE = re.compile(
    r"(?:(?:\.|(?P<apart>(?<=\d) )|(?<=\d))(?P<exchange>xshg|xshe|sh|ss|sz|bj|nq|hk)"
    r"(?(apart)(?! ?[:.]?\d{5}))"
    r"|(?:\.|(?<=[a-z]) (?=us(?! (?!equity)[a-z0-9])))(?P<american>us|o|n))(?![a-z])"
)
AFTER_BRACKET = re.compile(
    r"[)\]】〕〉」},、;/ ]|\.(?:xshg|xshe|sh|ss|sz|bj|nq|hk|us|o|n)(?![a-z])"
)
#: A code of New York that stands alone.
BARE_LETTERS = re.compile(r"[a-z]{4,5}|[a-z]{2,5}[.\-/_][a-z]")
#: What Chinese has in letters and digits after a name: Apple CEO, AppleQ2营收, Apple 2022财年.
AFTER_NAME = re.compile(
    r"(?:c[efot]o|[qh][1-4]|ad[rs]|eps|ipo)(?![a-z0-9])|(?:19|20)\d\d(?=[年财/q])"
)
#: English before or after a word.
ENGLISH_BEFORE = re.compile(r"[a-z0-9&'.\-/]\s?$")
ENGLISH_AFTER = re.compile(rf"\s?(?!{AFTER_NAME.pattern})[a-z0-9&'\-/@]|\.[a-z]")
#: A code alone, in a list, at the head of a line or after what one does with shares. A figure has a
#: unit.
BEFORE_BARE = re.compile(
    r"(?:^|[\n、/ ,;]|\d[、,]?(?:以?及|[和与])|买入|卖出|持有|关注|[加减]仓|个股|股票"
    r"|[沪深]?(?<![a-z])[ab]股|[沪深][ab])\*{0,3}$"
)
#: What counts or measures: the number before it is a figure. 股价, 年报 are of a company.
UNIT: Final = (
    r"[元手户吨万亿人台辆套件份张点只米月日个家次港美号期批届集多余强%名位项条篇瓶箱例倍天株亩头匹枚"
    r"粒颗艘架幅座栋间册支根块片杯袋盒桶罐票组队岁秒笔宗起场处字页度克棵盏顶床]"
    r"|股(?![价东吧]|票(?!权))|年(?!中?报)|平[方米]|公[里斤顷分]|英[镑里尺亩寸]|[欧日韩卢加澳新]元|瑞郎|法郎|卢[比布]|泰铢|比索"
    r"|雷亚尔|新台币|人民币|比特币|以太坊|千[克瓦伏米]|[毫厘][米升克]|立方|[兆吉]瓦|标准?箱|分钟|小时|刻钟"
    r"|部(?!署|分)|层(?!面)|本[书次]|步(?!入|步)|用户|员工|粉丝|患者|[居村农市]民|职工|[观听]众|读者|[旅乘游]客|学生"
    r"|[会党]员|阅读|浏览|下载|播放|点[击赞]|评论|转发"
)
AFTER_BARE = re.compile(rf"\*{{0,3}}(?:$|[\n、/,;:]| ?+(?!{UNIT}|[\d.@]))")
#: What stands between the codes of a list, the number of the next one too: 600519 2. 000858.
BETWEEN_CODES: Final = (
    r"\*{0,3}[ 、,;/|\n⏎]{0,2}(?:以?及|[和与])?(?:(?<=\n)[-*+] ?| ?)"
    r"(?:\(?\d{1,2}(?:[、)]|\.(?= )) ?)?\*{0,3}"
)
NEXT_CODE = re.compile(rf"{BETWEEN_CODES}(\d{{6}}|0\d{{4}})(?!\d)")
CODE_BEFORE = re.compile(rf"(?<![\d.])(\d{{6}}|0\d{{4}}){BETWEEN_CODES}$")
#: What shares do, after a code: 600519涨停 000858跌停, in which normalised texts have no space.
MOVE = re.compile(r"[大急暴]?[涨跌]停?(?!\d)|[停复]牌")
#: A figure or a year, not a code: 港股700点, 港股2020.
FIGURE = re.compile(rf"\d+ ?(?:{UNIT}|\.\d)")
YEAR = re.compile(r"股(?:19|20)\d\d$")
LONGEST_SHORTENED: Final = 4  # digits
LONGEST_BEFORE: Final = 12  # characters that `BEFORE_CODE` may match
LONGEST_LIST: Final = 60  # characters of numbers of the same kind
LONGEST_STEP: Final = 24  # characters that `CODE_BEFORE` may match
#: Six digits, or the five of Hong Kong if no figure is written so.
BARE_DIGITS = re.compile(r"\d{6}|0\d{4}")
#: What follows the number of a document or a sum of money, not a code: (000001)号, (600519)千元.
AFTER_NUMBER = re.compile(
    r"\d+[)\]】]\s?(?:号|净值|\(?[十百千万亿]{0,3}[美欧港日]?元(?![\u4e00-\u9fff]))"
)
#: An index by name: 上证指数, 深证成指, 沪深300. Not what is in one: 沪深300成份股.
INDEX: Final = (
    r"(?:沪指|深[成综]指|创业?板?指|科创(?:综指|\d{2,3})|(?:上证|深证|中证|国证|北证|沪深|创业板|上海)"
    r"[\u4e00-\u9fffa-z]{0,6}?(?:指数|[综成]指|\d{2,4}))(?!\d|(?:指数)?(?:成[分份]|样本|权重))"
)
#: The code of an index before its name: 000001上证指数, (000001,上证指数). What has brackets after
#: another name may be a share.
OF_INDEX = re.compile(
    rf"(?:000|399|899|93\d)\d{{3}}"
    rf"(?:{INDEX}|[,:、]{INDEX}[)\]】]|(?<![\u4e00-\u9fff][(\[【]\d{{6}})[)\]】]{INDEX})"
)
#: What stands before a code of something else: 基金代码：000001, 上证指数(000001).
OTHER_CODE = re.compile(
    r"(?:基金|债券|转债|期权|期货|合约|区号|尾号|编号|专利号|邮编|邮政编码|地址|指数|混合|电话|热线|传真|手机|验证码|\+\d{1,3}"
    r"|[综成沪板]指|沪深300|上证\d{2,3}|中证\d{3,4})"
    r"(?:代码)?为?:? ?[(\[【]?(?:[a-z]{0,3}\d++(?:\.[\dx])?[、,;/ ]{1,2})*+$"
)
#: What stands before the figures of an account, those below zero in brackets: 利息支出(600519).
ACCOUNT = re.compile(
    r"(?:利润|收入|支出|费用|成本|亏损|损失|收益|税金|所得税|负债|[总净]资产|资产总计|权益|[合总小共]计"
    r"|[总净余金]额|现金流量?|存货|[应预][收付](?:账款|款项)?|折旧|摊销|股本)为?[: |]{0,2}"
    r"(?:\(?-?\d++(?:\.\d++)?\)?[ |、,;/]{0,2})*+\(?-?$"
)
OTHER_EXCHANGE = re.compile(r"\.of(?![a-z])")


def coded(
    symbols: Sequence[str],
    text: str,
    start: int,
    end: int,
    codes: Container[str],
    is_doubtful: bool = False,
    is_after_name: bool = False,
) -> str | None:
    """The one of these securities that a code at `start` means, one of all `codes`; None if it is a
    number like any other, or is letters that are also a word: then it `is_doubtful`. What
    `is_after_name` stands right after the name of a security, as 招商证券 600519 买入."""
    code = text[start:end]
    if len(code) <= LONGEST_SHORTENED and code.isdecimal():
        return symbols[0] if is_in_hong_kong(text, start, end) else None
    written_before = text[max(0, start - LONGEST_BEFORE) : start]
    before = BEFORE_CODE.search(written_before)
    after = AFTER_CODE.match(text, end)
    exchange = (
        (after and (after["exchange"] or after["american"]))
        or (before and before["exchange"])
        or ""
    )
    markets = MARKETS_OF_EXCHANGE.get(exchange)
    if is_other_number(text, start, end):
        return None
    if not exchange and not is_tagged(text, start, end):
        if ACCOUNT.search(text[max(0, start - LONGEST_LIST) : start]):
            return None
        if not code.isdecimal():
            if is_doubtful or not is_alone_among_chinese(text, start, end):
                return None
        elif before is None:
            if not BARE_DIGITS.fullmatch(code):
                return None
            is_free = is_after_name and AFTER_BARE.match(text, end) is not None
            if not is_free and not is_bare(text, start, end, codes):
                return None
        elif before[0] in BRACKETS and not AFTER_BRACKET.match(text, end):
            return None
    return next((symbol for symbol in symbols if is_coded(symbol, code, markets)), None)


def is_bare(text: str, start: int, end: int, codes: Container[str]) -> bool:
    """Whether digits that nothing marks as a code are one and no figure."""
    if MOVE.match(text, end):
        return True
    if text[start - 1 : start] == text[end : end + 1] == '"':
        return True
    after = NEXT_CODE.match(text, end)
    if after and after[1] in codes:
        return not FIGURE.match(text, after.start(1))
    if not AFTER_BARE.match(text, end):
        return False
    if BEFORE_BARE.search(text[max(0, start - LONGEST_BEFORE) : start]):
        return True
    before = CODE_BEFORE.search(text[max(0, start - LONGEST_STEP) : start])
    return before is not None and before[1] in codes


def is_in_hong_kong(text: str, start: int, end: int) -> bool:
    """Whether a number is a code of Hong Kong without the zeros before it: HK1810, 700.HK."""
    if text.startswith(AFTER_SHORTENED, end):
        return AFTER_CODE.match(text, end) is not None
    if not text.endswith(BEFORE_SHORTENED, 0, start):
        return False
    return not (FIGURE.match(text, start) or YEAR.search(text[start - 1 : end]))


def is_tagged(text: str, start: int, end: int) -> bool:
    """Whether a code is written as investors do: $TSLA, $00700$. A sum of dollars is not."""
    after = text[end : end + 1]
    return text[start - 1 : start] == "$" and (after == "$" or not text[start:end].isdecimal())


def is_alone_among_chinese(text: str, start: int, end: int) -> bool:
    """Whether letters are as long as a code of New York and no part of something in English."""
    is_code = BARE_LETTERS.fullmatch(text[start:end]) is not None
    return is_code and is_among_chinese(text, start, end)


def is_among_chinese(text: str, start: int, end: int) -> bool:
    """Whether letters are no part of something in English."""
    before = text[max(0, start - 2) : start]
    return not (ENGLISH_AFTER.match(text, end) or ENGLISH_BEFORE.search(before))


def is_other_number(text: str, start: int, end: int) -> bool:
    """Whether a number is the code of a fund or an index, or the number of a document."""
    return bool(
        OTHER_CODE.search(text[max(0, start - LONGEST_LIST) : start])
        or OTHER_EXCHANGE.match(text, end)
        or AFTER_NUMBER.match(text, start)
        or OF_INDEX.match(text, start)
    )


def is_coded(symbol: str, code: str, markets: frozenset[str] | None) -> bool:
    """Whether a security has this code; one in Hong Kong also without the zeros before it."""
    market, _dot, own = symbol.partition(".")
    own = normalise(own)
    is_same = code in code_forms(own) or (market == HONG_KONG and code in shortened(own))
    return is_same and (markets is None or market in markets)
