"""Posts erased for good, and the record of it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..editing import erasing
from ..models import Erasure, Post
from .base import DeskAdmin, RecordAdmin, user_of


@admin.register(Erasure)
class ErasureAdmin(RecordAdmin):
    list_display = ["slug", "made_at", "made_by", "reason"]
    list_select_related = ["made_by"]
    fields = ["slug", "info_code", "file_names", "made_at", "made_by", "reason"]
    search_fields = ["slug"]


class EraseForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=500, widget=AdminTextInputWidget)
    slug = forms.CharField(label=_("The post's slug, to confirm"), widget=AdminTextInputWidget)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post = post

    def clean_slug(self) -> str:
        if self.cleaned_data["slug"] != self.post.slug:
            raise forms.ValidationError(gettext("This is not the slug of the post."))
        return self.post.slug


class ErasingMixin(DeskAdmin):
    """A model admin of posts that may be erased."""

    def get_urls(self) -> list[URLPattern]:
        erase = self.admin_site.admin_view(self.erase_view)
        return [path("<int:pk>/erase/", erase, name="articles_post_erase"), *super().get_urls()]

    def may_erase(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.delete_post")

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what would be deleted with a post, and erase it once its slug confirms that."""
        if not self.may_erase(request):
            raise PermissionDenied
        post = get_object_or_404(self.get_queryset(request), pk=pk)
        form = EraseForm(request.POST or None, post=post)
        if form.is_valid():
            erasing.erase(post, by=user_of(request), why=form.cleaned_data["why"])
            messages.success(request, gettext("The post is erased."))
            return redirect("admin:articles_post_changelist")
        context = {"post": post, "form": form, "extent": erasing.extent(post)}
        return self.desk_page(request, "post/erase.html", gettext("Erase for good"), context)
