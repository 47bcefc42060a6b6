from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import ImportProblem, ImportRun


class RecordAdmin(admin.ModelAdmin):
    """What happened: to be read, not changed."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ImportRun)
class ImportRunAdmin(RecordAdmin):
    list_display = [
        "started_at",
        "finished_at",
        "created",
        "updated",
        "unchanged",
        "repaired",
        "refused",
    ]


@admin.register(ImportProblem)
class ImportProblemAdmin(RecordAdmin):
    list_display = ["path", "line", "reason", "run"]
    list_select_related = ["run"]
    search_fields = ["path", "reason"]
    fields = ["run", "path", "line", "reason", "text"]

    @admin.display(description=_("text"))
    def text(self, problem):
        return bytes(problem.content).decode("utf-8", "backslashreplace")
