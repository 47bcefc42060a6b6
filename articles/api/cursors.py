"""Where the next page of an answer begins. To clients a cursor is opaque."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .problems import refused

#: Parameters that may change from page to page.
FREE = ("cursor", "limit", "fields", "count")


def write(place: str, request: HttpRequest) -> str:
    """The cursor of a place in the answer to a question: that of an address with its other
    parameters."""
    return urlsafe_b64encode(f"{mark(place, request)}.{place}".encode()).decode().rstrip("=")


def read(cursor: str, request: HttpRequest) -> str:
    """The place that `write` made a cursor of. Raises `ProblemError` for anything else, and for
    the cursor of another question."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        raise refused("cursor", _("This is no cursor: take `next` of an answer.")) from None
    found, _dot, place = text.partition(".")
    if found != mark(place, request):
        raise refused("cursor", _("This cursor belongs to a question with other parameters."))
    return place


def mark(place: str, request: HttpRequest) -> str:
    """What tells a place in the answer to one question from all others, whatever the order of the
    parameters."""
    asked = sorted((name, found) for name, found in request.GET.lists() if name not in FREE)
    return blake2b(repr((request.path, place, asked)).encode(), digest_size=6).hexdigest()
