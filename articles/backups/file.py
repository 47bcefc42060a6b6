"""The file of a backup: a zip of `database.sql`, a script for psql, and `manifest.json`.

The manifest comes last, so that the file can be written to a pipe. A zip has its table of contents
at its end: one that was cut off cannot be opened.
"""

import fcntl
import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from glob import escape
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Final, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from .manifest import BackupError, Manifest

SCRIPT: Final = "database.sql"
MANIFEST: Final = "manifest.json"
AT_ONCE: Final = 2**20  # bytes
#: What zipfile raises of a file that is no zip, or a damaged one.
UNREADABLE: Final = (
    BadZipFile,
    EOFError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
LEVEL: Final = 1  # of compression: higher ones take most of the time of a backup


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that only we may read, and that gets its name when it is complete and on the disk. A
    symbolic link stays one: the file is written where it leads. If the block fails nothing is left.
    Raises `OSError`, which names the file."""
    try:
        with written(path) as file:
            yield file
    except OSError as error:
        error.filename = str(path)  # a full disk names none, and nobody knows the name of a part
        raise


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    if path.exists() and not path.is_file():  # a pipe or a device: never replaced
        with path.open("wb") as file:
            yield file
        return
    path = Path(os.path.realpath(path))
    remove_parts(path)
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with suppress(OSError):  # a disk that knows no locks
                fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # or a power cut could undo the rename
    finally:
        os.close(folder)


def remove_parts(path: Path) -> None:
    """Remove the parts of a file that killed processes left: nobody has locked them."""
    for part in path.parent.glob(f"{escape(path.name)}.????????.part"):
        with suppress(OSError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


def write(file: IO[bytes], script: Iterable[bytes], manifest: Manifest) -> Manifest:
    """Write a backup. Returns the manifest with the checksum of the script."""
    checksum = hashlib.sha256()
    # As if to a pipe: /dev/null cannot say either where in it one is.
    stream = cast(IO[bytes], SimpleNamespace(write=file.write, flush=file.flush))
    with ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        with archive.open(SCRIPT, "w", force_zip64=True) as member:
            for piece in script:
                checksum.update(piece)
                member.write(piece)
        manifest = replace(manifest, sha256=checksum.hexdigest())
        archive.writestr(MANIFEST, manifest.as_json())
    return manifest


@contextmanager
def opened(file: IO[bytes]) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """The manifest and the script of a backup, once all of it was read and found right. Raises
    `BackupError` if it is not a backup, or is damaged."""
    manifest = verified(file)
    with ZipFile(file) as archive, archive.open(SCRIPT) as script:
        yield manifest, script


def verified(file: IO[bytes]) -> Manifest:
    """The manifest of a backup whose script has the checksum in it."""
    checksum = hashlib.sha256()
    try:
        with ZipFile(file) as archive:
            manifest = Manifest.from_json(archive.read(MANIFEST))
            with archive.open(SCRIPT) as script:
                while piece := script.read(AT_ONCE):
                    checksum.update(piece)
    except KeyError as error:
        raise BackupError("it is not a backup: it has no manifest or no script") from error
    except UNREADABLE as error:
        raise BackupError("it is not a backup, or is damaged or cut off") from error
    if checksum.hexdigest() != manifest.sha256:
        raise BackupError("it is damaged: the script in it has another checksum")
    return manifest
