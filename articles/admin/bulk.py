"""Changes of many posts at once: chosen in the list, previewed, watched, continued."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from .. import task_queue
from ..editing import bulk
from ..models import BulkChange, PostQuerySet
from ..templatetags.words import in_words
from ..terms import CATEGORY, SOURCE, TAG, TermKind
from .base import DeskAdmin, change_url, user_of
from .widgets import TermSelect, TermSelectMultiple

Action = BulkChange.Action
#: Planned from the list of posts, and ready without a form.
WITHOUT_PARAMETERS = (
    Action.PUBLISH,
    Action.HIDE,
    Action.DERIVE,
    Action.UNITE,
    Action.SPLIT,
    Action.FIRST,
)
CHANGED_ON_A_PAGE = 100
REFRESH = 2  # seconds until the page of a running change is loaded again


def may_apply(request: HttpRequest) -> bool:
    return request.user.has_perms(["articles.change_post", "articles.add_bulkchange"])


def bulk_action(action: Action) -> Callable[..., HttpResponse | None]:
    """An action of the list of posts, which plans a bulk change of the selected ones."""

    @admin.action(description=action.label, permissions=["bulk"])
    def act(modeladmin: Any, request: HttpRequest, selected: PostQuerySet) -> HttpResponse | None:
        try:
            change = bulk.create(selected, action, by=user_of(request))
            if action in WITHOUT_PARAMETERS:
                bulk.prepare(change, {})
        except bulk.CannotApplyError as error:
            messages.error(request, in_words(error.args[0]))
            return None
        return redirect(change_url(change))

    act.__name__ = f"bulk_{action}"
    return act


class BulkMixin(DeskAdmin):
    """A model admin of posts that may be changed in bulk."""

    actions = [
        bulk_action(action) for action in Action if action not in (Action.MERGE, Action.UNDO)
    ]

    def has_bulk_permission(self, request: HttpRequest) -> bool:
        return may_apply(request)


class ParametersForm(forms.Form):
    """The parameters of a change. Each action has a form with its own fields."""

    why = forms.CharField(
        label=_("Reason"), required=False, max_length=200, widget=admin.widgets.AdminTextInputWidget
    )

    def parameters(self) -> dict[str, Any]:
        """As a `BulkChange` keeps them."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "why"}
        return {name: as_json(value) for name, value in data.items()}


