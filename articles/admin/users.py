"""Who works here. Groups say what one may do; what no group gives, only a superuser does."""

from typing import Any

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import PendingChange
from ..roles import ROLE_LABELS
from .doubtful import DeskAdmin
from .unchanged import UnchangedStands

ACTS = {
    "add": _("add: %(what)s"),
    "change": _("change: %(what)s"),
    "delete": _("delete: %(what)s"),
    "view": _("view: %(what)s"),
    "approve": _("approve those of others: %(what)s"),
    "publish": _("publish without approval: %(what)s"),
}

admin.site.unregister([User, Group])


def role_label(group):
    return str(ROLE_LABELS.get(group.name, group.name))


Group.add_to_class("__str__", role_label)  # which titles, breadcrumbs and messages say


def permission_label(permission):
    """In the editor's language, which Django's own names of permissions are not in."""
    act, _separator, _model = permission.codename.partition("_")
    what = {"what": permission.content_type.name}
    return ACTS[act] % what if act in ACTS else permission.name


def shown_permissions():
    """Those that are given here: of what the desk shows."""
    shown = ContentType.objects.get_for_models(*admin.site._registry, PendingChange).values()
    return (
        Permission.objects.filter(content_type__in=shown)
        .select_related("content_type")
        .order_by("content_type__app_label", "content_type__model", "codename")
    )


class UserForm(UnchangedStands, UserChangeForm):
    def __init__(self, *args, instance=None, **kwargs):
        if instance:
            names = ("username", "first_name", "last_name", "email")
            self.standing = {name: getattr(instance, name) for name in names}
        super().__init__(*args, instance=instance, **kwargs)

    def _post_clean(self):
        super()._post_clean()
        for name in self.unchanged:  # which the model would put in order
            setattr(self.instance, name, self.standing[name])


class GroupForm(UnchangedStands):
    """Permissions that are not shown stay as they are."""

    def __init__(self, *args, instance=None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.not_shown: Any = ()
        if instance:
            self.standing = {"name": instance.name}
        if instance and "permissions" in self.fields:
            shown = self.fields["permissions"].queryset
            self.not_shown = list(instance.permissions.exclude(pk__in=shown.values("pk")))
            self.initial["permissions"] = list(
                instance.permissions.filter(pk__in=shown.values("pk"))
            )

    def _save_m2m(self):
        super()._save_m2m()
        self.instance.permissions.add(*self.not_shown)


@admin.register(User)
class DeskUserAdmin(DeskAdmin, UserAdmin):
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

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def get_changeform_initial_data(self, request):
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_within_reach(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return False  # what they did would be nobody's: they are made inactive

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("groups"))
    def roles(self, user):
        return ", ".join(map(str, user.groups.all()))

    @admin.action(description=_("Let those in who are locked out"), permissions=["change"])
    def unlock(self, request, users):
        count = sum(bool(reset(username=user.username)) for user in users)
        message = ngettext("%(count)d may log in again.", "%(count)d may log in again.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)


def is_within_reach(user, other):
    """Nobody makes a superuser of himself by way of one: those are changed by their like."""
    return user.is_superuser or other is None or not other.is_superuser


@admin.register(Group)
class DeskGroupAdmin(DeskAdmin, GroupAdmin):
    form = GroupForm
    list_display = ["label"]
    filter_horizontal = ()

    @admin.display(description=_("group"), ordering="name")
    def label(self, group):
        return str(group)

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        kwargs |= {"queryset": shown_permissions(), "widget": forms.CheckboxSelectMultiple}
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.label_from_instance = permission_label
        return field
