"""The import desk: what runs did, the files they refused, and files sent from a browser."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, TooManyFilesSent, ValidationError
from django.db.models import F
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from ..editing import problems, uploads
from ..importing.discovery import may_be_document
from ..importing.outcomes import CannotRunError
from ..importing.reading.documents import legible
from ..importing.session import running_ids
from ..models import (
    Document,
    Erasure,
    ImportedFile,
    ImportProblem,
    ImportRun,
)
from ..templatetags.sayings import said
from .doubtful import DeskAdmin, is_key, typed
from .paging import CappedPaginator
from .uploading import FolderUploadHandler

FILES_ON_A_PAGE = 100
REFRESH = 2  # seconds between looks at a run that goes on
LINES_AROUND = 100  # shown before and behind the line that is wrong
MOST_TO_MEND = 200_000  # characters that a form takes
ORDER = ["refused", "repaired", "updated", "created", "skipped"]  # what editors look at first


class RecordAdmin(DeskAdmin):
    """What happened: to be read, not changed."""

    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # which count

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def seen(self, request, object_id):
        """The record of that id, for who may see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if record := self.get_object(request, object_id):
            return record
        raise Http404

    def page(self, request, name, title, **context):
        """One of our own pages, in the admin's frame."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            **context,
        }
        return TemplateResponse(request, f"admin/articles/{self.opts.model_name}/{name}", context)


@admin.register(Erasure)
class ErasureAdmin(RecordAdmin):
    list_display = ["slug", "made_at", "made_by", "reason"]
    list_select_related = ["made_by"]
    fields = ["slug", "info_code", "file_names", "made_at", "made_by", "reason"]
    search_fields = ["slug"]

    def has_add_permission(self, request):
        return False  # they are made where a post is erased


@admin.register(ImportRun)
class ImportRunAdmin(RecordAdmin):
    list_display = ["started_at", "state", "what", "starter", "refused", "repaired", "updated",
                    "created", "unchanged", "duration"]  # fmt: skip
    list_filter = ["is_dry"]
    search_fields = ["started_by"]

    @admin.display(description=gettext_lazy("state"))
    def state(self, run):
        return ImportRun.State(run.state).label

    @admin.display(description=gettext_lazy("paths"))
    def what(self, run):
        names = ", ".join(path.rpartition("/")[2] for path in run.paths[:3])
        names += " …" if len(run.paths) > 3 else ""
        return _("%(files)s (dry run)") % {"files": names} if run.is_dry else names

    @admin.display(description=gettext_lazy("started by"), ordering="started_by")
    def starter(self, run):
        return said(run.started_by)

    @admin.display(description=gettext_lazy("duration"))
    def duration(self, run):
        return clock(run)

    def get_queryset(self, request):
        return ImportRun.objects.with_state(running_ids())

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/import/", view(self.import_view), name="articles_importrun_import"),
            path("<int:pk>/stop/", view(self.stop_view), name="articles_importrun_stop"),
            path("<int:pk>/discard/", view(self.discard_view), name="articles_importrun_discard"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What a run did, or does: it looks again by itself while it does."""
        run = self.seen(request, object_id)
        counts = run.changes()
        status = request.GET.get("status")
        if status not in counts:
            status = next((status for status in ORDER if counts[status]), ORDER[0])
        files, is_more = files_of(run, status, request.GET.get("after", ""))
        goes_on = run.state in ImportRun.GOING_ON
        labels = dict(ImportedFile.Status.choices)
        response = self.page(
            request,
            "detail.html",
            _("Import of %(when)s") % {"when": run},
            run=run,
            state=ImportRun.State(run.state),
            goes_on=goes_on,
            can_stop=goes_on and not run.stopped_by and self.has_add_permission(request),
            duration=clock(run),
            tabs=[(name, labels[name], counts[name]) for name in ORDER],
            status=status,
            files=files,
            next_page=files[-1].pk if is_more else None,
            is_first_page="after" not in request.GET,
            can_import=not goes_on and uploads.is_kept(run) and self.has_add_permission(request),
        )
        if goes_on:
            response["Refresh"] = str(REFRESH)
        return response

    @method_decorator(csrf_exempt)  # `receive` checks it, once it is said where files go
    def add_view(self, request, form_url="", extra_context=None):
        """Take files from the browser, and try them out."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.upload_form(request)
        with uploads.new_folder() as folder:
            most = settings.UPLOAD_MAX_MIB * 2**20
            request.upload_handlers = [FolderUploadHandler(request, folder, most)]
            try:
                return self.receive(request, folder)
            except TooManyFilesSent:
                while request.read(2**20):
                    pass  # so that the browser gets to see our answer
                error = _("Those are too many files: %(most)s at once. Pack them in one .zip.")
                most_files = f"{settings.DATA_UPLOAD_MAX_NUMBER_FILES:,}"
                return self.upload_form(request, error % {"most": most_files})

    @method_decorator(csrf_protect)
    def receive(self, request, folder):
        files = request.FILES.getlist("files")
        [handler] = request.upload_handlers
        if handler.is_too_much:
            error = _("That is too much: %(most)s MiB at once.")
            return self.upload_form(request, error % {"most": settings.UPLOAD_MAX_MIB})
        if not files:
            return self.upload_form(request, _("Choose a file first."))
        run = uploads.try_out(folder, started_by=request.user.get_username())
        return HttpResponseRedirect(change_url(run))

    def upload_form(self, request, error=""):
        most = settings.UPLOAD_MAX_MIB
        return self.page(request, "upload.html", _("Import files"), error=error, most=most)

    @method_decorator(require_POST)
    def import_view(self, request, pk):
        """Import for good what was tried out."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        tried = get_object_or_404(ImportRun, pk=pk)
        try:
            run = uploads.import_for_good(tried, started_by=request.user.get_username())
        except uploads.UploadGoneError:
            messages.warning(request, _("These files are no longer here: upload them again."))
            return HttpResponseRedirect(change_url(tried))
        except uploads.UploadInUseError:
            return self.in_use(request, tried)
        return HttpResponseRedirect(change_url(run))

    def in_use(self, request, run):
        messages.warning(request, _("This run has not ended yet: wait for it, or stop it."))
        return HttpResponseRedirect(change_url(run))

    @method_decorator(require_POST)
    def stop_view(self, request, pk):
        """Ask a run to stop, wherever it runs: within a second it does."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        run = get_object_or_404(ImportRun, pk=pk)
        ImportRun.objects.filter(pk=pk, finished_at=None).update(
            stopped_by=request.user.get_username()
        )
        return HttpResponseRedirect(change_url(run))

    @method_decorator(require_POST)
    def discard_view(self, request, pk):
        if not self.has_add_permission(request):
            raise PermissionDenied
        run = get_object_or_404(ImportRun, pk=pk)
        try:
            uploads.discard(run)
        except uploads.UploadInUseError:
            return self.in_use(request, run)
        messages.success(request, _("The uploaded files were thrown away."))
        return HttpResponseRedirect(reverse("admin:articles_importrun_changelist"))


def clock(run):
    """How long a run, with its state, has taken: 0:01:23. Of one that was killed nobody knows."""
    if run.state == ImportRun.State.KILLED:
        return "–"
    return str(run.duration).partition(".")[0]


def change_url(row):
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def files_of(run, status, after):
    """A page of the files that came out so, each with its document or problem, and whether there
    are more. By key: the last page costs what the first does."""
    found = run.files.filter(status=status).order_by("pk")
    if is_key(after):
        found = found.filter(pk__gt=after)
    files = list(found[: FILES_ON_A_PAGE + 1])
    is_more, files = len(files) > FILES_ON_A_PAGE, files[:FILES_ON_A_PAGE]
    names = {file.pk: file.path.rpartition("/")[2] for file in files}
    documents = {
        document.file_name: document
        for document in Document.objects.filter(file_name__in=names.values()).only(
            "file_name", "post_id"
        )
    }
    refused = [file.path for file in files if status == "refused"]
    kept = ImportProblem.objects.filter(path__in=refused).values_list("path", "pk")
    problem_ids = dict(kept) if refused else {}
    for file in files:
        file.folder, file.name = file.path[: -len(names[file.pk])], names[file.pk]
        file.document = documents.get(file.name)
        file.problem_id = problem_ids.get(file.path)
    return files, is_more


class SettledFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", _("waiting")), ("settled", _("settled"))]

    def queryset(self, request, problems):
        asked = {"waiting": problems.waiting, "settled": problems.settled}.get(self.value() or "")
        return asked() if asked else problems


@admin.register(ImportProblem)
class ImportProblemAdmin(RecordAdmin):
    list_display = ["name", "line", "why", "state", "its_run"]
    list_filter = [SettledFilter]
    list_select_related = ["run"]
    search_fields = ["path", "reason"]
    ordering = [F("settled_at").asc(nulls_first=True), "path"]

    @admin.display(description=gettext_lazy("file name"), ordering="path")
    def name(self, problem):
        return problem.path.rpartition("/")[2]

    @admin.display(description=gettext_lazy("reason"), ordering="reason")
    def why(self, problem):
        return said(problem.reason)

    @admin.display(description=gettext_lazy("state"))
    def state(self, problem):
        if not problem.settled_at:
            return _("waiting")
        return problem.note or _("mended")

    @admin.display(description=gettext_lazy("import run"), ordering="run")
    def its_run(self, problem):
        return problem.run

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Why a file was refused, and the ways to see to it."""
        problem = self.seen(request, object_id)
        text = legible(bytes(problem.content))
        context = {"problem": problem, "text": text, "reason": problem.reason, "line": problem.line}
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            done = self.see_to(request, problem, context)
            if done:
                return done
        name = problem.path.rpartition("/")[2]
        return self.page(
            request,
            "detail.html",
            _("Refused: %(file)s") % {"file": name},
            **context,
            lines=lines_around(context["text"], context["line"]),
            namesake=Document.objects.filter(file_name=name).only("file_name", "post_id").first(),
            can_change=self.has_change_permission(request),
            can_retry=may_be_document(name),
            can_mend=may_be_document(name) and len(text) <= MOST_TO_MEND,
        )

    def see_to(self, request, problem, context):
        """Do what the form asks; where that fails, say so in `context` and keep what was typed."""
        by = request.user.get_username()
        if "dismiss" in request.POST:
            context["note"] = request.POST.get("note", "")
            try:
                context["note"] = typed(request, "note")
            except ValidationError as error:
                context["error"] = " ".join(error.messages)
                return None
            if not context["note"]:
                context["error"] = _("Say in a note why it does not matter.")
                return None
            problems.dismiss(problem, context["note"], by)
            messages.success(request, _("Dismissed: the same text will not come up again."))
            return HttpResponseRedirect(reverse("admin:articles_importproblem_changelist"))
        try:
            if "mend" in request.POST:
                # Browsers send lines ended by CR LF, whatever was in the form.
                context["text"] = request.POST.get("text", "").replace("\r\n", "\n")
                outcome = problems.mend(problem, context["text"], by)
            else:
                outcome = problems.try_again(problem, by)
        except CannotRunError as error:
            context["error"] = str(error)
            return None
        if problems.was_read(outcome):
            document = Document.objects.filter(file_name=outcome.path.rpartition("/")[2]).first()
            messages.success(request, _("Imported: %(file)s") % {"file": outcome.path})
            return HttpResponseRedirect(
                change_url(document) if document else change_url(problem.run)
            )
        if "mend" not in request.POST:
            problem.refresh_from_db()  # the file may hold something else by now
            context["text"] = legible(bytes(problem.content))
        context["reason"], context["line"] = "; ".join(outcome.notes), outcome.line
        context["error"] = _("It was refused again.")
        return None


def lines_around(text, at_fault):
    """The lines near the one at fault, or the first, each with its number and whether it is the
    one."""
    first = max((at_fault or 1) - LINES_AROUND, 1)
    lines = text.split("\n")[first - 1 : first + 2 * LINES_AROUND]
    return [(number, line, number == at_fault) for number, line in enumerate(lines, first)]
