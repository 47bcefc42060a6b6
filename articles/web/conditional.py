"""Conditional requests (RFC 9110, section 13): a page that has not changed is not rendered again.

Whatever changes what readers see raises the number of the archive's version, in the transaction
of the change. A scheduled post changes the time of the newest post when it appears. A pending
change that is due is published by the first request after its time. So an ETag that is made of one
small query and the address is good for every page, and a page that is kept under it is never out of
date.

A condition holds for pages alone, not for errors. Errors have no ETag: whoever has the ETag of an
address has its page. `*` does not say which page the client has, so the page is made.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from .. import replicas
from ..models import ArchiveState
from ..search.shown import showing
from . import page_cache, reading

View = Callable[[HttpRequest], HttpResponseBase]

PRIVATE = ("/admin/", "/language/", "/preview/")
#: These need no database. Without /robots.txt, crawlers take the whole site to be away.
OF_NO_VERSION = ("/language/", "/robots.txt")


def conditional_get(get_response: View) -> View:
    """Middleware that answers 304 if the client has the page of this version, or else with the page
    as it was made before. It runs after language selection and outside compression."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(OF_NO_VERSION):
            return get_response(request)
        if request.method not in ("GET", "HEAD") or request.path.startswith("/admin/"):
            return reading.write(request, lambda: get_response(request))
        if request.path.startswith("/preview/"):
            return replicas.ask_newest(lambda: get_response(request))
        return reading.read(request, lambda state: answer(request, state))

    def made(request: HttpRequest, state: ArchiveState) -> HttpResponseBase:
        with showing(state):
            return get_response(request)

    def answer(request: HttpRequest, state: ArchiveState) -> HttpResponseBase:
        today = timezone.localdate()  # queries name days from it, and cards count its month
        respell(request)
        where = address(request)
        page = sha256("\n".join(where).encode()).hexdigest()[:12]
        language = translation.get_language()
        etag = f'W/"{state.version}-{today:%Y%m%d}-{RELEASE}-{language}-{page}"'
        unchanged = get_conditional_response(request, etag=etag) if names(request, etag) else None
        response = unchanged or page_cache.kept_or_made(
            (etag, *form(request), *where), lambda: reading.made(made(request, state))
        )
        if response.status_code == HTTPStatus.OK:
            response = get_conditional_response(request, etag=etag) or response
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            return response
        response["ETag"] = etag
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_cache=True)  # browsers keep it, but ask each time
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return middleware


def names(request: HttpRequest, etag: str) -> bool:
    """Whether the client says that it has the page with this ETag."""
    return etag.removeprefix("W/") in request.headers.get("If-None-Match", "")


def form(request: HttpRequest) -> tuple[str, ...]:
    """The part of a request that decides the form of its page: the method and the encoding."""
    return (
        str(request.method),
        "gzip" if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")) else "",
    )


def respell(request: HttpRequest) -> None:
    """Give the parameters of a request the one order and spelling under which its page is kept:
    pages name their own address."""
    request.META["QUERY_STRING"] = urlencode(sorted(request.GET.lists()), doseq=True)
    del request.GET  # which is read again


def address(request: HttpRequest) -> tuple[str, ...]:
    """The part of a request that decides its page, besides version and language: the host, and the
    path with its parameters."""
    return (
        f"{request.scheme}://{request.get_host()}",
        request.path,
        request.META["QUERY_STRING"],
    )


def release(root: Path = settings.BASE_DIR) -> str:
    """A hash of what makes pages: templates, static files, code, translations, the versions of
    packages, and settings. Another release, or other settings, make other pages of the same
    version."""
    digest = sha256()
    for path in sorted(made_of(root)):
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(sha256(path.read_bytes()).digest())
    for name in settings.DECIDE_ABOUT_PAGES:
        digest.update(f"{name}={getattr(settings, name)!r}\n".encode())
    return digest.hexdigest()[:12]


def made_of(root: Path) -> Iterator[Path]:
    """Every file of a release that decides about pages."""
    yield root / "requirements.txt"
    for folder in ("templates", "static", "articles", "newsroom"):
        for path in (root / folder).rglob("*"):
            if path.is_file() and path.parent.name != "__pycache__":
                yield path


RELEASE = release()
