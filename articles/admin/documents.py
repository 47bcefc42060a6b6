"""Documents as they were imported, their earlier versions, and how they differ."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
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
from ..templatetags.words import in_words
from .base import RecordAdmin
from .validation import is_key

MOST_SHOWN = 100_000  # characters of a document that are shown; it can be downloaded whole

Stored = Document | DocumentVersion


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    allowed_lookups = ["post__id__exact"]
    list_display = ["file_name", "category", "size", "imported_at", "gone_at"]
    fields = ["file_name", "post", "category", "tags", "path", "size", "imported_at",
              "told", "gone_at", "text"]  # fmt: skip
    readonly_fields = ["told", "text"]
    search_fields = ["file_name"]
    search_help_text = gettext_lazy("The beginning of a file's name, or a post's whole code.")

    @admin.display(description=gettext_lazy("text"))
    def text(self, document: Document) -> str:
        return legible(bytes(document.content))[:MOST_SHOWN]

    @admin.display(description=gettext_lazy("notes"))
    def told(self, document: Document) -> str:
        return format_html_join(
            mark_safe("<br>"), "{}", ((in_words(note),) for note in document.notes)
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).defer("content")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By an index: those of the post with that code, or those whose names begin so."""
        if not (term := search_term.strip()):
            return queryset, False
        posts = list(Post.objects.filter(slug=term.removeprefix("NW")).values_list("pk", flat=True))
        found = {"post__in": posts} if posts else {"file_name__startswith": term}
        return queryset.filter(**found), False

    def get_urls(self) -> list[URLPattern]:
        def view(route: str, of: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(of), name=f"articles_document_{name}")

        return [
            view("<int:a>/compare/<int:b>/", self.compare_view, "compare"),
            view("<int:pk>/raw/", self.raw_view, "raw"),
            view("version/<int:pk>/", self.version_view, "version"),
            view("version/<int:pk>/raw/", self.version_raw_view, "version_raw"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With `?post__id__exact=`, the documents of a post, and how they differ."""
        asked = request.GET.get("post__id__exact", "")
        post = Post.objects.for_headline().filter(pk=asked).first() if is_key(asked) else None
        pair = list(post.documents.only("file_name")[:2]) if post else []
        context = {"post": post, "pair": pair, **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A document with its earlier versions, and the other documents of its post."""
        document = self.get_object(request, object_id)
        context = {}
        if document:
            others = Document.objects.filter(post=document.post_id).exclude(pk=document.pk)
            context = {
                "versions": document.versions.defer("content"),
                "others": others.only("file_name"),
            }
        return super().change_view(request, object_id, form_url, context)

    def compare_view(self, request: HttpRequest, a: int, b: int) -> HttpResponse:
        """How two documents differ, such as the two forms of an article."""
        older, newer = self.stored(request, Document, a), self.stored(request, Document, b)
        title = _("How two documents differ")
        return self.differences(request, title, older, newer, older.file_name, newer.file_name)

    def version_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How a version differs from the next one, or from what the document holds now."""
        older = self.stored(request, DocumentVersion, pk)
        document = older.document
        title = _("Changes to %(file)s") % {"file": document.file_name}
        newer = older.successor
        return self.differences(request, title, older, newer, moment(older), moment(newer))

    def differences(
        self,
        request: HttpRequest,
        title: str,
        older: Stored,
        newer: Stored,
        older_name: str,
        newer_name: str,
    ) -> HttpResponse:
        texts = [legible(bytes(side.content)) for side in (older, newer)]
        context = {
            "older": {"name": older_name, "url": raw_url(older)},
            "newer": {"name": newer_name, "url": raw_url(newer)},
            "lines": difference(*texts),
            "document": older if isinstance(older, Document) else older.document,
        }
        return self.desk_page(request, "document/difference.html", title, context)

    def raw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.stored(request, Document, pk)
        return raw(document, document.file_name)

    def version_raw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.stored(request, DocumentVersion, pk)
        return raw(version, version.document.file_name)

    def stored(self, request: HttpRequest, model: type[Model], pk: int) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(model, pk=pk)


def moment(side: Stored) -> str:
    return date_format(timezone.localtime(side.imported_at), "DATETIME_FORMAT")


def raw_url(side: Stored) -> str:
    kind = "raw" if isinstance(side, Document) else "version_raw"
    return reverse(f"admin:articles_document_{kind}", args=[side.pk])


def raw(side: Stored, file_name: str) -> HttpResponse:
    """The stored bytes as a download, so that browsers do not interpret them."""
    disposition = content_disposition_header(as_attachment=True, filename=file_name)
    return HttpResponse(
        bytes(side.content),
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition or ""},
    )
