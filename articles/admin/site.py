"""The desk's own pages beside those of the models: its front page and its guide."""

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..models import Security
from .dashboard import boxes_for


class LoginForm(AdminAuthenticationForm):
    """Refuses a name that is longer than any user's, which the record of failures could not
    hold."""

    username = UsernameField(
        max_length=User._meta.get_field("username").max_length,
        widget=forms.TextInput({"autofocus": True}),
    )


class Completions(AutocompleteJsonView):
    """Says the symbol of a security too, by which a body marks it."""

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        return result | {"symbol": obj.symbol} if isinstance(obj, Security) else result


admin.site.login_form = LoginForm
admin.site.autocomplete_view = Completions.as_view(admin_site=admin.site)  # type: ignore[assignment, method-assign]
admin.site.site_header = _("Newsroom: the editors' desk")
admin.site.site_title = _("Newsroom")
admin.site.index_title = _("The desk")

#: What Django's own pages say, without a Chinese translation of its own.
DJANGO_SAYS = (
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("After you’ve created a user, you’ll be able to edit more user options."),
)


@admin.site.admin_view
def index(request):
    """Django's own index, below what waits for this editor."""
    return admin.site.index(request, {"boxes": boxes_for(request.user)})


@admin.site.admin_view
def guide(request):
    """How to work here, in the editor's language."""
    language = "en" if get_language() == "en" else "zh-hans"
    context = admin.site.each_context(request) | {"title": _("Guide for editors")}
    return TemplateResponse(request, f"admin/guide/{language}.html", context)
