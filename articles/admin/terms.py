"""Terms: renamed, merged, and restored to an earlier version."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..editing import bulk, merging, terms
from ..models import Security
from ..search.names import ids_spelled
from ..templatetags.words import in_words
from ..terms import BY_MODEL, SECURITY, TERMS, kind_of
from .base import DeskChangeList, change_url, user_of
from .bulk import may_apply
from .forms import DeskForm
from .history import HistoryMixin
from .naming import tell_of_seeking
from .validation import cleaned_text, is_key
from .widgets import TermSelect

MERGED = 100  # terms at once
WHY_LENGTH = 200  # characters of a reason


class TermForm(DeskForm):
    why = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=WHY_LENGTH,
        widget=AdminTextInputWidget,
        help_text=_("For the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance and instance.pk:
            editable = kind_of(instance).editable
            self.shown_values = {name: getattr(instance, name) for name in editable}
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.is_valid():
            try:
                terms.check(self.instance, self.changed_data if self.shown_values else None)
            except ValidationError as error:
                self.add_error(None, error)


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]  # takes none at run time
    """The earlier names and addresses of a term. They may be deleted."""

    extra = 0
    max_num = 0
    fields = ["name", "slug", "was_seen", "made_at"]
    readonly_fields = ["name", "slug", "was_seen", "made_at"]
    verbose_name = _("earlier name or address")
    verbose_name_plural = _("earlier names and addresses")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever may see the term

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        opts = self.parent_model._meta
        return request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}")


class MostUsedFirst(DeskChangeList):
    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        if ORDER_VAR in self.params:
            return super().get_ordering(request, queryset)
        return ["-post_count", "pk"]

    def get_ordering_field_columns(self) -> Any:
        """The columns whose heads show an arrow."""
        if ORDER_VAR in self.params:
            return super().get_ordering_field_columns()
        return {self.list_display.index("post_count"): "desc"}


class TermAdmin(HistoryMixin):
    """A term of any kind."""

    form = TermForm
    list_display = ["name", "slug", "post_count", "page"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["name"]  # shows the search box; `get_search_results` searches
    readonly_fields = ["post_count"]
    fieldsets: ClassVar[Any] = [(None, {"fields": ["name", "slug", "post_count", "why"]})]
    formfield_overrides = {models.TextField: {"widget": AdminTextInputWidget}}
    actions = ["merge"]
    change_form_template = "admin/articles/term.html"

    def get_inlines(
        self, request: HttpRequest, obj: Any
    ) -> "list[type[InlineModelAdmin[Any, Any]]]":
        alias = BY_MODEL[self.model].alias
        return [type(f"{alias.__name__}Inline", (AliasInline,), {"model": alias})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = BY_MODEL[self.model].objects.with_post_counts()
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By names, in characters or in pinyin, and by the code or a part of the address."""
        if not search_term.strip():
            return queryset, False
        kind = BY_MODEL[self.model]
        found = Q(pk__in=ids_spelled(kind, search_term))
        if kind.address_key == "slug":
            found |= Q(slug__icontains=search_term.strip())
        return queryset.filter(found), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return MostUsedFirst

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # terms that posts have are merged instead
        return actions

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [path("merge/", view, name=name), *super().get_urls()]

    @admin.display(description=_("posts"), ordering="post_count")
    def post_count(self, term: Any) -> str:
        return f"{term.post_count:,}" if term.pk else "–"

    @admin.display(description=_("page"))
    def page(self, term: Any) -> str:
        url = self.view_on_site(term)
        return format_html('<a href="{}">{}</a>', url, _("View")) if url else "–"

    def view_on_site(self, term: Any) -> str | None:
        return term.get_absolute_url() or None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        may_merge = self.has_merge_permission(request)
        context = {"merge_address": self.merge_address(object_id) if may_merge else ""}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def save_model(self, request: HttpRequest, term: Any, form: Any, change: bool) -> None:
        why = form.cleaned_data["why"]
        if not change:
            terms.add(term, by=user_of(request), why=why)
        elif names := set(form.changed_data) & set(kind_of(term).editable):
            values = {name: form.cleaned_data[name] for name in names}
            terms.change(term, values, by=user_of(request), why=why)
        if kind_of(term) is SECURITY:
            tell_of_seeking(request)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)  # finds out what is to be deleted
        if formset.deleted_objects:
            terms.delete_aliases(formset.deleted_objects)

    def restore(self, request: HttpRequest, term: Any, record: Any, why: str) -> None:
        terms.restore_version(term, record, by=user_of(request), why=why)
        if kind_of(term) is SECURITY:
            tell_of_seeking(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may_delete = super().has_delete_permission(request, obj)
        return may_delete and (obj is None or not obj.posts.exists())

    def delete_model(self, request: HttpRequest, term: Any) -> None:
        terms.delete(term, by=user_of(request))

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and may_apply(request)

    @admin.action(description=_("Merge…"), permissions=["merge"])
    def merge(self, request: HttpRequest, selected: QuerySet[Any]) -> HttpResponse:
        return redirect(self.merge_address(*selected.values_list("pk", flat=True)))

    def merge_address(self, *keys: Any) -> str:
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_merge")
        return f"{address}?ids={','.join(map(str, keys))}"

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Choose what the terms of `?ids=` are merged into, see what that would do, and do it."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        terms_asked = BY_MODEL[self.model].objects.filter(pk__in=keys(asked.get("ids", "")))
        selected = list(terms_asked.most_used_first())
        is_chosen = "target" in asked or "other" in asked
        form = MergeForm(self.model, selected, asked if is_chosen else None)
        merge = form.cleaned_data["merge"] if form.is_valid() else None
        if request.method == "POST" and merge:
            try:
                why = cleaned_text(request, "why", WHY_LENGTH)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                change = merging.create(merge.terms, merge.target, by=user_of(request), why=why)
                try:
                    bulk.start(change)
                except bulk.CannotApplyError as error:
                    messages.error(request, in_words(error.args[0]))
                return redirect(change_url(change))
        context = {
            "form": form,
            "media": self.media + form.media,
            "selected": selected,
            "ids": ",".join(str(term.pk) for term in selected),
            "target": merge and merge.target,
            "merged": list(merge.terms) if merge else [],
            "posts": merge.posts.count() if merge else 0,
        }
        title = _("Merge %(terms)s") % {"terms": self.opts.verbose_name_plural}
        return self.desk_page(request, "merge.html", title, context)


def keys(text: str) -> list[int]:
    """The primary keys in 1,2,3."""
    return [int(key) for key in text.split(",")[:MERGED] if is_key(key)]


class MergeForm(forms.Form):
    """What the selected terms are merged into: one of them, or any other of their kind. Its cleaned
    data have the `merge`."""

    def __init__(self, model: type[models.Model], selected: list[Any], data: Any) -> None:
        super().__init__(data)
        self.selected = selected
        kind = BY_MODEL[model]
        self.fields["target"] = forms.ModelChoiceField(
            kind.objects.filter(pk__in=[term.pk for term in selected]),
            label=_("Merge into"),
            required=False,
            empty_label=None,
            widget=forms.RadioSelect,
            initial=selected[0] if len(selected) > 1 else None,
        )
        self.fields["other"] = forms.ModelChoiceField(
            kind.objects.all(),
            label=_("Or into another one") if len(selected) > 1 else _("Merge into"),
            required=False,
            widget=TermSelect(kind),
        )

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        target = self.cleaned_data["other"] or self.cleaned_data["target"]
        if target is None:
            raise ValidationError(_("Choose what to merge into."))
        self.cleaned_data["merge"] = merging.merge_into(target, self.selected)


class SecurityForm(TermForm):
    """With a box for each name that is not the one of today, ticked if it is wrong."""

    wrong_names = forms.MultipleChoiceField(
        label=_("wrong names"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing is recognised by them, and no import brings them back."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: Any = self.fields.get("wrong_names")
        if boxes and (security := self.instance).pk:
            former = security.former_names.values_list("name", flat=True)
            names = {*security.names, *security.wrong_names, *former} - {security.name}
            boxes.choices = [(name, name) for name in sorted(names)]


class SecurityAdmin(TermAdmin):
    form = SecurityForm
    list_display = ["symbol", "name", "kind", "market_name", "post_count", "page"]
    list_filter = ["kind", "market"]
    learnt: Any = ["names", "had", "named_at", "pinyin", "post_count"]
    fields_of_editors: Any = [
        "market",
        "code",
        "kind",
        "name",
        "is_name_fixed",
        "wrong_names",
        "english_name",
        "needs_code",
        "why",
    ]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": fields_of_editors}),
        (_("Learnt from posts"), {"fields": learnt}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.learnt, *(["market", "code"] if obj else [])]

    @admin.display(description=_("symbol"), ordering="code")
    def symbol(self, security: Security) -> str:
        return security.symbol

    @admin.display(description=_("market"), ordering="market")
    def market_name(self, security: Security) -> str:
        return str(security.market_name)

    @admin.display(description=_("former names"))
    def had(self, security: Security) -> str:
        """With their days, as an exchange lists them."""
        former = security.former_names.all() if security.pk else ()
        return "、".join(
            f"{one} ({one.since or ''}–{one.until or ''})" if one.since or one.until else str(one)
            for one in former
        )


ADMINS: dict[type[models.Model], type[TermAdmin]] = {Security: SecurityAdmin}
for kind in TERMS:
    admin.site.register(kind.model, ADMINS.get(kind.model, TermAdmin))
