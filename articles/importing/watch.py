"""Folders that change → the files to import again, and those that are gone.

A change is a difference between two looks at a folder, and a look finds exactly what an import
would find. Events of the file system only say when to look; a later look finds what they miss. The
time of a file is never compared with a clock: a file has settled when two looks, a moment apart,
find it the same.
"""

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch

from . import discovery
from .discovery import Found, document_name

SETTLED = 1.0  # seconds between two looks that must agree: a writer at work writes more often
QUIET = 20.0  # seconds to the next look if no event comes, and until missing files are reported
REST = 2  # seconds of rest for each second that a look took
TICK = 250  # milliseconds in which events are gathered, then `should_stop` is called

FileId = tuple[int, int]  # device and inode: another folder may get the same name


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """`files` are all files of each name under which something changed, in the order of an import,
    which takes the first of a name. `gone` are the paths of all files that have gone since the
    watch began and are not back; they come when no more files have gone for a while."""

    files: Sequence[Found] = ()
    gone: Sequence[str] = ()


def changes(
    folders: Sequence[str],
    should_stop: Callable[[], bool],
    say: Callable[[str], None],
    *,
    settled: float = SETTLED,
    quiet: float = QUIET,
) -> Iterator[FolderChanges | None]:
    """Yield None first: everything is to be imported. Then yield what changes in `folders`, once it
    has settled, until `should_stop`. What changes while the caller imports comes with the next
    changes. `say` gets a line when a folder goes away or comes back, and when the system cannot
    tell of changes."""
    watched = [Folder(folder) for folder in folders]
    for folder in watched:
        folder.look(set(), should_stop)
        folder.tell(folder.changed())
    yield None
    gone: set[str] = set()
    gone_at: float | None = None  # when the last file was missed; None: all are reported
    unsettled: set[str] = set()  # names under which the last look found a change
    at_least = at_most = 0.0  # seconds until the next look
    with closing(Events(say)) as events:
        while True:
            events.wait(at_least, at_most, should_stop)
            began = time.monotonic()
            events.follow(folders)
            files = [found for folder in watched for found in folder.look(unsettled, should_stop)]
            if should_stop():
                return
            for line in filter(None, (folder.news() for folder in watched)):
                say(line)

            changed = set().union(*(folder.changed() for folder in watched))
            due = changed.difference(*(folder.moving for folder in watched))
            unsettled = changed - due
            lost = {path for folder in watched for path in folder.tell(due)}
            now = time.monotonic()
            at_least = max(settled if unsettled else 0, REST * (now - began))
            at_most = at_least if unsettled else max(at_least, quiet)

            if here := [found for found in files if found.name in due]:
                yield FolderChanges(files=here)
            if lost:
                gone |= lost
                gone_at = now
            if gone_at is not None and now >= gone_at + quiet:
                gone_at = None
                yield FolderChanges(
                    gone=sorted(gone.difference(*(folder.there() for folder in watched)))
                )
            elif gone_at is not None:
                at_most = max(at_least, min(at_most, gone_at + quiet - now))


class Folder:
    """A folder, and the state of each of its files, by path: as the last look `found` it, and as
    the caller was `told`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: dict[str, int] = {}
        self.passed_over: set[str] = set()
        self.told: dict[str, int] = {}
        self.moving: set[str] = set()  # names on which the last two looks do not agree
        self.place: FileId | None = None
        self.is_away = self.was_away = False

    def look(self, names: set[str], should_stop: Callable[[], bool]) -> list[Found]:
        """Look at what is there now, and return the files of these names.

        No file counts as gone if the look was stopped, if the folder is missing, was unmounted or
        was replaced during the look, or if a folder inside could not be listed."""
        self.moving = self.changed()
        root = os.path.realpath(self.path)
        place = place_of(root)
        found: dict[str, int] = {}
        passed_over = set()
        files = []
        is_whole = True
        for file in discovery.find([root]) if place else ():
            if should_stop():
                return []
            is_whole &= file.is_whole
            found[file.path] = hash(file)
            if file.passed_over:
                passed_over.add(file.path)
            if file.name in names:
                files.append(file)
        is_emptied = not found and bool(self.told) and place != self.place
        self.is_away = not place or place != place_of(root) or root in found or is_emptied
        if self.is_away:
            return []
        self.place = place
        if not is_whole:
            found = self.told | found
        self.moving = names_that_differ(self.found, found)
        self.found, self.passed_over = found, passed_over
        return files

    def news(self) -> str:
        """A line if the folder has gone away or come back since the last call; else ""."""
        if self.is_away == self.was_away:
            return ""
        self.was_away = self.is_away
        if self.is_away:
            return f"{self.path} has gone away or was emptied. Waiting until it is back."
        return f"{self.path} is back."

    def changed(self) -> set[str]:
        return names_that_differ(self.told, self.found)

    def tell(self, names: set[str]) -> list[str]:
        """Note that the caller is told of these names. Return which of their paths are gone
        or are now passed over; an import treats both alike."""
        if not names:
            return []
        lost = [path for path in self.told.keys() - self.there() if document_name(path) in names]
        self.told |= {
            path: state for path, state in self.found.items() if document_name(path) in names
        }
        for path in lost:
            if path not in self.found:
                del self.told[path]
        return lost

    def there(self) -> set[str]:
        return self.found.keys() - self.passed_over


def names_that_differ(one: dict[str, int], other: dict[str, int]) -> set[str]:
    if one == other:
        return set()
    paths = {path for path, state in one.items() if other.get(path) != state}
    return {document_name(path) for path in paths | (other.keys() - one.keys())}


def place_of(path: str) -> FileId | None:
    """The place of a folder; None if it is not a folder, or cannot be reached."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if Path(path).is_dir() else None


class Events:
    """The system's events, which say that something has changed in some folders."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.places: dict[str, FileId] = {}
        self.source: Generator[object, None, None] | None = None
        self.is_blind = False

    def follow(self, folders: Iterable[str]) -> None:
        """Watch these folders from now on, wherever they are now."""
        roots = [os.path.realpath(folder) for folder in folders]
        places = {root: place for root in roots if (place := place_of(root))}
        if places == self.places and self.source:
            return
        self.close()
        self.places = places
        if not places:
            return
        self.source = watch(
            *places,
            watch_filter=self.concerns,
            yield_on_timeout=True,
            rust_timeout=TICK,
            debounce=TICK,
        )
        try:
            next(self.source)  # begins to watch
            self.is_blind = False
        except (OSError, RuntimeError) as error:  # the limit of the system, a locked folder
            self.source = None
            if not self.is_blind:
                self.say(f"The system does not tell of changes: {error}. Looking now and then.")
            self.is_blind = True

    def concerns(self, _change: Change, path: str) -> bool:
        """Whether an import might look at that path: it passes over names that begin with a dot."""
        return any(
            not any(part.startswith(".") for part in path.removeprefix(root).split("/"))
            for root in self.places
            if path.startswith(root)
        )

    def wait(self, at_least: float, at_most: float, should_stop: Callable[[], bool]) -> None:
        """Wait for an event, for at least and at most so many seconds."""
        began = time.monotonic()
        has_come = False
        while not should_stop():
            waited = time.monotonic() - began
            if waited >= (at_least if has_come else at_most):
                return
            has_come |= self.has_come()

    def has_come(self) -> bool:
        if self.source is None:
            time.sleep(TICK / 1000)
            return False
        try:
            return bool(next(self.source))
        except (OSError, RuntimeError):  # such as a name that is not UTF-8
            self.source = None
            return True

    def close(self) -> None:
        if self.source:
            self.source.close()
            self.source = None
