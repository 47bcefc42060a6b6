"""Runs of the importer, what became of each file, and the files that were refused."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import MessageField
from .runs import Run, RunQuerySet


class ImportRunQuerySet(RunQuerySet["ImportRun"]):
    def that_brought_posts(self) -> Self:
        return self.filter(Q(created__gt=0) | Q(repaired__gt=0), is_dry=False)


class ImportRun(Run):
    """One run of the importer. Its counts are updated after each batch."""

    paths = ArrayField(models.TextField(), verbose_name=_("paths"), default=list)
    is_dry = models.BooleanField(
        _("dry run"), default=False, help_text=_("It said what it would do, and did nothing.")
    )
    total = models.PositiveIntegerField(_("files"), null=True, help_text=_("Empty until counted."))
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    repaired = models.PositiveIntegerField(_("repaired"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)

    objects = ImportRunQuerySet.as_manager()

    class Meta(Run.Meta):
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")

    @property
    def done(self) -> int:
        """How many files it has finished."""
        return sum(self.changes().values()) + self.unchanged

    def changes(self) -> dict[str, int]:
        """How many files have each status; unchanged ones have none."""
        return {status: getattr(self, status) for status in ImportedFile.Status.values}


class ImportedFile(models.Model):
    """What became of a file in a run. Unchanged files have no row and are only counted."""

    class Status(models.TextChoices):
        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        REPAIRED = "repaired", _("repaired")
        REFUSED = "refused", _("refused")
        SKIPPED = "skipped", _("skipped")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="files")
    path = models.TextField(_("path"))
    status = models.CharField(_("status"), max_length=8, choices=Status)
    line = models.PositiveIntegerField(_("line"), null=True)
    notes = ArrayField(MessageField(), verbose_name=_("notes"), default=list)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["pk"]
        indexes = [models.Index("run", "status", "id", name="importedfile_by_status")]

    def __str__(self) -> str:
        return self.path


class ImportProblemQuerySet(models.QuerySet["ImportProblem"]):
    def waiting(self) -> Self:
        """Those that no editor has settled yet."""
        return self.filter(settled_at=None)

    def settled(self) -> Self:
        return self.exclude(settled_at=None)


class ImportProblem(models.Model):
    """A file that was refused when it was last imported; deleted once the file can be read. An
    editor settles it by mending the text, or by a note that it does not matter. The same bytes are
    then not brought up again."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    path = models.TextField(_("path"), unique=True)
    line = models.PositiveIntegerField(_("line"), null=True)
    reason = MessageField(_("reason"))
    content = models.BinaryField(_("content"))
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    settled_by = models.TextField(_("settled by"), blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    objects = ImportProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("import problem")
        verbose_name_plural = _("import problems")
        ordering = ["path"]

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"
