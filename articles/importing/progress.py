"""How far an import is, as a bar on the terminal."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from .outcomes import Status


class ProgressBar:
    """A bar that grows with each file."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, counts: Mapping[Status, int]) -> None:
        """One more file is done. `counts` has the number of finished files for each outcome."""
        text = " ".join(f"{count:,} {status}" for status, count in counts.items())
        rate = f"{self._progress.tasks[0].speed or 0:,.0f}/s"
        self._progress.update(self._task, advance=1, description=text, rate=rate)

    def write(self, line: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress_bar(count: Callable[[], int | None], *, shown: bool) -> Iterator[ProgressBar | None]:
    """A bar while inside; None unless one is to be `shown` and standard error is a terminal.
    `count` says how many files there are, if that is known. Where the terminal goes away, so does
    the bar, and what is done inside goes on."""
    console = Console(stderr=True)
    if not (shown and console.is_terminal):
        yield None
        return
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    progress = Progress(*columns, console=console)
    with suppress(OSError):
        progress.start()
    try:
        yield ProgressBar(progress, progress.add_task("", total=count(), rate=""))
    finally:
        with suppress(OSError):
            progress.stop()
