"""What the lists and pages of runs have in common."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .. import task_queue
from ..editing import runs
from ..models import Run
from ..templatetags.words import in_words
from .base import RecordAdmin, change_url, with_words

REFRESH = 2  # seconds until the page of a run that goes on is loaded again


class RunAdmin(RecordAdmin):
    search_fields = ["started_by"]  # so that there is a box; `get_search_results` reads the words

    @admin.display(description=_("state"))
    def state(self, run: Any) -> str:
        return str(Run.State(run.state).label)

    @admin.display(description=_("started by"))
    def starter(self, run: Run) -> str:
        return in_words(run.started_by)

    @admin.display(description=_("duration"))
    def duration(self, run: Any) -> str:
        """As h:mm:ss. That of a killed run is unknown, and one that waits has none."""
        duration: dt.timedelta = run.duration
        is_known = run.state not in (Run.State.KILLED, Run.State.WAITING)
        return str(duration).partition(".")[0] if is_known else "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By who started them."""
        return with_words(queryset, search_term, "started_by"), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return runs.with_state(self.model)

    def get_urls(self) -> list[URLPattern]:
        stop = path(
            "<int:pk>/stop/",
            self.admin_site.admin_view(self.stop_view),
            name=f"articles_{self.opts.model_name}_stop",
        )
        return [stop, *super().get_urls()]

    def run_page(
        self, request: HttpRequest, run: Any, template: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        """The page of a run; while it goes on, it reloads itself."""
        goes_on = run.state in Run.GOING_ON
        waits = run.state == Run.State.WAITING
        shared = {
            "run": run,
            "state": Run.State(run.state),
            "goes_on": goes_on,
            "waits": waits,
            "has_worker": waits and task_queue.has_worker(),
            "can_stop": goes_on and not run.stopped_by and self.has_add_permission(request),
            "stop_url": f"admin:articles_{self.opts.model_name}_stop",
            "duration": self.duration(run),
        }
        response = self.desk_page(request, template, title, shared | context)
        if goes_on:
            response["Refresh"] = str(REFRESH)
        return response

    def asked_about(self, request: HttpRequest, pk: int) -> Any:
        """The run that a button is about. Raises `PermissionDenied` and `Http404`."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.model, pk=pk)

    @method_decorator(require_POST)
    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.asked_about(request, pk)
        runs.stop(run, by=request.user.get_username())
        return redirect(change_url(run))
