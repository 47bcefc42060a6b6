"""Spellings that readers call the same, beyond width, case and script: what `normalise` does to a
folded text.

*Characters*: `variants` says which become which.

*What is left out*, line by line:

- spaces, except between two Han or two letters or digits of an alphabet, where one is kept, and
  beside the comma or full stop of a figure. So 12 月 is 12月, 12 % is 12%, 《 茅台 》 is 《茅台》;
- commas between digits: 1,500 is 1500;
- apostrophes between letters: Moody's is Moodys;
- dots in names: 沃伦·巴菲特 is 沃伦巴菲特; so is 沃伦．巴菲特, a full stop between two Han;
- of several dashes, all except the first: 委托――委托 is 委托-委托. A tilde is one: 5%~10%.

Each rule looks at the next character to either side. What a line's beginning or end cuts off is
taken for whatever lets a sign be left out. So a part of a text normalises to a part of the
normalised text, wherever it is cut.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final

import numpy as np
import opencc

Places = np.ndarray[tuple[int], np.dtype[np.intp]]

#: Changed whenever the normal form of any text does: entries of another one are out of date.
NORMAL_FORM: Final = 5

#: Characters that one-to-many conversion leaves apart although writers take one for the other; the
#: first of each group stands for all. From OpenCC's TSCharacters, STCharacters, TWVariants and
#: HKVariants, and older shapes and habits of Taiwan and Hong Kong that it leaves (値, 矽, 黏),
#: without different words (呆 and 待, 画 and 划), surnames (宁 and 甯) and given names (坤 and 堃).
HAN: Final = """
着著 了瞭 借藉 复覆 只祇衹 像象 仿彷 余馀 尽侭 咨谘 巨钜 径迳 托讬 旋镟 曲麹 沈渖 钟锺 线缐
面麺 苎苧 划㓰 弥㳽 彩䌽 摆䙓 欣䜣 镢䦆 腼䩄 乃迺 夫伕 卫衞 叙敍 台枱 唚吣 妆粧 它牠 堤隄
拿拏 背揹 斤觔 斫斲 昵暱 村邨 果菓 枪鎗 碗椀 檐簷 檗蘗 浚濬 潨潀 澄澂 焰燄 熏薰 琅瑯 苏甦
痹痺 睾睪 碱硷礆 稆穞 筱筿 藤籐 粽糭 緪縆 耇耈 锄耡 豆荳 鲇鲶 矿鑛 炉鑪 什甚 〇○◯
账帐 硅矽 粘黏 磷燐 焊銲 炮砲礟 榨搾 馈餽 效傚 剿勦 侄姪 麻痲蔴 眯瞇 你妳 酬酧 膳饍 斗鬭鬪
场塲 略畧 霸覇 软輭 暖煖 期朞 潜濳 阔濶 宝寳 联聨 铅鈆 闹閙 颖頴颕 昆崐 克尅 国囯 回囘 市巿
值値 户戸 尚尙 每毎 清淸 青靑 绪緖 躲躱 出岀 慎愼 冰氷 研硏 郎郞 乡鄕 并倂 准凖 告吿 吞呑 喻喩
昂昻 举擧 涩澁
"""
#: Words of which a character has another spelling only there (份 and 分 are two words): of OpenCC's
#: TSPhrases and STPhrases those that are no other words (坏户, 打坏), and habits of the press. They
#: stay apart in the normal form; a query looks for both of a pair.
WORDS: Final = """
部分部份 身份身分 成分成份 过分过份 充分充份 水分水份 养分养份 分量份量 计划计画 规划规画 策划策画
企划企画 筹划筹画 其他其它 报道报导 人才人材 部署布署 度假渡假 摩擦磨擦 唯一惟一 当作当做
家具家俱 坐标座标 英里英哩 海里海哩 毛坯毛坏 砖坯砖坏 钢坯钢坏 土坯土坏 陶坯陶坏 坯布坏布
供应链供应炼 产业链产业炼 区块链区块炼 价值链价值炼 上链上炼 链条炼条 链子炼子 链锁炼锁 链坠炼坠
拉链拉炼 项链项炼 手链手炼 颈链颈炼 金链金炼 银链银炼 铁链铁炼 铰链铰炼 锁链锁炼 沉没沈没 沉默沈默
沉重沈重 沉淀沈淀 沉降沈降 沉陷沈陷 沉积沈积 沉浸沈浸 沉痛沈痛 沉睡沈睡 沉迷沈迷 沉船沈船 沉思沈思
沉寂沈寂 沉闷沈闷 沉浮沈浮 沉静沈静 沉醉沈醉 沉香沈香 沉沦沈沦 沉溺沈溺 沉湎沈湎 沉滞沈滞 沉浊沈浊
沉落沈落 沉下沈下 沉住沈住 沉不住沈不住 沉得住沈得住 沉吟沈吟 沉郁沈郁 沉厚沈厚 沉冤沈冤 沉疴沈疴
沉痼沈痼 沉筒沈筒 沉砂池沈砂池 沉甸甸沈甸甸 沉沉沈沈 深沉深沈 阴沉阴沈 昏沉昏沈 浮沉浮沈 击沉击沈
消沉消沈 沉舟沈舟 沉鱼沈鱼 沉沙沈沙
"""
RESPELLED: Final = 3
#: Signs that are written for one another.
SIGNS: Final = {
    "-": "‐‑‒–—―−⁃⸺⸻─━➖˗~∼〜∽⁓",
    "+": "➕",
    "/": "∕⁄╱",
    "|": "│┃∣❘丨",
    ":": "∶ː꞉",
    "%": "٪",
    "'": "‘’‚‛`ʹʻʼ′❛❜",
    '"': "“”„‟«»‹›「」『』〝〞〟❝❞",
    "·": "•‧∙⋅・⦁●",
    " ": "\t\u1680",
}
#: Letters that an accent is a part of, in Unicode's eyes.
STROKED: Final = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
ELLIPSIS: Final = "⋯"  # of Taiwan and Hong Kong
MARK = re.compile("[\u0300-\u036f]")
BEYOND_BMP = re.compile("[\U00020000-\U000323af]")

SPACES_AND_DOTS = re.compile("[ ·]+")
HAN_OR_KANA = re.compile(
    "[\u3005-\u3007\u3041-\u312f\u31a0-\u31ff\u3400-\u9fff\U00010000-\U0010ffff]"
)
NO_HAN: Final = rf"[^\n{HAN_OR_KANA.pattern[1:]}"
COMMAS_STOPS_APOSTROPHES_AND_DASHES = re.compile(
    rf",(?<![^0-9\n],)(?![^0-9\n])|\.(?<!{NO_HAN}\.)(?!{NO_HAN})"
    r"|'(?<![^a-z\n]')(?![^a-z\n])|--+"
)


@cache
def variants() -> dict[int, str]:
    """What stands for each character that is one spelling of several: Han, signs, and letters of
    the Latin alphabet with accents."""
    groups = [(group[0], group[1:]) for group in HAN.split()] + [*SIGNS.items()]
    found = {ord(other): first for first, others in groups for other in others}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letter = unicodedata.normalize("NFD", chr(code))[0]
        plain = STROKED.get(letter, letter)
        if plain.isascii():
            found[code] = plain
    for kanji, simple in of_japan().items():
        found[kanji] = found.get(ord(simple), simple)
    return found | {ord(ELLIPSIS): "..."}


@cache
def of_japan() -> dict[int, str]:
    """The simplified form of each character that is written so in Japan alone: 経 is 经. 芸 and 予
    are others in Chinese."""
    han = [chr(code) for code in range(0x4E00, 0xA000)]
    traditional = opencc.OpenCC("jp2t").convert("\n".join(han))
    forms = zip(han, traditional.split("\n"), strict=True)
    of_japan = {kanji: form for kanji, form in forms if kanji != form}
    simple = opencc.OpenCC("t2s").convert("\n".join(of_japan.values())).split("\n")
    return {
        ord(kanji): form
        for kanji, form in zip(of_japan, simple, strict=True)
        if not any(is_in(kanji, charset) for charset in ("gb2312", "big5"))
    }


def is_in(letter: str, charset: str) -> bool:
    try:
        return bool(letter.encode(charset))
    except UnicodeEncodeError:
        return False


@cache
def words() -> dict[str, str]:
    """Each of `WORDS` in its other spelling."""
    pairs = [(pair[: len(pair) // 2], pair[len(pair) // 2 :]) for pair in WORDS.split()]
    return {one: other for pair in pairs for one, other in (pair, pair[::-1])}


@cache
def any_word() -> re.Pattern[str]:
    return re.compile("|".join(words()))


def other_spellings(normalised: str) -> list[str]:
    """A normalised text with each of `WORDS` in the other spelling; of the first `RESPELLED` that
    it has, in every combination."""
    found = islice(any_word().finditer(normalised), RESPELLED)
    ways = [""]
    position = 0
    for match in found:
        before = normalised[position : match.start()]
        ways = [way + before + word for way in ways for word in (match[0], words()[match[0]])]
        position = match.end()
    spellings = [way + normalised[position:] for way in ways]
    return [*dict.fromkeys(spellings)][1:]


def spelled(folded: str) -> str:
    """A folded text with one character for those that are spellings of one."""
    without_rare = BEYOND_BMP.sub(lambda match: traditional(match[0]), folded)
    return without_rare.translate(variants())


@lru_cache(maxsize=10_000)
def traditional(letter: str) -> str:
    """The traditional form of a simplified character beyond the BMP: programs that convert a text
    leave it as it was, because few fonts have the simplified one."""
    found: str = _to_traditional().convert(letter)
    return found


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def without_signs(text: str) -> str:
    """`text`, folded and spelled, without what is left out."""
    if " " in text or "·" in text:
        text = without(text, spaces_and_dots(text))
    return without(text, commas_stops_apostrophes_and_dashes(text))


def without_signs_aligned(text: str) -> tuple[str, Places | None]:
    """`without_signs(text)`, and the place in `text` of each of its characters; None if nothing is
    left out."""
    places = None
    for signs in (spaces_and_dots, commas_stops_apostrophes_and_dashes):
        if spans := [*signs(text)]:
            stays = np.ones(len(text), np.bool_)
            for start, end in spans:
                stays[start:end] = False
            places = np.flatnonzero(stays) if places is None else places[stays]
            text = without(text, spans)
    return text, places


Spans = Iterable[tuple[int, int]]  # from one place until before another


def without(text: str, spans: Spans) -> str:
    parts = []
    position = 0
    for start, end in spans:
        parts.append(text[position:start])
        position = end
    return "".join([*parts, text[position:]]) if parts else text


def spaces_and_dots(text: str) -> Iterator[tuple[int, int]]:
    for match in SPACES_AND_DOTS.finditer(text):
        start, end = match.span()
        is_parting = (
            start > 0
            and end < len(text)
            and (kind(text[start - 1]), kind(text[end])) in PARTED
            and "·" not in match[0]
        )
        if start + is_parting < end:
            yield start + is_parting, end


def commas_stops_apostrophes_and_dashes(text: str) -> Iterator[tuple[int, int]]:
    for match in COMMAS_STOPS_APOSTROPHES_AND_DASHES.finditer(text):
        start, end = match.span()
        yield (start, end) if text[start] != "-" else (start + 1, end)


class Kind(Enum):
    HAN = auto()
    LETTER = auto()
    DIGIT = auto()
    POINT = auto()  # of a figure
    SIGN = auto()


#: Between which kinds of characters a space counts. 1, 500 and 10. 5 are not 1500 and 10.5.
PARTED: Final = {
    (Kind.HAN, Kind.HAN),
    *product((Kind.LETTER, Kind.DIGIT), repeat=2),
    (Kind.DIGIT, Kind.POINT),
    (Kind.POINT, Kind.DIGIT),
}


@lru_cache(maxsize=10_000)
def kind(letter: str) -> Kind:
    """The kind of a character. There is little else than Han beyond the BMP."""
    if letter in "0123456789":
        return Kind.DIGIT
    if letter in ",.":
        return Kind.POINT
    if HAN_OR_KANA.match(letter):
        return Kind.HAN
    return Kind.LETTER if letter.isalnum() else Kind.SIGN
