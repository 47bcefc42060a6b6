"""Work on all posts, started here and done by a worker."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ..editing import maintenance
from ..models import MaintenanceRun
from .base import change_url
from .runs import RunAdmin


@admin.register(MaintenanceRun)
class MaintenanceRunAdmin(RunAdmin):
    list_display = ["started_at", "state", "kind", "starter", "total", "done", "duration"]
    list_filter = ["kind"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """How far a run is, or how it ended."""
        run = self.viewable(request, object_id)
        may_start = run.state not in run.GOING_ON and self.has_add_permission(request)
        context = {"can_start_again": may_start}
        title = run.get_kind_display()
        return self.run_page(request, run, "maintenancerun/detail.html", title, context)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask what to do, and have a worker do it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kind = request.POST.get("kind", "")
        if request.method == "POST" and kind in MaintenanceRun.Kind.values:
            run = maintenance.start(kind, by=request.user.get_username())
            return redirect(change_url(run))
        context = {"kinds": MaintenanceRun.Kind.choices}
        return self.desk_page(request, "maintenancerun/start.html", _("Maintenance"), context)
