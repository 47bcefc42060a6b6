"""What runs in the background have in common."""

import datetime as dt
from collections.abc import Iterable
from typing import Self, TypeVar

from django.db import models
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import MessageField

ARun = TypeVar("ARun", bound="Run", covariant=True)


class RunQuerySet(models.QuerySet[ARun]):
    def with_state(self, running_ids: Iterable[int], waiting_ids: Iterable[int]) -> Self:
        """Each with its `state`, given the ids of those that are running and of those that a worker
        will begin or go on with. Another that has not ended was killed."""
        state = Run.State
        return self.annotate(
            state=Case(
                When(pk__in=list(running_ids), finished_at=None, then=Value(state.RUNNING)),
                When(pk__in=list(waiting_ids), finished_at=None, then=Value(state.WAITING)),
                When(finished_at=None, then=Value(state.KILLED)),
                When(error="", then=Value(state.FINISHED)),
                default=Value(state.STOPPED),
            )
        )


class Run(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        STOPPED = "stopped", _("stopped before its end")
        KILLED = "killed", _("killed")

    GOING_ON = (State.WAITING, State.RUNNING)

    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    started_by = MessageField(_("started by"), blank=True)
    stopped_by = models.TextField(
        _("stopped by"), blank=True, help_text=_("Who asked at the desk that it stops.")
    )
    error = MessageField(_("why it stopped"), blank=True)

    state: str  # with `with_state`

    class Meta:
        abstract = True
        ordering = ["-started_at", "-pk"]
        get_latest_by = "started_at"

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M:%S}"

    @property
    def duration(self) -> dt.timedelta:
        return (self.finished_at or timezone.now()) - self.started_at
