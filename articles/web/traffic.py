"""What is recorded of each request."""

import logging
import re
import secrets
from collections.abc import Callable
from functools import cache, lru_cache
from time import perf_counter
from typing import Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from prometheus_client import Counter, Histogram

from newsroom.clients import is_proxy
from newsroom.logs import request_id

from ..monitoring import pool

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponseBase]

KEPT: Final = 2**10  # paths of which the route is kept
STATIC: Final = "static"
NOWHERE: Final = "none"
METHODS: Final = {"GET", "HEAD", "POST", "OPTIONS"}  # others are counted together
REQUEST_ID: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)

REQUESTS: Final = Counter(
    "newsroom_requests", "Requests, by page, method and status.", ["route", "method", "status"]
)
SECONDS: Final = Histogram(
    "newsroom_request_duration_seconds",
    "How long requests took until the response was ready, by page.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def record_traffic(get_response: View) -> View:
    """The outermost middleware for readers' and editors' requests. It gives each request an id,
    which goes into every line of the log and back to the client, counts it, and writes a line about
    it: the route and not the address, since that may contain what somebody searched for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        request_id.set(identified := id_of(request))
        response = get_response(request)
        seconds = perf_counter() - began
        response["X-Request-ID"] = identified
        route = route_of(request)
        count(request, route, response.status_code, seconds)
        if logger.isEnabledFor(logging.INFO):
            log(request, route, response, seconds)
        return response

    return middleware


def count(request: HttpRequest, route: str, status: int, seconds: float) -> None:
    method = request.method if request.method in METHODS else "other"
    requests_of(route, method, status).inc()
    seconds_of(route).observe(seconds)
    pool.publish()


requests_of = cache(REQUESTS.labels)  # which looks labels up more slowly, under a lock
seconds_of = cache(SECONDS.labels)


def log(request: HttpRequest, route: str, response: HttpResponseBase, seconds: float) -> None:
    fields = {
        "method": request.method,
        "route": route,
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
    return name_of(match) if match else route_at(request.path_info)


def name_of(match: ResolverMatch) -> str:
    """The name of the page; that of the desk for its addresses to which Django gives none."""
    return match.view_name if match.url_name else match.namespace or NOWHERE


@lru_cache(KEPT)
def route_at(path: str) -> str:
    """The same for a path. Middleware answers for pages that are kept, so nothing resolved them."""
    if path.startswith(settings.STATIC_URL):
        return STATIC
    try:
        return name_of(resolve(path))
    except Resolver404:
        return NOWHERE


def size_of(response: HttpResponseBase) -> int | None:
    """The length of the body; None if it is streamed and of unknown length."""
    if isinstance(response, HttpResponse):
        return len(response.content)
    length = response.get("Content-Length", "")
    return int(length) if length else None
