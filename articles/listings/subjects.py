"""What a listing is of: the posts of a term, those of a day, or those of a watchlist."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext

from ..terms import BY_NAME, TermKind
from .watchlist import Watchlist

NAMED: Final = 3  # of a watchlist, in titles


@dataclass(frozen=True, slots=True)
class TermSubject:
    """The posts of a term, whose name is Chinese on English pages too."""

    kind: TermKind
    term: Any

    language: ClassVar = "zh-Hans"
    any_of: ClassVar = ()

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
    """The posts of a day, whose weekday is in the language of the page; with `any_of`, those that
    have one of these terms."""

    day: dt.date
    any_of: tuple[Any, ...] = ()

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


@dataclass(frozen=True, slots=True)
class WatchSubject:
    """The posts that have any of what a reader follows. The parameters that are filters elsewhere,
    and `q`, say what that is."""

    watchlist: Watchlist

    language: ClassVar = ""
    kicker: ClassVar = ""
    filters: ClassVar[dict[str, Any]] = dict.fromkeys(BY_NAME, ())

    def __str__(self) -> str:
        """What tells this watchlist from others: the first names in it."""
        names = [one.name for one in self.watchlist.followed]
        more = "…" if len(names) > NAMED else ""
        return f"{self.heading}{gettext(': ')}{gettext(', ').join(names[:NAMED])}{more}"

    @property
    def heading(self) -> str:
        return gettext("Watchlist")

    @property
    def any_of(self) -> tuple[Any, ...]:
        """The terms and queries of which a post must meet one."""
        return (*self.watchlist.terms, *self.watchlist.queries)


Subject = TermSubject | DaySubject | WatchSubject
