"""Files that imports refused, and how editors settle them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..editing import problems
from ..importing.discovery import may_be_document
from ..importing.outcomes import CannotRunError
from ..importing.reading.documents import legible
from ..messages import reason_of
from ..models import ImportProblem, ImportRun
from ..templatetags.words import in_words
from .base import RecordAdmin, change_url, with_words
from .validation import cleaned_text

MOST_ACCEPTED = 200_000  # characters that the form accepts


class SettledFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", _("waiting")), ("settled", _("settled"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "waiting":
                return queryset.waiting()
            case "settled":
                return queryset.settled()
        return queryset


@admin.register(ImportProblem)
class ImportProblemAdmin(RecordAdmin):
    list_display = ["name", "line", "why", "state", "its_run"]
    list_filter = [SettledFilter]
    list_select_related = ["run"]
    search_fields = ["path", "reason"]
    ordering = [F("settled_at").asc(nulls_first=True), "path"]

    @admin.display(description=gettext_lazy("file name"), ordering="path")
    def name(self, problem: ImportProblem) -> str:
        return problem.path.rpartition("/")[2]

    @admin.display(description=gettext_lazy("reason"))
    def why(self, problem: ImportProblem) -> str:
        return in_words(problem.reason)

    @admin.display(description=gettext_lazy("state"))
    def state(self, problem: ImportProblem) -> str:
        if not problem.settled_at:
            return _("waiting")
        return problem.note or _("mended")

    @admin.display(description=gettext_lazy("import run"), ordering="run")
    def its_run(self, problem: ImportProblem) -> ImportRun:
        return problem.run

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportProblem]:
        return super().get_queryset(request).defer("content")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ImportProblem], search_term: str
    ) -> tuple[QuerySet[ImportProblem], bool]:
        """By the words of paths and of reasons."""
        return with_words(queryset, search_term, "path", "reason"), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Why a file was refused, and the ways to settle that."""
        problem = self.viewable(request, object_id)
        text = legible(bytes(problem.content))
        context = {"problem": problem, "text": text, "reason": problem.reason, "line": problem.line}
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            act = self.dismiss if "dismiss" in request.POST else self.import_again
            if done := act(request, problem, context):
                return done
        name = self.name(problem)
        context |= {
            "lines": problems.lines_around(context["text"], context["line"]),
            "namesake": problems.document_at(problem.path),
            "can_change": self.has_change_permission(request),
            "can_retry": may_be_document(name),
            "can_mend": may_be_document(name) and len(text) <= MOST_ACCEPTED,
        }
        title = _("Refused: %(file)s") % {"file": name}
        return self.desk_page(request, "importproblem/detail.html", title, context)

    def dismiss(
        self, request: HttpRequest, problem: ImportProblem, context: dict[str, Any]
    ) -> HttpResponse | None:
        """Dismiss the file. If the note is invalid, put the note and the error into `context`."""
        context["note"] = request.POST.get("note", "")
        try:
            context["note"] = cleaned_text(request, "note")
        except ValidationError as error:
            context["error"] = " ".join(error.messages)
            return None
        if not context["note"]:
            context["error"] = _("Say in a note why it does not matter.")
            return None
        problems.dismiss(problem, context["note"], request.user.get_username())
        messages.success(request, _("Dismissed: the same text will not come up again."))
        return redirect("admin:articles_importproblem_changelist")

    def import_again(
        self, request: HttpRequest, problem: ImportProblem, context: dict[str, Any]
    ) -> HttpResponse | None:
        """Import the file as it is, or the text that was submitted. If that is refused,
        `context` gets the text back with the reason."""
        by = request.user.get_username()
        try:
            if "mend" in request.POST:
                # Browsers submit lines that end in CRLF, whatever the form held.
                context["text"] = request.POST.get("text", "").replace("\r\n", "\n")
                outcome = problems.mend(problem, context["text"], by)
            else:
                outcome = problems.try_again(problem, by)
        except CannotRunError as error:
            context["error"] = reason_of(error)
            return None
        if problems.was_read(outcome):
            messages.success(request, _("Imported: %(file)s") % {"file": outcome.path})
            document = problems.document_at(outcome.path)
            return redirect(change_url(document or problem.run))
        if "mend" not in request.POST:
            problem.refresh_from_db()  # the file may have changed since
            context["text"] = legible(bytes(problem.content))
        context["reason"], context["line"] = next(iter(outcome.notes), ""), outcome.line
        context["error"] = _("It was refused again.")
        return None
