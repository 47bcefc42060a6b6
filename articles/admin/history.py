"""The history of an object, field by field, and its earlier versions restored."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..editing import history
from .base import DeskAdmin
from .validation import cleaned_text

STEPS = 100  # that the page shows


class HistoryMixin(DeskAdmin):
    """A model admin whose history page says what each change did and can undo it."""

    def restore(self, request: HttpRequest, obj: Any, record: Any, why: str) -> None:
        """Give `obj` the values of `record` again. Raises `ValidationError` if that cannot be."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        restore = self.admin_site.admin_view(self.restore_view)
        route = "<path:object_id>/history/<int:record_id>/restore/"
        return [path(route, restore, name=self.url_name("restore")), *super().get_urls()]

    def url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    @method_decorator(require_safe)
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        steps = list(history.steps(obj, STEPS))
        context = {
            "object": obj,
            "steps": steps,
            "is_cut": len(steps) == STEPS,
            "may_restore": self.has_change_permission(request, obj),
            "restore_url_name": f"admin:{self.url_name('restore')}",
            **(extra_context or {}),
        }
        title = _("History of %(name)s") % {"name": obj}
        return self.desk_page(request, "history.html", title, context)

    @method_decorator([require_POST, transaction.atomic])
    def restore_view(self, request: HttpRequest, object_id: str, record_id: int) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        record = get_object_or_404(obj.history, pk=record_id)
        try:
            self.restore(request, obj, record, cleaned_text(request, "why"))
            messages.success(request, _("The version is restored."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(f"admin:{self.url_name('history')}", obj.pk)
