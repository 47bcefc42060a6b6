"""Who works here. Groups say what one may do; what no group gives, only a superuser does."""

from typing import Any

from axes.utils import reset
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..roles import ROLE_LABELS
from .doubtful import DeskAdmin

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


def permission_label(permission):
    """In the editor's language, which Django's own names of permissions are not in."""
    act, _separator, _model = permission.codename.partition("_")
    what = {"what": permission.content_type.name}
    return ACTS[act] % what if act in ACTS else permission.name


class RoleFilter(admin.RelatedFieldListFilter):
    def field_choices(self, field, request, model_admin):
        return [(group.pk, role_label(group)) for group in Group.objects.order_by("name")]


@admin.register(User)
class DeskUserAdmin(DeskAdmin, UserAdmin):
    list_display = ["username", "first_name", "is_active", "roles", "last_login"]
    list_filter = ["is_active", ("groups", RoleFilter)]
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
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = role_label
        return field

    @admin.display(description=_("groups"))
    def roles(self, user):
        return ", ".join(map(role_label, user.groups.all()))

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
    list_display = ["label"]

    @admin.display(description=_("group"), ordering="name")
    def label(self, group):
        return role_label(group)

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "permissions":
            apps = Permission.objects.filter(content_type__app_label__in=["articles", "auth"])
            field.queryset = apps.select_related("content_type")
            field.label_from_instance = permission_label
        return field
