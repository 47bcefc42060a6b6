"""What editors do at the desk, and what waits for them there."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .fields import MessageField
from .runs import Run, RunQuerySet

MAX_SEARCHES = 1_000
SEVERAL = 3  # addresses: a search that came from so many is not one person's
RECENT_SEARCHES = dt.timedelta(days=30)
MAX_ASKERS = 100  # addresses that are counted for a search


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def with_total(self) -> Self:
        """Each with `total`, the number of its posts, but without their ids, which may be many."""
        return self.defer("post_ids").annotate(total=F("post_ids__len"))

    def forgotten(self) -> Self:
        """Planned a day ago or longer, and never started."""
        a_day_ago = timezone.now() - dt.timedelta(days=1)
        return self.filter(started_at=None, made_at__lt=a_day_ago)


class BulkChange(models.Model):
    """A change to many posts, applied in batches: who asked for it, and how many are `done`. Until
    it is started it is only planned."""

    class Action(models.TextChoices):
        PUBLISH = "publish", _("publish")
        HIDE = "hide", _("hide")
        MOVE = "move", _("move to a category")
        ADD_TAGS = "add_tags", _("add tags")
        REMOVE_TAGS = "remove_tags", _("remove tags")
        SOURCE = "source", _("change the source")
        DERIVE = "derive", _("derive again from documents")
        UNITE = "unite", _("make one story of them")
        SPLIT = "split", _("split from its story")
        FIRST = "first", _("make it the first of its story")
        MERGE = "merge", _("merge")
        UNDO = "undo", _("undo a bulk change")

    action = models.CharField(_("action"), max_length=11, choices=Action)
    parameters = models.JSONField(_("parameters"), default=dict)
    post_ids = ArrayField(models.BigIntegerField(), verbose_name=_("posts"))
    done = models.PositiveIntegerField(_("done"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    reason = models.TextField(_("reason"), blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.SET_NULL,
        null=True,
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    error = MessageField(_("why it stopped"), blank=True)

    objects = BulkChangeQuerySet.as_manager()

    total: int  # with `with_total`

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {timezone.localtime(self.made_at):%Y-%m-%d %H:%M}"


class MaintenanceRun(Run):
    """Work on all posts. Its count is updated after each batch."""

    class Kind(models.TextChoices):
        REPARSE = "reparse", _("derive all posts again from their documents")
        REBUILD = "rebuild", _("replace the search entries that are wrong")

    kind = models.CharField(_("what to do"), max_length=7, choices=Kind)
    total = models.PositiveIntegerField(_("posts"))
    done = models.PositiveIntegerField(_("done"), default=0)
    unreadable = ArrayField(
        MessageField(), verbose_name=_("documents that cannot be read any more"), default=list
    )

    objects = RunQuerySet["MaintenanceRun"].as_manager()

    class Meta(Run.Meta):
        verbose_name = _("maintenance run")
        verbose_name_plural = _("maintenance runs")


class ChangedPost(models.Model):
    """A post that a bulk change changed. The change is undone by `record`, which it made in the
    history of the post; a merge makes none."""

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="changed_posts")
    post = models.ForeignKey("Post", on_delete=models.CASCADE)
    record = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["change", "post"], name="changedpost_once")]

    def __str__(self) -> str:
        return str(self.post)


class PendingChangeQuerySet(models.QuerySet["PendingChange"]):
    def open(self) -> Self:
        """Neither published nor withdrawn: at most one for each post."""
        return self.filter(published_at=None, withdrawn_at=None)

    def waiting(self) -> Self:
        """Those that need an editor: they are not approved, or could not be published."""
        return self.open().filter(Q(approved_at=None) | ~Q(stopped_at=None))

    def due(self) -> Self:
        """Approved ones whose time has come."""
        return self.open().filter(
            approved_at__isnull=False, due_at__lte=timezone.now(), stopped_at=None
        )


class PendingChange(models.Model):
    """A correction that waits for publication; until then readers see the post as it is. It is
    never edited, only replaced by another, so what was approved is what is published.

    `base` and `values` are the old and the new values of the fields that it changes. Terms are
    primary keys in them, times are in ISO 8601.
    """

    post = models.ForeignKey(
        "Post", verbose_name=_("post"), on_delete=models.CASCADE, related_name="pending_changes"
    )
    base = models.JSONField(_("base"))
    values = models.JSONField(_("values"))
    reason = models.TextField(_("reason"), blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    stopped_at = models.DateTimeField(
        _("stopped at"), null=True, help_text=_("When it was due and could not be published.")
    )
    published_at = models.DateTimeField(_("published at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    record = models.ForeignKey(
        "HistoricalPost",
        verbose_name=_("record"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("What the history of the post says of it."),
    )

    objects = PendingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pending change")
        verbose_name_plural = _("pending changes")
        ordering = ["-made_at"]
        permissions = [
            ("approve_pendingchange", "Can approve pending change of another"),
            ("publish_pendingchange", "Can publish pending change without approval"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                name="pendingchange_one_open",
                condition=Q(published_at=None, withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.made_at):%Y-%m-%d %H:%M:%S}"


class Presence(models.Model):
    """A user who has the form of a post open at the desk: since when, and when it last said so."""

    # Without a constraint in the database, which would wait for whoever is saving the post.
    post = models.ForeignKey("Post", on_delete=models.CASCADE, db_constraint=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="presence_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {self.post_id}"


class PreviewLink(models.Model):
    """A link, made at the desk, by which whoever has it reads a post that readers do not see yet.
    See `editing.previews`."""

    post = models.ForeignKey("Post", on_delete=models.CASCADE, related_name="preview_links")
    token = models.TextField(unique=True)
    status = models.CharField(max_length=9, help_text="Of the post, when it was made.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        default_permissions = ()  # whoever may change a post may make links to it

    def __str__(self) -> str:
        return f"{self.post} {self.made_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("preview", args=[self.token])


class Erasure(models.Model):
    """All that is left of a post that was erased. Its address answers 410, and imports leave out
    files with these names or contents, and those whose post would have its address."""

    slug = models.TextField(_("slug"), unique=True)
    info_code = models.TextField(_("infoCode"), blank=True)
    file_names = ArrayField(models.TextField(), verbose_name=_("files"), default=list)
    sha256 = ArrayField(models.BinaryField(), verbose_name=_("SHA-256"), default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-made_at"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.slug


class EmptySearchQuerySet(models.QuerySet["EmptySearch"]):
    def asked_by_several(self) -> Self:
        """Those that came from several addresses."""
        return self.filter(askers__len__gte=SEVERAL)

    def asked_lately(self) -> Self:
        return self.filter(last_at__gte=timezone.now() - RECENT_SEARCHES)

    def count_one(self, text: str, address: str) -> None:
        """Count a search that found nothing, once for each address, and keep the newest
        `MAX_SEARCHES`. It never waits: a search that another request is counting at this moment is
        not counted again."""
        asker = salted_hmac("articles.fruitless", f"{text}\n{address}").hexdigest()[:16]
        with transaction.atomic():
            free = list(self.select_for_update(skip_locked=True).filter(text=text))
            for search in free:
                if asker not in search.askers and len(search.askers) < MAX_ASKERS:
                    search.askers.append(asker)
                    search.times = len(search.askers)
                search.save(update_fields=["askers", "times", "last_at"])
            if free:
                return
            self.bulk_create([self.model(text=text, askers=[asker])], ignore_conflicts=True)
            newest = self.order_by("-last_at").values("pk")[:MAX_SEARCHES]
            self.exclude(pk__in=newest).delete()


class EmptySearch(models.Model):
    """A search that found nothing, without who made it. `askers` are hashes of the addresses that
    it came from, each of which `times` counts once. They cannot be reversed, nor compared with
    those of another search."""

    text = models.TextField(_("search"), unique=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    askers = ArrayField(models.TextField(), default=list)
    last_at = models.DateTimeField(_("last at"), auto_now=True)

    objects = EmptySearchQuerySet.as_manager()

    class Meta:
        db_table = "articles_fruitlesssearch"
        verbose_name = _("empty search")
        verbose_name_plural = _("empty searches")
        ordering = ["-last_at"]

    def __str__(self) -> str:
        return self.text
