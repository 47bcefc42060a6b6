"""How readers will see a post, shown at the desk and through links that editors hand out."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from ..editing import mentions, previews
from ..listings.post_page import preview_of
from ..terms import JOINED
from .base import DeskAdmin, user_of

LINKS = 100  # that a page lists


class PreviewMixin(DeskAdmin):
    """A model admin of posts that shows them as readers will see them."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        in_frame = csp_replace({"frame-ancestors": [SELF]})
        preview = in_frame(xframe_options_sameorigin(view(self.preview_view)))
        return [
            path("add/preview/", preview, name="articles_post_preview_new"),
            path("<int:pk>/change/preview/", preview, name="articles_post_preview"),
            path("<int:pk>/links/", view(self.links_view), name="articles_post_links"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show what the submitted form holds, and save nothing. Whoever may only view the post has
        no form to submit, and sees what is stored."""
        post = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        if post and request.method == "GET" and self.has_view_permission(request, post):
            page = preview_of(post, is_public=post.is_public)
            return render(request, "posts/detail.html", {"page": page})
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        is_public = bool(post and post.is_public)
        form: Any = self.get_form(request, post, change=bool(pk))(request.POST, instance=post)
        form.is_valid()  # a field that is not valid is shown as it is stored
        if form.body is None:
            return HttpResponse(form.errors.get("body_html", ""), status=422)
        form.instance.body_html = form.body
        terms = {kind.field: form.cleaned_data.get(kind.field) or [] for kind in JOINED}
        named = mentions.of_unsaved(form.instance, terms["securities"])
        page = preview_of(form.instance, terms, named, is_public=is_public)
        return render(request, "posts/detail.html", {"page": page})

    def links_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The preview links of a post. Whoever may change the post makes and revokes them here."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        post = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            if not self.has_change_permission(request, post):
                raise PermissionDenied
            if token := request.POST.get("_revoke"):
                previews.revoke(get_object_or_404(post.preview_links, token=token))
                messages.success(request, gettext("The link is revoked."))
            elif not post.is_public:
                previews.make(post, user_of(request))
            return redirect("admin:articles_post_links", post.pk)
        links = [
            (link, request.build_absolute_uri(link.get_absolute_url()), previews.is_good(link))
            for link in post.preview_links.select_related("post", "made_by")[:LINKS]
        ]
        context = {
            "post": post,
            "links": links,
            "days": previews.VALID_DAYS,
            "may_change": self.has_change_permission(request, post),
        }
        return self.desk_page(request, "post/links.html", gettext("Preview links"), context)
