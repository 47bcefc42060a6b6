from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..editing import history
from .doubtful import DeskAdmin, typed

SHOWN = 100  # records


class HistoryMixin(DeskAdmin):
    """An admin whose history page says what each change did, field by field, and can undo it."""

    def restore(self, request, obj, record, why):
        """Make `obj` again what `record` says. Raises `ValidationError` where that cannot be."""
        raise NotImplementedError

    def get_urls(self):
        restore = self.admin_site.admin_view(self.restore_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        return [
            path("<path:object_id>/history/<int:record_id>/restore/", restore, name=name),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        steps = list(history.steps(obj, SHOWN))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": obj},
            "object": obj,
            "opts": self.opts,
            "steps": steps,
            "is_cut": len(steps) == SHOWN,
            "may_restore": self.has_change_permission(request, obj),
            "restore_url_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_restore",
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/articles/history.html", context)

    @method_decorator([require_POST, transaction.atomic])
    def restore_view(self, request, object_id, record_id):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        record = get_object_or_404(obj.history, pk=record_id)
        try:
            self.restore(request, obj, record, typed(request, "why"))
            messages.success(request, _("The version is restored."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        return redirect(reverse(name, args=[obj.pk]))
