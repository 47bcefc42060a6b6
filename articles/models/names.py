"""Names of securities: those that they had, those that were looked for, and those that mean
something else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .terms import Security


class FormerName(models.Model):
    """A name that a security had, by the list of an exchange; a day that the list lacks is None."""

    security = models.ForeignKey(Security, on_delete=models.CASCADE, related_name="former_names")
    name = models.TextField(_("name"))
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["since", "until", "name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["security", "name", "since"],
                name="formername_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name


class SoughtName(models.Model):
    """A name or code of a security that was looked for in all posts. Names that are not here are
    newer than some posts, which may have them."""

    security = models.ForeignKey(Security, on_delete=models.CASCADE)
    text = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["security", "text"], name="soughtname_once")]


class NamingRule(models.Model):
    """What a text does not mean as it stands: the name of a security that is also a word, or a
    longer word around a name."""

    class Kind(models.TextChoices):
        DOUBTFUL = "doubtful", _("also a word")
        LONGER = "longer", _("contains a name and means something else")

    text = models.TextField(_("name or word"), unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.DOUBTFUL)

    class Meta:
        verbose_name = _("naming rule")
        verbose_name_plural = _("naming rules")
        ordering = ["kind", "text"]

    def __str__(self) -> str:
        return self.text
