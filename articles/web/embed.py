"""Lists and charts in the frames of other sites."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt

from newsroom.addresses import url

from ..listings.answering import answer
from ..listings.request import Detail, ListingRequest
from .addresses import with_query
from .listings import says_when_too_long

View = Callable[[HttpRequest], HttpResponse]

SHOWN: Final = 20  # posts


def for_frames(view: View) -> View:
    """The view of a page for the frames of the sites in `EMBED_HOSTS`. If there are none, it raises
    `Http404` before it reads what was asked for."""

    @wraps(view)
    @xframe_options_exempt
    def framed(request: HttpRequest) -> HttpResponse:
        if not settings.EMBED_HOSTS:
            raise Http404
        response = view(request)
        # A header of its own is kept with the page; one that the middleware changes would not be.
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
            f"frame-ancestors {' '.join(map(ancestors, settings.EMBED_HOSTS))}"
        )
        return response

    return framed


@says_when_too_long
@for_frames
def embed(request: HttpRequest) -> HttpResponse:
    """The newest posts of the list that has these parameters, for the sites in `EMBED_HOSTS`. It
    runs no script and sets no cookie."""
    asked = ListingRequest.read(request.GET, detail=Detail.HEADLINE)
    context = {
        "listing": answer(replace(asked, size=SHOWN, by_story=True)),
        "whole": with_query(url("posts"), asked.filters.query()),
    }
    return render(request, "posts/embed.html", context)


def ancestors(host: str) -> str:
    """A host of `EMBED_HOSTS` as https://www.w3.org/TR/CSP3/ writes it. One that begins with a dot
    stands for all its subdomains, too, as in `ALLOWED_HOSTS`."""
    return f"{host[1:]} *{host}" if host.startswith(".") else host
