"""Corrections that are held back, at the form of their post: written there, and above it compared,
previewed, approved, published or withdrawn."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..editing import pending, posts
from ..models import Post
from .doubtful import in_years_of_news


class DueForm(forms.Form):
    due_at = forms.DateTimeField(required=False, validators=[in_years_of_news])

    def clean_due_at(self):
        due_at = self.cleaned_data["due_at"]
        if due_at and due_at <= timezone.now():
            raise forms.ValidationError(_("This time is past."))
        return due_at


def holds_back(request):
    """Whether a form is sent to be held back, and not to be saved. One that was opened to edit a
    pending change, which `?pending` names, is always."""
    return request.method == "POST" and ("_hold" in request.POST or "pending" in request.GET)


class PendingMixin(admin.ModelAdmin):
    """A form of a post whose changes may be held back."""

    def get_urls(self):
        preview = self.admin_site.admin_view(self.pending_preview)
        return [
            path(
                "<int:pk>/pending/<int:change_pk>/",
                self.admin_site.admin_view(self.pending_view),
                name="articles_post_pending",
            ),
            path(
                "<int:pk>/pending/<int:change_pk>/preview/",
                preview,
                name="articles_post_pending_preview",
            ),
            *super().get_urls(),
        ]

    def may_hold(self, request):
        return self.has_change_permission(request) and request.user.has_perm(
            "articles.add_pendingchange"
        )

    def get_form(self, request, obj=None, **kwargs):
        """The form; one of a pending change begins with its values."""
        form = super().get_form(request, obj, **kwargs)
        change = obj and pending.of(obj)
        is_current = request.GET.get("pending") == (str(change.pk) if change else None)
        attributes = {
            "pending_change": change,
            "held": change if is_current else None,
            "is_outdated": obj is not None and holds_back(request) and not is_current,
        }
        return type(form)(form.__name__, (form,), attributes)

    def hold(self, request, post, form, values):
        """Hold `values` back, and what the pending change that was edited held else."""
        if not self.may_hold(request):
            raise PermissionDenied
        change = pending.hold(
            post,
            {**form.held_values, **values},
            by=request.user,
            why=form.cleaned_data["why"],
            due_at=form.held and form.held.due_at,
        )
        if change:
            messages.success(request, _("The change is held back. Readers see the post as it was."))
        else:
            messages.warning(
                request, _("Nothing differs from the post as it is: nothing was held back.")
            )

    def response_change(self, request, post):
        if holds_back(request):
            return self.to_form_of(request, post.pk)
        return super().response_change(request, post)

    def to_form_of(self, request, pk):
        page = reverse("admin:articles_post_change", args=[pk])
        filters = self.get_preserved_filters(request)
        return HttpResponseRedirect(f"{page}?{filters}" if filters else page)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            may_hold = self.may_hold(request)
            is_its_form = "pending" in request.GET
            form = context["adminform"].form
            if is_its_form and request.method == "GET" and not (may_hold and form.held):
                return self.to_form_of(request, obj.pk)  # it is no longer pending
            change = form.pending_change
            context["pending"] = change and self.note(request, change)
            context["is_pending_form"] = is_its_form
            context["may_hold"] = may_hold and obj.is_public and not change
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def note(self, request, change):
        """What stands above the form of a post that has a pending change."""
        stored = posts.values_of(Post.objects.select_related("source").get(pk=change.post_id))
        changes = pending.comparison(change, stored)
        disputed = pending.conflict_of(change, stored).both
        may_hold = self.may_hold(request)
        return {
            "change": change,
            "changes": changes,
            "conflict": [
                {"label": change.label, "theirs": change.old, "yours": change.new}
                for change in changes
                if change.field in disputed
            ],
            "may_hold": may_hold,
            "may_approve": may_hold and pending.may_approve(request.user, change),
        }

    @method_decorator([require_POST, transaction.atomic])
    def pending_view(self, request, pk, change_pk):
        """Do what a button of the note says, to the very change that it was about."""
        if not self.may_hold(request):
            raise PermissionDenied
        change = pending.locked(change_pk)
        if change is None or change.post_id != pk:
            messages.error(
                request, _("This change was published, replaced or withdrawn meanwhile.")
            )
        else:
            self.act(request, change)
        return self.to_form_of(request, pk)

    def act(self, request, change):
        if "_withdraw" in request.POST:
            pending.withdraw(change)
            messages.success(request, _("The change is withdrawn."))
        elif "_schedule" in request.POST:
            form = DueForm(request.POST)
            if form.is_valid():
                pending.schedule(change, form.cleaned_data["due_at"])
            else:
                messages.error(request, " ".join(form.errors["due_at"]))
        elif "_approve" in request.POST or "_publish" in request.POST:
            if change.approved_at is None:
                if not pending.may_approve(request.user, change):
                    raise PermissionDenied
                pending.approve(change, by=request.user)
            is_due = change.due_at and change.due_at <= timezone.now()
            if "_publish" in request.POST or is_due:
                self.publish(request, change)
            else:
                messages.success(request, _("The change is approved."))

    def publish(self, request, change):
        try:
            pending.publish(change)
            messages.success(request, _("The change is published."))
        except pending.ConflictError:
            messages.error(
                request,
                _("The same was changed meanwhile: nothing is published. Edit the change."),
            )

    def pending_preview(self, request, pk, change_pk):
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
        context = {name: values[name] for name in posts.JOINS}
        context |= {"post": post, "is_preview": True, "is_public": True}
        return render(request, "posts/detail.html", context)
