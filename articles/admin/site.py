"""The desk's login, completions, front page and guide."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import admin as tasks

from ..models import Security
from .dashboard import boxes_for


class LoginForm(AdminAuthenticationForm):
    """Refuses a name that is longer than any user's: it would not fit the record of failures."""

    username = UsernameField(
        max_length=User._meta.get_field("username").max_length,
        widget=forms.TextInput({"autofocus": True}),
    )


class Completions(AutocompleteJsonView):
    """Gives the symbol of a security too, by which the editor marks it in a body."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        return result | {"symbol": obj.symbol} if isinstance(obj, Security) else result


# The desk shows what tasks are about.
admin.site.unregister(tasks.models.ProcrastinateJob)  # type: ignore[attr-defined]  # it uses them
admin.site.login_form = LoginForm
admin.site.autocomplete_view = Completions.as_view(admin_site=admin.site)  # type: ignore[assignment, method-assign]  # the one hook for it
admin.site.site_header = _("Newsroom: the editors' desk")
admin.site.site_title = _("Newsroom")
admin.site.index_title = _("The desk")

#: Texts of Django's own pages that Django has not translated into Chinese.
DJANGO_SAYS = (
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("After you’ve created a user, you’ll be able to edit more user options."),
)


@admin.site.admin_view
def index(request: HttpRequest) -> TemplateResponse:
    """Django's index, with what waits for this editor above it."""
    return admin.site.index(request, {"boxes": boxes_for(request.user)})


@admin.site.admin_view
def guide(request: HttpRequest) -> TemplateResponse:
    """How to work here, in the editor's language."""
    language = "en" if get_language() == "en" else "zh-hans"
    context = admin.site.each_context(request) | {"title": _("Guide for editors")}
    return TemplateResponse(request, f"admin/guide/{language}.html", context)
