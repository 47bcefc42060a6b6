"""How pages for readers are compressed."""

import gzip
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_vary_headers

from .conditional import PRIVATE

LEVEL: Final = 1  # of nine: level 6 takes three times as long, for a tenth fewer bytes
SHORTEST: Final = 200  # bytes; what is shorter is sent as it is

View = Callable[[HttpRequest], HttpResponse]


def compress(get_response: View) -> View:
    """Middleware that compresses what everybody may read, quickly. The rest is left to Django's,
    which stands outside and hides the length of pages that have secrets."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(PRIVATE) or not is_worth_it(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
            response.content = gzip.compress(response.content, LEVEL, mtime=0)
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(response.content))
        return response

    return middleware


def is_worth_it(response: HttpResponse) -> bool:
    is_open = not response.streaming and not response.has_header("Content-Encoding")
    return is_open and len(response.content) >= SHORTEST
