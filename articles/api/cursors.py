"""Where the next page of an answer begins. To clients a cursor is opaque."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .problems import refused

#: Parameters that may change from page to page.
FREE = ("cursor", "limit", "fields", "count")


def question_of(request: HttpRequest) -> tuple[object, ...]:
    """What an address asks, whatever the order of its parameters."""
    asked = sorted((name, found) for name, found in request.GET.lists() if name not in FREE)
    return request.path, asked


def write(place: str, *question: object) -> str:
    """The cursor of a place in the answer to a question."""
    return urlsafe_b64encode(f"{mark(place, question)}.{place}".encode()).decode().rstrip("=")


def read(cursor: str, *question: object) -> str:
    """The place that `write` made a cursor of. Raises `ProblemError` for anything else, and for
    the cursor of another question."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        raise refused("cursor", _("This is no cursor: take `next` of an answer.")) from None
    found, _dot, place = text.partition(".")
    if found != mark(place, question):
        raise refused("cursor", _("This cursor belongs to a question with other parameters."))
    return place


def mark(place: str, question: tuple[object, ...]) -> str:
    """What tells a place in the answer to one question from all others."""
    return blake2b(repr((place, question)).encode(), digest_size=6).hexdigest()
