"""What a browser needs to open what was read without a network: a script that stands between the
pages and the network, a page for what was not read, and the site as an app."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _

from newsroom.addresses import url

WORKER = settings.BASE_DIR / "static" / "worker.js"


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root: one from `/static/` might not see the pages
    (https://www.w3.org/TR/service-workers/#path-restriction)."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


def manifest(request: HttpRequest) -> JsonResponse:
    """https://www.w3.org/TR/appmanifest/"""
    about = {
        "name": _("Newsroom"),
        "lang": "zh-Hans",
        "start_url": url("home"),
        "scope": url("home"),
        "display": "minimal-ui",
        "background_color": "#fdf9f3",
        "theme_color": "#9d2419",
        "icons": [
            {"src": static("icon.svg"), "type": "image/svg+xml", "sizes": "any"},
            {"src": static("icon.png"), "type": "image/png", "sizes": "180x180"},
        ],
    }
    return JsonResponse(about, content_type="application/manifest+json")


def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows where there is no network and no page was kept."""
    return render(request, "offline.html")
