"""Who may do what: four groups of users, made by migration. A newsroom may change them."""

from typing import Any, Final

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .terms import BY_NAME

EDITED: Final = ("post", *BY_NAME)
EVERY_PERMISSION: Final = Q()
READS: Final = Q(content_type__app_label="articles", codename__startswith="view_")

ROLES: Final = {
    "Reader": READS,  # drafts too
    "Editor": READS
    | Q(
        content_type__app_label="articles",
        codename__in=[f"{does}_{what}" for does in ("add", "change") for what in EDITED]
        + [f"{does}_namingrule" for does in ("add", "change", "delete")]
        + ["add_bulkchange", "change_bulkchange", "add_pendingchange", "approve_pendingchange"],
    ),
    "Importer": READS
    | Q(
        content_type__app_label="articles",
        codename__in=["add_importrun", "change_importproblem"],
    ),
    "Administrator": Q(content_type__app_label="articles")
    | Q(content_type__app_label="auth", content_type__model__in=["user", "group"]),
}


#: What the groups are called where editors see them.
ROLE_LABELS: Final = {
    "Reader": _("Reader"),
    "Editor": _("Editor"),
    "Importer": _("Importer"),
    "Administrator": _("Administrator"),
}


def may_change_user(user: User | AnonymousUser, other: User) -> bool:
    """Only superusers change superusers, or others could make themselves one through them."""
    return user.is_superuser or not other.is_superuser


def make_groups(apps: Apps, *_args: Any, among: Q = EVERY_PERMISSION) -> None:
    """Make the groups, or add what they lack `among` these permissions; a newsroom may have taken
    others from them. For a migration: it makes the permissions first, which Django does only
    after all migrations."""
    for label in ("articles", "auth"):
        config: Any = apps.get_app_config(label)
        # Models of a migration are in no module, and Django makes permissions only for a module.
        config.models_module = getattr(config, "models_module", None) or True
        create_permissions(config, apps=apps, verbosity=0)
    Group: Any = apps.get_model("auth", "Group")
    Permission: Any = apps.get_model("auth", "Permission")
    for name, may in ROLES.items():
        group, _is_new = Group.objects.get_or_create(name=name)
        group.permissions.add(*Permission.objects.filter(may & among))
