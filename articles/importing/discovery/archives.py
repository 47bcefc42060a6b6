"""What zips and tars have in common: which of their members are read, and how damage is told.

They are read as streams: nothing is unpacked to disk, and no more than one member is in memory.
"""

import lzma
import re
import tarfile
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import IO, Any

import zstandard

from ...messages import Message, reason_of
from . import found as limits
from .found import (
    ARCHIVES,
    CANNOT_UNPACK,
    Found,
    is_unreadable_archive,
    may_be_document,
    too_large,
)
from .names import printable
from .sites import (
    CONFIGS,
    LARGEST_CONFIG,
    MARKS,
    SITE_MARKS,
    Configuration,
    Setting,
    UnusableSiteError,
    read_configuration,
)

# Text packs to a tenth of its size, a bomb to a thousandth.
BOMB_RATIO = 1000
BOMB_SIZE = 2**30  # bytes; what unpacks to less does no harm

READ_ERRORS = (
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    zstandard.ZstdError,
)

CUT_OFF = (EOFError, tarfile.ReadError, tarfile.TruncatedHeaderError)  # type: ignore[attr-defined]

PATH_LENGTH = 4096  # of a member's name with its folders: what systems take for a path
DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def most_unpacked(packed: int) -> int:
    """The number of bytes to which an archive of that size may unpack."""
    return max(BOMB_SIZE, BOMB_RATIO * packed)


def cut_short(why: Message) -> Message:
    return Message("cannot-be-read-to-its-end", why=why)


def broken(archive: str, why: Message) -> Found:
    """An archive of which not everything could be read."""
    return Found(archive, refusal=cut_short(why), is_whole=False)


def a_bomb(archive: str, unpacked_size: int, packed: int) -> Found:
    refusal = Message("bomb", size=f"{unpacked_size:,}", packed=f"{packed:,}")
    return Found(archive, refusal=refusal, is_whole=False)


def damage(error: Exception) -> Message:
    """What is wrong with an archive, for people who do not know the words of libraries."""
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    if isinstance(error, CUT_OFF):
        return Message("cut-off")
    if isinstance(error, NotImplementedError):
        return Message("packed-otherwise")
    if isinstance(error, RuntimeError):
        return Message("encrypted")
    return reason_of(error) if isinstance(error, OSError) and error.errno else Message("damaged")


