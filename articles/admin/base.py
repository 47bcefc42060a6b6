"""What every model admin of the desk builds on.

In the stubs some classes of Django's have type arguments, which they do not take at run time. If
one of them is a base, that error is ignored.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.filters import ListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..templatetags.words import in_words
from .paging import CappedPaginator
from .validation import is_key


def with_words(queryset: Any, text: str, *fields: str) -> Any:
    """The rows that have every word of `text` in these fields together, among as many as the list
    shows. Messages are searched as the reader sees them, and in English: they are put into words
    here, since the database holds only their keys."""
    if not (words := text.lower().split()):
        return queryset
    found = []
    for pk, *values in queryset.values_list("pk", *fields)[: CappedPaginator.CAP]:
        row = " ".join(f"{in_words(value)} {value}" for value in values).lower()
        if all(word in row for word in words):
            found.append(pk)
    return queryset.filter(pk__in=found)


class DeskChangeList(ChangeList):
    """A list that filters only by what it offers. With Django's own, whoever may read the list may
    match any field against any regular expression."""

    model_admin: "DeskAdmin"

    def get_filters(
        self, request: HttpRequest
    ) -> tuple[list[ListFilter], bool, dict[str, bool | str], bool, bool]:
        found = super().get_filters(request)
        remaining_lookups = found[2]
        if remaining_lookups.keys() - {*self.model_admin.allowed_lookups}:
            raise IncorrectLookupParameters
        return found


class DeskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # takes none at run time
    """Answers malformed requests in words. Django's own admin raises an error."""

    allowed_lookups: Sequence[str] = ()  # in links to the list, beside those of its filters

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        return super().get_object(request, object_id, from_field or None)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeskChangeList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except DisallowedModelAdminLookup as error:
            raise IncorrectLookupParameters from error

    def get_deleted_objects(
        self, objs: Sequence[Model] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Only the objects themselves: Django would also list every row of every join."""
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        return [str(obj) for obj in objs], counts, set(), []

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            messages.error(request, _("What was selected is nothing in this list."))
            return redirect(request.get_full_path())
        return super().response_action(request, queryset, *args, **kwargs)

    def desk_page(
        self, request: HttpRequest, template: str, title: str, context: Mapping[str, Any]
    ) -> TemplateResponse:
        """A page of our own in the frame of Django's admin."""
        request.current_app = self.admin_site.name
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/articles/{template}", {**frame, **context})


class RecordAdmin(DeskAdmin):
    """Shows what happened. Nobody changes it."""

    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they would count every row

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def viewable(self, request: HttpRequest, object_id: str) -> Any:
        """The record with this id. Raises `PermissionDenied` and `Http404`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if record := self.get_object(request, object_id):
            return record
        raise Http404


def user_of(request: HttpRequest) -> User:
    """The user who is logged in: the desk lets nobody else in."""
    return cast(User, request.user)


def change_url(row: Model) -> str:
    """The desk's page about a row."""
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
