"""Posts at the editors' desk: one form for all of a post, beside how readers will see it."""

import json
import secrets
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ..editing import history, posts, presence, previews, saving
from ..importing.reading.documents import DocumentError
from ..importing.reading.sanitizer import ATTRIBUTES, CLASSES, TAGS
from ..models import PageKey, Post, StoryPost
from .base import user_of
from .bulk import BulkMixin
from .erasing import ErasingMixin
from .history import HistoryMixin
from .pending import PendingMixin, is_held_back
from .post_form import PostForm, unreadable
from .post_list import PostList
from .previews import PreviewMixin

SUBMISSIONS = 100  # stored forms that a session remembers
SUBMISSION_LENGTH = 16  # characters that name a form and its copy in the browser
RECENT_STEPS = 5  # of the history, beside the form

#: The attributes that the editor of bodies may show, by tag.
ALLOWED = {
    tag: sorted(ATTRIBUTES.get(tag, set()) | ({"class"} if tag in CLASSES else set()))
    for tag in sorted(TAGS)
}


@admin.register(Post)
class PostAdmin(BulkMixin, HistoryMixin, PendingMixin, PreviewMixin, ErasingMixin, PostList):
    form = PostForm
    change_form_template = "admin/articles/post/change_form.html"
    readonly_fields = ["slug", "info_code", "documents_link", "edited_fields", "modified_at"]
    save_on_top = True

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.presence_view))
        presence_url = path("<int:pk>/change/presence/", view, name="articles_post_presence")
        return [presence_url, *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> Any:
        text = {"fields": ["title", "digest", "body_html", "shown"]}
        filed = {"fields": ["source", "categories", "tags", "securities", "pin", *posts.STORY]}
        publication = {
            "fields": ["status", "published_at", "original_url", "why"],
            "description": _(
                "A published post with a time in the future is scheduled: it appears by itself at "
                "exactly that time."
            ),
        }
        fieldsets = [(None, text), (_("Publication"), publication), (_("Filed under"), filed)]
        if obj:
            fieldsets.append((_("Archive"), {"fields": self.readonly_fields}))
        return fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"status": Post.Status.DRAFT, "published_at": timezone.now()}

    @admin.display(description=_("documents"))
    def documents_link(self, post: Post) -> str:
        address = reverse("admin:articles_document_changelist")
        return format_html(
            '<a href="{}?post__id__exact={}">{}</a>', address, post.pk, post.documents.count()
        )

    @admin.display(description=_("edited by hand"))
    def edited_fields(self, post: Post) -> str:
        fields: list[Any] = [Post._meta.get_field(name) for name in post.hand_edited]
        return "、".join(str(field.verbose_name) for field in fields) or "—"

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return False  # they are hidden, so that the next import does not bring them back

    def get_view_on_site_url(self, obj: Post | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj and obj.is_public else None

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Post | None:
        """The post; locked if it is about to be changed, so that two editors take turns."""
        post: Post | None = super().get_object(request, object_id, from_field)
        if post and request.method == "POST":
            [post] = posts.locked([post.pk])
        return post

    def save_model(self, request: HttpRequest, post: Post, form: Any, change: bool) -> None:
        hold_back = change and is_held_back(request)
        if hold_back and not self.may_hold_back(request):
            raise PermissionDenied
        said = {name: form.cleaned_data[name] for name in posts.STORY if name in form.changed_data}
        words = {name: form.cleaned_data[name] for name in posts.STORY}
        first_before = posts.first_before({post.pk: words}) if said else {}
        beside = told_with(post=post.pk) if "story" in said else set()
        there = told_with(post__slug=said["story"]) if "story" in said else set()
        saved = saving.save(
            post,
            form.cleaned_data,
            form.changed_data,
            by=user_of(request),
            why=form.cleaned_data["why"],
            hold_back=hold_back,
            replaced=form.edited_change,
            restored=request.POST.get("_restore", ""),
            pin=form.cleaned_data["pin"] and "pin" in form.changed_data,
        )
        if isinstance(saved, Post):
            post.pk, post.slug = saved.pk, saved.slug
            for title in first_before.values():
                told = gettext("“%(title)s” is no longer the first of this story.")
                messages.info(request, told % {"title": title})
            if came := beside & told_with(post=post.pk) - there - {post.pk}:
                told = ngettext(
                    "%(count)s other post that is like this one came with it.",
                    "%(count)s other posts that are like this one came with it.",
                    len(came),
                )
                messages.info(request, told % {"count": len(came)})
            elif beside - there - {post.pk} and said["story"] not in ("", Post.STANDS_ALONE):
                told = gettext(
                    "This post was moved alone: the others of its former story stay there."
                )
                messages.info(request, told)
        else:
            self.tell_held_back(request, saved)
        remember_stored(request)

    def restore(self, request: HttpRequest, post: Post, record: Any, why: str) -> None:
        with_status = "status" in request.POST
        try:
            posts.restore_version(
                post, record, by=user_of(request), why=why, with_status=with_status
            )
        except DocumentError as error:
            raise unreadable(error) from error

    def response_change(self, request: HttpRequest, post: Post) -> HttpResponse:
        if "_restore" in request.POST:
            messages.success(request, gettext("The imported value is back."))
            return redirect(request.get_full_path())
        response = super().response_change(request, post)
        place = PageKey.parse(request.POST.get("place", ""))
        if "_next" not in request.POST or is_held_back(request) or place is None:
            return response
        if following := self.following(request, post, place):
            return self.to_form_of(request, following.pk)
        messages.info(request, gettext("That was the last post of the list."))
        return response

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Post | None = None,
    ) -> HttpResponse:
        form = context["adminform"].form
        if obj and self.is_no_longer_pending(request, form):
            return self.to_form_of(request, obj.pk)
        is_writable = obj is None or self.has_change_permission(request, obj)
        is_published = obj is not None and obj.status == Post.Status.PUBLISHED
        # A form that is refused and shown again keeps its name.
        submission = request.POST.get("submission") or secrets.token_hex(SUBMISSION_LENGTH // 2)
        context |= {
            "is_writable": is_writable,
            "may_publish": is_writable and not is_published,
            "submission": submission[:SUBMISSION_LENGTH],
            "allowed": json.dumps(ALLOWED),
            "stored_submissions": " ".join(request.session.get("stored_submissions", [])),
        }
        if obj:
            context |= self.pending_context(request, obj, form)
            # Before any changes that a refused form holds.
            context["place"] = request.POST.get("place") or PageKey.of(obj)
            context["preview_links"] = previews.good_ones(obj)
            context["may_erase"] = self.may_erase(request)
            context["steps"] = list(history.steps(obj, RECENT_STEPS))
        if obj and is_writable:
            presence.keep_open(obj.pk, request.user)
            context["who_else"] = who_else(obj.pk, request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def presence_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that the form is still open, and say who else has it open."""
        post = get_object_or_404(self.get_queryset(request).only("pk"), pk=pk)
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        presence.keep_open(pk, request.user)
        return HttpResponse(who_else(pk, request.user), content_type="text/plain; charset=utf-8")


def told_with(**post: Any) -> set[int]:
    """The posts of the story of a post, given as a lookup of `StoryPost`."""
    story = StoryPost.objects.filter(**post).values("first")
    return {*StoryPost.objects.filter(first__in=story).values_list("post", flat=True)}


def who_else(post_id: int, user: Any) -> str:
    """Who else has this post open, in words."""
    told = gettext("%(who)s has had this post open since %(time)s.")
    return " ".join(
        told % {"who": other.user, "time": f"{timezone.localtime(other.opened_at):%Y-%m-%d %H:%M}"}
        for other in presence.others(post_id, user)
    )


def remember_stored(request: HttpRequest) -> None:
    """Remember that this form was stored, so that the browser may drop its copy. A session is
    saved after the transaction, and not after an error."""
    if submission := request.POST.get("submission", "")[:SUBMISSION_LENGTH]:
        earlier = request.session.get("stored_submissions", [])
        request.session["stored_submissions"] = [*earlier, submission][-SUBMISSIONS:]
