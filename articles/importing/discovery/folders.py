"""Folders and files on disk. Links are followed, but not out of the folder that was named."""

import errno
import os
import stat
from collections.abc import Iterator
from operator import attrgetter
from pathlib import PurePath
from typing import NamedTuple

from ...messages import Message, reason_of
from . import found as limits
from .found import (
    ARCHIVES,
    CANNOT_UNPACK,
    LEADS_OUT,
    NOT_A_FILE,
    Found,
    is_unreadable_archive,
    may_be_document,
    too_large,
)
from .names import Names, is_utf8
from .sites import (
    A_PAGE,
    A_POST,
    CONFIGS,
    LARGEST_CONFIG,
    POSTS,
    Configuration,
    Setting,
    UnusableSiteError,
    Verdict,
    read_configuration,
)

AN_ARCHIVE = Verdict(Message("archive-in-folder"))
A_CLOSED_ARCHIVE = Verdict(CANNOT_UNPACK, is_surprising=True)
A_LINK_TO_A_FOLDER = Verdict(Message("link-to-folder"))


class Seen(NamedTuple):
    """A file or folder that a walk meets: the path by which it is known, the verdict on it, and its
    entry if it is a file to read; or why a folder cannot be listed."""

    path: str
    verdict: Verdict
    entry: "os.DirEntry[str] | None" = None
    refusal: Message | None = None


def in_folder(folder: str) -> Iterator[Found]:
    """The contents of a folder, with what is passed over: files before folders, and `_posts` before
    other folders."""
    root = os.path.realpath(folder)
    for path, verdict, entry, refusal in walk(folder, root):
        if entry:
            yield examined(entry.path, path, verdict, root, entry.is_symlink())
        elif refusal:
            yield Found(path, refusal=refusal, is_whole=False)
        else:
            yield Found(path, **verdict._asdict())


def count_in_folder(folder: str) -> int:
    return sum(1 for _ in walk(folder, os.path.realpath(folder)))


def walk(folder: str, root: str) -> Iterator[Seen]:
    waiting = [(root, known_path(folder), setting_of(root))]
    while waiting:
        here, known, setting = waiting.pop()
        try:
            with os.scandir(here) as entries:
                inside = sorted(entries, key=attrgetter("name"))
        except OSError as error:
            yield Seen(known, A_POST, refusal=Message("cannot-be-listed", why=reason_of(error)))
            continue
        setting = setting.with_names({entry.name for entry in inside})
        try:
            setting = setting.configured(*configurations_in(root, known, inside))
            folders = {entry.name for entry in inside if entry.is_dir(follow_symlinks=False)}
            setting.check_sources(join(known, ""), folders)
        except UnusableSiteError as error:
            yield Seen(error.place, A_POST, refusal=error.reason)
            continue
        odd = Names(os.fsencode(entry.name) for entry in inside if not entry.name.isprintable())
        below = []
        for entry in inside:
            is_plain = entry.name.isprintable()
            name = entry.name if is_plain else odd.text(os.fsencode(entry.name))
            if entry.is_dir(follow_symlinks=False):
                path = join(known, name)
                if reason := setting.passes_over(path):
                    yield Seen(path, Verdict(reason))
                else:
                    below.append((entry.path, path, setting.below(name)))
                continue
            path = join(known, name)
            is_link_to_folder = entry.is_symlink() and os.path.isdir(entry.path)
            if verdict := judged(path, setting, is_link_to_folder):
                yield Seen(path, verdict, None if verdict.passed_over else entry)
        below.sort(key=lambda folder: folder[0] != join(here, POSTS))
        waiting += reversed(below)


def configurations_in(
    root: str, known: str, inside: "list[os.DirEntry[str]]"
) -> Iterator[Configuration]:
    """The configuration in a folder below `root`, if there is one. It may be a link that stays
    below `root`. Raises `UnusableSiteError`."""
    for entry in inside:
        if entry.name in CONFIGS:
            place = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
            content: bytes | Message
            try:
                content = config_at(place, root)
            except OSError as error:
                content = reason_of(error)
            yield read_configuration(join(known, ""), entry.name, content)


