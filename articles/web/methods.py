"""Which methods a request may have (RFC 9110, section 9)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

READ: Final = ("GET", "HEAD")


class OnlyRead:
    """Middleware that answers 405 to any other method, except at the desk: readers and programs
    change nothing. It runs before the CSRF check, which would speak of a form, and before addresses
    that lack a slash are redirected."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_moved = response.status_code == HTTPStatus.MOVED_PERMANENTLY
        return (is_moved and self.process_view(request)) or response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        if request.method in READ or request.path.startswith("/admin/"):
            return None
        return HttpResponseNotAllowed(READ)
