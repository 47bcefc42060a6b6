"""Paths, archives and repositories → the files in them that may be documents, one by one.

Archives and repositories are read as streams: nothing is unpacked to disk, and no more than one
file of them is in memory. Files that are hostile, broken or to be passed over are found too, with
the reason.
"""

import os
import select
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ...messages import Message, reason_of
from .folders import (
    content_of,
    count_in_folder,
    in_folder,
    known_path,
    regular_file,
)
from .found import (
    ARCHIVES,
    CANNOT_UNPACK,
    LARGEST,
    NAME_BYTES,
    NOT_A_FILE,
    PACKED,
    UNREADABLE,
    Found,
    Look,
    UnusableInputError,
    document_name,
    may_be_document,
    too_large,
)
from .repositories import has_no_files, in_repository, tree_of
from .sites import states_publishing
from .tars import begins_tar, in_tar, in_tar_file
from .unpacking import BLOCK, is_packed
from .zips import count_in_zip, in_zip

__all__ = [
    "ARCHIVES",
    "LARGEST",
    "NAME_BYTES",
    "Found",
    "Look",
    "UnusableInputError",
    "check",
    "content_of",
    "count",
    "document_name",
    "find",
    "in_upload",
    "known_path",
    "may_be_document",
    "regular_file",
    "too_large",
    "uploaded",
]

LOOK = 0.1  # seconds between checks whether to stop, while nothing comes
TAR_BLOCK = 512  # bytes of a stream that tell what it is: a block of a tar
OTHER_ARCHIVES = {b"PK\3\4": "zip", b"PK\5\6": "zip", b"Rar!": "rar", b"7z\xbc\xaf": "7z"}


def go_on() -> None:
    """A `Look` that never stops anything."""


def find(paths: Iterable[str], git: str = "", look: Look = go_on) -> Iterator[Found]:
    """The files in each of `paths` that may be documents, in a stable order. `look` is called
    whenever it may take long to find the next one.

    A path is a file, a folder, an archive, or `-` for standard input (a document, or a tar);
    with `git`, a repository or a folder in one, read as it is in the revision of that name.
    """
    for found in found_in(paths, git, look):
        yield published(found) if found.needs_publishing and found.is_to_read else found


def published(found: Found) -> Found:
    """A file of a site that publishes it only if its front matter says so."""
    try:
        content = content_of(found) if found.content is None else found.content
    except OSError:
        return found  # it is refused when it is read
    if states_publishing(content):
        return found
    return replace(found, content=None, passed_over=Message("unpublished-by-site"))


def found_in(paths: Iterable[str], git: str, look: Look) -> Iterator[Found]:
    for path in paths:
        name = path.lower()
        if git:
            yield from in_repository(path, git)
        elif path == "-":
            yield from in_standard_input(look)
        elif os.path.isdir(path):
            yield from in_folder(path)
        elif name.endswith(ARCHIVES):
            yield from in_archive(path, look)
        elif name.endswith((*UNREADABLE, *PACKED)):
            yield Found(known_path(path), refusal=CANNOT_UNPACK)
        else:
            yield regular_file(path)


def in_archive(path: str, look: Look) -> Iterator[Found]:
    """The members of an archive on disk."""
    if Path(path).exists() and not Path(path).is_file():  # a pipe that nobody may ever fill
        yield Found(known_path(path), refusal=NOT_A_FILE, is_whole=False)
    elif path.lower().endswith(".zip"):
        yield from in_zip(path)
    else:
        yield from in_tar_file(path, look)


def check(paths: Sequence[str], git: str = "") -> None:
    """Raise `UnusableInputError` if one of `paths` is not there, or cannot be read as asked."""
    if paths.count("-") > 1:
        raise UnusableInputError("-: standard input can be read only once")
    for path in paths:
        if path == "-":
            check_standard_input()
        else:
            check_path(path)
        if git:
            tree_of(path, git)
        elif has_no_files(path):
            known = known_path(path)
            raise UnusableInputError(f"{known}: a git repository: say what to read, as --git HEAD")


def check_path(path: str) -> None:
    try:
        os.stat(path)
    except FileNotFoundError as error:
        raise UnusableInputError(f"{known_path(path)}: no such file or folder") from error
    except OSError as error:
        raise UnusableInputError(f"{known_path(path)}: {error.strerror}") from error


def check_standard_input() -> None:
    if sys.stdin is None:
        raise UnusableInputError("-: standard input is closed")
    if sys.stdin.isatty():
        raise UnusableInputError("-: standard input is a terminal: send a document or a tar to it")


def count(paths: Iterable[str]) -> int | None:
    """How many files `find` will find; None if that takes reading them."""
    total = 0
    for path in paths:
        name = path.lower()
        if path == "-":
            return None
        if os.path.isdir(path):
            total += count_in_folder(path)
        elif name.endswith(".zip") and os.path.isfile(path):
            total += count_in_zip(path)
        elif name.endswith(ARCHIVES):
            return None
        else:
            total += 1
    return total


def uploaded(folder: Path) -> list[Path]:
    """The files that were sent to a folder of uploads; namesakes lie in folders inside it."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def in_upload(folder: Path, look: Look = go_on) -> Iterator[Found]:
    """The `uploaded` files that may be documents, under the names with which they were sent. So a
    second upload of a file is known to be the same, whatever folder it lies in."""
    for found in find(map(str, uploaded(folder)), look=look):
        content = found.content
        if content is None and found.is_to_read:
            content = content_of(found)
        path = f"upload/{found.path.removeprefix(f'{folder}/')}"
        yield replace(found, path=path, file="", mtime_ns=0, content=content)


class Pipe:
    """Standard input, which may be silent for long; `look` is called while it is. A plain read
    would go on after a signal (PEP 475)."""

    def __init__(self, look: Look) -> None:
        self.descriptor = sys.stdin.fileno()
        self.look = look

    def read(self, size: int) -> bytes:
        parts = []
        while size > 0:
            self.look()
            if not select.select([self.descriptor], [], [], LOOK)[0]:
                continue
            if not (part := os.read(self.descriptor, size)):
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def in_standard_input(look: Look) -> Iterator[Found]:
    stream = Pipe(look)
    head = stream.read(TAR_BLOCK)
    if is_packed(head) or begins_tar(head):
        yield from in_tar_stream(head, stream, look)
        return
    for magic, kind in OTHER_ARCHIVES.items():
        if head.startswith(magic):
            refusal = Message("archive-on-standard-input", kind=kind)
            yield Found("-", refusal=refusal, is_whole=False)
            return
    content = head + stream.read(LARGEST + 1 - len(head))
    if len(content) > LARGEST:
        yield Found("-", refusal=too_large(len(content)))
    else:
        yield Found("-", len(content), content=content)


def in_tar_stream(head: bytes, stream: Pipe, look: Look) -> Iterator[Found]:
    """The members of a tar that comes once, in a file for as long as that takes: a tar is read
    twice."""
    with tempfile.TemporaryFile() as file:
        block = head
        try:
            while block:
                file.write(block)
                block = stream.read(BLOCK)
            file.flush()
        except OSError as error:
            with suppress(OSError):  # it tries once more to write what has no room
                file.close()
            yield Found(
                "-", refusal=Message("cannot-be-kept", why=reason_of(error)), is_whole=False
            )
            return
        yield from in_tar("-", file, look)
