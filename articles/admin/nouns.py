from django.contrib import admin

from ..models import Category, Edition, Security, Source, Tag


class NounAdmin(admin.ModelAdmin):
    """A name with an address, which posts are filed under."""

    def save_model(self, request, noun, form, change):
        super().save_model(request, noun, form, change)
        Edition.objects.advance()

    list_display = ["name", "slug"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["name", "slug"]


admin.site.register([Source, Tag, Category], NounAdmin)


@admin.register(Security)
class SecurityAdmin(NounAdmin):
    list_display = ["symbol", "name", "kind", "market"]
    list_filter = ["kind", "market"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["code__startswith", "name", "pinyin__startswith"]
    readonly_fields = ["named_at"]
