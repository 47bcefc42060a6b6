"""Runs of the importer, and the files that a browser sends to be imported."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, TooManyFilesSent
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from .. import task_queue
from ..editing import runs, uploads
from ..models import ImportedFile, ImportRun
from ..templatetags.words import in_words
from .base import RecordAdmin, change_url, with_words
from .uploading import FolderUploadHandler
from .validation import is_key

REFRESH = 2  # seconds until the page of a run that goes on is loaded again
ORDER = ["refused", "repaired", "updated", "created", "skipped"]  # editors look at these first


@admin.register(ImportRun)
class ImportRunAdmin(RecordAdmin):
    list_display = ["started_at", "state", "what", "starter", "refused", "repaired", "updated",
                    "created", "unchanged", "duration"]  # fmt: skip
    list_filter = ["is_dry"]
    search_fields = ["started_by"]  # so that there is a box; `get_search_results` reads the words

    @admin.display(description=gettext_lazy("state"))
    def state(self, run: Any) -> str:
        return str(ImportRun.State(run.state).label)

    @admin.display(description=gettext_lazy("paths"))
    def what(self, run: ImportRun) -> str:
        names = ", ".join(path.rpartition("/")[2] for path in run.paths[:3])
        names += " …" if len(run.paths) > 3 else ""
        return _("%(files)s (dry run)") % {"files": names} if run.is_dry else names

    @admin.display(description=gettext_lazy("started by"))
    def starter(self, run: ImportRun) -> str:
        return in_words(run.started_by)

    @admin.display(description=gettext_lazy("duration"))
    def duration(self, run: Any) -> str:
        """As h:mm:ss. That of a killed run is unknown, and one that waits has none."""
        duration: dt.timedelta = run.duration
        is_known = run.state not in (ImportRun.State.KILLED, ImportRun.State.WAITING)
        return str(duration).partition(".")[0] if is_known else "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ImportRun], search_term: str
    ) -> tuple[QuerySet[ImportRun], bool]:
        """By who started them."""
        return with_words(queryset, search_term, "started_by"), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        return runs.with_state()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/import/", view(self.import_view), name="articles_importrun_import"),
            path("<int:pk>/stop/", view(self.stop_view), name="articles_importrun_stop"),
            path("<int:pk>/discard/", view(self.discard_view), name="articles_importrun_discard"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What a run did or is doing; while it goes on, the page reloads itself."""
        run = self.viewable(request, object_id)
        counts = run.changes()
        status = request.GET.get("status", "")
        if status not in counts:
            status = next((status for status in ORDER if counts[status]), ORDER[0])
        after = request.GET.get("after", "")
        page = runs.files_of(run, status, after=int(after) if is_key(after) else 0)
        goes_on = run.state in ImportRun.GOING_ON
        may_import = self.has_add_permission(request)
        labels = dict(ImportedFile.Status.choices)
        context = {
            "run": run,
            "state": ImportRun.State(run.state),
            "goes_on": goes_on,
            "waits": run.state == ImportRun.State.WAITING,
            "has_worker": run.state == ImportRun.State.WAITING and task_queue.has_worker(),
            "can_stop": goes_on and not run.stopped_by and may_import,
            "duration": self.duration(run),
            "tabs": [(name, labels[name], counts[name]) for name in ORDER],
            "status": status,
            "files": page.files,
            "next_page": page.files[-1].file.pk if page.has_more else None,
            "is_first_page": "after" not in request.GET,
            "can_import": not goes_on and uploads.is_kept(run) and may_import,
        }
        title = _("Import of %(when)s") % {"when": run}
        response = self.desk_page(request, "importrun/detail.html", title, context)
        if goes_on:
            response["Refresh"] = str(REFRESH)
        return response

    @method_decorator(csrf_exempt)  # `receive` checks it, once the upload handler is set
    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Receive files from the browser, and begin a dry run on them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.upload_form(request)
        with uploads.new_folder() as folder:
            handler = FolderUploadHandler(request, folder, settings.UPLOAD_MAX_MIB * 2**20)
            request.upload_handlers = [handler]
            try:
                return self.receive(request, handler)
            except TooManyFilesSent:
                while request.read(2**20):
                    pass  # Read the rest, or the browser would not see the answer.
                error = _("Those are too many files: %(most)s at once. Pack them in one .zip.")
                most_files = f"{settings.DATA_UPLOAD_MAX_NUMBER_FILES:,}"
                return self.upload_form(request, error % {"most": most_files})

    @method_decorator(csrf_protect)
    def receive(self, request: HttpRequest, handler: FolderUploadHandler) -> HttpResponse:
        files = request.FILES.getlist("files")
        if handler.is_too_much:
            error = _("That is too much: %(most)s MiB at once.")
            return self.upload_form(request, error % {"most": settings.UPLOAD_MAX_MIB})
        if not files:
            return self.upload_form(request, _("Choose a file first."))
        run = uploads.try_out(handler.folder, started_by=name_of(request))
        return redirect(change_url(run))

    def upload_form(self, request: HttpRequest, error: str = "") -> HttpResponse:
        context = {"error": error, "most": settings.UPLOAD_MAX_MIB}
        return self.desk_page(request, "importrun/upload.html", _("Import files"), context)

    def asked_about(self, request: HttpRequest, pk: int) -> ImportRun:
        """The run that a button is about. Raises `PermissionDenied` and `Http404`."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return get_object_or_404(ImportRun, pk=pk)

    @method_decorator(require_POST)
    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Import the files of a dry run for good."""
        tried = self.asked_about(request, pk)
        try:
            run = uploads.import_for_good(tried, started_by=name_of(request))
        except uploads.UploadGoneError:
            messages.warning(request, _("These files are no longer here: upload them again."))
            return redirect(change_url(tried))
        except uploads.UploadInUseError:
            return self.refuse_in_use(request, tried)
        return redirect(change_url(run))

    @method_decorator(require_POST)
    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.asked_about(request, pk)
        runs.stop(run, by=name_of(request))
        return redirect(change_url(run))

    @method_decorator(require_POST)
    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.asked_about(request, pk)
        try:
            uploads.discard(run)
        except uploads.UploadInUseError:
            return self.refuse_in_use(request, run)
        messages.success(request, _("The uploaded files were thrown away."))
        return redirect("admin:articles_importrun_changelist")

    def refuse_in_use(self, request: HttpRequest, run: ImportRun) -> HttpResponse:
        messages.warning(request, _("This run has not ended yet: wait for it, or stop it."))
        return redirect(change_url(run))


def name_of(request: HttpRequest) -> str:
    return request.user.get_username()
