"""The rules by which securities are recognised."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from ..editing import naming
from ..models import NamingRule
from .base import DeskAdmin


@admin.register(NamingRule)
class NamingRuleAdmin(DeskAdmin):
    list_display = ["text", "kind"]
    list_filter = ["kind"]
    search_fields = ["text"]
    formfield_overrides = {models.TextField: {"widget": AdminTextInputWidget}}

    def save_model(self, request: HttpRequest, rule: NamingRule, form: Any, change: bool) -> None:
        naming.save(rule)

    def delete_model(self, request: HttpRequest, rule: NamingRule) -> None:
        naming.delete(rule)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[NamingRule]) -> None:
        for rule in queryset:
            naming.delete(rule)
