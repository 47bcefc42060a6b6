"""Pending changes, at the form of their post. They are written in it; above it they are compared,
previewed, approved, published or withdrawn."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..editing import mentions, pending, posts
from ..listings.post_page import preview_of
from ..models import PendingChange, Post
from .base import DeskAdmin, user_of
from .validation import validate_year


class DueForm(forms.Form):
    due_at = forms.DateTimeField(required=False, validators=[validate_year])

    def clean_due_at(self) -> Any:
        due_at = self.cleaned_data["due_at"]
        if due_at and due_at <= timezone.now():
            raise forms.ValidationError(_("This time is past."))
        return due_at


def is_held_back(request: HttpRequest) -> bool:
    """Whether a submitted form is to be held back, not saved. Every form that edits a pending
    change is: `?pending` names that change."""
    return request.method == "POST" and ("_hold" in request.POST or "pending" in request.GET)


class PendingMixin(DeskAdmin):
    """A model admin of posts whose changes may be held back."""

    def get_urls(self) -> list[URLPattern]:
        view, preview = map(self.admin_site.admin_view, (self.pending_view, self.pending_preview))
        address, name = "<int:pk>/pending/<int:change_pk>/", "articles_post_pending"
        return [
            path(address, view, name=name),
            path(f"{address}preview/", preview, name=f"{name}_preview"),
            *super().get_urls(),
        ]

    def may_hold_back(self, request: HttpRequest) -> bool:
        may_add = request.user.has_perm("articles.add_pendingchange")
        return self.has_change_permission(request) and may_add

    def get_form(
        self, request: HttpRequest, obj: Post | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form of a post, or of its pending change, which begins with the values of that."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        current = pending.of(obj) if obj else None
        is_current = request.GET.get("pending") == (str(current.pk) if current else None)
        attributes = {
            "pending_change": current,
            "edited_change": current if is_current else None,
            "is_outdated": obj is not None and is_held_back(request) and not is_current,
        }
        return type(form)(form.__name__, (form,), attributes)

    def tell_held_back(self, request: HttpRequest, change: PendingChange | None) -> None:
        if change:
            messages.success(request, _("The change is held back. Readers see the post as it was."))
        else:
            messages.warning(
                request, _("Nothing differs from the post as it is: nothing was held back.")
            )

    def response_change(self, request: HttpRequest, post: Post) -> HttpResponse:
        if is_held_back(request):
            return self.to_form_of(request, post.pk)
        return super().response_change(request, post)

    def to_form_of(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = reverse("admin:articles_post_change", args=[pk])
        filters = self.get_preserved_filters(request)
        return redirect(f"{page}?{filters}" if filters else page)

    def is_no_longer_pending(self, request: HttpRequest, form: Any) -> bool:
        """Whether the requested change is no longer pending, or this user may not edit it."""
        may_edit = form.edited_change and self.may_hold_back(request)
        return request.method == "GET" and "pending" in request.GET and not may_edit

    def pending_context(self, request: HttpRequest, post: Post, form: Any) -> dict[str, Any]:
        """What the page of a post says of its pending change."""
        current = form.pending_change
        return {
            "pending": current and self.note(request, current),
            "is_pending_form": "pending" in request.GET,
            "may_hold": self.may_hold_back(request) and post.is_public and not current,
        }

    def note(self, request: HttpRequest, change: PendingChange) -> dict[str, Any]:
        """What the page says, above the form of a post, of its pending change."""
        stored = posts.values_of(Post.objects.select_related(*posts.SINGLE).get(pk=change.post_id))
        changes = pending.comparison(change, stored)
        disputed = pending.conflict_of(change, stored).both
        may_hold_back = self.may_hold_back(request)
        return {
            "change": change,
            "changes": changes,
            "conflict": [
                {"label": one.label, "theirs": one.old, "yours": one.new}
                for one in changes
                if one.field in disputed
            ],
            "may_hold": may_hold_back,
            "may_approve": may_hold_back and pending.may_approve(user_of(request), change),
        }

    @method_decorator(require_POST)
    def pending_view(self, request: HttpRequest, pk: int, change_pk: int) -> HttpResponse:
        """Do what a button of the note says, to the very change that the note was about."""
        if not self.may_hold_back(request):
            raise PermissionDenied
        with pending.locked(change_pk, pk) as change:
            if change:
                self.act(request, change)
            else:
                messages.error(
                    request, _("This change was published, replaced or withdrawn meanwhile.")
                )
        return self.to_form_of(request, pk)

    def act(self, request: HttpRequest, change: PendingChange) -> None:
        if "_withdraw" in request.POST:
            pending.withdraw(change)
            messages.success(request, _("The change is withdrawn."))
        elif "_schedule" in request.POST:
            form = DueForm(request.POST)
            if form.is_valid():
                pending.schedule(change, form.cleaned_data["due_at"])
            else:
                messages.error(request, " ".join(map(str, form.errors["due_at"])))
        elif "_approve" in request.POST or "_publish" in request.POST:
            self.release(request, change)

    def release(self, request: HttpRequest, change: PendingChange) -> None:
        try:
            is_published = pending.release(
                change, by=user_of(request), now="_publish" in request.POST
            )
        except pending.ConflictError:
            messages.error(
                request,
                _("The same fields were changed meanwhile: nothing is published. Edit the change."),
            )
        else:
            done = _("The change is published.") if is_published else _("The change is approved.")
            messages.success(request, done)

    def pending_preview(self, request: HttpRequest, pk: int, change_pk: int) -> HttpResponse:
        """The post as readers will see it once the change is published."""
        post = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, post):
            raise PermissionDenied
        change = pending.of(post)
        if change is None or change.pk != change_pk:
            raise Http404(f"no pending change {change_pk}")
        values = posts.values_of(post) | pending.values_of(change.values)
        for name in posts.COLUMNS:
            setattr(post, name, values[name])
        named = mentions.of_unsaved(post, values["securities"])
        page = preview_of(post, values, named, is_public=True)
        return render(request, "posts/detail.html", {"page": page})
