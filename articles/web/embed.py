"""Lists and charts in the frames of other sites."""

from dataclasses import replace
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt

from newsroom.addresses import url

from ..listings.answering import answer
from ..listings.request import Detail, ListingRequest
from .addresses import with_query
from .listings import says_when_too_long

SHOWN: Final = 20  # posts


@says_when_too_long
@xframe_options_exempt
def embed(request: HttpRequest) -> HttpResponse:
    """The newest posts of the list that has these parameters, for the sites in `EMBED_HOSTS`. It
    runs no script and sets no cookie."""
    asked = ListingRequest.read(request.GET, detail=Detail.HEADLINE)
    context = {
        "listing": answer(replace(asked, size=SHOWN, by_story=True)),
        "whole": with_query(url("posts"), asked.filters.query()),
    }
    return framed(request, "posts/embed.html", context)


def framed(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page for the frames of the sites in `EMBED_HOSTS`. Raises `Http404` if there are none."""
    if not settings.EMBED_HOSTS:
        raise Http404
    response = render(request, template, context)
    # A header of its own is kept with the page; one that the middleware changes would not be.
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {' '.join(map(ancestors, settings.EMBED_HOSTS))}"
    )
    return response


def ancestors(host: str) -> str:
    """A host of `EMBED_HOSTS` as https://www.w3.org/TR/CSP3/ writes it. One that begins with a dot
    stands for all its subdomains, too, as in `ALLOWED_HOSTS`."""
    return f"{host[1:]} *{host}" if host.startswith(".") else host
