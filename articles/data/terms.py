"""Terms as data."""

from typing import Any, NamedTuple, Self

from ..models import Security
from ..search.kept_names import all_names
from ..search.names import Spelled, spelled
from ..terms import SECURITY, TermKind
from .posts import Data, page_of


class TermPlace(NamedTuple):
    """The place of a term among those of its kind: those that fit the text best come first, then
    those with the most posts."""

    rank: int
    posts: int
    key: int

    @classmethod
    def of(cls, found: Spelled) -> Self:
        return cls(found.rank, found.posts, found.key)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str()` wrote; None for anything else."""
        parts = text.split(".")
        if len(parts) != len(cls._fields) or not all(
            part.lstrip("-").isdecimal() for part in parts
        ):
            return None
        return cls(*map(int, parts))

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @property
    def in_order(self) -> tuple[int, int, int]:
        return (-self.rank, -self.posts, self.key)


def listed(
    kind: TermKind, text: str, size: int, root: str = "", after: TermPlace | None = None
) -> tuple[list[Data], TermPlace | None]:
    """The `size` terms of a kind next after a place, of those that `text` names, or of all if it is
    empty; and the place of the last one, None if no more follow."""
    known = all_names()
    most = {kind.facet: max(len(known.rows[kind.facet]), 1)}
    found = spelled(text, most, known)
    if after:
        found = [one for one in found if TermPlace.of(one).in_order > after.in_order]
    shown = found[:size]
    last = TermPlace.of(shown[-1]) if len(found) > size else None
    return [data_of(kind, one.term, one.posts, root) for one in shown], last


def data_of(kind: TermKind, term: Any, posts: int, root: str = "") -> Data:
    """A term, with how many posts of it readers see."""
    key = getattr(term, kind.address_key)
    data = {
        kind.address_key: key,
        "name": term.name,
        "posts": posts,
        "url": page_of(kind.name, key, root),
    }
    if kind is SECURITY:
        data |= {"market": term.market, "code": term.code, "kind": term.kind}
    return data


def whole(kind: TermKind, term: Any, root: str = "") -> Data:
    """All that is known of a term, of which `with_post_counts` read the `post_count`."""
    data = data_of(kind, term, term.post_count, root)
    former = [one.slug for one in term.aliases.all() if one.slug and one.was_seen]
    data["former_addresses"] = former
    if isinstance(term, Security):
        data |= {
            "market_name": term.market_name,
            "names": term.names,
            "english_name": term.english_name,
            "former_names": [
                {"name": one.name, "since": day(one.since), "until": day(one.until)}
                for one in term.former_names.all()
            ],
        }
    return data


def day(value: Any) -> str | None:
    return value.isoformat() if value else None
