"""What an import was asked to do."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..messages import Message, verbatim
from .outcomes import CannotRunError
from .reading.dates import SHANGHAI_TIME
from .reading.files import NewDocument


@dataclass(frozen=True, slots=True)
class Options:
    """How to import. `first_day`: only posts of that day, Shanghai time, or later. `category`: only
    posts of that category. `checksum`: read files even if their size and time have not changed.
    `jobs`: processes that read; 0: one for each processor."""

    git: str = ""
    first_day: dt.date | None = None
    category: str = ""
    dry_run: bool = False
    fail_fast: bool = False
    prune: bool = False
    prune_all: bool = False
    checksum: bool = False
    jobs: int = 0
    started_by: Message | Literal[""] = ""

    def check(self, paths: Sequence[str], *, watch: bool) -> None:
        """Raises `CannotRunError` if `paths` cannot be imported, or watched, with these options."""
        if self.prune and (self.first_day or self.category or self.git):
            raise CannotRunError(verbatim("--prune is for folders that are imported whole."))
        if self.prune and all(Path(path).is_file() or path == "-" for path in paths):
            raise CannotRunError(verbatim("--prune is for folders, and none is named."))
        if watch and (self.git or not all(Path(path).is_dir() for path in paths)):
            raise CannotRunError(verbatim("--watch is for folders."))

    def wants(self, new: NewDocument) -> bool:
        """Whether a document has the day and the category of those that are to be imported."""
        day = new.parsed.published_at.astimezone(SHANGHAI_TIME).date()
        return (self.first_day is None or day >= self.first_day) and (
            not self.category or self.category in new.parsed.categories
        )
