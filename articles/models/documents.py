"""What was imported: whole files, their earlier contents, and where they belonged."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import MessageField


class Document(models.Model):
    """A file with front matter, byte for byte. Posts are derived from documents."""

    file_name = models.TextField(_("file name"), unique=True)
    content = models.BinaryField(_("content"))
    sha256 = models.BinaryField(_("SHA-256"), max_length=32)
    category = models.TextField(_("category"), blank=True)
    tags = ArrayField(models.TextField(), verbose_name=_("tags"), default=list)
    post = models.ForeignKey(
        "Post", verbose_name=_("post"), on_delete=models.PROTECT, related_name="documents"
    )
    imported_at = models.DateTimeField(_("imported at"), auto_now=True)
    path = models.TextField(_("path"), blank=True, help_text=_("Where it was last found."))
    size = models.PositiveBigIntegerField(_("size"), default=0, help_text=_("In bytes."))
    mtime_ns = models.BigIntegerField(
        _("modification time"), default=0, help_text=_("Of the file, in nanoseconds; 0: unknown.")
    )
    notes = ArrayField(
        MessageField(),
        verbose_name=_("notes"),
        default=list,
        help_text=_("What was assumed to read it."),
    )
    addresses = ArrayField(
        models.TextField(),
        verbose_name=_("addresses"),
        default=list,
        help_text=_("At which it was found before it came here."),
    )
    gone_at = models.DateTimeField(
        _("gone at"), null=True, help_text=_("When its file was found to be no longer there.")
    )
    is_sample = models.BooleanField(
        _("sample"), db_default=False, help_text=_("Written by make_sample_posts.")
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["file_name"]
        indexes = [
            models.Index(
                "post", name="document_needs_attention", condition=~Q(notes=[]) | Q(category="")
            ),
            models.Index("post", name="document_samples", condition=Q(is_sample=True)),
            # Few documents name addresses; the others cost nothing here.
            GinIndex(fields=["addresses"], name="document_addresses", condition=~Q(addresses=[])),
        ]

    def __str__(self) -> str:
        return self.file_name


class DocumentVersion(models.Model):
    """What a document contained before an import replaced it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    content = models.BinaryField(_("content"))
    sha256 = models.BinaryField(_("SHA-256"), max_length=32)
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("document version")
        verbose_name_plural = _("document versions")
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.document} {self.imported_at:%Y-%m-%d %H:%M}"

    @property
    def successor(self) -> "DocumentVersion | Document":
        """What replaced it: the next version, or the document as it is now."""
        later = self.document.versions.filter(pk__gt=self.pk).order_by("pk")
        return later.first() or self.document


class FormerHome(models.Model):
    """The post to which a document belonged until a moment; none while its file was gone, or if the
    post was erased since."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="former_homes")
    post = models.ForeignKey("Post", on_delete=models.SET_NULL, null=True)
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.document} {self.until:%Y-%m-%d %H:%M}"
