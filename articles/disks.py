"""The disks of our own files, and of a database on this machine."""

import os
import shutil
from glob import iglob
from itertools import chain
from pathlib import Path
from typing import Final

from django.conf import settings

THIS_MACHINE: Final = {"", "localhost", "127.0.0.1", "::1"}
SERVER_FOLDERS: Final = (Path("/var/lib/postgresql"), Path("/var/lib/pgsql"))  # Debian, Fedora


def free() -> int:
    """How many bytes are free where our own files and those of a database on this machine are or
    will be; the least, if these are several disks."""
    own = [Path(settings.VAR_DIR), Path(settings.UPLOAD_DIR)]
    return min(free_at(folder) for folder in [*own, *folders_of_database()])


def folders_of_database() -> list[Path]:
    """Where a database on this machine has its files. Only an administrator may ask PostgreSQL for
    them, so these are the folders where packages put them; there the folder of each version or
    cluster may be a disk of its own."""
    database = settings.DATABASES["default"]
    if "DATA_DIR" in database:  # of the embedded server
        return [Path(database["DATA_DIR"])]
    is_here = database["HOST"].startswith("/") or database["HOST"] in THIS_MACHINE
    patterns = (f"{place}{below}" for place in SERVER_FOLDERS for below in ("", "/*", "/*/*"))
    found = chain.from_iterable(map(iglob, patterns)) if is_here else ()  # which raises nothing
    return [*map(Path, filter(os.path.isdir, found))]


def free_at(folder: Path) -> int:
    """How many bytes are free on the disk of a folder."""
    return shutil.disk_usage(existing(folder)).free


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
