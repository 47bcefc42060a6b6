"""The people who work here. Groups say what they may do; the rest only a superuser may."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..editing import accounts
from ..models import PendingChange
from ..roles import ROLE_LABELS, may_change_user
from .base import DeskAdmin
from .forms import DeskForm

ACTS = {
    "add": _("add: %(what)s"),
    "change": _("change: %(what)s"),
    "delete": _("delete: %(what)s"),
    "view": _("view: %(what)s"),
    "approve": _("approve those of others: %(what)s"),
    "publish": _("publish without approval: %(what)s"),
}

admin.site.unregister([User, Group])


def role_label(group: Group) -> str:
    return str(ROLE_LABELS.get(group.name, group.name))


# Titles, breadcrumbs, messages and filters name a group by `str()`, and Django has no other hook:
# a proxy model would have an address, permissions and a migration of its own.
Group.add_to_class("__str__", role_label)


def permission_label(permission: Permission) -> str:
    """In the editor's language: Django names permissions in English only."""
    act, _separator, _model = permission.codename.partition("_")
    what = {"what": permission.content_type.name}
    return str(ACTS[act] % what if act in ACTS else permission.name)


def shown_permissions() -> QuerySet[Permission]:
    """The permissions of what the desk shows."""
    shown = ContentType.objects.get_for_models(*admin.site._registry, PendingChange).values()
    return (
        Permission.objects.filter(content_type__in=shown)
        .select_related("content_type")
        .order_by("content_type__app_label", "content_type__model", "codename")
    )


class UserForm(DeskForm, UserChangeForm):  # type: ignore[type-arg]  # takes none at run time
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if instance := kwargs.get("instance"):
            names = ("username", "first_name", "last_name", "email")
            self.shown_values = {name: getattr(instance, name) for name in names}
        super().__init__(*args, **kwargs)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        for name in self.unchanged:  # the model normalises them
            setattr(self.instance, name, self.shown_values[name])


class GroupForm(DeskForm):
    """Permissions that are not shown stay as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance = kwargs.get("instance")
        self.not_shown: Any = ()
        if instance:
            self.shown_values = {"name": instance.name}
        if instance and "permissions" in self.fields:
            field: Any = self.fields["permissions"]
            shown = field.queryset
            self.not_shown = list(instance.permissions.exclude(pk__in=shown.values("pk")))
            self.initial["permissions"] = list(
                instance.permissions.filter(pk__in=shown.values("pk"))
            )

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]  # the stubs leave it out
        self.instance.permissions.add(*self.not_shown)


@admin.register(User)
class DeskUserAdmin(DeskAdmin, UserAdmin):  # type: ignore[type-arg]  # takes none at run time
    form = UserForm
    list_display = ["username", "first_name", "is_active", "roles", "last_login"]
    list_filter = ["is_active", "groups"]
    filter_horizontal = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = ["unlock"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "groups", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        (_("Rights"), {"fields": ["is_staff", "groups"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or may_change_user(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # the history needs them: they are made inactive

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("groups"))
    def roles(self, user: User) -> str:
        return ", ".join(map(str, user.groups.all()))

    @admin.action(description=_("Let those in who are locked out"), permissions=["change"])
    def unlock(self, request: HttpRequest, users: QuerySet[User]) -> None:
        count = accounts.unlock(users)
        message = ngettext("%(count)d may log in again.", "%(count)d may log in again.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)


@admin.register(Group)
class DeskGroupAdmin(DeskAdmin, GroupAdmin):
    form = GroupForm
    list_display = ["label"]
    filter_horizontal = ()

    @admin.display(description=_("group"), ordering="name")
    def label(self, group: Group) -> str:
        return str(group)

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        kwargs |= {"queryset": shown_permissions(), "widget": forms.CheckboxSelectMultiple}
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.label_from_instance = permission_label
        return field
