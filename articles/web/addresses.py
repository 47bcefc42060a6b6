"""Current and former addresses of terms, and former addresses of posts from their documents.

Other former addresses: those of Jekyll (`legacy`), `NW` before a code (`posts`), and what the 404
page guesses (`not_found`).
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.utils.encoding import escape_uri_path

from ..listings.filters import PostFilter
from ..models import Document, Post
from ..terms import TermKind

#: What follows the address of a list, at the addresses of its feed and of the page about that.
ATOM: Final = "feed.xml"
JSON: Final = "feed.json"
FEED_PAGE: Final = "feed/"


class MovedError(Exception):
    """The term that was asked for has another address now."""

    def __init__(self, term: Any) -> None:
        self.term = term


class RespelledError(Exception):
    """A filter names a term by something other than its address: `query` is that of the right
    address."""

    def __init__(self, query: str) -> None:
        self.query = query


def with_query(path: str, query: str) -> str:
    """The address of a path, as a request has it, with a query, which may be empty."""
    address = escape_uri_path(path)
    return f"{address}?{query}" if query else address


def with_same_query(address: str, request: HttpRequest) -> str:
    """Another address, which is encoded, with the query of a request."""
    query = request.META["QUERY_STRING"]
    return f"{address}?{query}" if query else address


def check_spelling(filters: PostFilter) -> None:
    """Raises `RespelledError`."""
    if (query := filters.canonical) is not None:
        raise RespelledError(query)


def term_at(kind: TermKind, key: str) -> Any:
    """The term at an address, of which `key` is the part that tells it from others of its kind:
    1.600519 for a security. Raises `Http404`, also where only drafts and hidden posts have the
    term; or `MovedError` if it was renamed or merged."""
    term = kind.objects.known().addressed(key)
    if term is None or not term.get_absolute_url():
        raise Http404
    if key != getattr(term, kind.address_key):
        raise MovedError(term)
    return term


def claimant(address: str) -> Post | None:
    """The post whose document says that it was at this address (`permalink`, `redirect_from`), of
    which this is the `key`; or None. If several posts claim the address, the newest has it, as
    under Jekyll, which wrote that one last. One query."""
    claims = Document.objects.filter(addresses__contains=[address], gone_at=None)
    claims = claims.exclude(addresses=[])  # or the index, which leaves these out, would not be used
    posts = Post.objects.published().filter(pk__in=claims.order_by().values("post"))
    # Sorted here: PostgreSQL would walk all posts, newest first, until one has the address.
    claimants = list(posts.for_headline().order_by("slug"))
    return max(claimants, key=lambda post: post.published_at, default=None)


class RedirectMoved:
    """Middleware that answers `MovedError` with a redirect to the page, or its feed, at the current
    address; and `RespelledError` with a temporary one: a name may mean another term some day."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RespelledError):
            return HttpResponseRedirect(with_query(request.path, exception.query))
        if not isinstance(exception, MovedError):
            return None
        path: str = exception.term.get_absolute_url()
        for page in (ATOM, JSON, FEED_PAGE):
            if request.path.endswith(f"/{page}"):
                path += page
        return HttpResponsePermanentRedirect(with_same_query(path, request))
