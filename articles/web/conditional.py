"""Conditional requests (RFC 9110, section 13): a page that has not changed is not rendered again.

Whatever changes what readers see raises the number of the archive's version, in the transaction
of the change. A scheduled post changes the time of the newest post when it appears. A pending
change that is due is published by the first request after its time. So one ETag, from one small
query, is good for every page.
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
    """Middleware, after that of languages: 304 if the client has the page of this version."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or request.path.startswith(PRIVATE):
            return get_response(request)
        today = timezone.localdate()  # queries name days from it, and cards count its month
        state = ArchiveVersion.objects.current()
        if state.has_due:  # before any page shows the post
            pending.publish_due()
            state = ArchiveVersion.objects.current()
        etag = f'W/"{state.version}-{today:%Y%m%d}-{RELEASE}-{translation.get_language()}"'
        unchanged = get_conditional_response(request, etag=etag)
        response = get_response(request) if unchanged is None else unchanged
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            return response
        response["ETag"] = etag
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_cache=True)  # browsers keep it, but ask each time
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return middleware


def newest_file() -> int:
    """When the newest of the files that make pages was written, in nanoseconds: templates, static
    files, modules and translations. Another release makes other pages of the same version."""
    parts = ("templates", "static", "articles", "newsroom")
    files = (path for part in parts for path in (settings.BASE_DIR / part).rglob("*.*"))
    suffixes = {".html", ".css", ".js", ".py", ".mo"}
    return max(path.stat().st_mtime_ns for path in files if path.suffix in suffixes)


RELEASE = f"{newest_file():x}"
