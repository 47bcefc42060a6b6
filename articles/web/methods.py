"""Which methods a request may have (RFC 9110, section 9)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase

View = Callable[[HttpRequest], HttpResponseBase]

READ: Final = ("GET", "HEAD")


def leave_out_bodies(get_response: View) -> View:
    """The outermost middleware. An answer to HEAD has the headers of that to GET and no body:
    gunicorn leaves it out by itself, with a warning each time."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "HEAD":
            if isinstance(response, HttpResponse):
                response.content = b""
            elif isinstance(response, StreamingHttpResponse):
                response.streaming_content = []
        return response

    return middleware


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
