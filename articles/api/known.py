"""What the archive had at a moment, `known_at`: posts as they were then, though they have changed
since.

Searches and filters go by how posts are now. Of the posts that they find, those are left out that
they would not have found as they were. Posts that they would have found then, and do not find now,
are missing.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from django.utils import timezone

from ..data.posts import Data, data_of, given_terms, read_by_id
from ..former_posts import FormerPost, changed, former, moved
from ..listings.listing import Listing
from ..search import engine
from ..search.conditions import Scope
from ..search.facets import Summary
from ..search.unstored import meeting

MOST_COMPARED: Final = 200  # changed posts that are read as they were, to count matches


def past(moment: dt.datetime | None) -> dt.datetime | None:
    """The moment, if it is past; None if the archive as it is now is asked for."""
    return moment if moment and moment < timezone.now() else None


def known_at(listing: Listing) -> dt.datetime | None:
    """The moment in the past as of which the archive is asked."""
    return past(listing.request.scope.known_at) if listing.request.scope else None


def scope_at(scope: Scope, moment: dt.datetime | None) -> Scope:
    """A scope that selects the posts that readers could read at a moment."""
    at = past(moment)
    return replace(scope, known_at=moment, moved=moved(at) if at else ())


def read(listing: Listing, fields: Collection[str], root: str) -> list[Data]:
    """The data of the posts of a listing, as they were at the moment as of which it is asked."""
    ids = [post.pk for post in listing.posts]
    found = read_by_id(ids, fields, root)
    if (at := known_at(listing)) and ids:
        # After they were read: what changes from here on was not read.
        then = former(found, at)
        shown = matching(listing, then)
        for pk, post in then.items():
            if post and pk in shown:
                found[pk] = former_data(post, fields, root)
            else:
                del found[pk]
    return [found[pk] for pk in ids if pk in found]


def matching(listing: Listing, then: dict[int, FormerPost | None]) -> set[int]:
    """Those of the posts that the listing would have had as they were then."""
    conditions, scope = listing.conditions, listing.request.scope
    assert conditions is not None and scope is not None  # noqa: S101, PT018, it has posts
    latest = scope.latest
    entries = [post.entry for post in then.values() if post]
    return meeting(conditions, [one for one in entries if not latest or one.published_at < latest])


def former_data(post: FormerPost, fields: Collection[str], root: str) -> Data:
    return data_of(given_terms(post.post, post.terms), fields, root)


def counted(listing: Listing) -> Summary:
    """How many posts the listing has in all. If too many of them have changed since to look at
    each, these are not counted, and there may be more."""
    if not (at := known_at(listing)) or listing.conditions is None:  # which finds nothing
        return listing.summary
    with engine.searching() as search:
        keys = search.keys(listing.conditions, engine.COUNT_LIMIT + 1)
    ids = [key.id for key in keys][: engine.COUNT_LIMIT]
    others = changed(ids, at)
    is_capped = len(keys) > engine.COUNT_LIMIT
    if len(others) > MOST_COMPARED:
        return Summary(len(ids) - len(others), True, ())
    met = matching(listing, former(others, at))
    return Summary(len(ids) - len(others) + len(met), is_capped, ())
