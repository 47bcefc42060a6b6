"""A query as it was understood: clauses of criteria, and notes."""

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Self

from ..text.normalise import fold, normalise
from ..text.spelling import other_spellings

MAX_LENGTH: Final = 256  # characters

Span = tuple[int, int]  # a part of a text: where it starts and ends


class Field(StrEnum):
    TEXT = ""
    TITLE = "title"
    SOURCE = "source"
    CATEGORY = "category"
    TAG = "tag"
    CODE = "code"
    DATE = "date"


#: The fields whose values are terms.
OF_TERMS: Final = frozenset(Field) - {Field.TEXT, Field.TITLE, Field.DATE}

CHINESE: Final = {  # names of fields, normalised
    Field.TITLE: "标题",
    Field.SOURCE: "来源",
    Field.CATEGORY: "分类",
    Field.TAG: "标签",
    Field.CODE: "代码",
    Field.DATE: "日期",
}
FIELDS: Final = {
    **{name: field for field, name in CHINESE.items()},
    **{field.value: field for field in CHINESE},
    **dict.fromkeys(("intitle", "allintitle"), Field.TITLE),
    **dict.fromkeys(
        (
            "证券",
            "股票",
            "股票代码",
            "个股",
            "公司",
            "板块",
            "security",
            "stock",
            "ticker",
            "symbol",
            "company",
        ),
        Field.CODE,
    ),
    **dict.fromkeys(("作者", "媒体", "出处", "author", "media"), Field.SOURCE),
    **dict.fromkeys(("栏目", "频道", "channel", "cat"), Field.CATEGORY),
    **dict.fromkeys(("关键词", "关键字", "keyword", "keywords", "tags"), Field.TAG),
    **dict.fromkeys(("时间", "发布日期", "发布时间", "time", "day", "month", "year"), Field.DATE),
    **dict.fromkeys(("after", "since", "before", "until"), Field.DATE),
}


class Remark(StrEnum):
    """Why a part of a query was not understood as it was written."""

    TOO_LONG = "too long"
    TOO_COMPLEX = "too complex"
    TOO_MANY = "too many"
    NOT_CLOSED = "not closed"
    OPEN_PARENTHESIS = "open parenthesis"
    NOT_OPENED = "not opened"
    NO_WORD = "no word"
    NO_VALUE = "no value"
    NO_DATE = "no date"
    UNKNOWN_DAYS = "unknown days"
    NO_SUCH_DAY = "no such day"
    NO_FIELD = "no field"
    NO_ALTERNATIVE = "no alternative"
    SLASH = "slash"
    NO_OPERATOR = "no operator"
    READ_AS_DATE = "read as date"
    EMPTY_PERIOD = "empty period"
    THESE_DAYS = "these days"
    MAY_BE_DATE = "may be date"
    LOWER_CASE = "lower case"
    REVERSED = "reversed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included; None leaves the period open. `has_two_ends`
    tells that both were meant: 3月到5月 or 上半年, not 2022年; `is_reversed` that the last came
    first."""

    first: dt.date | None
    last: dt.date | None
    is_reversed: bool = field(default=False, compare=False)
    has_two_ends: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a part of a query, and which days it was read as, if it was."""

    remark: Remark
    text: str = ""
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """What to look for in a field. `value` is as written, without quotation marks. Where it is
    negated, a post must not have it; only one of several alternatives may be."""

    field: Field
    value: str
    is_phrase: bool = False
    days: Days | None = None
    is_negated: bool = False

    @property
    def normalised(self) -> str:
        return normalise(" ".join(self.value.split()))

    @property
    def folded(self) -> str:
        """As it is in entries that were made before texts had one spelling."""
        return fold(" ".join(self.value.split()))

    @property
    def spellings(self) -> tuple[Self, ...]:
        """The criterion, and the same in the other spellings of its words: 部份 is 部分, too."""
        if self.field not in (Field.TEXT, Field.TITLE) or self.is_negated:
            return (self,)
        others = (replace(self, value=value) for value in other_spellings(self.normalised))
        return (self, *others)

    @property
    def meaning(self) -> tuple[Any, ...]:
        """Equal for criteria that find the same."""
        return self.field, self.days or self.normalised, self.is_negated

    @property
    def written(self) -> str:
        """The criterion in the language of queries, without its minus."""
        field = f"{CHINESE[self.field]}：" if self.field else ""
        value = self.value
        if self.field in (Field.DATE, Field.CODE):
            value = value.replace(".", "").replace("-", "")
        is_word = value.isalnum() and not self.is_phrase
        return field + (self.value if is_word else quoted(self.value))


QUOTATION_MARKS: Final = '"＂“”「」『』'


