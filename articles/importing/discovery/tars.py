"""Tars, packed or not → the files in them."""

import os
import re
import tarfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from ...messages import Message
from . import found as limits
from .archives import (
    READ_ERRORS,
    Members,
    a_bomb,
    broken,
    config_in,
    cut_short,
    damage,
    most_unpacked,
    parts_of,
    with_content,
)
from .folders import known_path
from .found import Found, Look
from .names import Names
from .sites import CONFIGS, MARKS
from .unpacking import BombError, Stream, unpacked

SITE_MARK = re.compile(rb"(?:^|/)(?:%s)(?=/|$)" % b"|".join(map(re.escape, map(str.encode, MARKS))))


class Tar(tarfile.TarFile):
    """One or several tars in a stream, and whatever follows the last one.

    Unlike its parent it forgets each member when the next is read, and continues after an invalid
    header, as GNU tar does: `damage` then says where that was.
    """

    has_ended = False  # an end-of-archive mark was read, and no member since
    damage: Message | None = None

    def next(self) -> tarfile.TarInfo | None:
        while True:
            self.fileobj.seek(self.offset)
            try:
                info = self.tarinfo.fromtarfile(self)
            except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # the stubs leave it out
                self.has_ended = True
            except (tarfile.HeaderError, ValueError) as error:
                if self.fileobj.tell() == self.offset:
                    self.finish()
                    return None
                if not self.damage:
                    offset = f"{self.offset:,}"
                    self.damage = Message("no-header", offset=offset, why=damage(error))
                    if not self.offset:
                        raise tarfile.ReadError(Message("no-tar")) from error
            else:
                self.has_ended = False
                return info
            self.offset = self.fileobj.tell()

    def finish(self) -> None:
        """Raise `ReadError` unless all has been read."""
        if not self.offset:
            raise tarfile.ReadError(Message("archive-empty"))
        if self.damage:
            raise tarfile.ReadError(self.damage)
        if not self.has_ended:
            raise tarfile.ReadError(Message("no-end-mark"))


def begins_tar(head: bytes) -> bool:
    """Whether a file begins as a tar does: with a header, also one older than POSIX, which nothing
    but its checksum marks, or with zeros."""
    if len(head) < tarfile.BLOCKSIZE:
        return False
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # the stubs leave it out
        return True
    except (tarfile.HeaderError, ValueError):
        return head[257:262] == b"ustar"
    return True


def tar_members(blocks: Iterator[bytes], packed: int) -> Iterator[tuple[Tar, tarfile.TarInfo]]:
    stream: Any = Stream(blocks, most_unpacked(packed), 2 * limits.LARGEST)
    archive = Tar(fileobj=stream, encoding="utf-8", errors="surrogateescape")
    info = archive.firstmember  # type: ignore[attr-defined]  # the stubs leave it out
    while info:
        yield archive, info
        info = archive.next()


def in_tar_file(path: str, look: Look) -> Iterator[Found]:
    known = known_path(path)
    try:
        with Path(path).open("rb") as file:
            yield from in_tar(known, file, look)
    except READ_ERRORS as error:
        yield broken(known, damage(error))


def in_tar(path: str, file: IO[bytes], look: Look) -> Iterator[Found]:
    """The members of a tar in a file on disk, packed or not, which is read twice: what a name means
    depends on the others, on its encoding, on whether there is a site, and on what the
    configuration of that leaves out."""
    packed = os.fstat(file.fileno()).st_size

    def all_members() -> Iterator[tuple[Tar, tarfile.TarInfo]]:
        file.seek(0)
        return tar_members(watched(unpacked(file), look), packed)

    members, names = Members(path), Names()
    learn(all_members(), names, members)
    try:
        for archive, info in all_members():
            if info.isdir():
                continue
            name = names.decoded(raw_tar_name(info))
            if found := members.judge(name, info.size, what_a_tar_holds(info)):
                stream = archive.extractfile(info) if found.is_to_read else None
                yield with_content(found, stream) if stream else found
    except BombError as error:
        yield a_bomb(path, error.size, packed)
    except READ_ERRORS as error:
        yield broken(path, damage(error))


def watched(blocks: Iterator[bytes], look: Look) -> Iterator[bytes]:
    for block in blocks:
        look()
        yield block


def what_a_tar_holds(info: tarfile.TarInfo) -> Message | None:
    """Why a member of a tar cannot be read; None for a plain file."""
    if info.isreg():
        return None
    return Message("link" if info.issym() or info.islnk() else "device")


def learn(archived: Iterator[tuple[Tar, tarfile.TarInfo]], names: Names, members: Members) -> None:
    """Learn from all members of an archive in which encoding their names are, where there are
    sites, and what these leave out."""
    marks, folders = set(), set()
    loss = None
    try:
        for archive, info in archived:
            raw = raw_tar_name(info)
            names.add(raw)
            folders.add(raw.rpartition(b"/")[0])
            ends = [mark.end() for mark in SITE_MARK.finditer(raw)]
            marks |= {raw[:end] for end in ends}
            if ends:
                name = names.decoded(raw)
                if name.rpartition("/")[2] in CONFIGS:
                    extract: Any = partial(archive.extractfile, info)
                    members.see_config(name, what_a_tar_holds(info) or config_in(extract))
    except READ_ERRORS as error:  # reported when the members are read
        loss = cut_short(damage(error))
    for raw in marks:
        members.see(names.decoded(raw))
    members.see_folders({"/".join(parts_of(names.decoded(raw))) for raw in folders})
    if loss:
        members.lose(loss)


def raw_tar_name(info: tarfile.TarInfo) -> bytes:
    return info.name.encode("utf-8", "surrogateescape")
