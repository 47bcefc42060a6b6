from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import Document


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):
    list_display = ["file_name", "category", "imported_at"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["file_name__startswith", "post__slug"]
    fields = ["file_name", "post", "category", "tags", "imported_at", "text"]
    readonly_fields = ["text"]

    @admin.display(description=_("text"))
    def text(self, document):
        return bytes(document.content).decode("utf-8", "replace")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("post")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
