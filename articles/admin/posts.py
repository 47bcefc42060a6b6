from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..importing.body import plain_text
from ..importing.sanitizer import sanitize
from ..models import Document, Mention, Post, PostCategory, PostTag
from ..search import index


class JoinInline(admin.TabularInline):
    """What a post is joined with, by hand or by an import."""

    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("position")


class CategoryInline(JoinInline):
    model = PostCategory
    fields = ["category", "position"]
    autocomplete_fields = ["category"]
    verbose_name_plural = _("categories")


class TagInline(JoinInline):
    model = PostTag
    fields = ["tag", "position"]
    autocomplete_fields = ["tag"]
    verbose_name_plural = _("tags")


class MentionInline(JoinInline):
    model = Mention
    fields = ["security", "position"]
    autocomplete_fields = ["security"]
    verbose_name_plural = _("securities")


INLINE_FIELDS = {PostCategory: "categories", PostTag: "tags", Mention: "securities"}


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ["published_at", "title", "source", "status", "is_hand_edited"]
    list_display_links = ["title"]
    list_filter = ["status"]
    list_select_related = ["source"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["slug__startswith", "title"]
    autocomplete_fields = ["source"]
    inlines = [CategoryInline, TagInline, MentionInline]
    readonly_fields = ["slug", "info_code", "hand_edited", "modified_at"]
    fieldsets = [
        (None, {"fields": ["title", "digest", "body_html"]}),
        (_("Publication"), {"fields": ["status", "published_at", "source", "original_url"]}),
        (_("Archive"), {"fields": ["slug", "info_code", "hand_edited", "modified_at"]}),
    ]

    @admin.display(boolean=True, description=_("edited by hand"))
    def is_hand_edited(self, post):
        return bool(post.hand_edited)

    def has_add_permission(self, request):
        return False  # posts come from documents

    def has_delete_permission(self, request, obj=None):
        return False  # they are hidden, so that the next import does not bring them back

    def save_model(self, request, post, form, change):
        """Save, and mark the fields that were changed as the editor's own."""
        if "body_html" in form.changed_data:
            post.body_html = sanitize(post.body_html)
            post.body_text = plain_text(post.body_html)
        post.hand_edited = sorted({*post.hand_edited, *form.changed_data})
        super().save_model(request, post, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        index.update([form.instance.pk])  # in the transaction that admin saves in

    def save_formset(self, request, form, formset, change):
        post = form.instance
        for join in formset.save(commit=False):
            join.published_at = post.published_at
            join.save()
        for join in formset.deleted_objects:
            join.delete()
        if formset.has_changed():
            post.hand_edited = sorted({*post.hand_edited, INLINE_FIELDS[formset.model]})
            post.save(update_fields=["hand_edited", "modified_at"])
        elif "published_at" in form.changed_data:
            formset.get_queryset().update(published_at=post.published_at)


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
