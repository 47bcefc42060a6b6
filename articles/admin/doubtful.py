"""What makes no sense, sent by hand or by a broken script: it is refused in words."""

import re
from collections.abc import Sequence

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ..importing.reading.dates import YEARS

KEY = re.compile(r"[0-9]{1,18}")  # of a row: what PostgreSQL's bigint holds, and int() reads


def is_key(text):
    return KEY.fullmatch(text) is not None


def typed(request, name, most=None):
    """What was typed in a field that belongs to no form, of `most` characters. Raises
    `ValidationError`."""
    return forms.CharField(required=False, max_length=most).clean(request.POST.get(name, ""))


def in_years_of_news(moment):
    """Validator: others cannot be told from slips, and some are no moment elsewhere."""
    if moment.year not in YEARS:
        first, last = YEARS[0], YEARS[-1]
        years = {"first": first, "last": last}
        raise ValidationError(_("The year must be between %(first)s and %(last)s.") % years)


class DeskChangeList(ChangeList):
    """A list that is narrowed by what it offers alone: Django's lets whoever may read it compare
    any field with any regular expression."""

    def get_filters(self, request):
        found = super().get_filters(request)
        _filters, _has_filters, rest, *_ = found
        if rest.keys() - {*self.model_admin.linked_by}:
            raise IncorrectLookupParameters
        return found


class DeskAdmin(admin.ModelAdmin):
    """Refuses what Django's own does not."""

    linked_by: Sequence[str] = ()  # parameters of links to the list that are none of its filters

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field or None)

    def get_changelist(self, request, **kwargs):
        return DeskChangeList

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except DisallowedModelAdminLookup as error:
            raise IncorrectLookupParameters from error

    def get_deleted_objects(self, objs, request):
        """Without what goes with them, of which Django names each row of each join."""
        counts = {self.opts.verbose_name_plural: len(objs)}
        return [str(obj) for obj in objs], counts, set(), []

    def response_action(self, request, queryset):
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            messages.error(request, _("What was selected is nothing in this list."))
            return redirect(request.get_full_path())
        return super().response_action(request, queryset)


class KeysMixin:
    """Of a choice that is sent again because it is wrong, only what may be a key is looked up."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if is_key(str(key))], attr)


class TermSelect(KeysMixin, AutocompleteSelect):
    pass


class TermSelectMultiple(KeysMixin, AutocompleteSelectMultiple):
    pass
