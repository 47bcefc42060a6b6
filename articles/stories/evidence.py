"""What a post says, in the form in which it is compared with others."""

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from ..search.text.normalise import encode, normalise
from .rarity import Pairs, Weights, paired, weights

#: Characters of a text that are compared. What a post tells stands at its beginning.
COMPARED: Final = 1500
#: Pairs at the beginning of a title: a Chinese one names there what it is about.
HEAD: Final = 3
#: Characters of a text in which figures are looked for.
WITH_FIGURES: Final = 600

FIGURE: Final = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)(万亿|亿|万|%|个百分点|[年月日时分号:/-]?)")
SCALES: Final = {"万": 1e4, "亿": 1e8, "万亿": 1e12}
PERCENTAGES: Final = ("%", "个百分点")
DATES: Final = frozenset("年月日时分号:/-")

#: A title with one of these tells how the market took the news, which is news of its own.
MARKET: Final = re.compile(
    "涨停|跌停|涨超|跌超|大涨|大跌|暴涨|暴跌|涨逾|跌逾|收涨|收跌|高开|低开|开盘|收盘|盘中|早盘|午后|异动"
)
#: A title with one of these is of a collection of news.
ROUND_UP: Final = re.compile(
    "一览|汇总|盘点|公告精选|公告集锦|晚间公告|晚间利空|晚间利好|停复牌|早知道|早报|晚报|要闻|一大波|速览|速递"
    r"|[\d多数余十百][家只](?:上市公司|公司|个股|股票)"
)

#: The share by which a figure may differ from another for both to be one, rounded differently.
ROUNDING: Final = 0.015
#: Is added to figures that are percentages, which are none of the others.
PERCENTAGE: Final = 1_000_000

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
        if not len(self.pairs):
            return 0.0
        place = np.minimum(np.searchsorted(other.pairs, self.pairs), len(other.pairs) - 1)
        return float(self.weights[other.pairs[place] == self.pairs].sum())


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a post says. `securities` are the symbols of those that it names, the one that it is
    about first; empty if none is known."""

    published_at: dt.datetime
    title: Grams
    head: Grams  # of the title, which begins with what it is about
    text: Grams
    figures: frozenset[int]
    rounded_figures: frozenset[int]
    securities: tuple[str, ...]
    is_of_market: bool
    is_round_up: bool
    about: frozenset[int]  # the pairs of the title, without the name of what the post is about

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
        in_title = pairs[: np.searchsorted(places, len(title) - 1)]
        return cls(
            published_at,
            in_text.part(in_title),
            in_text.part(in_title[:HEAD]),
            in_text,
            figures,
            rounded(figures),
            tuple(securities),
            MARKET.search(title) is not None,
            ROUND_UP.search(title) is not None,
            frozenset(pairs_in(title.replace(name, " ") if name else title)[0].tolist()),
        )


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


def distinct(pairs: Pairs) -> Pairs:
    ordered = np.sort(pairs)
    found: Pairs = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


def figures_in(text: str) -> frozenset[int]:
    """The figures of a text, without years, days and times: those in 万 and 亿 multiplied out, and
    of each the logarithm, in steps of `ROUNDING`."""
    return frozenset(
        step(float(number) * SCALES.get(unit, 1)) + PERCENTAGE * (unit in PERCENTAGES)
        for number, unit in FIGURE.findall(text)
        if unit not in DATES or not unit
    )


def step(value: float) -> int:
    return round(math.log(value) / ROUNDING) if value else -PERCENTAGE // 2


def kinds(figures: frozenset[int]) -> set[bool]:
    """Whether these are percentages, or other figures, or both."""
    return {figure >= PERCENTAGE // 2 for figure in figures}


def rounded(figures: frozenset[int]) -> frozenset[int]:
    """What may be these figures, rounded differently: they and the steps beside them."""
    return frozenset(one + beside for one in figures for beside in (-1, 0, 1))
