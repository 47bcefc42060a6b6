"""What became of a file, and of a run."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, get_args

from ..messages import Message

Status = Literal["created", "updated", "unchanged", "repaired", "refused", "skipped", "hidden"]
*STATUSES, HIDDEN = get_args(Status)  # of files that are there; of files that are gone

INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended


class CannotRunError(Exception):
    """Nothing was imported, or nothing pruned: it is raised with the `Message` that says why."""


class BusyError(CannotRunError):
    """Another import is running."""


class PausedError(Exception):
    """The process that runs the import ends, and another goes on with the same run."""


class PruneRefusedError(CannotRunError):
    """Everything was imported, and nothing pruned."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `notes` say what was assumed or left alone, and why."""

    path: str
    status: Status
    notes: tuple[Message, ...] = ()
    line: int | None = None
    is_routine: bool = False  # passed over, as people would expect: named on request

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {'; '.join(map(str, self.notes))}" if self.notes else where


@dataclass(slots=True)
class Report:
    """What became of the files of a run that are there, counted. `interrupted` says by whom."""

    counts: Counter[Status] = field(default_factory=Counter)
    interrupted: Message | None = None
    unpruned: Message | None = None  # why nothing was pruned, where that was asked for

    @property
    def exit_status(self) -> int:
        """The status of the command: 0 if all is well, 1 if a file was refused, `INTERRUPTED`."""
        return INTERRUPTED if self.interrupted else int(bool(self.counts["refused"]))