class Members:
    """Decides by their names which members of one archive are read."""

    def __init__(self, archive: str) -> None:
        self.archive = archive
        self.marks: dict[str, set[str]] = {}  # what may tell of a site, by the folder it is in
        self.configurations: dict[str, list[Configuration]] = {}  # of sites, by their roots
        self.unusable: dict[str, UnusableSiteError] = {}  # sites not read, by their roots
        self.told: set[str] = set()  # folders passed over, and sites not read

    def see(self, name: str) -> None:
        """Learn from a name where there is a site."""
        parts = parts_of(name[:PATH_LENGTH])
        for n, part in enumerate(parts):
            if part in MARKS:
                self.marks.setdefault("/".join(parts[:n]), set()).add(part)

    def see_config(self, name: str, content: bytes | Message) -> None:
        """Learn from the configuration of a site what it does not publish; `content` may also say
        why it cannot be read."""
        *folders, base = parts_of(name[:PATH_LENGTH])
        root = "/".join(folders)
        try:
            read = read_configuration(f"{root}/" if root else "", base, content)
        except UnusableSiteError as error:
            self.unusable[root] = error
        else:
            self.configurations.setdefault(root, []).append(read)

    def see_folders(self, paths: Collection[str]) -> None:
        """Learn the paths of all folders with files. A site whose source is none is not read."""
        there = sorted(f"{path}/" for path in paths)
        for root, configurations in self.configurations.items():
            for each in configurations:
                source = f"{each.root}{each.source}"
                at = bisect_left(there, source)
                if not any(path.startswith(source) for path in there[at : at + 1]):
                    self.unusable[root] = each.without_source()

    def lose(self, why: Message) -> None:
        """Learn that members are lost, among which may be the configuration of a site that has none
        here. One above a site is its own: `_posts` may lie in any of its folders."""
        known = self.configurations.keys() | self.unusable.keys()
        for root, marks in self.marks.items():
            if SITE_MARKS.isdisjoint(marks):
                continue
            parts = root.split("/")
            if known.isdisjoint(("", *("/".join(parts[:n]) for n in range(1, len(parts) + 1)))):
                place = f"{root}/{CONFIGS[0]}".lstrip("/")
                self.unusable[root] = UnusableSiteError(place, Message("site-not-read", why=why))

    def judge(self, name: str, size: int, what: Message | None) -> Found | None:
        """A member: it is to be read if it is neither refused nor passed over. None if it cannot
        be a document, or lies in a folder that was already reported as passed over.

        `what` says that it is not a regular file, or cannot be read.
        """
        parts = parts_of(name)
        if not parts:
            return None
        *folders, base = parts
        is_candidate = may_be_document(base)
        if refusal := hostile_name(name):
            path = name.lstrip("/\\")[-PATH_LENGTH:]
            return self.member(path, size, refusal=refusal) if is_candidate else None
        setting = Setting()
        for depth, folder in enumerate([*folders, ""]):
            here = "/".join(folders[:depth])
            if site := self.unusable.get(here):
                return self.once(site.place, refusal=site.reason, is_whole=False)
            setting = self.seen(setting, here)
            if folder:
                below = "/".join(folders[: depth + 1])
                if reason := setting.passes_over(below):
                    return self.once(below, passed_over=reason)
                setting = setting.below(folder)
        path = "/".join(parts)
        if not is_candidate:
            other = setting.judge_other(base)
            return self.member(path, **other._asdict()) if other else self.inner_archive(path)
        verdict = setting.judge(path)
        refusal = what or (too_large(size) if size > limits.LARGEST else None)
        refusal = None if verdict.passed_over else refusal
        return self.member(path, size, refusal=refusal, **verdict._asdict())

    def seen(self, setting: Setting, root: str) -> Setting:
        setting = setting.with_names(self.marks.get(root, ()))
        return setting.configured(*self.configurations.get(root, ()))

    def once(self, path: str, **said: Any) -> Found | None:
        if path in self.told:
            return None
        self.told.add(path)
        return self.member(path, **said)

    def inner_archive(self, path: str) -> Found | None:
        name = path.rpartition("/")[2]
        is_readable = name.lower().endswith(ARCHIVES)
        if name.startswith(".") or not (is_readable or is_unreadable_archive(name)):
            return None
        reason = Message("archive-in-archive") if is_readable else CANNOT_UNPACK
        return self.member(path, passed_over=reason, is_surprising=True)

    def member(self, path: str, size: int = 0, **said: Any) -> Found:
        return Found(f"{self.archive}/{printable(path)}", size, **said)


def parts_of(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]


def hostile_name(name: str) -> Message | None:
    """Why a member of an archive may not have this name; None if it may."""
    is_way_out = name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")
    if is_way_out or DRIVE.match(name):
        return Message("name-leads-out")
    if len(name) > PATH_LENGTH:
        return Message("name-too-long")
    if any(letter < " " for letter in name):
        return Message("name-with-control-character")
    return None


def config_in(member: Callable[[], IO[bytes]]) -> bytes | Message:
    """A configuration, or the beginning of one that is too large; or why it cannot be read."""
    try:
        with member() as stream:
            return stream.read(LARGEST_CONFIG + 1)
    except READ_ERRORS as error:
        return damage(error)


def with_content(found: Found, stream: IO[bytes]) -> Found:
    content = stream.read(found.size + 1)
    if len(content) > limits.LARGEST:
        return replace(found, refusal=too_large(len(content)))
    return replace(found, size=len(content), content=content)
