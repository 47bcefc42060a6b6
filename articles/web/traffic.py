"""What is recorded of each request."""

import logging
import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from time import perf_counter
from typing import Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from newsroom.clients import is_proxy
from newsroom.logs import request_id

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponseBase]

KEPT: Final = 2**10  # paths of which the route is kept
STATIC: Final = "static"
NOWHERE: Final = "none"
REQUEST_ID: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)


def record_traffic(get_response: View) -> View:
    """The outermost middleware for readers' and editors' requests. It gives each request an id,
    which goes into every line of the log and back to the client, and writes a line about it: the
    route and not the address, since that may contain what somebody searched for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        request_id.set(identified := id_of(request))
        response = get_response(request)
        seconds = perf_counter() - began
        response["X-Request-ID"] = identified
        if logger.isEnabledFor(logging.INFO):
            log(request, response, seconds)
        return response

    return middleware


def log(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    fields = {
        "method": request.method,
        "route": route_of(request),
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "bytes": size_of(response),
    }
    message = "%(method)s %(route)s: %(status)s, %(ms)s ms, %(bytes)s bytes"
    logger.info(message, fields, extra={"fields": fields})


def id_of(request: HttpRequest) -> str:
    """The id that a proxy of ours gave to the request, or a new one."""
    named = request.META.get("HTTP_X_REQUEST_ID", "")
    if named and REQUEST_ID.fullmatch(named) and is_proxy(request.META.get("REMOTE_ADDR", "")):
        return cast("str", named)
    return secrets.token_hex(8)


def route_of(request: HttpRequest) -> str:
    """The name of the page that answers a request, "static" for a file, "none" for an address
    where nothing is."""
    match = request.resolver_match
    return match.view_name if match else route_at(request.path_info)


@lru_cache(KEPT)
def route_at(path: str) -> str:
    """The same for a path. Middleware answers for pages that are kept, so nothing resolved them."""
    if path.startswith(settings.STATIC_URL):
        return STATIC
    try:
        return resolve(path).view_name
    except Resolver404:
        return NOWHERE


def size_of(response: HttpResponseBase) -> int | None:
    """The length of the body; None if it is streamed and of unknown length."""
    if isinstance(response, HttpResponse):
        return len(response.content)
    length = response.get("Content-Length", "")
    return int(length) if length else None