def as_json(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    return [term.pk for term in value] if isinstance(value, QuerySet) else value


def choice(kind: TermKind, label: Any, **options: Any) -> "forms.ModelChoiceField[Any]":
    widget = TermSelect(kind)
    return forms.ModelChoiceField(kind.objects.all(), label=label, widget=widget, **options)


class MoveForm(ParametersForm):
    field_order = ["category", "origin", "why"]
    category = choice(CATEGORY, _("Into the category"))
    origin = choice(
        CATEGORY,
        _("Only out of this one"),
        required=False,
        help_text=_(
            "Empty: they leave all categories that they have. Otherwise only posts in this one "
            "move, and keep their other categories."
        ),
    )


class TagsForm(ParametersForm):
    field_order = ["tags", "why"]
    tags = forms.ModelMultipleChoiceField(
        TAG.objects.all(), label=_("Tags"), widget=TermSelectMultiple(TAG)
    )


class SourceForm(ParametersForm):
    field_order = ["source", "why"]
    source = choice(SOURCE, _("Source"))


class DeriveForm(ParametersForm):
    field_order = ["give_back", "why"]
    give_back = forms.BooleanField(
        label=_("Give back to imports what was edited by hand"),
        required=False,
        help_text=_("Otherwise fields that were edited by hand stay as they are."),
    )


FORMS: dict[str, type[ParametersForm]] = {
    Action.PUBLISH: ParametersForm,
    Action.HIDE: ParametersForm,
    Action.MOVE: MoveForm,
    Action.ADD_TAGS: TagsForm,
    Action.REMOVE_TAGS: TagsForm,
    Action.SOURCE: SourceForm,
    Action.DERIVE: DeriveForm,
    **dict.fromkeys([Action.UNITE, Action.SPLIT, Action.FIRST, Action.UNDO], ParametersForm),
}
STATE_NAMES: dict[bulk.State, Any] = {
    "planned": _("planned"),
    "waiting": _("waiting for a worker"),
    "running": _("at work"),
    "stopped": _("stopped"),
    "finished": _("finished"),
}
#: The name of the button for each step.
BUTTONS: dict[bulk.Step, str] = {
    "prepare": "_preview",
    "discard": "_discard",
    "start": "_apply",
    "stop": "_stop",
    "continue": "_continue",
    "undo": "_undo",
}


@admin.register(BulkChange)
class BulkChangeAdmin(DeskAdmin):
    list_display = ["made_at", "state", "action", "summary", "made_by", "total", "done", "changed"]
    list_filter = ["action"]
    list_select_related = ["made_by"]
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # they begin in the list of posts

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkChange]:
        return BulkChange.objects.with_total()

    @admin.display(description=_("with what"))
    def summary(self, change: BulkChange) -> str:
        return bulk.summary(change)

    @admin.display(description=_("posts"))
    def total(self, change: BulkChange) -> str:
        return f"{change.total:,}"

    @admin.display(description=_("state"))
    def state(self, change: Any) -> str:
        return str(STATE_NAMES[change.state])

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changes = super().get_changelist_instance(request)
        states = bulk.states(changes.result_list)
        for change in changes.result_list:
            change.state = states[change.pk]
        return changes

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What a change will do, does or did."""
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
            form = form_of(change, request.POST)
            if done := self.act(request, change, state, form):
                return done
        return self.page(request, change, state, form or form_of(change))

    def act(
        self,
        request: HttpRequest,
        change: BulkChange,
        state: bulk.State,
        form: ParametersForm | None,
    ) -> HttpResponse | None:
        """Take the step of the button that was pressed, if it may be taken, and return where to go
        next; None if the form was not filled in right."""
        asked = {step for step, button in BUTTONS.items() if button in request.POST}
        try:
            match sorted(asked & bulk.steps(change, state)):
                case ["discard"]:
                    bulk.discard(change)
                    messages.success(request, _("The plan is discarded; nothing was changed."))
                    return redirect("admin:articles_post_changelist")
                case ["prepare"] if form:
                    if not form.is_valid():
                        return None
                    bulk.prepare(change, form.parameters(), why=form.cleaned_data["why"])
                case ["start"] | ["continue"]:
                    bulk.start(change)
                case ["stop"]:
                    bulk.stop(change)
                case ["undo"]:
                    undo = bulk.create_undo(change, by=user_of(request))
                    return redirect(change_url(undo))
        except bulk.CannotApplyError as error:
            messages.error(request, in_words(error.args[0]))
        return redirect(change_url(change))

    def page(
        self,
        request: HttpRequest,
        change: BulkChange,
        state: bulk.State,
        form: ParametersForm | None,
    ) -> HttpResponse:
        preview = None
        if state == "planned" and bulk.is_prepared(change):
            try:
                preview = bulk.preview(change)
            except bulk.CannotApplyError as error:
                messages.error(request, in_words(error.args[0]))
        changed = change.changed_posts.select_related("post").only("post__title")
        context = {
            "change": change,
            "summary": bulk.summary(change),
            "state": state,
            "state_name": STATE_NAMES[state],
            "form": form,
            "media": self.media + form.media if form else self.media,
            "preview": preview,
            "changed": Paginator(changed, CHANGED_ON_A_PAGE).get_page(request.GET.get("page")),
            "may_apply": may_apply(request),
            "steps": bulk.steps(change, state),
            "has_worker": state == "waiting" and task_queue.has_worker(),
        }
        title = change.get_action_display()
        response = self.desk_page(request, "bulk_change.html", title, context)
        if state in ("waiting", "running"):
            response["Refresh"] = str(REFRESH)
        return response


def form_of(change: BulkChange, data: Any = None) -> ParametersForm | None:
    form = FORMS.get(change.action)
    return form(data, initial={**change.parameters, "why": change.reason}) if form else None
