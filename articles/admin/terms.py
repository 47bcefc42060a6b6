"""Sources, categories, tags and securities: renamed, merged, and taken back to what they were."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .. import changes
from ..editing import bulk, merging, terms
from ..models import (
    Category,
    CategoryAlias,
    Mention,
    Post,
    PostCategory,
    PostTag,
    Security,
    SecurityAlias,
    Source,
    SourceAlias,
    Tag,
    TagAlias,
)
from ..search.names import securities_spelled
from ..terms import kind_of
from .bulk import may_apply, page_of
from .doubtful import (
    DeskChangeList,
    TermSelect,
    is_key,
    typed,
)
from .history import HistoryMixin
from .unchanged import UnchangedStands

MERGED = 100  # terms at once
WHY_LENGTH = 200  # characters of a reason


class TermForm(UnchangedStands):
    why = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=WHY_LENGTH,
        widget=AdminTextInputWidget,
        help_text=_("For the history."),
    )

    def __init__(self, *args, instance=None, **kwargs):
        if instance and instance.pk:
            self.standing = {name: getattr(instance, name) for name in kind_of(instance).editable}
        super().__init__(*args, instance=instance, **kwargs)

    def full_clean(self):
        super().full_clean()
        if self.is_bound and self.is_valid():
            try:
                terms.check(self.instance, self.changed_data if self.standing else None)
            except ValidationError as error:
                self.add_error(None, error)


class AliasInline(admin.TabularInline):
    """What a term was called before; to be looked at, and taken off."""

    extra = 0
    max_num = 0
    fields = ["name", "slug", "made_at"]
    readonly_fields = ["name", "slug", "made_at"]
    verbose_name = _("earlier name or address")
    verbose_name_plural = _("earlier names and addresses")

    def has_view_permission(self, request, obj=None):
        return True  # whoever may see the term

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        opts = self.parent_model._meta
        return request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}")


class MostUsedFirst(DeskChangeList):
    def get_ordering(self, request, queryset):
        if ORDER_VAR in self.params:
            return super().get_ordering(request, queryset)
        return ["-post_count", "pk"]

    def get_ordering_field_columns(self):
        """The columns whose heads show an arrow."""
        if ORDER_VAR in self.params:
            return super().get_ordering_field_columns()
        return {self.list_display.index("post_count"): "desc"}


class TermAdmin(HistoryMixin):
    """A name with an address, which posts are filed under."""

    form = TermForm
    list_display = ["name", "slug", "post_count", "page"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["name", "slug"]
    readonly_fields = ["post_count"]
    fieldsets = [(None, {"fields": ["name", "slug", "post_count", "why"]})]
    formfield_overrides = {models.TextField: {"widget": AdminTextInputWidget}}
    actions = ["merge"]
    change_form_template = "admin/articles/term.html"
    joined_by: Any = None  # a field that refers to the term, by which it is completed

    def get_queryset(self, request):
        return self.model.objects.with_post_counts()

    def get_changelist(self, request, **kwargs):
        return MostUsedFirst

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # what posts have is merged, one by one
        return actions

    def get_urls(self):
        view = self.admin_site.admin_view(self.merge_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [path("merge/", view, name=name), *super().get_urls()]

    @admin.display(description=_("posts"), ordering="post_count")
    def post_count(self, term):
        return f"{term.post_count:,}" if term.pk else "–"

    @admin.display(description=_("page"))
    def page(self, term):
        url = self.view_on_site(term)
        return format_html('<a href="{}">{}</a>', url, _("View")) if url else "–"

    def view_on_site(self, term):
        return term.get_absolute_url() or None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        merge = f"{self.merge_address()}?ids={object_id}"
        context = {"merge_address": merge if self.has_merge_permission(request) else ""}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def save_model(self, request, term, form, change):
        why = form.cleaned_data["why"]
        if not change:
            terms.add(term, by=request.user, why=why)
        elif names := set(form.changed_data) & set(kind_of(term).editable):
            values = {name: form.cleaned_data[name] for name in names}
            terms.change(term, values, by=request.user, why=why)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if formset.deleted_objects:
            changes.terms_changed()

    def restore(self, request, term, record, why):
        terms.restore_version(term, record, by=request.user, why=why)

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not obj.posts.exists())

    def delete_model(self, request, term):
        terms.delete(term, by=request.user)

    def has_merge_permission(self, request):
        return self.has_change_permission(request) and may_apply(request)

    @admin.action(description=_("Merge…"), permissions=["merge"])
    def merge(self, request, selected):
        ids = ",".join(map(str, selected.values_list("pk", flat=True)))
        return redirect(f"{self.merge_address()}?ids={ids}")

    def merge_address(self):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_merge")

    def merge_view(self, request):
        """Choose what the terms `?ids=` are merged into, be told what that does, and have it
        done."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        selected = list(self.get_queryset(request).filter(pk__in=keys(asked.get("ids", ""))))
        selected.sort(key=lambda term: (-term.post_count, term.pk))
        is_told = "target" in asked or "other" in asked
        form = MergeForm(self, selected, asked if is_told else None)
        target = form.cleaned_data["into"] if is_told and form.is_valid() else None
        merged = [term for term in selected if term != target] if target else []
        if request.method == "POST" and merged:
            try:
                why = typed(request, "why", WHY_LENGTH)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                change = merging.plan(merged, target, by=request.user, why=why)
                try:
                    bulk.start(change)
                except bulk.CannotApplyError as error:
                    messages.error(request, str(error))
                return redirect(page_of(change))
        if target and not merged:
            form.add_error(None, _("Choose another one to merge into: this is the only one."))
            target = None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge %(terms)s") % {"terms": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "selected": selected,
            "ids": ",".join(str(term.pk) for term in selected),
            "target": target,
            "merged": merged,
            "posts": merging.posts_of(merged).count() if merged else 0,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/articles/merge.html", context)