def config_at(place: str, root: str) -> bytes:
    """A configuration, or the beginning of one that is too large. Raises `OSError`."""
    if not is_below(place, root):
        raise OSError(LEADS_OUT)
    with open(open_below(root, place), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(NOT_A_FILE)
        return file.read(LARGEST_CONFIG + 1)


def judged(path: str, setting: Setting, is_link_to_folder: bool) -> Verdict | None:
    """The verdict on a file by its path; None if it cannot be a document."""
    name = path.rpartition("/")[2]
    if name.startswith("."):
        return setting.judge_other(name)
    if is_link_to_folder:
        return A_LINK_TO_A_FOLDER
    if may_be_document(name):
        return setting.judge(path)
    if is_unreadable_archive(name):
        return A_CLOSED_ARCHIVE
    return AN_ARCHIVE if name.lower().endswith(ARCHIVES) else setting.judge_other(name)


def examined(file: str, path: str, verdict: Verdict, root: str, is_link: bool) -> Found:
    """A file below the folder `root`, with its size and time, or why it cannot be read."""
    try:
        real = os.path.realpath(file, strict=True) if is_link else file
        status = os.stat(real)
    except OSError as error:
        return Found(path, refusal=reason_of(error))
    if refusal := unreadable(status):
        return Found(path, refusal=refusal)
    if is_link and not is_below(real, root):
        return Found(path, refusal=LEADS_OUT)
    if is_link and lies_in_posts(real, root) and not lies_in_posts(file, root):
        return Found(path, passed_over=A_PAGE.passed_over)  # the post is found where it lies
    return Found(
        path,
        status.st_size,
        status.st_mtime_ns,
        needs_date=verdict.needs_date,
        needs_publishing=verdict.needs_publishing,
        file="" if real == path else real,
        root=root,
    )


def regular_file(file: str, root: str = "") -> Found:
    """A file that was named, wherever a link there leads; or, with a `root`, only if it lies in
    that folder with no link on the way."""
    path = known_path(file)
    if root:
        return examined(file, path, A_POST, root, is_link=True)
    try:
        status = os.stat(file)
    except OSError as error:
        return Found(path, refusal=reason_of(error))
    if refusal := unreadable(status):
        return Found(path, refusal=refusal)
    place = "" if file == path else file
    return Found(path, status.st_size, status.st_mtime_ns, file=place)


def unreadable(status: os.stat_result) -> Message | None:
    if not stat.S_ISREG(status.st_mode):
        return NOT_A_FILE
    return too_large(status.st_size) if status.st_size > limits.LARGEST else None


def content_of(found: Found) -> bytes:
    """The bytes of a file on disk. Raises `OSError`, also if the file has become a link out of its
    folder or has grown too large since it was found, or is no longer a regular file."""
    descriptor = open_below(found.root, found.place)
    with open(descriptor, "rb", buffering=0) as file:
        if refusal := unreadable(os.fstat(descriptor)):
            raise OSError(refusal)
        content = file.read()
    if len(content) > limits.LARGEST:
        raise OSError(too_large(len(content)))
    return content


def open_below(root: str, file: str) -> int:
    """Open a file for reading. No link is followed on the way from the folder `root` to it, because
    somebody may have put a link in its place since it was found."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    if not root:
        return os.open(file, flags)
    *folders, name = file[len(join(root, "")) :].split("/")
    here = os.open(root, flags | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, flags | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        return os.open(name, flags | os.O_NOFOLLOW, dir_fd=here)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise OSError(LEADS_OUT) from error
        raise
    finally:
        os.close(here)


def lies_in_posts(file: str, root: str) -> bool:
    return POSTS in file.removeprefix(root).split("/")[:-1]


def is_below(path: str, root: str) -> bool:
    return path.startswith(join(root, ""))


def setting_of(folder: str) -> Setting:
    """The setting of a folder that was named. Inside `_posts` there are only posts."""
    return Setting(is_posts=POSTS in PurePath(folder).parts)


def join(folder: str, name: str) -> str:
    return f"{folder}{name}" if folder.endswith("/") else f"{folder}/{name}"


def known_path(path: str) -> str:
    """The path by which a file is known: as it is, except for names that are not UTF-8, or that
    hold a control character."""
    if path.isprintable():
        return path
    folder, slash, name = path.rpartition("/")
    return f"{known_path(folder)}{slash}{known_name(folder or slash or '.', name)}"


def known_name(folder: str, name: str) -> str:
    """The name by which a file in `folder` is known. The other names in the folder may tell its
    encoding."""
    if name.isprintable():
        return name
    raw = os.fsencode(name)
    try:
        others = [] if is_utf8(raw) else os.listdir(folder)
    except OSError:
        others = []
    return Names(os.fsencode(other) for other in others if not other.isprintable()).text(raw)
