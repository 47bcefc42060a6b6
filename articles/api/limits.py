"""How often a client may ask: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/

Requests are counted in the database, so the limit is the same however many processes and machines
answer. Pages that are kept count as well: they are cheap, but what is sent is not.
"""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from newsroom import clients

from ..models import ApiKey, ApiUsage
from ..replicas import ask_newest, asking, primary
from .problems import ROOT, problem

LIMITED: Final = f"{ROOT}v"  # the page that explains the API is not
MINUTE: Final = 60  # seconds
BEARER: Final = "bearer "

View = Callable[[HttpRequest], HttpResponseBase]


class Client(NamedTuple):
    """Who asks, and how many requests a minute it may make: the name of its limit is `policy`."""

    name: str
    policy: str
    most: int


class UnknownKeyError(Exception):
    """The request has a key that does not exist."""


def limit_programs(get_response: View) -> View:
    """Middleware that answers 429 to clients that ask more often than they may, 401 to those whose
    key is unknown or revoked, and tells all others how often they may still ask."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(LIMITED) or request.method == "OPTIONS":
            return get_response(request)
        try:
            client = client_of(request)
        except UnknownKeyError:
            response: HttpResponseBase = problem(401, _("This key is unknown, or was revoked."))
            response["WWW-Authenticate"] = "Bearer"
            return response
        if not client.most:
            return get_response(request)
        minute, second = divmod(int(time.time()), MINUTE)
        asked = counted(client, minute)
        rest = MINUTE - second
        if asked > client.most:
            message = _("More than %(most)s requests in a minute.") % {"most": client.most}
            response = problem(HTTPStatus.TOO_MANY_REQUESTS, message)
            response["Retry-After"] = str(rest)
        else:
            response = get_response(request)
        left = max(client.most - asked, 0)
        response["RateLimit-Policy"] = f'"{client.policy}";q={client.most};w={MINUTE}'
        response["RateLimit"] = f'"{client.policy}";r={left};t={rest}'
        return response

    return middleware


def counted(client: Client, minute: int) -> int:
    """How many requests a client has made in this minute, with this one; 0 while the primary is
    away, as reading goes on without it."""
    if primary.is_away:
        return 0
    with asking(primary):
        return ApiUsage.objects.count_one(client.name, minute)
    return 0


def client_of(request: HttpRequest) -> Client:
    """Raises `UnknownKeyError`."""
    told = request.headers.get("Authorization", "")
    if not told:
        address = clients.network(request) or ""
        return Client(f"address {address}", "address", settings.API_LIMIT)
    key = None
    if told.lower().startswith(BEARER):
        secret = told[len(BEARER) :].strip()
        key = ask_newest(lambda: ApiKey.objects.valid(secret))
    if key is None:
        raise UnknownKeyError
    return Client(f"key {key.pk}", "key", key.limit)
