"""Whether the site is alive, and ready for readers: what load balancers and monitors ask."""

import secrets
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from newsroom import clients

from .. import monitoring, readiness

View = Callable[[HttpRequest], HttpResponseBase]


def answer_health_checks(get_response: View) -> View:
    """Middleware before those that look at host names, HTTPS and sessions: probes have none."""
    answers = {"/healthz": alive, "/readyz": ready, "/metrics": metrics}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = answers.get(request.path_info, get_response)
        if answer is metrics and not may_read_metrics(request):
            answer = refused
        return answer(request)

    return middleware


@never_cache
def alive(request: HttpRequest) -> HttpResponseBase:
    """That the process answers. It asks nobody else."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> HttpResponseBase:
    """The parts that pages need, each with a word about it. 503 if readers would get errors;
    "degraded" with 200 if searches would take longer, the disk is almost full, no worker or not
    every replica is there, one does not follow, or nothing can be saved."""
    parts = readiness.parts()
    if "down" in parts.values() or "missing" in parts.values():
        down = JsonResponse({"status": "down", **parts}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        down._has_been_logged = True  # type: ignore[attr-defined]  # or Django logs it each time
        return down
    is_well = set(parts.values()) == {readiness.OK}
    return JsonResponse({"status": "ok" if is_well else "degraded", **parts})


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponseBase:
    """Figures for Prometheus, and for whatever else reads its text format."""
    return HttpResponse(monitoring.exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@never_cache
def refused(request: HttpRequest) -> HttpResponseBase:
    """As if there were nothing."""
    response = HttpResponseNotFound()
    response._has_been_logged = True  # type: ignore[attr-defined]  # or Django logs it each time
    return response


def may_read_metrics(request: HttpRequest) -> bool:
    """Whether the request comes from METRICS_NETWORKS or has METRICS_TOKEN."""
    kind, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if settings.METRICS_TOKEN and kind.lower() == "bearer":
        return secrets.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    found = clients.parsed(clients.address(request) or "")
    return found is not None and any(found in network for network in settings.METRICS_NETWORKS)
