"""Addresses by their names in `newsroom.urls`."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse

from newsroom.environment import THIS_HOST

KEPT = 2**14  # addresses of some 400 bytes each


def url(name: str, *parts: object) -> str:
    """The path of the page that is called `name`, as `reverse` makes it. Raises `NoReverseMatch`
    if no address can be made of these parts.

    The newest ones are cached: to make hundreds takes as long as the rest of the page.
    """
    return made(get_script_prefix(), name, parts)


@lru_cache(KEPT)
def made(_prefix: str, name: str, parts: tuple[object, ...]) -> str:
    return reverse(name, args=parts)


def file(name: str) -> str:
    """The path of a static file, as `static` makes it. It is cached, too."""
    return found(get_script_prefix(), name)


@lru_cache(KEPT)
def found(_prefix: str, name: str) -> str:
    return static(name)


def root_of(request: HttpRequest) -> str:
    """What comes before a path in the addresses of the site, as whoever asks calls it."""
    return request.build_absolute_uri("/")[:-1]


def root() -> str:
    """What comes before a path in the addresses of the site, as far as the settings tell."""
    hosts = [host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))]
    host = hosts[0] if hosts else "localhost"
    if host in THIS_HOST:
        return f"http://{host}:{settings.PORT}"
    return f"https://{host}" if settings.SECURE_SSL_REDIRECT else f"http://{host}"
