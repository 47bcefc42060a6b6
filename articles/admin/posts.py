"""Posts at the editors' desk: one form for all of a post, beside how readers will see it."""

import json
import secrets

from csp.constants import SELF
from csp.decorators import csp_replace
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from ..editing import (
    bodies,
    erasing,
    history,
    pending,
    posts,
    presence,
    previews,
)
from ..editing.conflicts import conflict, fingerprints
from ..importing.reading.documents import DocumentError
from ..importing.reading.sanitizer import ATTRIBUTES, CLASSES, TAGS
from ..models import (
    Category,
    Post,
    Security,
    Tag,
)
from ..templatetags.sayings import said
from .bulk import BulkMixin
from .doubtful import TermSelect, TermSelectMultiple, in_years_of_news
from .history import HistoryMixin
from .pending import PendingMixin, holds_back
from .post_list import PostList
from .unchanged import UnchangedStands

LONGEST_TITLE = 500  # characters
SHOWN = 300  # characters of a value beside the form
SUBMISSIONS = 100  # forms that an editor saved, which a session remembers
SUBMISSION_LENGTH = 16  # characters of the name that a form has, and the copy of it
LINKS = 100  # previews of a post that are listed

#: The attributes of each tag that a body may have, for the editor to show no others.
ALLOWED = {
    tag: sorted(ATTRIBUTES.get(tag, set()) | ({"class"} if tag in CLASSES else set()))
    for tag in sorted(TAGS)
}


class InOrderWidget(TermSelectMultiple):
    """Several terms, shown in the order in which the post has them."""

    def optgroups(self, name, value, attr=None):
        (label, options, index), *rest = super().optgroups(name, value, attr)
        options.sort(key=lambda option: value.index(str(option["value"])))
        return [(label, options, index), *rest]


class InOrderField(forms.ModelMultipleChoiceField):
    """Several terms, in the order in which they were chosen."""

    def __init__(self, model, name, **kwargs):
        widget = InOrderWidget(Post._meta.get_field(name), admin.site)
        super().__init__(model.objects.all(), required=False, widget=widget, **kwargs)

    def clean(self, value):
        chosen = super().clean(value)
        return sorted(chosen, key=lambda term: value.index(str(term.pk)))

    def has_changed(self, initial, data):
        return [str(term.pk) for term in initial or []] != list(data or [])


