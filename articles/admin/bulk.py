"""Changes of many posts at once: chosen in the list, told beforehand, watched, continued."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..editing import bulk
from ..models import (
    BulkChange,
    Category,
    Post,
    PostCategory,
    PostTag,
    Source,
    Tag,
)
from .doubtful import DeskAdmin, TermSelect, TermSelectMultiple

Action = BulkChange.Action
NEEDS_NOTHING = (Action.PUBLISH, Action.HIDE, Action.DERIVE)  # to tell what it will do
CHANGED_ON_A_PAGE = 100
REFRESH = 2  # seconds, after which a page of a change that is at work is read again


def may_apply(request):
    return request.user.has_perms(["articles.change_post", "articles.add_bulkchange"])


def page_of(change):
    return reverse("admin:articles_bulkchange_change", args=[change.pk])


def planning(action):
    """An action of the list of posts, which plans a change of those that are selected."""

    @admin.action(description=action.label, permissions=["bulk"])
    def plan(modeladmin, request, selected):
        try:
            change = bulk.plan(selected, action, by=request.user)
            if action in NEEDS_NOTHING:
                bulk.prepare(change, {})
        except bulk.CannotApplyError as error:
            messages.error(request, str(error))
            return None
        return redirect(page_of(change))

    plan.__name__ = f"bulk_{action}"
    return plan


class BulkMixin(admin.ModelAdmin):
    """A list of posts that may be changed in bulk."""

    actions = [planning(action) for action in Action if action not in (Action.MERGE, Action.UNDO)]

    def has_bulk_permission(self, request):
        return may_apply(request)


class ParametersForm(forms.Form):
    """What a change needs to be told. Each action has the fields that it needs."""

    why = forms.CharField(
        label=_("Reason"), required=False, max_length=200, widget=admin.widgets.AdminTextInputWidget
    )

    def parameters(self):
        """As a `BulkChange` keeps them."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "why"}
        return {name: as_key(value) for name, value in data.items()}


def as_key(value):
    if isinstance(value, Category | Source):
        return value.pk
    return value if isinstance(value, bool) or value is None else [tag.pk for tag in value]


def choice(model, field, label, **options):
    return forms.ModelChoiceField(
        model.objects.all(), label=label, widget=TermSelect(field, admin.site), **options
    )


class MoveForm(ParametersForm):
    field_order = ["category", "origin", "why"]
    category = choice(Category, PostCategory._meta.get_field("category"), _("Into the category"))
    origin = choice(
        Category,
        PostCategory._meta.get_field("category"),
        _("Only out of this one"),
        required=False,
        help_text=_(
            "Empty: out of all categories that they have. Otherwise those in this one move, "
            "and keep their other categories."
        ),
    )


class TagsForm(ParametersForm):
    field_order = ["tags", "why"]
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.all(),
        label=_("Tags"),
        widget=TermSelectMultiple(PostTag._meta.get_field("tag"), admin.site),
    )


class SourceForm(ParametersForm):
    field_order = ["source", "why"]
    source = choice(Source, Post._meta.get_field("source"), _("Source"))


class DeriveForm(ParametersForm):
    field_order = ["give_back", "why"]
    give_back = forms.BooleanField(
        label=_("Give back to imports what was edited by hand"),
        required=False,
        help_text=_("Otherwise fields that were edited by hand stay as they are."),
    )


FORMS = {
    Action.PUBLISH: ParametersForm,
    Action.HIDE: ParametersForm,
    Action.MOVE: MoveForm,
    Action.ADD_TAGS: TagsForm,
    Action.REMOVE_TAGS: TagsForm,
    Action.SOURCE: SourceForm,
    Action.DERIVE: DeriveForm,
    Action.UNDO: ParametersForm,
}
STATES = {
    "planned": _("planned"),
    "running": _("at work"),
    "stopped": _("stopped"),
    "finished": _("finished"),
}


@admin.register(BulkChange)
class BulkChangeAdmin(DeskAdmin):
    list_display = ["made_at", "state", "action", "summary", "made_by", "total", "done", "changed"]
    list_filter = ["action"]
    list_select_related = ["made_by"]
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request):
        return False  # they begin in the list of posts

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return BulkChange.objects.with_total()

    @admin.display(description=_("with what"))
    def summary(self, change):
        return bulk.summary(change)

    @admin.display(description=_("posts"))
    def total(self, change):
        return f"{change.total:,}"

    @admin.display(description=_("state"))
    def state(self, change):
        return STATES[change.state]

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        states = bulk.states(changes.result_list)
        for change in changes.result_list:
            change.state = states[change.pk]
        return changes

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What a change does, did, or is about to do."""
        change = self.get_object(request, unquote(object_id))
        if change is None:
            raise Http404
        if not self.has_view_permission(request, change):
            raise PermissionDenied
        state = bulk.states([change])[change.pk]
        form = None
        if request.method == "POST":
            if not may_apply(request):
                raise PermissionDenied
            form = self.form_of(change, request.POST)
            if done := self.act(request, change, state, form):
                return done
        return self.page(request, change, state, form or self.form_of(change))

    def form_of(self, change, data=None):
        form = FORMS.get(change.action)
        return form and form(data, initial={**change.parameters, "why": change.reason})

    def act(self, request, change, state, form):
        """Do what a button says that makes sense in this state, and tell where to go from here;
        None: the form is not filled in right."""
        try:
            if state == "planned" and "_discard" in request.POST:
                change.delete()
                messages.success(request, _("The plan is discarded; nothing was changed."))
                return redirect("admin:articles_post_changelist")
            if "_preview" in request.POST and state == "planned":
                if not form.is_valid():
                    return None
                bulk.prepare(change, form.parameters(), why=form.cleaned_data["why"])
            is_told = "summary" in change.parameters
            begins = "_apply" in request.POST and state == "planned" and is_told
            goes_on = "_continue" in request.POST and state == "stopped"
            if begins or goes_on:
                bulk.start(change)
            if "_undo" in request.POST and state in ("finished", "stopped"):
                return redirect(page_of(bulk.plan_undo(change, by=request.user)))
        except bulk.CannotApplyError as error:
            messages.error(request, str(error))
        return redirect(page_of(change))

    def page(self, request, change, state, form):
        preview = None
        if state == "planned" and "summary" in change.parameters:
            try:
                preview = bulk.preview(change)
            except bulk.CannotApplyError as error:
                messages.error(request, str(error))
        changed = change.changed_posts.select_related("post").only("post__title")
        changed = Paginator(changed, CHANGED_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": change.get_action_display(),
            "opts": self.opts,
            "change": change,
            "summary": bulk.summary(change),
            "state": state,
            "state_name": STATES[state],
            "form": form,
            "media": self.media + form.media if form else self.media,
            "preview": preview,
            "changed": changed,
            "may_undo": state in ("finished", "stopped") and change.action != Action.MERGE,
            "may_apply": may_apply(request),
        }
        request.current_app = self.admin_site.name
        response = TemplateResponse(request, "admin/articles/bulk_change.html", context)
        if state == "running":
            response["Refresh"] = str(REFRESH)
        return response