def quoted(value: str) -> str:
    """A value of a criterion in quotation marks that it does not contain."""
    if not {*'"＂”'} & {*value}:
        return f'"{value}"'
    return f"「{value}」" if "」" not in value else f"『{value}』"


@dataclass(frozen=True, slots=True)
class Clause:
    """A post must meet at least one of the criteria; if the clause is excluded, it must meet none.

    `places` are the parts of the query that say so. One part can say several clauses: a b | c in
    parentheses, with the first two in parentheses of their own, are a | c and b | c.
    """

    criteria: tuple[Criterion, ...]
    is_excluded: bool
    places: tuple[Span, ...]

    @property
    def meaning(self) -> tuple[Any, ...]:
        """Equal for clauses that find the same."""
        return self.is_excluded, frozenset(criterion.meaning for criterion in self.criteria)

    @property
    def written(self) -> str:
        """The clause in the language of queries."""
        if self.is_excluded:
            return " | ".join(f"-{criterion.written}" for criterion in self.criteria)
        if all(criterion.is_negated for criterion in self.criteria):
            return f"-({' '.join(criterion.written for criterion in self.criteria)})"
        return " | ".join("-" * c.is_negated + c.written for c in self.criteria)


@dataclass(frozen=True, slots=True)
class Query:
    """A query, as written and as understood. A post must meet every clause. `connectives` are the
    places of what stands between clauses and means nothing without them, `in_small` those of
    operators in small letters, which are text."""

    text: str
    clauses: tuple[Clause, ...] = ()
    notes: tuple[Note, ...] = ()
    connectives: tuple[Span, ...] = ()
    in_small: tuple[Span, ...] = ()

    @property
    def meaning(self) -> frozenset[Any]:
        """Equal for queries that find the same."""
        return frozenset(clause.meaning for clause in self.clauses)

    @property
    def is_senseless(self) -> bool:
        """Whether something is asked, and nothing of it can be looked for."""
        return bool(self.text.strip()) and not self.clauses

    @property
    def written(self) -> str:
        """The clauses in the language of queries."""
        return " ".join(clause.written for clause in self.clauses)

    def without(self, *clauses: Clause) -> str:
        """The query's text without some clauses."""
        places = {place for clause in clauses for place in clause.places}
        rest: list[str] = []
        position = 0
        for place in sorted({*places, *self.connectives}):
            rest.append(self.text[position : place[0]].strip())
            if place in places:
                rest += [
                    other.written
                    for other in self.clauses
                    if place in other.places and other not in clauses
                ]
            position = place[1]
        rest.append(self.text[position:].strip())
        return " ".join(filter(None, rest))

    @property
    def in_capitals(self) -> str:
        """The query's text with the words that would be operators in capitals written so; empty if
        there are none."""
        text = self.text
        for start, end in self.in_small:
            text = text[:start] + text[start:end].upper() + text[end:]
        return text if self.in_small else ""

    @property
    def unquoted(self) -> str:
        """The query's text with spaces instead of quotation marks; empty if there are none, or one
        is after a minus, which would hold for less."""
        if any(one.is_phrase for one in self.left_out):
            return ""
        text = "".join(" " if letter in QUOTATION_MARKS else letter for letter in self.text)
        return text.strip() if text != self.text else ""

    @property
    def in_whole_text(self) -> str:
        """The query's text with what it looks for in titles looked for in the whole post; empty if
        that is nothing."""
        if not any(one.field is Field.TITLE for clause in self.clauses for one in clause.criteria):
            return ""
        clauses = tuple(
            replace(
                clause,
                criteria=tuple(
                    replace(one, field=Field.TEXT) if one.field is Field.TITLE else one
                    for one in clause.criteria
                ),
            )
            for clause in self.clauses
        )
        return replace(self, clauses=clauses).written

    @property
    def words(self) -> tuple[str, ...]:
        """The normalised text of every criterion that is looked for in titles or texts."""
        return tuple(dict.fromkeys(word for words in self.alternatives for word in words))

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """Those words by clause: a post has one of each."""
        found = (
            tuple(
                one.normalised
                for criterion in clause.criteria
                if criterion.field in (Field.TEXT, Field.TITLE) and not criterion.is_negated
                for one in criterion.spellings
            )
            for clause in self.clauses
            if not clause.is_excluded
        )
        return tuple(dict.fromkeys(filter(None, found)))

    @property
    def left_out(self) -> tuple[Criterion, ...]:
        """The criteria that posts must not meet, or must not where they meet no alternative."""
        return tuple(
            one
            for clause in self.clauses
            for one in clause.criteria
            if clause.is_excluded or one.is_negated
        )

    @property
    def only_criterion(self) -> Criterion | None:
        """The criterion of a query that has only one, not excluded."""
        match self.clauses:
            case [Clause(criteria=(criterion,), is_excluded=False)]:
                return criterion
        return None
