"""The rules by which securities are recognised."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import task_queue
from ..editing import naming
from ..models import NamingRule
from .base import DeskAdmin


def tell_of_seeking(request: HttpRequest) -> None:
    """Say who will bring posts in line with what was just decided, if those are too many to do it
    at once."""
    if not task_queue.open_keys(task_queue.SEEK):
        return
    if task_queue.has_worker():
        messages.info(request, _("The worker now brings the posts that this concerns up to date."))
    else:
        messages.warning(
            request,
            _(
                "The posts that this concerns are brought up to date by the next import or worker: "
                "none is running. manage.py worker starts one."
            ),
        )


@admin.register(NamingRule)
class NamingRuleAdmin(DeskAdmin):
    list_display = ["text", "kind"]
    list_filter = ["kind"]
    search_fields = ["text"]
    formfield_overrides = {models.TextField: {"widget": AdminTextInputWidget}}

    def save_model(self, request: HttpRequest, rule: NamingRule, form: Any, change: bool) -> None:
        naming.save(rule)
        tell_of_seeking(request)

    def delete_model(self, request: HttpRequest, rule: NamingRule) -> None:
        naming.delete(rule)
        tell_of_seeking(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[NamingRule]) -> None:
        for rule in queryset:
            naming.delete(rule)
        tell_of_seeking(request)
