"""What a post says, in the form in which it is compared with others."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from ..search.text.normalise import encode, normalise
from .rarity import RAREST, Pairs, Weights, paired, weights

#: Characters of a text that are compared. What a post tells stands at its beginning.
COMPARED: Final = 1500
#: Pairs at the beginning of a title: a Chinese one names there what it is about.
HEAD: Final = 3
#: Pairs at the beginning of a text that stand for a title which says nothing of it.
LEAD: Final = 30
#: Characters of a text in which figures are looked for.
WITH_FIGURES: Final = 600

FIGURE: Final = re.compile(
    r"(\d{1,15})(?:\.(\d{1,4}))?(万亿|亿|万|%|个百分点|世纪|[年月日时分号:/-]?)"
)
PERCENTAGES: Final = frozenset({"%", "个百分点"})
DATES: Final = frozenset({"世纪", *"年月日时分号:/-"})
#: The power of ten by which a unit multiplies.
SCALES: Final = {"万": 4, "亿": 8, "万亿": 12}
PLACES_KEPT: Final = 4  # of a figure, after its point

#: A title with one of these tells how the market took the news, which is news of its own.
MARKET: Final = re.compile(
    "涨停|跌停|涨超|跌超|大涨|大跌|暴涨|暴跌|涨逾|跌逾|收涨|收跌|高开|低开|开盘|收盘|盘中|早盘|午后|异动"
)
#: A title with one of these is of a collection of news.
ROUND_UP: Final = re.compile(
    "一览|汇总|盘点|公告精选|公告集锦|晚间公告|晚间利空|晚间利好|停复牌|早知道|早报|晚报|要闻|一大波|速览|速递"
    r"|[\d多数余十百][家只](?:上市公司|公司|个股|股票)"
)

#: Steps of an affair, each in several words: a title that tells of one is not of the same news as a
#: text that does not.
STEP: Final = re.compile(
    "(终止|中止|取消|撤回|撤销|暂停)|(恢复|复产|复工|重启|复牌)|(停产|停牌|停工)|(开工|动工|奠基)"
    "|(竣工|投产|落成|通车)|(签约|签署|签订)|(过户|完成|完毕)|(届满|到期|结束)|(否决|未获|未通过|失败)"
    "|(辞职|辞去|免职|被免|卸任|离任)|(问责|判决|宣判|获刑|查明)|(更正|澄清|否认|致歉)"
)
#: Each a word for a direction, and after it the words for the opposite one.
DIRECTION: Final = re.compile(
    "(上调|提价|涨价|调升)|(下调|降价|调降)|(增持|买入|加仓|净买)|(减持|卖出|减仓|净卖)|(流入)|(流出)"
    "|(解除质押|解质押|解押)|(质押)|(列入|纳入|调入)|(移出|剔除|调出|移除)|(扩产|增产)|(减产|限产)"
    "|(预增|预盈|扭亏)|(预减|预亏|首亏)|(降息|降准)|(加息)|(增资)|(减资)|(胜诉)|(败诉)"
    "|(高开|高走|走高|走强|收高|升破|站上|突破|涨)|(低开|低走|走低|走弱|收低|失守|跌)"
)
#: Characters of a text in which steps are looked for.
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
        found = distinct(pairs)
        weighed = weights(found)
        return cls(found, weighed, float(weighed.sum()))

    def part(self, pairs: Pairs) -> "Grams":
        """Those of a part of the text."""
        found = distinct(pairs)
        weighed = self.weights[np.searchsorted(self.pairs, found)]
        return Grams(found, weighed, float(weighed.sum()))

    def shared(self, other: "Grams") -> float:
        """The weight of the pairs that both have."""
        if len(self.pairs) > len(other.pairs):
            return other.shared(self)
        return float(self.weights.dot(other.having(self.pairs)))

    def having(self, pairs: Pairs) -> Marks:
        """Which of these pairs the text has."""
        return are_among(pairs, self.pairs)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a post says. `securities` are the symbols of those that it names, the one that it is
    about first; empty if none is known."""

    published_at: dt.datetime
    title: Grams
    head: Grams  # of the title, which begins with what it is about
    text: Grams
    figures: Mapping[int, int]
    rounded_figures: frozenset[int]
    securities: tuple[str, ...]
    is_of_market: bool
    is_round_up: bool
    about: frozenset[int]  # the pairs of the title, without the name of what the post is about
    names: Pairs  # in what the title says: rare pairs
    rows: tuple[int, ...]  # how many of these stand in a row, for each row
    steps: frozenset[int | None]  # of an affair, of which the title tells
    steps_in_text: frozenset[int | None]
    directions: frozenset[int]  # of which the title tells

    @classmethod
    def of(
        cls,
        published_at: dt.datetime,
        title: str,
        text: str,
        securities: Sequence[str],
        name: str = "",
    ) -> "Evidence":
        """That of a post. `title` and `text` are normalised, and the text begins with the title, as
        that of a search entry does. `name` is that of the first security, normalised."""
        pairs, places = pairs_in(text[:COMPARED])
        in_text = Grams.of(pairs)
        figures = figures_in(text[:WITH_FIGURES])
        end = int(np.searchsorted(places, len(title) - 1))
        said, is_name = subject_in(pairs, end)
        return cls(
            published_at,
            in_text.part(said),
            in_text.part(said[:HEAD]),
            in_text,
            figures,
            rounded(figures),
            tuple(securities),
            MARKET.search(title) is not None,
            ROUND_UP.search(title) is not None,
            frozenset(pairs_in(title.replace(name, " ") if name else title)[0].tolist()),
            said[is_name],
            rows_of(is_name),
            steps_in(title),
            steps_in(text[:WITH_STEPS]),
            directions_in(title),
        )

    def unnamed(self, other: "Evidence") -> int:
        """The most pairs in a row, of names in what this post is about, that another lacks."""
        has = iter(other.text.having(self.names).tolist())
        return max((longest([not next(has) for _ in range(row)]) for row in self.rows), default=0)


