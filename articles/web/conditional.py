"""Conditional requests (RFC 9110, section 13): a page that has not changed is not made again.

Whatever changes what readers see raises the number of the archive's version, in the transaction
of the change; a post that was scheduled appears by being the newest; a pending change that is due
is published by the first request from then on. So one ETag, from one small query, holds for every
page.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from ..editing import pending
from ..models import ArchiveVersion

View = Callable[[HttpRequest], HttpResponseBase]

PRIVATE = ("/admin/", "/language/", "/preview/")


def conditional_get(get_response: View) -> View:
    """Middleware, behind that of languages: 304 for pages of an version that the client has."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or request.path.startswith(PRIVATE):
            return get_response(request)
        month = f"{timezone.localdate():%Y%m}"  # whose posts the card of a security counts
        state = ArchiveVersion.objects.current()
        if state.has_due:  # before the first page that it would show on
            pending.publish_due()
            state = ArchiveVersion.objects.current()
        etag = f'W/"{state.version}-{month}-{MADE_OF}-{translation.get_language()}"'
        unchanged = get_conditional_response(request, etag=etag)
        response = get_response(request) if unchanged is None else unchanged
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            return response
        response["ETag"] = etag
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_cache=True)  # kept, but asked about each time
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return middleware


def made_of() -> int:
    """When the newest of the templates, static files and modules that pages are made of was
    written: another release makes other pages of the same version."""
    parts = ("templates", "static", "articles", "newsroom")
    files = (path for part in parts for path in (settings.BASE_DIR / part).rglob("*.*"))
    suffixes = {".html", ".css", ".js", ".py", ".mo"}
    return max(path.stat().st_mtime_ns for path in files if path.suffix in suffixes)


MADE_OF = f"{made_of():x}"
