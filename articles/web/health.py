"""Whether the site is alive, and ready for readers: what load balancers and monitors ask."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from .. import readiness

View = Callable[[HttpRequest], HttpResponseBase]


def answer_health_checks(get_response: View) -> View:
    """Middleware before those that look at host names, HTTPS and sessions: probes have none."""
    answers = {"/healthz": alive, "/readyz": ready}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return answers.get(request.path_info, get_response)(request)

    return middleware


@never_cache
def alive(request: HttpRequest) -> HttpResponseBase:
    """That the process answers. It asks nobody else."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> HttpResponseBase:
    """The parts that pages need, each with a word about it. 503 if readers would get errors;
    "degraded" with 200 if searches would take longer, or the disk is almost full."""
    parts = readiness.parts()
    if "down" in parts.values() or "missing" in parts.values():
        return JsonResponse({"status": "down", **parts}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    is_well = set(parts.values()) == {readiness.OK}
    return JsonResponse({"status": "ok" if is_well else "degraded", **parts})
