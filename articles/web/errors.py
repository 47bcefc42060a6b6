"""The pages that say why we cannot answer: 400, 403, 413, 500, 503."""

import logging
import sys
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults

from .. import replicas
from ..outages import is_of_another_release, is_outage

RETRY_AFTER: Final = 30  # seconds until the database may have time
OTHER_RELEASE: Final = (
    "The database is not as this process needs it: run migrate, and restart what ran before."
)

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """413 for more than a form may send; else 400, which repeats nothing of it."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        context = {
            "most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20,
            "is_of_desk": is_of_desk(request),
        }
        return render(request, "413.html", context, status=413)
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page is older than the newest login, or that another site sent; with a
    link back to that page, if it is one of ours."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return render(request, "403_csrf.html", {"page": page if is_ours else "/"}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is away; else 500. No page needs anything that may be broken: no
    context, no database."""
    error = sys.exception()
    if error and is_outage(error):
        replicas.note(error)
        if is_of_another_release(error):
            logger.error(OTHER_RELEASE)
        lost = replicas.primary.is_away and request.method == "POST" and is_of_desk(request)
        page = "503_desk.html" if lost else "503.html"
        return unavailable(get_template(page).render())
    return HttpResponse(get_template("500.html").render(), status=500)


def is_of_desk(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")


def unavailable(page: str = "") -> HttpResponse:
    """503, which says when to try again."""
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER)})