class LinesField(forms.CharField):
    """Text of several lines, which browsers end with CRLF whatever they were shown."""

    def __init__(self, **kwargs):
        super().__init__(strip=False, required=False, **kwargs)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class PostForm(UnchangedStands):
    digest = LinesField(label=capfirst(_("digest")), widget=forms.Textarea({"rows": 3}))
    body_html = LinesField(
        label=capfirst(_("body")),
        widget=forms.Textarea({"rows": 24, "spellcheck": "false"}),
        help_text=_("HTML or Markdown. What readers may not be sent is taken out on saving."),
    )
    categories = InOrderField(Category, "categories", label=capfirst(_("categories")))
    tags = InOrderField(Tag, "tags", label=capfirst(_("tags")))
    securities = InOrderField(
        Security,
        "securities",
        label=capfirst(_("securities")),
        help_text=_("Those that the body marks are added by themselves."),
    )
    why = forms.CharField(
        label=capfirst(_("reason")),
        required=False,
        max_length=500,
        widget=AdminTextInputWidget,
        help_text=_("Why you change it: for the history."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    pending_change = None  # of the post
    held = None  # the same, where the form is to edit it, and begins with its values
    is_outdated = False  # whether it is to be held back, and another change was meanwhile

    class Meta:
        model = Post
        fields = posts.COLUMNS
        widgets = {
            "title": AdminTextInputWidget,
            "original_url": AdminTextInputWidget,
            "source": TermSelect(Post._meta.get_field("source"), admin.site),
        }

    def __init__(self, data=None, *args, instance=None, **kwargs):
        if data and "_publish" in data:
            data = data.copy()
            data["status"] = Post.Status.PUBLISHED
        self.stored = posts.values_of(instance) if instance and instance.pk else {}
        self.held_values = pending.values_of(self.held.values) if self.held else {}
        self.standing = {**self.stored, **self.held_values}
        self.conflict = None
        self.body = None  # as readers will see it, once it is clean
        initial = {name: self.stored.get(name, []) for name in posts.JOINS}
        initial["shown"] = json.dumps(fingerprints(self.stored))
        if self.held:
            initial |= {**self.held_values, "why": self.held.reason}
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        super().__init__(data, *args, instance=instance, **kwargs)
        if instance and instance.hand_edited and not self.held:
            self.offer_imported_values(instance)

    def offer_imported_values(self, post):
        """Beside each field that was changed by hand, what the documents say."""
        for name, value in posts.imported_values(post).items():
            if name in post.hand_edited and name in self.fields:
                self.fields[name].help_text = format_html(
                    '{} <span class="imported">{} <b>{}</b> <button name="_restore" value="{}" '
                    'formnovalidate class="button">{}</button></span>',
                    self.fields[name].help_text,
                    _("Imported value:"),
                    Truncator(shown(value)).chars(SHOWN) or "—",
                    name,
                    _("restore"),
                )

    def clean_title(self):
        MaxLengthValidator(LONGEST_TITLE)(self.cleaned_data["title"])
        return self.cleaned_data["title"]

    def clean_published_at(self):
        """Keeps parts of a second, which the form does not show, where its time of day stands."""
        at, before = self.cleaned_data["published_at"], self.standing.get("published_at")
        if at:
            in_years_of_news(at)
        if at and before and timezone.localtime(before).time().replace(microsecond=0) == at.time():
            return at.replace(microsecond=before.microsecond)
        return at

    def clean_body_html(self):
        html = self.cleaned_data["body_html"]
        self.body = self.standing.get("body_html")
        if not self.standing or "body_html" in self.changed_data:
            self.body = None
            try:
                self.body = bodies.read(html).html
            except DocumentError as error:
                raise unreadable(error) from error
        return html

    def clean(self):
        cleaned = super().clean()
        try:
            sent = json.loads(cleaned.get("shown") or "{}")
        except (ValueError, RecursionError):
            sent = {}
        before = sent if isinstance(sent, dict) else {}
        values = {name: cleaned[name] for name in posts.EDITABLE if name in cleaned}
        found = conflict(before, self.stored, values)
        if found.theirs:
            self.tell_conflict(found, values)
        if self.is_outdated:
            self.add_error(
                None,
                gettext(
                    "Somebody held back a change of this post, published it or withdrew it while "
                    "you had it open. Nothing was saved."
                ),
            )
        return cleaned

    def tell_conflict(self, found, values):
        """Refuse to save over what another changed meanwhile: show it, take it over where this
        editor changed nothing, and let the editor decide about the rest."""
        self.data = self.data.copy()
        self.data["shown"] = json.dumps(fingerprints(self.stored))
        for name in set(found.theirs) - set(found.both):
            self.show_stored(name)
        self.conflict = [
            {
                "label": self.fields[name].label,
                "theirs": shown(self.stored[name]),
                "yours": shown(values[name]) if name in found.both else "",
            }
            for name in found.theirs
        ]
        newest = self.instance.history.select_related("history_user").first()
        by_editor = newest and newest.modified_at == self.instance.modified_at
        who = newest.history_user if by_editor else None
        self.add_error(
            None,
            gettext("%(who)s changed this post while you had it open. Nothing was saved.")
            % {"who": who or gettext("An import")},
        )

    def show_stored(self, name):
        """Fill a field with what is stored, as if the editor had entered that."""
        widget, value = self.fields[name].widget, self.stored[name]
        if name in posts.JOINS:
            self.data.setlist(name, [str(term.pk) for term in value])
        elif isinstance(widget, forms.MultiWidget):
            parts = zip(widget.widgets, widget.decompress(value), strict=True)
            for number, (part, piece) in enumerate(parts):
                self.data[f"{name}_{number}"] = part.format_value(piece)
        else:
            self.data[name] = getattr(value, "pk", value) or ""

    def _save_m2m(self):
        """Joins carry a time and a place: `editing.posts` writes them."""


class EraseForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=500, widget=AdminTextInputWidget)
    slug = forms.CharField(label=_("The post's slug, to confirm"), widget=AdminTextInputWidget)

    def __init__(self, *args, post, **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post

    def clean_slug(self):
        if self.cleaned_data["slug"] != self.post.slug:
            raise forms.ValidationError(gettext("This is not the slug of the post."))
        return self.post.slug


def unreadable(error):
    why = said(error.reason)
    return forms.ValidationError(gettext("This text cannot be read: %(why)s.") % {"why": why})


def shown(value):
    """A value as an editor reads it beside the form."""
    if isinstance(value, list):
        return "、".join(map(str, value))
    if hasattr(value, "astimezone"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return str(dict(Post.Status.choices).get(value, value or ""))


def who_else(post_id, user):
    """Who else has this post open, in words."""
    told = gettext("%(who)s has had this post open since %(time)s.")
    return " ".join(
        told % {"who": other.user, "time": f"{timezone.localtime(other.opened_at):%Y-%m-%d %H:%M}"}
        for other in presence.others(post_id, user)
    )


def remember_stored(request):
    """Remember that what this form held is stored, so that the copy that the browser keeps of it
    may go. A session is saved after the transaction, and not after an error."""
    if submission := request.POST.get("submission", "")[:SUBMISSION_LENGTH]:
        earlier = request.session.get("stored_submissions", [])
        request.session["stored_submissions"] = [*earlier, submission][-SUBMISSIONS:]


@admin.register(Post)
class PostAdmin(BulkMixin, HistoryMixin, PendingMixin, PostList):
    form = PostForm
    change_form_template = "admin/articles/post/change_form.html"
    readonly_fields = ["slug", "info_code", "documents_link", "edited_fields", "modified_at"]
    save_on_top = True

    def get_fieldsets(self, request, obj=None):
        text = {"fields": ["title", "digest", "body_html", "shown"]}
        filed = {"fields": ["source", "categories", "tags", "securities"]}
        publication = {
            "fields": ["status", "published_at", "original_url", "why"],
            "description": _(
                "A published post whose time is to come is scheduled: it appears by itself at "
                "that time, exactly."
            ),
        }
        fieldsets = [(None, text), (_("Publication"), publication), (_("Filed under"), filed)]
        if obj:
            fieldsets.append((_("Archive"), {"fields": self.readonly_fields}))
        return fieldsets

    def get_changeform_initial_data(self, request):
        return {"status": Post.Status.DRAFT, "published_at": timezone.now()}

    @admin.display(description=_("documents"))
    def documents_link(self, post):
        address = reverse("admin:articles_document_changelist")
        return format_html(
            '<a href="{}?post__id__exact={}">{}</a>', address, post.pk, post.documents.count()
        )

    @admin.display(description=_("edited by hand"))
    def edited_fields(self, post):
        labels = [str(Post._meta.get_field(name).verbose_name) for name in post.hand_edited]
        return "、".join(labels) or "—"

    def has_delete_permission(self, request, obj=None):
        return False  # they are hidden, so that the next import does not bring them back

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj and obj.is_public else None

    def get_object(self, request, object_id, from_field=None):
        """The post; locked where it is about to be changed, so that two editors take turns."""
        post = super().get_object(request, object_id, from_field)
        if post and request.method == "POST":
            [post] = posts.locked([post.pk])
        return post

    def save_model(self, request, post, form, change):
        values = {name: form.cleaned_data[name] for name in form.changed_data if name != "why"}
        values.pop("shown", None)
        who = {"by": request.user, "why": form.cleaned_data["why"]}
        if change and holds_back(request):
            self.hold(request, post, form, values)
        elif change:
            post.place = form.stored["published_at"], post.pk
            posts.change(post, values, **who)
        else:
            values = {name: form.cleaned_data[name] for name in posts.EDITABLE}
            written = posts.create(values, **who)
            post.pk, post.slug = written.pk, written.slug
        field = request.POST.get("_restore")
        if field in posts.EDITABLE and not holds_back(request):
            posts.restore_imported(post, [field], **who)

        remember_stored(request)

    def restore(self, request, post, record, why):
        try:
            posts.restore_version(
                post, record, by=request.user, why=why, with_status="status" in request.POST
            )
        except DocumentError as error:
            raise unreadable(error) from error

    def response_change(self, request, post):
        if "_restore" in request.POST:
            messages.success(request, gettext("The imported value is back."))
            return HttpResponseRedirect(request.get_full_path())
        response = super().response_change(request, post)
        if "_next" not in request.POST:
            return response
        if following := self.following(request, post):
            return self.to_form_of(request, following.pk)
        messages.info(request, gettext("That was the last post of the list."))
        return response

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["is_writable"] = obj is None or self.has_change_permission(request, obj)
        context["may_publish"] = context["is_writable"] and not (
            obj and obj.status == Post.Status.PUBLISHED
        )
        # One that is refused and shown again is still the same.
        submission = request.POST.get("submission") or secrets.token_hex(SUBMISSION_LENGTH // 2)
        context["submission"] = submission[:SUBMISSION_LENGTH]
        context["allowed"] = json.dumps(ALLOWED)
        context["stored_submissions"] = " ".join(request.session.get("stored_submissions", []))
        if obj:
            links = [] if obj.is_public else obj.preview_links.select_related("post")
            context["preview_links"] = [link for link in links if previews.is_good(link)]
            context["may_erase"] = request.user.has_perm("articles.delete_post")
            context["steps"] = list(history.steps(obj, 5))
        if obj and context["is_writable"]:
            presence.keep_open(obj.pk, request.user)
            context["who_else"] = who_else(obj.pk, request.user)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_urls(self):
        preview = csp_replace({"frame-ancestors": [SELF]})(
            xframe_options_sameorigin(self.admin_site.admin_view(self.preview))
        )
        return [
            path("add/preview/", preview, name="articles_post_preview_new"),
            path("<int:pk>/change/preview/", preview, name="articles_post_preview"),
            path(
                "<int:pk>/erase/",
                self.admin_site.admin_view(self.erase_view),
                name="articles_post_erase",
            ),
            path(
                "<int:pk>/links/",
                self.admin_site.admin_view(self.links_view),
                name="articles_post_links",
            ),
            path(
                "<int:pk>/change/presence/",
                self.admin_site.admin_view(require_POST(self.presence)),
                name="articles_post_presence",
            ),
            *super().get_urls(),
        ]

    def erase_view(self, request, pk):
        """Tell what goes with a post, and erase it once that is confirmed by its address."""
        if not request.user.has_perm("articles.delete_post"):
            raise PermissionDenied
        post = get_object_or_404(self.get_queryset(request), pk=pk)
        form = EraseForm(request.POST or None, post=post)
        if form.is_valid():
            erasing.erase(post, by=request.user, why=form.cleaned_data["why"])
            messages.success(request, gettext("The post is erased."))
            return redirect("admin:articles_post_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Erase for good"),
            "post": post,
            "form": form,
            "extent": erasing.extent(post),
        }
        return TemplateResponse(request, "admin/articles/post/erase.html", context)

    def links_view(self, request, pk):
        """The preview links of a post, made and revoked here by who may change it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        post = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            if not self.has_change_permission(request, post):
                raise PermissionDenied
            if revoked := request.POST.get("_revoke"):
                previews.revoke(get_object_or_404(post.preview_links, token=revoked))
                messages.success(request, gettext("The link is revoked."))
            elif not post.is_public:
                previews.make(post, request.user)
            return redirect("admin:articles_post_links", post.pk)
        links = [
            (link, request.build_absolute_uri(link.get_absolute_url()), previews.is_good(link))
            for link in post.preview_links.select_related("post", "made_by")[:LINKS]
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Preview links"),
            "post": post,
            "links": links,
            "days": previews.DAYS,
            "may_change": self.has_change_permission(request, post),
        }
        return TemplateResponse(request, "admin/articles/post/links.html", context)

    def presence(self, request, pk):
        """Keep the form open that asks this, and say who else has it open."""
        post = get_object_or_404(self.get_queryset(request).only("pk"), pk=pk)
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        presence.keep_open(pk, request.user)
        return HttpResponse(who_else(pk, request.user), content_type="text/plain; charset=utf-8")

    def preview(self, request, pk=None):
        """What stands in the form, as readers will see it; nothing is saved. Whoever may only
        look has no form to send, and sees what is stored."""
        post = self.get_queryset(request).filter(pk=pk).first() if pk else None
        if pk and post is None:
            raise Http404(f"no post {pk}")
        context = {"is_preview": True, "is_public": bool(post and post.is_public)}
        if post and request.method == "GET" and self.has_view_permission(request, post):
            return render(
                request, "posts/detail.html", {"post": post, **posts.values_of(post), **context}
            )
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        form = self.get_form(request, post, change=bool(pk))(request.POST, instance=post)
        form.is_valid()  # what is not valid is shown as it was
        values = {name: form.cleaned_data.get(name) for name in posts.JOINS}
        if form.body is None:
            return HttpResponse(form.errors.get("body_html", ""), status=422)
        form.instance.body_html = form.body
        return render(request, "posts/detail.html", {"post": form.instance, **values, **context})
