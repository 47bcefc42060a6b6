"""The posts of a request that is no search."""

from collections.abc import Sequence
from typing import Any

from ..models import ChangePlace, Page, Post
from ..search import engine
from ..search.by_story import first_told
from ..search.conditions import Conditions, Scope
from ..search.last_changed import last_changed
from ..stored_posts import stored_entries
from .entries import with_detail
from .request import Detail, ListingRequest


def place_of(request: ListingRequest) -> dict[str, Any]:
    return {"size": request.size, "before": request.before, "after": request.after}


def plain_page(request: ListingRequest, scope: Scope) -> Page:
    """The page of a request that is no search."""
    listed = scope.filter(Post.objects.published())
    place = place_of(request)
    if not request.by_story:
        return with_detail(listed, request.detail).page(**place)
    beside = (request.before, request.after)
    first = first_told(listed.from_place(*beside), scope, request.size + 1)
    if request.detail in (Detail.PAGE, Detail.ENTRY):
        # A term may have most posts of the archive, or one.
        posts = stored_entries(first, with_story=True, needs_own_plan=bool(scope.terms))
        return Page.of(posts[::-1] if request.after else posts, request.size, *beside)
    others = with_detail(Post.objects.filter(pk__in=first), request.detail).with_story()
    return Page.of(list(others.from_place(*beside)), request.size, *beside)


def plain_changes(request: ListingRequest, scope: Scope) -> Sequence[tuple[ChangePlace, int]]:
    """The last changes of the posts of a request that is no search: one more than its size."""
    within = Conditions().within(scope) if request.by_story else None
    with engine.in_time():
        posts = scope.filter(Post.objects.published())
        return last_changed(posts, request.size + 1, request.changed_before, within)
