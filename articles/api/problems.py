"""Errors as Problem Details (RFC 9457), and what else every answer under /api/ has in common."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import is_valid_path
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROOT: Final = "/api/"
MEDIA_TYPE: Final = "application/problem+json"
METHODS: Final = "GET, HEAD, OPTIONS"
READABLE_HEADERS: Final = (
    "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Notes, X-Request-ID, X-Truncated"
)
DAY: Final = 24 * 3600  # seconds
DETAILS: Final[Mapping[int, str | Promise]] = {
    HTTPStatus.NOT_FOUND: _("There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: _("Everything here is read by GET."),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Something broke here. It has been reported."),
    HTTPStatus.SERVICE_UNAVAILABLE: _("The archive cannot answer now. Please try again soon."),
}

View = Callable[[HttpRequest], HttpResponseBase]


class ProblemError(Exception):
    """A request that is answered by a problem."""

    def __init__(
        self, status: int, detail: str | Promise, errors: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors


def refused(
    parameter: str, detail: str | Promise, allowed: Iterable[Any] | None = None
) -> ProblemError:
    """400 for one parameter: its name, what is wrong with it, and what would be allowed."""
    return ProblemError(400, detail, [error(parameter, detail, allowed)])


def error(
    parameter: str, detail: str | Promise, allowed: Iterable[Any] | None = None
) -> dict[str, Any]:
    told = {"parameter": parameter, "detail": str(detail)}
    return told if allowed is None else told | {"allowed": list(allowed)}


def problem(
    status: int, detail: str | Promise = "", errors: Sequence[Mapping[str, Any]] = ()
) -> HttpResponse:
    """https://www.rfc-editor.org/rfc/rfc9457#section-3.1"""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(detail or DETAILS.get(status, HTTPStatus(status).description)),
    }
    if errors:
        told["errors"] = errors
    content = json.dumps(told, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE)


def answer_programs(get_response: View) -> View:
    """Middleware for requests under /api/. It makes a problem of every error that is not one yet,
    wherever that arose, and allows scripts of other sites to read all answers: they are public, and
    no cookie has a say in them (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ROOT):
            return get_response(request)
        # That an address does not exist, a script learns from its request, not from the preflight.
        is_asked = "Access-Control-Request-Method" in request.headers
        if request.method == "OPTIONS" and (is_asked or is_valid_path(request.path_info)):
            response: HttpResponseBase = HttpResponse(status=HTTPStatus.NO_CONTENT)
            response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = "Authorization, If-None-Match"
            response["Access-Control-Max-Age"] = str(DAY)
        else:
            response = as_problem(get_response(request))
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = READABLE_HEADERS
        return response

    return middleware


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """The response, as a problem if it is an error. Headers such as `Retry-After` stay."""
    status = response.status_code
    if status < HTTPStatus.BAD_REQUEST or response.get("Content-Type") == MEDIA_TYPE:
        return response
    told = problem(status)
    for name, value in response.items():
        if name not in ("Content-Type", "Content-Length", "Content-Encoding", "Content-Language"):
            told[name] = value
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        told["Allow"] = METHODS  # OPTIONS is answered here
    patch_vary_headers(told, ["Accept-Language"])
    if getattr(response, "_has_been_logged", False):  # or Django would log it again
        told._has_been_logged = True  # type: ignore[attr-defined]
    return told
