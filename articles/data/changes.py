"""What changed in the archive since a version, for whoever keeps a copy.

Each post and term that readers know has one place in the order of versions: that of its newest
change. Whoever reads on from the last place that they have seen gets every change once, or only
the newest of several. What is given is what is there now, which may be newer than the change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

from ..changes import POST
from ..models import ArchiveChange, ArchiveVersion, ChangePlace, Post
from ..outages import KnownOutageError
from ..replicas import ask_newest, primary
from ..terms import BY_NAME, TermKind
from . import terms
from .posts import Data, data_of, with_data

PRESENT: Final = "present"
MOVED: Final = "moved"
GONE: Final = "gone"


class LostError(Exception):
    """Nothing tells what there was until then: a backup was restored since, or the archive never
    had that version."""


class Changes(NamedTuple):
    """Changes in order, the place after the last of them, and whether more follow."""

    found: list[Data]
    place: ChangePlace
    has_more: bool


def changes_after(
    place: ChangePlace, size: int, fields: Collection[str], root: str = ""
) -> Changes:
    """The next `size` changes. Raises `LostError`, and `KnownOutageError` if the primary is away
    that may have this version."""
    version = ArchiveVersion.objects.first()  # before the changes: all up to it are there
    if version and 0 < place.version < version.known_from:
        raise LostError
    number = version.number if version else 0
    if place.version > number and place.version > ask_newest(ArchiveVersion.objects.number):
        if primary.is_away:
            raise KnownOutageError("The primary is away.")
        raise LostError
    rows = list(
        ArchiveChange.objects.filter(place.later, version__gt=0).order_by("version", "id")[
            : size + 1
        ]
    )
    shown = rows[:size]
    has_more = len(rows) > size
    if has_more:
        place = ChangePlace(shown[-1].version, shown[-1].pk)
    else:
        seen = [place.version, number, *(row.version for row in shown)]
        place = ChangePlace(max(seen))
    return Changes(list(as_data(shown, fields, root)), place, has_more)


def as_data(rows: Iterable[ArchiveChange], fields: Collection[str], root: str) -> Iterator[Data]:
    """Each change with what is at its address now. One query of posts, and three of each kind of
    term that changed."""
    rows = list(rows)
    addresses: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        addresses[row.kind].append(row.address)
    there = {
        kind: posts_at(of_kind, fields, root)
        if kind == POST
        else terms_at(BY_NAME[kind], of_kind, root)
        for kind, of_kind in addresses.items()
    }
    for row in rows:
        told: Data = {"version": row.version, "kind": row.kind, "address": row.address}
        yield told | there[row.kind].get(row.address, {"state": GONE})


def posts_at(slugs: Collection[str], fields: Collection[str], root: str) -> dict[str, Data]:
    posts = with_data(Post.objects.published().filter(slug__in=slugs), fields)
    return {post.slug: {"state": PRESENT, "post": data_of(post, fields, root)} for post in posts}


def terms_at(kind: TermKind, addresses: Collection[str], root: str) -> dict[str, Data]:
    """The terms at these addresses that readers know, or where they are now."""
    found: dict[str, Data] = {}
    aliases = kind.aliases.seen().filter(slug__in=addresses)
    seen: dict[int, Any] = (
        kind.objects.published()
        .with_post_counts()
        .in_bulk(
            [
                *kind.objects.at(addresses).values_list("pk", flat=True),
                *aliases.values_list("term", flat=True),
            ]
        )
    )
    for alias in aliases.filter(term__in=list(seen)):
        moved_to = getattr(seen[alias.term_id], kind.address_key)
        found[alias.slug] = {"state": MOVED, "moved_to": moved_to}
    for term in seen.values():
        address = getattr(term, kind.address_key)
        if address in addresses:
            data = terms.data_of(kind, term, term.post_count, root)
            found[address] = {"state": PRESENT, "term": data}
    return found