def keys(text):
    """The keys in 1,2,3."""
    return [int(key) for key in text.split(",")[:MERGED] if is_key(key)]


class MergeForm(forms.Form):
    """One of the terms that were selected, or any other; `into` is which."""

    def __init__(self, term_admin, selected, data):
        super().__init__(data)
        self.fields["target"] = forms.ModelChoiceField(
            term_admin.model.objects.filter(pk__in=[term.pk for term in selected]),
            label=_("Merge into"),
            required=False,
            empty_label=None,
            widget=forms.RadioSelect,
            initial=selected[0] if len(selected) > 1 else None,
        )
        self.fields["other"] = forms.ModelChoiceField(
            term_admin.model.objects.all(),
            label=_("Or into another one") if len(selected) > 1 else _("Merge into"),
            required=False,
            widget=TermSelect(term_admin.joined_by, term_admin.admin_site),
        )

    def clean(self):
        super().clean()
        self.cleaned_data["into"] = into = self.cleaned_data.get("other") or self.cleaned_data.get(
            "target"
        )
        if into is None and not self.errors:
            raise ValidationError(_("Choose what to merge into."))


class SourceAliasInline(AliasInline):
    model = SourceAlias


class CategoryAliasInline(AliasInline):
    model = CategoryAlias


class TagAliasInline(AliasInline):
    model = TagAlias


class SecurityAliasInline(AliasInline):
    model = SecurityAlias


@admin.register(Source)
class SourceAdmin(TermAdmin):
    inlines = [SourceAliasInline]
    joined_by = Post._meta.get_field("source")


@admin.register(Category)
class CategoryAdmin(TermAdmin):
    inlines = [CategoryAliasInline]
    joined_by = PostCategory._meta.get_field("category")


@admin.register(Tag)
class TagAdmin(TermAdmin):
    inlines = [TagAliasInline]
    joined_by = PostTag._meta.get_field("tag")


@admin.register(Security)
class SecurityAdmin(TermAdmin):
    inlines = [SecurityAliasInline]
    joined_by = Mention._meta.get_field("security")
    list_display = ["symbol", "name", "kind", "market_name", "post_count", "page"]
    list_filter = ["kind", "market"]
    search_fields = ["code", "name", "pinyin"]
    learnt: Any = ["names", "named_at", "pinyin", "post_count"]
    fieldsets = [
        (None, {"fields": ["market", "code", "kind", "name", "is_name_fixed", "why"]}),
        (_("Learnt from posts"), {"fields": learnt}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return [*self.learnt, *(["market", "code"] if obj else [])]

    @admin.display(description=_("symbol"), ordering="code")
    def symbol(self, security):
        return security.symbol

    @admin.display(description=_("market"), ordering="market")
    def market_name(self, security):
        return security.market_name

    def get_search_results(self, request, queryset, search_term):
        """By code, pinyin initials, and every name that it had."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=securities_spelled(search_term)), False
