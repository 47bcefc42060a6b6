"""What a listing is of: the posts of a term, or those of a day."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise

from ..terms import TermKind


@dataclass(frozen=True, slots=True)
class TermSubject:
    """The posts of a term, whose name is Chinese on English pages too."""

    kind: TermKind
    term: Any

    language: ClassVar = "zh-Hans"

    def __str__(self) -> str:
        return str(self.term)

    @property
    def kicker(self) -> str | Promise:
        """What the page says above its heading: the kind of the term."""
        return self.kind.label

    @property
    def heading(self) -> str:
        return str(self.term)

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that select the same posts, by their names."""
        return {self.kind.name: [self.term]}


@dataclass(frozen=True, slots=True)
class DaySubject:
    """The posts of a day, whose weekday is in the language of the page."""

    day: dt.date

    language: ClassVar = ""
    kicker: ClassVar = ""

    def __str__(self) -> str:
        return self.day.isoformat()

    @property
    def heading(self) -> str:
        """The day with its weekday: 2022-03-04 Friday."""
        return f"{self.day:%Y-%m-%d} {format_date(self.day, 'l')}"

    @property
    def filters(self) -> dict[str, Any]:
        return {"from": self.day, "to": self.day}


Subject = TermSubject | DaySubject
