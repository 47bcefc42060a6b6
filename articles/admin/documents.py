"""Documents as they were imported, what they held before, and how they differ."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..editing.difference import difference
from ..importing.reading.documents import legible
from ..models import Document, DocumentVersion, Post
from ..templatetags.sayings import said
from .doubtful import is_key
from .imports import RecordAdmin

MOST_TO_SHOW = 100_000  # characters of a document; whole it can be downloaded


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    linked_by = ["post__id__exact"]
    list_display = ["file_name", "category", "size", "imported_at", "gone_at"]
    fields = ["file_name", "post", "category", "tags", "path", "size", "imported_at",
              "told", "gone_at", "text"]  # fmt: skip
    readonly_fields = ["told", "text"]
    search_fields = ["file_name"]
    search_help_text = gettext_lazy("The beginning of a file's name, or a post's whole code.")

    @admin.display(description=gettext_lazy("text"))
    def text(self, document):
        return legible(bytes(document.content))[:MOST_TO_SHOW]

    @admin.display(description=gettext_lazy("notes"))
    def told(self, document):
        return format_html_join(mark_safe("<br>"), "{}", ((said(note),) for note in document.notes))

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")

    def get_search_results(self, request, documents, search_term):
        """By an index: those of the post with that code, or those whose names begin so."""
        if not (term := search_term.strip()):
            return documents, False
        posts = list(Post.objects.filter(slug=term.removeprefix("NW")).values_list("pk", flat=True))
        found = {"post__in": posts} if posts else {"file_name__startswith": term}
        return documents.filter(**found), False

    def get_urls(self):
        def view(route, of, name):
            return path(route, self.admin_site.admin_view(of), name=f"articles_document_{name}")

        return [
            view("<int:a>/compare/<int:b>/", self.compare_view, "compare"),
            view("<int:pk>/raw/", self.raw_view, "raw"),
            view("version/<int:pk>/", self.version_view, "version"),
            view("version/<int:pk>/raw/", self.version_raw_view, "version_raw"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        """With `?post__id__exact=`, the documents of a post, and how they differ."""
        asked = request.GET.get("post__id__exact", "")
        post = Post.objects.for_headline().filter(pk=asked).first() if is_key(asked) else None
        pair = list(post.documents.only("file_name")[:2]) if post else []
        context = {"post": post, "pair": pair, **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A document with what it held before, and the others of its post."""
        document = self.get_object(request, object_id)
        context = {
            "versions": document.versions.defer("content"),
            "others": Document.objects.filter(post=document.post_id)
            .exclude(pk=document.pk)
            .only("file_name"),
        } if document else {}  # fmt: skip
        return super().change_view(request, object_id, form_url, context)

    def compare_view(self, request, a, b):
        """How two documents differ, such as the two forms of an article."""
        older, newer = self.stored(request, Document, a), self.stored(request, Document, b)
        title = _("How two documents differ")
        return self.differences(request, title, older, newer, older.file_name, newer.file_name)

    def version_view(self, request, pk):
        """How a version differs from the next one, or from what the document holds now."""
        older = self.stored(request, DocumentVersion, pk)
        document = older.document
        newer = document.versions.filter(pk__gt=pk).order_by("pk").first() or document
        title = _("Changes to %(file)s") % {"file": document.file_name}
        return self.differences(request, title, older, newer, moment(older), moment(newer))

    def differences(self, request, title, older, newer, older_name, newer_name):
        texts = [legible(bytes(side.content)) for side in (older, newer)]
        return self.page(
            request,
            "difference.html",
            title,
            older={"name": older_name, "url": raw_url(older)},
            newer={"name": newer_name, "url": raw_url(newer)},
            lines=difference(*texts),
            document=older if isinstance(older, Document) else older.document,
        )

    def raw_view(self, request, pk):
        return raw(document := self.stored(request, Document, pk), document.file_name)

    def version_raw_view(self, request, pk):
        version = self.stored(request, DocumentVersion, pk)
        return raw(version, version.document.file_name)

    def stored(self, request, model, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(model, pk=pk)


def moment(side):
    return date_format(timezone.localtime(side.imported_at), "DATETIME_FORMAT")


def raw_url(side):
    kind = "raw" if isinstance(side, Document) else "version_raw"
    return reverse(f"admin:articles_document_{kind}", args=[side.pk])


def raw(side, file_name):
    """Its bytes, as a file to keep: browsers are not to make anything of them."""
    disposition = content_disposition_header(as_attachment=True, filename=file_name)
    return HttpResponse(
        bytes(side.content),
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition},
    )
