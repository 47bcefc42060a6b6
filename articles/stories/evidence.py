"""What a post says, in the form in which it is compared with others."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from ..search.text.distinct import distinct
from ..search.text.exchange_marks import without_marks
from ..search.text.normalise import encode, normalise
from .places import PLACES
from .rarity import RAREST, Pairs, Weights, paired, weights

#: Characters of a text that are compared. What a post tells stands at its beginning.
COMPARED: Final = 1500
#: Pairs at the beginning of a title: a Chinese one names there what it is about.
HEAD: Final = 3
#: Pairs at the beginning of a text that stand for a title which says nothing of it.
LEAD: Final = 30
#: Characters at the beginning of a text, without its title, by which copies are known: few, where
#: media leave out the end or add to it, and more, where they put something before the beginning.
OF_COPIES: Final = 100, 300
#: Characters of a text in which figures are looked for.
WITH_FIGURES: Final = 600

#: What stands in brackets beside a company, in all posts about it: its code, and its price.
CODE: Final = re.compile(
    r"\([^()]{0,30}(?:\d\.(?:s[hz]|bj|hk)|(?:s[hz]|bj|hk)[ :.]?\d)[^()]{0,30}\)"
)
#: What was expected of a figure, and what it was before: a preview has these, too.
EXPECTED: Final = r"(?<![绩于超合达])(?:预期|前值)[^\d\s,;。]{0,6}\d[\d.]*(?:万亿|亿|万|%)?"
NO_FIGURE: Final = re.compile(f"{CODE.pattern}|{EXPECTED}")
FIGURE: Final = re.compile(
    r"(\d\d{0,14})(?:\.(\d{1,4}))?(万亿|亿|万|%|个百分点|世纪|[年月日时分号:/-]?)"
)
PERCENTAGES: Final = frozenset({"%", "个百分点"})
DATES: Final = frozenset({"世纪", *"年月日时分号:/-"})
#: The power of ten by which a unit multiplies.
SCALES: Final = {"万": 4, "亿": 8, "万亿": 12}
PLACES_KEPT: Final = 4  # of a figure, after its point
MOST_KEPT: Final = 6  # digits of a figure that is rounded
MARKS: Final = 3  # words of 64 bits for the figures of a text
PRIME: Final = 1_000_003  # by which figures with many zeros are told apart

NAMED_DAY: Final = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})日")
TODAY: Final = re.compile("今[日天晨早]")
NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
#: In what the titles of a series may differ: numbers, signs, and these words.
BESIDES: Final = re.compile("[^a-z\u3400-\ufeff]+|今[日天晨早]|继续|再次")
#: The short names of what media call by two.
SHORT: Final = {"人民银行": "央行", "上证指数": "沪指", "上证综指": "沪指", "深证成指": "深成指"}

#: A title with one of these tells how a share was traded.
TRADING: Final = re.compile(
    "涨停|跌停|封板|高开|低开|开盘|收盘|收评|午评|盘中|早盘|午间|午盘|午后|尾盘|异动"
)
#: A title with one of these tells how the market took the news, which is news of its own.
MARKET: Final = re.compile(f"{TRADING.pattern}|涨超|跌超|大涨|大跌|暴涨|暴跌|涨逾|跌逾|收涨|收跌")
#: A title with one of these is of a collection of news.
ROUND_UP: Final = re.compile(
    "一览|汇总|盘点|公告精选|公告集锦|晚间公告|晚间利空|晚间利好|停复牌|早知道|早报|晚报|早餐|要闻|早间新闻|晚间新闻"
    "|新闻精选|一大波|速览|速递|新势力.{0,4}(?:成绩单|交付|销量)|上市(?:银行|券商|[险房车药酒猪]企)(?!首)"
    r"|[\d多数余十百][家只](?:上市公司|公司|个股|股票)|[\d三四五六七八九十][大家](?:银行|险企|券商|房企|车企|基金)"
)


def numbered(*kinds: str) -> dict[str, int]:
    """The words of each kind, with its number."""
    return {word: number for number, words in enumerate(kinds) for word in words.split()}


#: Steps of an affair, each in several words: a title that tells of one is not of the same news as a
#: text that does not.
STEPS: Final = numbered(
    "终止 中止 取消 撤回 撤销 暂停",
    "恢复 复产 复工 重启 复牌",
    "停产 停牌 停工",
    "开工 动工 奠基",
    "竣工 投产 落成 通车",
    "签约 签署 签订",
    "过户 完成 完毕",
    "届满 到期 结束",
    "否决 未获 未通过 失败",
    "辞职 辞去 请辞 辞呈 免职 被免 卸任 离任",
    "问责 判决 宣判 获刑 查明",
    "更正 澄清 否认 辟谣 不属实 致歉",
    "前瞻 来袭 将公布 将揭晓",
)
#: Words for a direction, and after each those for the opposite one: 2n + 1 is the opposite of 2n.
DIRECTIONS: Final = numbered(
    *("上调 提价 涨价 调升", "下调 降价 调降"),
    *("增持 买入 加仓 净买", "减持 卖出 减仓 净卖"),
    *("流入", "流出"),
    *("解除质押 解质押 解押", "质押"),
    *("列入 纳入 调入", "移出 剔除 调出 移除"),
    *("扩产 增产", "减产 限产"),
    *("预增 预盈 扭亏", "预减 预亏 首亏"),
    *("降息 降准", "加息"),
    *("增资", "减资"),
    *("胜诉", "败诉"),
    *(
        "高开 高走 走高 走强 收高 升破 站上 突破 涨",
        "低开 低走 走低 走弱 收低 失守 跌",
    ),
)
#: Who is about to buy or sell shares of a company, and of that the words for what they are to it.
HOLDER: Final = re.compile("([\u4e00-\u9fff]{2,12})拟(?:清仓式?|继续)?(?:减持|增持)")
ROLE: Final = re.compile(
    r"\A.*(?:股东|控制人|实控人|董事长|董事|监事|总裁|高管|总经理|副总|董秘|创始人|一致行动人|员工|公司|夫妇)"
)
# An expression that is words and no groups is looked for by their first characters.
STEP: Final = re.compile("|".join(STEPS))
DIRECTION: Final = re.compile("|".join(DIRECTIONS))
PLACE: Final = re.compile("|".join(PLACES))
#: Characters of a text in which steps, places and trading are looked for.
WITH_STEPS: Final = 300

Marks = np.ndarray[tuple[int], np.dtype[np.bool_]]
Places = np.ndarray[tuple[int], np.dtype[np.intp]]

#: Whether a UTF-16 unit is compared: Latin and Han letters. Digits count as figures, and signs and
#: spaces not at all.
IS_LETTER: Final = np.zeros(0x10000, bool)
IS_LETTER[ord("a") : ord("z") + 1] = True
IS_LETTER[0x3400:0xFF00] = True


class Grams(NamedTuple):
    """The distinct pairs of letters of a text, sorted, with their weights."""

    pairs: Pairs
    weights: Weights
    total: float

    @classmethod
    def of(cls, pairs: Pairs) -> "Grams":
        found = distinct(np.sort(pairs))
        weighed = weights(found)
        return cls(found, weighed, float(weighed.sum()))

    def __reduce__(self) -> tuple[Any, ...]:
        # numpy takes ten times as long to read back its own form of an array.
        return unpacked_grams, (self.pairs.tobytes(), self.weights.tobytes(), self.total)

    def shared(self, other: "Grams") -> float:
        """The weight of the pairs that both have."""
        if len(self.pairs) > len(other.pairs):
            return other.shared(self)
        return float(self.weights.dot(other.having(self.pairs)))

    def having(self, pairs: Pairs) -> Marks:
        """Which of these pairs the text has."""
        return are_among(pairs, self.pairs)

    def weights_of(self, pairs: Pairs) -> Weights:
        """The weights of pairs that the text has."""
        return self.weights[self.pairs.searchsorted(pairs)]


class Shared(NamedTuple):
    """The weight of a title, or of what of it stands in another text, and that of its head."""

    title: float
    head: float


class Subject(NamedTuple):
    """The pairs that say what a text is about, in its order: those of its title, or of its lead."""

    pairs: Pairs
    are_names: Marks  # or parts of names
    #: Of each pair, and below of each in the head; 0 where a pair comes again.
    weights: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    whole: Shared
    #: The pairs of the name of what it is about, if that is known, or else of the head, with their
    #: weights.
    name: Mapping[int, float]

    @classmethod
    def of(cls, pairs: Pairs, weighed: Weights, are_names: Marks) -> "Subject":
        listed = pairs.tolist()
        once = [place for place, pair in enumerate(listed) if listed.index(pair) == place]
        both = np.zeros((2, len(pairs)), np.float32)
        both[0, once] = weighed[once]
        both[1, :HEAD] = both[0, :HEAD]
        head = dict(zip(listed[:HEAD], weighed.tolist(), strict=False))
        title, in_head = both.sum(axis=1).tolist()
        return cls(pairs, are_names, both, Shared(title, in_head), head)

    def __reduce__(self) -> tuple[Any, ...]:
        arrays = self.pairs, self.are_names, self.weights
        return unpacked_subject, (*(one.tobytes() for one in arrays), self.whole, self.name)

    @property
    def names(self) -> Pairs:
        return self.pairs[self.are_names]

    def once(self) -> tuple[Pairs, Weights]:
        """Each pair once, and its weight."""
        weighed = self.weights[0]
        return self.pairs[weighed > 0], weighed[weighed > 0]

    def shared(self, has: Marks) -> Shared:
        """How much of it a text has that `has` these of its pairs."""
        return Shared(*self.weights.dot(has).tolist())

    def unnamed(self, has: Marks) -> bytes:
        """Which of its pairs are of names that a text lacks which `has` these of the pairs: for
        each 1 or 0."""
        return (self.are_names > has).tobytes()


class Evidence(NamedTuple):
    """What a post says. `securities` are the symbols of those that it names, the one that it is
    about first; empty if none is known. Where the title names none of them, the post may mention
    the first only in passing."""

    published_at: dt.datetime
    subject: Subject
    text: Grams
    figures: Mapping[int, int]
    rounded_figures: frozenset[int]
    kinds_of_figures: frozenset[bool]  # whether each is a percentage
    figure_marks: bytes  # see `marks_of_figures`
    securities: tuple[str, ...]
    are_in_title: bool  # whether the first of these is
    company: str  # the name of the first of these, without marks of an exchange
    about: str  # the title of a post that names a security, without its name
    is_of_market: bool
    is_round_up: bool
    is_of_trading: bool
    tells_of_trading: bool  # its text does
    holder: str  # of shares, who is about to buy or sell some as the title says, by name
    places: frozenset[str]  # that the title names
    places_in_text: frozenset[str]
    steps: frozenset[int]  # of an affair, of which the title tells
    steps_in_text: frozenset[int]
    directions: frozenset[int]  # of which the title tells
    opposite_directions: frozenset[int]
    #: The title without numbers, which the issues of a series have in common; and its numbers.
    template: str
    numbers: tuple[str, ...]
    #: Letters with which the title begins and which come again, as those of a name do; all letters,
    #: if there is no other text.
    come_again: int
    title_figures: frozenset[int]
    days: frozenset[int]  # that the title names
    first_day: int  # that the post names: 621 for the 21st of June; 0 if none
    is_of_today: bool  # whether it says so
    #: Pairs of hashes, which copies have whatever their titles: see `marks_in`.
    marks: frozenset[tuple[int, ...]]

    @classmethod
    def of(
        cls,
        published_at: dt.datetime,
        title: str,
        text: str,
        securities: Sequence[str] = (),
        name: str = "",
        are_in_title: bool = True,
    ) -> "Evidence":
        """That of a post. `title` and `text` are normalised, and the text begins with the title, as
        that of a search entry does. For the others see `naming`."""
        pairs, places = pairs_in(text[:COMPARED])
        end = int(places.searchsorted(len(title) - 1))
        in_text = Grams.of(pairs)
        figures = figures_in(text[:WITH_FIGURES])
        rounded_figures = rounded(figures)
        directions = directions_in(title)
        beginning = text[:WITH_STEPS]
        return cls(
            published_at,
            subject_in(pairs, end, in_text),
            in_text,
            figures,
            rounded_figures,
            frozenset(figure < 0 for figure in figures),
            marks_of_figures(figures, rounded_figures),
            (),
            False,
            "",
            "",
            MARKET.search(title) is not None,
            ROUND_UP.search(title) is not None,
            TRADING.search(title) is not None,
            TRADING.search(CODE.sub("", beginning)) is not None,
            holder_in(title),
            frozenset(PLACE.findall(title)),
            frozenset(PLACE.findall(beginning)),
            steps_in(title),
            steps_in(beginning),
            directions,
            frozenset(one ^ 1 for one in directions),
            template_of(title),
            tuple(NUMBER.findall(title)),
            len(template_of(title[: coming_again(title, text[len(title) + 1 : COMPARED])])),
            frozenset(figures_in(title)),
            frozenset(days_in(title)),
            next(iter(days_in(text[:WITH_FIGURES])), 0),
            TODAY.search(text[:WITH_FIGURES]) is not None,
            marks_in(pairs[end:], places[end:] - len(title), in_text),
        ).naming(title, securities, name, are_in_title)

    def naming(
        self, title: str, securities: Sequence[str], name: str = "", are_in_title: bool = True
    ) -> "Evidence":
        """This, of a post with this `title` that names these `securities`, of which the first has
        this `name`. Title and name are normalised. If the title names it, it says what the text is
        about, even if nothing rare of it comes again."""
        if not securities:
            return self
        company = without_marks(name)
        if not are_in_title:
            return self._replace(securities=tuple(securities), company=company, about=title)
        pairs, _ = pairs_in(title)
        subject, about = self.subject, title
        if not np.array_equal(subject.pairs, pairs):
            subject = Subject.of(pairs, self.text.weights_of(pairs), np.zeros(len(pairs), bool))
        if name and name in title:
            about = title.replace(name, " ")
            of_name, _ = pairs_in(name)
            weighed = self.text.weights_of(of_name)
            subject = subject._replace(
                name=dict(zip(of_name.tolist(), weighed.tolist(), strict=True))
            )
        return self._replace(
            subject=subject,
            securities=tuple(securities),
            are_in_title=True,
            company=company,
            about=about,
        )


def unpacked_grams(pairs: bytes, weighed: bytes, total: float) -> Grams:
    return Grams(np.frombuffer(pairs, np.uint32), np.frombuffer(weighed, np.float32), total)


def unpacked_subject(
    pairs: bytes, are_names: bytes, weighed: bytes, whole: Shared, name: Mapping[int, float]
) -> Subject:
    return Subject(
        np.frombuffer(pairs, np.uint32),
        np.frombuffer(are_names, bool),
        np.frombuffer(weighed, np.float32).reshape(2, -1),
        whole,
        name,
    )


def evidence_of(
    published_at: dt.datetime,
    title: str,
    text: str,
    securities: Sequence[str],
    name: str = "",
    are_in_title: bool = True,
) -> Evidence:
    """As `Evidence.of`, of a title and a text that are not normalised, the text without title."""
    whole = normalise(f"{title}\n{text}")
    return Evidence.of(
        published_at, normalise(title), whole, securities, normalise(name), are_in_title
    )


def pairs_in(normalised: str) -> tuple[Pairs, Places]:
    """The pairs of letters in a text, in its order, and where each begins, in UTF-16 units."""
    units = np.frombuffer(encode(normalised), "<u2")
    letters = IS_LETTER[units]
    places = np.flatnonzero(letters[:-1] & letters[1:])
    return paired(units[places], units[places + 1]), places


def subject_in(pairs: Pairs, end: int, text: Grams) -> Subject:
    """What a text is about. `pairs` are those of the text, in its order, of which the first `end`
    are those of its title.

    What a title names, the text names again. If nothing rare of a title comes again, as of
    “Breaking news!” or of a daily column, the lead says what the text is about; of that, and of a
    title that is all there is, any rare pair may be part of a name.
    """
    title, body = pairs[:end], pairs[end:]
    weighed = text.weights_of(title)
    are_rare = weighed >= RAREST
    come_again = are_rare & are_among(title, np.sort(body))
    if come_again.any():
        return Subject.of(title, weighed, come_again)
    if not len(body):
        return Subject.of(title, weighed, are_rare)
    lead = body[:LEAD]
    weighed = text.weights_of(lead)
    return Subject.of(lead, weighed, weighed >= RAREST)


def marks_in(pairs: Pairs, places: Places, text: Grams) -> frozenset[tuple[int, ...]]:
    """Of the rare ones of these pairs at the beginning of a text, and of its longer beginning
    (`OF_COPIES`), the two with the least hashes, as these: the same in texts that have most in
    common (A. Broder's MinHash)."""
    shorter, longer = places.searchsorted(OF_COPIES).tolist()
    are_rare = text.weights_of(pairs[:longer]) >= RAREST
    hashed = mixed(pairs[:longer][are_rare])
    beginnings = hashed[: np.count_nonzero(are_rare[:shorter])], hashed
    marks = (tuple(distinct(np.sort(some))[:2].tolist()) for some in beginnings)
    return frozenset(mark for mark in marks if len(mark) == 2)


def mixed(pairs: Pairs) -> Pairs:
    """A hash of each pair."""
    hashed = pairs * np.uint32(0x9E37_79B1)
    hashed ^= hashed >> np.uint32(15)
    hashed *= np.uint32(0xC2B2_AE35)
    mixed: Pairs = hashed ^ hashed >> np.uint32(13)
    return mixed


def are_among(pairs: Pairs, ordered: Pairs) -> Marks:
    """Which of these pairs are among others, which are sorted."""
    if not len(ordered):
        return np.zeros(len(pairs), bool)
    found: Marks = ordered.take(ordered.searchsorted(pairs), mode="clip") == pairs
    return found


def template_of(title: str) -> str:
    """A title without that in which the issues of a series differ, and with short names."""
    template = BESIDES.sub("", title)
    for name, short in SHORT.items():
        template = template.replace(name, short)
    return template


def coming_again(title: str, body: str) -> int:
    """How many characters with which a title begins stand in a body, too; all, if it is empty."""
    if not body:
        return len(title)
    end = 0
    while end < len(title) and title[: end + 1] in body:
        end += 1
    return end


def holder_in(title: str) -> str:
    """The name of the holder who is about to buy or sell shares; empty if the title names none."""
    found = HOLDER.search(title)
    name = ROLE.sub("", found[1]) if found else ""
    return name if len(name) > 1 else ""


def steps_in(text: str) -> frozenset[int]:
    """The steps that a text tells of: their numbers in `STEPS`."""
    return frozenset(STEPS[word] for word in STEP.findall(text))


def directions_in(text: str) -> frozenset[int]:
    """The directions that a text tells of: their numbers in `DIRECTIONS`. What a text says both
    ways is none."""
    found = {DIRECTIONS[word] for word in DIRECTION.findall(text)}
    return frozenset(one for one in found if one ^ 1 not in found)


def days_in(text: str) -> list[int]:
    """The days that a text names, in its order: 621 for the 21st of June."""
    return [int(month) * 100 + int(day) for month, day in NAMED_DAY.findall(text)]


def figures_in(text: str) -> dict[int, int]:
    """The figures of a text, without years, days and times: those in 万 and 亿 multiplied out,
    percentages negative; each with the number of its digits that say something."""
    found = {}
    for whole, part, unit in FIGURE.findall(NO_FIGURE.sub("", text)):
        if unit in DATES and unit:
            continue
        places = PLACES_KEPT + SCALES.get(unit, 0) - len(part)
        value = int(whole + part) * 10**places
        found[-value if unit in PERCENTAGES else value] = len((whole + part).strip("0"))
    return found


def marks_of_figures(figures: Iterable[int], rounded_figures: Iterable[int]) -> bytes:
    """Figures in a form in which those of thousands of texts are compared at a time: a word of 64
    bits with one for percentages and one for others, and then `MARKS` of them for the figures and
    as many for the rounded ones. Texts whose marks have no bit in common have no figure in
    common."""
    marks = 0
    for figure in figures:
        marks |= 1 << (figure < 0) | 1 << 64 + figure % PRIME % (64 * MARKS)
    for figure in rounded_figures:
        marks |= 1 << 64 + 64 * MARKS + figure % PRIME % (64 * MARKS)
    return marks.to_bytes(8 + 16 * MARKS, "little")


def rounded(figures: Mapping[int, int]) -> frozenset[int]:
    """What may be said for these figures: they themselves, or with fewer digits, but at least
    two, rounded up or down. Each comes with the number of its digits."""
    found = set(figures)
    for figure, digits in figures.items():
        if digits > 2:  # some tell an index as a percentage
            found.add(-figure)
        length = len(str(abs(figure)))
        for kept in range(2, min(digits, MOST_KEPT + 1)):
            unit = 10 ** (length - kept)
            found |= {figure // unit * unit, -(-figure // unit) * unit}
    return frozenset(found)
