from django.contrib import admin

from ..models import Category, Security, Source, Tag


class NounAdmin(admin.ModelAdmin):
    """A name with an address, which posts are filed under."""

    list_display = ["name", "slug"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["name", "slug"]


admin.site.register([Source, Tag, Category], NounAdmin)


@admin.register(Security)
class SecurityAdmin(admin.ModelAdmin):
    list_display = ["symbol", "name", "kind", "market"]
    list_filter = ["kind", "market"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["code__startswith", "name", "pinyin__startswith"]
    readonly_fields = ["named_at"]
