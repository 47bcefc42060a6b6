"""Runs of the importer, and the files that a browser sends to be imported."""

import logging
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from ..editing import runs, uploads
from ..models import ImportedFile, ImportRun
from .base import change_url
from .runs import RunAdmin
from .uploading import FolderUploadHandler
from .validation import is_key

logger = logging.getLogger(__name__)

ORDER = ["refused", "repaired", "updated", "created", "skipped"]  # editors look at these first


@admin.register(ImportRun)
class ImportRunAdmin(RunAdmin):
    list_display = ["started_at", "state", "what", "starter", "refused", "repaired", "updated",
                    "created", "unchanged", "duration"]  # fmt: skip
    list_filter = ["is_dry"]

    @admin.display(description=gettext_lazy("paths"))
    def what(self, run: ImportRun) -> str:
        names = ", ".join(path.rpartition("/")[2] for path in run.paths[:3])
        names += " …" if len(run.paths) > 3 else ""
        return _("%(files)s (dry run)") % {"files": names} if run.is_dry else names

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/import/", view(self.import_view), name="articles_importrun_import"),
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
        """What a run did or is doing."""
        run = self.viewable(request, object_id)
        counts = run.changes()
        status = request.GET.get("status", "")
        if status not in counts:
            status = next((status for status in ORDER if counts[status]), ORDER[0])
        after = request.GET.get("after", "")
        page = runs.files_of(run, status, after=int(after) if is_key(after) else 0)
        may_import = self.has_add_permission(request) and run.state not in run.GOING_ON
        labels = dict(ImportedFile.Status.choices)
        context = {
            "tabs": [(name, labels[name], counts[name]) for name in ORDER],
            "status": status,
            "files": page.files,
            "next_page": page.files[-1].file.pk if page.has_more else None,
            "is_first_page": "after" not in request.GET,
            "can_import": may_import and uploads.is_kept(run),
        }
        title = _("Import of %(when)s") % {"when": run}
        return self.run_page(request, run, "importrun/detail.html", title, context)

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
        if handler.failure:
            logger.error("An upload cannot be stored in %s: %s", handler.folder, handler.failure)
            error = _("The server cannot store these files: %(reason)s.")
            return self.upload_form(request, error % {"reason": handler.failure})
        if not files:
            return self.upload_form(request, _("Choose a file first."))
        run = uploads.try_out(handler.folder, started_by=name_of(request))
        return redirect(change_url(run))

    def upload_form(self, request: HttpRequest, error: str = "") -> HttpResponse:
        context = {"error": error, "most": settings.UPLOAD_MAX_MIB}
        return self.desk_page(request, "importrun/upload.html", _("Import files"), context)

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
