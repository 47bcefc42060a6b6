"""Keys of the API: given out, limited and revoked."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..models import ApiKey
from .base import DeskAdmin, user_of


@admin.register(ApiKey)
class ApiKeyAdmin(DeskAdmin):
    list_display = ["name", "beginning", "limit", "made_by", "made_at", "revoked_at"]
    fields = ["name", "limit"]
    search_fields = ["name", "beginning"]
    actions = ["revoke"]

    def save_model(self, request: HttpRequest, key: ApiKey, form: Any, change: bool) -> None:
        """A new key is shown once, as only its hash is kept."""
        secret = "" if change else key.issue()
        if not change:
            key.made_by = user_of(request)
        super().save_model(request, key, form, change)
        if secret:
            message = gettext("The key, which is shown only now: %(key)s") % {"key": secret}
            messages.warning(request, message)

    @admin.action(description=_("Revoke the selected keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        revoked = [key for key in keys if key.revoked_at is None]
        for key in revoked:
            key.revoke()
        told = ngettext("%(count)s key was revoked.", "%(count)s keys were revoked.", len(revoked))
        messages.success(request, told % {"count": len(revoked)})

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # it stays on record who had which key
