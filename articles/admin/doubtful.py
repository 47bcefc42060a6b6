"""What makes no sense, sent by hand or by a broken script: it is refused in words."""

import re

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.shortcuts import redirect
from django.utils.translation import gettext as _

KEY = re.compile(r"[0-9]{1,18}")  # of a row: what PostgreSQL's bigint holds, and int() reads


def is_key(text):
    return KEY.fullmatch(text) is not None


def typed(request, name, most=None):
    """What was typed in a field that belongs to no form, of `most` characters. Raises
    `ValidationError`."""
    return forms.CharField(required=False, max_length=most).clean(request.POST.get(name, ""))


class DeskAdmin(admin.ModelAdmin):
    """What Django's own does not refuse."""

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field or None)

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError) as error:  # the year 0 is a number like any other
            raise IncorrectLookupParameters from error

    def response_action(self, request, queryset):
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            messages.error(request, _("What was selected is nothing in this list."))
            return redirect(request.get_full_path())
        return super().response_action(request, queryset)


class KeysMixin:
    """Of a choice that is sent again because it is wrong, only what may be a key is looked up."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if is_key(str(key))], attr)


class NounSelect(KeysMixin, AutocompleteSelect):
    pass


class NounSelectMultiple(KeysMixin, AutocompleteSelectMultiple):
    pass
