"""The addresses of sources, categories, tags and securities, and those that they have had."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from .models import Security


class MovedError(Exception):
    """What was asked for has another address now."""

    def __init__(self, noun: Any) -> None:
        self.noun = noun


def at(nouns: Any, slug: str) -> Any:
    """The one of `nouns` at an address, of which `slug` is the part that tells it from others:
    1.600519 of a security. Raises `Http404`, or `MovedError` where it was renamed or merged."""
    noun = nouns.addressed(slug)
    if noun is None:
        raise Http404
    if slug != (noun.symbol if isinstance(noun, Security) else noun.slug):
        raise MovedError(noun)
    return noun


class RedirectMoved:
    """Middleware that answers `MovedError` by the same page, or feed, of what was moved."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, MovedError):
            return None
        path: str = exception.noun.get_absolute_url()
        if request.path.endswith("/feed.xml"):
            path += "feed.xml"
        query = request.META["QUERY_STRING"]
        return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