def evidence_of(
    published_at: dt.datetime, title: str, text: str, securities: Sequence[str], name: str = ""
) -> Evidence:
    """As `Evidence.of`, of a title and a text that are not normalised, the text without title."""
    whole = normalise(f"{title}\n{text}")
    return Evidence.of(published_at, normalise(title), whole, securities, normalise(name))


def pairs_in(normalised: str) -> tuple[Pairs, Places]:
    """The pairs of letters in a text, in its order, and where each begins, in UTF-16 units."""
    units = np.frombuffer(encode(normalised), "<u2")
    letters = IS_LETTER[units]
    places = np.flatnonzero(letters[:-1] & letters[1:])
    return paired(units[places], units[places + 1]), places


def subject_in(pairs: Pairs, end: int) -> tuple[Pairs, Marks]:
    """The pairs of a text that say what it is about, in its order, and which of them are parts of
    names. `end` is where those of its title end.

    What a title names, the text names again. If nothing rare of a title comes again, as of
    “Breaking news!” or of a daily column, the lead says what the text is about; of that, and of a
    title that is all there is, any rare pair may be part of a name.
    """
    title, body = pairs[:end], pairs[end:]
    is_rare = rare(title)
    comes_again = is_rare & are_among(title, np.sort(body))
    if comes_again.any():
        return title, comes_again
    lead = body[:LEAD]
    return (lead, rare(lead)) if len(lead) else (title, is_rare)


def rare(pairs: Pairs) -> Marks:
    found: Marks = weights(pairs) >= RAREST
    return found


def rows_of(marks: Marks) -> tuple[int, ...]:
    """How many marks stand in a row, for each row."""
    return tuple(len(row) for row in bytes(marks).split(b"\0") if row)


def longest(marks: Iterable[bool]) -> int:
    """The most marks in a row."""
    most = row = 0
    for mark in marks:
        row = row + 1 if mark else 0
        most = max(most, row)
    return most


def distinct(pairs: Pairs) -> Pairs:
    """These pairs, sorted, each once."""
    ordered = np.sort(pairs)
    found: Pairs = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


def are_among(pairs: Pairs, ordered: Pairs) -> Marks:
    """Which of these pairs are among others, which are sorted."""
    if not len(ordered):
        return np.zeros(len(pairs), bool)
    found: Marks = ordered.take(ordered.searchsorted(pairs), mode="clip") == pairs
    return found


def steps_in(text: str) -> frozenset[int | None]:
    """The steps that a text tells of: their numbers in `STEP`."""
    return frozenset(match.lastindex for match in STEP.finditer(text))


def directions_in(text: str) -> frozenset[int]:
    """The directions that a text tells of: numbers from 0 on, of which 2n + 1 is the opposite of
    2n. What a text says both ways is none."""
    found = {match.lastindex - 1 for match in DIRECTION.finditer(text) if match.lastindex}
    return frozenset(one for one in found if one ^ 1 not in found)


def figures_in(text: str) -> dict[int, int]:
    """The figures of a text, without years, days and times: those in 万 and 亿 multiplied out,
    percentages negative; each with the number of its digits that say something."""
    found = {}
    for whole, part, unit in FIGURE.findall(text):
        if unit in DATES and unit:
            continue
        places = PLACES_KEPT + SCALES.get(unit, 0) - len(part)
        value = int(whole + part) * 10**places
        found[-value if unit in PERCENTAGES else value] = len((whole + part).strip("0"))
    return found


def kinds(figures: Iterable[int]) -> set[bool]:
    """Whether these are percentages, or other figures, or both."""
    return {figure < 0 for figure in figures}


def rounded(figures: Iterable[int]) -> frozenset[int]:
    """What may be said for these figures: they themselves, or with fewer digits, but at least
    two, rounded up or down."""
    found = set(figures)
    for figure in figures:
        digits = len(str(abs(figure)))
        for kept in range(2, min(digits, 5)):
            unit = 10 ** (digits - kept)
            found |= {figure // unit * unit, -(-figure // unit) * unit}
    return frozenset(found)
