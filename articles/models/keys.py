"""Who asks the API: keys that editors gave out, and how often each client has asked."""

import secrets
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import models, router
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SHOWN: Final = 6  # characters of a key, by which people tell it from others

#: One statement, so that processes and machines that count at the same time count each request.
COUNT: Final = """
    INSERT INTO articles_apiusage AS usage (client, minute, requests) VALUES (%s, %s, 1)
    ON CONFLICT (client) DO UPDATE SET
        requests = CASE WHEN usage.minute = excluded.minute THEN usage.requests + 1 ELSE 1 END,
        minute = excluded.minute
    RETURNING client, requests
"""


def hashed(key: str) -> str:
    """Keys are long and random, so a hash that is quick to make tells nothing of them."""
    return sha256(key.encode()).hexdigest()


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def valid(self, key: str) -> "ApiKey | None":
        """The key that this text is, unless it was revoked."""
        return self.filter(sha256=hashed(key), revoked_at=None).first()


class ApiKey(models.Model):
    """A key, by which a client may ask the API more often than others. Only its hash is kept."""

    name = models.CharField(_("name"), max_length=100, help_text=_("Whose it is, and what for."))
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    beginning = models.CharField(_("begins with"), max_length=SHOWN, editable=False)
    limit = models.PositiveIntegerField(_("requests a minute"), default=1200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name

    def issue(self) -> str:
        """Give it a key, which is returned, and cannot be had again."""
        key = secrets.token_urlsafe(32)
        self.sha256, self.beginning = hashed(key), key[:SHOWN]
        return key

    def revoke(self) -> None:
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])


class ApiUsageQuerySet(models.QuerySet["ApiUsage"]):
    def count_one(self, client: str, minute: int) -> int:
        """Count a request of a client, and return how many it has made in this minute."""
        [usage] = self.using(router.db_for_write(self.model)).raw(COUNT, [client, minute])
        return usage.requests


class ApiUsage(models.Model):
    """How many requests a client, an address or a key, has made in the last minute that it asked.
    Its table is not logged: after a crash of the server everybody begins anew."""

    client = models.TextField(primary_key=True)
    minute = models.BigIntegerField(help_text=_("Since 1970."))
    requests = models.PositiveIntegerField()

    objects = ApiUsageQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client}: {self.requests}"
