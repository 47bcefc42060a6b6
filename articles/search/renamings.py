"""When securities were renamed: by the list of an exchange, or else by what posts call them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from django.utils import timezone

from ..models import FormerName, PageKey, Security
from .conditions import Scope
from .engine import Search
from .matching import AGES_AGO
from .query import parse, quoted

MOST: Final = 2  # former names of a security to look for in posts


class Renaming(NamedTuple):
    """A name that a security had, with the last and the first day on which it is known to have had
    it, or one of them."""

    name: str
    last: dt.date | None = None
    first: dt.date | None = None

    @property
    def latest(self) -> dt.date:
        """The latest day that is known of it."""
        return self.last or self.first or dt.date.min


def renamings(search: Search, securities: Iterable[Security]) -> Mapping[int, list[Renaming]]:
    """Former names of securities by id, latest first. No query if none was renamed; otherwise one
    for the exchange's list, and up to two for each of the `MOST` names of a security that the list
    lacks."""
    renamed = [one for one in securities if one.other_names]
    if not renamed:
        return {}
    found: dict[int, list[Renaming]] = {one.pk: [] for one in renamed}
    for former in FormerName.objects.filter(security__in=renamed):
        if former.until or former.since:
            found[former.security_id].append(Renaming(former.name, former.until, former.since))
    for one in renamed:
        names = [] if found[one.pk] else one.other_names[:MOST]
        found[one.pk] += [by_posts for name in names for by_posts in used(search, one, name)]
        found[one.pk].sort(key=lambda renaming: renaming.latest, reverse=True)
    return found


def used(search: Search, security: Security, name: str) -> Iterator[Renaming]:
    """The day of the newest post with this former name and without the present one. Nothing if an
    earlier post has the present name: then both were in use."""
    scope = Scope((security,))
    before = search.conditions(parse(f"{quoted(name)} -{quoted(security.name)}"), scope)
    for key in search.keys(before, 1):
        now = search.conditions(parse(quoted(security.name)), scope)
        first = search.keys(now, 1, after=PageKey(AGES_AGO, 0))
        if first and first[0].published_at > key.published_at:
            yield Renaming(name, timezone.localdate(key.published_at))
