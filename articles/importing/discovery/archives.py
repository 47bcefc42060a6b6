"""Zips and tars → the files in them, read as streams: nothing is unpacked to disk, and no more
than one member is in memory."""

import io
import lzma
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import IO, Any

import zstandard

from ...messages import Message, reason_of
from . import found as limits
from .folders import known_path
from .found import (
    ARCHIVES,
    CANNOT_UNPACK,
    NOT_A_FILE,
    Found,
    Look,
    is_unreadable_archive,
    may_be_document,
    too_large,
)
from .names import Names, is_utf8, printable
from .sites import (
    CONFIGS,
    LARGEST_CONFIG,
    SITE_MARKS,
    Configuration,
    Setting,
    UnusableSiteError,
    read_configuration,
)
from .unpacking import BombError, Stream, unpacked

# Text packs to a tenth of its size, a bomb to a thousandth.
BOMB_RATIO = 1000
BOMB_SIZE = 2**30  # bytes; what unpacks to less does no harm

READ_ERRORS = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, zstandard.ZstdError),
    *(EOFError, OSError, NotImplementedError, OverflowError, RuntimeError, ValueError),
)

CUT_OFF = (EOFError, tarfile.ReadError, tarfile.TruncatedHeaderError)  # type: ignore[attr-defined]

IS_ENCRYPTED, IS_UTF8 = 0x1, 0x800  # APPNOTE.TXT 4.4.4
UNICODE_PATH = 0x7075  # APPNOTE.TXT 4.6.9
ZIP_MEMBER, LISTED_MEMBER = b"PK\3\4", b"PK\1\2"
EMPTY_ZIP = b"PK\5\6" + bytes(18)
ENTRY = struct.Struct("<5xB2xHH4xLLLHHH4xLL")  # APPNOTE.TXT 4.3.12
MEMBER = struct.Struct("<26xH2x")  # the length of its name: APPNOTE.TXT 4.3.7
ZIP64 = 1  # APPNOTE.TXT 4.5.3
ZIP64_END = 76  # bytes of what the end of a large zip has besides: APPNOTE.TXT 4.3.14 and 4.3.15
NOWHERE = 2**40  # bytes into a file, where none has any

PATH_LENGTH = 4096  # of a member's name with its folders: what systems take for a path
DRIVE = re.compile(r"[A-Za-z]:[\\/]")
SITE_MARK = re.compile(
    rb"(?:^|/)(?:%s)(?=/|$)" % b"|".join(map(re.escape, map(str.encode, SITE_MARKS)))
)


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
        self.sites: set[str] = set()  # folders that are roots of sites
        self.configurations: dict[str, list[Configuration]] = {}  # of sites, by their roots
        self.unusable: dict[str, UnusableSiteError] = {}  # sites not read, by their roots
        self.told: set[str] = set()  # folders passed over, and sites not read

    def see(self, name: str) -> None:
        """Learn from a name where there is a site."""
        parts = parts_of(name[:PATH_LENGTH])
        self.sites |= {"/".join(parts[:n]) for n, part in enumerate(parts) if part in SITE_MARKS}

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
        for root in self.sites:
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
        if root in self.sites:
            setting = replace(setting, is_site=True)
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


def in_archive(path: str, look: Look) -> Iterator[Found]:
    """The members of an archive on disk."""
    if Path(path).exists() and not Path(path).is_file():  # a pipe that nobody may ever fill
        yield Found(known_path(path), refusal=NOT_A_FILE, is_whole=False)
    elif path.lower().endswith(".zip"):
        yield from in_zip(path)
    else:
        yield from in_tar_file(path, look)


def in_zip(path: str) -> Iterator[Found]:
    known = known_path(path)
    try:
        packed = Path(path).stat().st_size
        if not packed:
            yield broken(known, Message("archive-empty"))
            return
        with Path(path).open("rb") as file, Zip(file) as archive:
            if archive.loss:
                yield Found(known, refusal=archive.loss, is_whole=False)
            size = 0
            for info, found in listed(known, archive):
                size += info.file_size
                if size > most_unpacked(packed):
                    yield a_bomb(known, size, packed)
                    return
                if found:
                    yield read_zip_member(archive, info, found)
    except zipfile.BadZipFile:
        yield broken(known, no_list(path))
    except READ_ERRORS as error:
        yield broken(known, damage(error))


class Zip(zipfile.ZipFile):
    """A zip whose list of members is read as far as it can be, entry by entry. Its parent gives up
    all of it at the first that is odd.

    Raises `BadZipFile` if there is no list.
    """

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(io.BytesIO(EMPTY_ZIP))
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # the stubs leave it out
        if not end:
            raise zipfile.BadZipFile
        signature, _, _, _, count, size, offset, _, _, at = end
        self.count: int = count
        self.start_dir = at - size - (ZIP64_END if signature == b"PK\6\6" else 0)
        if self.start_dir < 0:
            raise zipfile.BadZipFile
        file.seek(self.start_dir)
        self.filelist = list(entries(file.read(size), self.start_dir - offset))
        self.file = self.fp = file

    @cached_property
    def loss(self) -> Message | None:
        """Why it may have members that are not listed; None if it has none. Raises `BadZipFile`."""
        # The end has room for two bytes of their number.
        is_short = (self.count - len(self.filelist)) % 2**16 != 0
        if is_short or any(map(self.has_another_name, self.filelist)):
            return cut_short(Message("list-damaged"))
        return unlisted(self.file, self)

    def has_another_name(self, info: zipfile.ZipInfo) -> bool:
        """Whether a member stands under another name than the one that the list has, which may not
        look like that of a document any more."""
        if not 0 <= info.header_offset < NOWHERE:
            return False
        self.file.seek(info.header_offset)
        header = self.file.read(MEMBER.size)
        if len(header) < MEMBER.size or not header.startswith(ZIP_MEMBER):
            return False  # whoever reads it is told
        [length] = MEMBER.unpack(header)
        encoding = "utf-8" if info.flag_bits & IS_UTF8 else "cp437"
        return self.file.read(length) != info.orig_filename.encode(encoding)


def entries(members: bytes, shift: int) -> Iterator[zipfile.ZipInfo]:
    """The members in the list of a zip that begins `shift` bytes into its file. What is no whole
    entry is passed over."""
    start = 0
    while (start := members.find(LISTED_MEMBER, start)) >= 0 and start + ENTRY.size <= len(members):
        system, flags, method, *sizes, name, extra, comment, attributes, offset = ENTRY.unpack_from(
            members, start
        )
        name_at = start + ENTRY.size
        extra_at = name_at + name
        end = extra_at + extra
        if end + comment > len(members):
            start += len(LISTED_MEMBER)
            continue
        raw, start = members[name_at:extra_at], end + comment
        flags &= ~0 if is_utf8(raw) else ~IS_UTF8
        info = zipfile.ZipInfo(raw.decode("utf-8" if flags & IS_UTF8 else "cp437"))
        info.create_system, info.flag_bits, info.compress_type = system, flags, method
        info.CRC, info.compress_size, info.file_size = sizes
        info.external_attr, info.header_offset = attributes, offset
        info.extra = members[extra_at:end]
        widen(info)
        info.header_offset = min(info.header_offset + shift, NOWHERE)
        yield info


def widen(info: zipfile.ZipInfo) -> None:
    """Take the numbers that do not fit in four bytes from where they then stand. A member that has
    lost them cannot be read: it is empty, and nowhere."""
    numbers = next((field for kind, field in extra_fields(info) if kind == ZIP64), b"")
    for name in ("file_size", "compress_size", "header_offset"):
        if getattr(info, name) == 2**32 - 1:
            if len(numbers) < 8:
                info.file_size, info.header_offset = 0, NOWHERE
                return
            setattr(info, name, int.from_bytes(numbers[:8], "little"))
            numbers = numbers[8:]


def no_list(path: str) -> Message:
    """Why the list of the members of a zip, which stands at its end, cannot be read."""
    try:
        is_zip = zipfile.is_zipfile(path)
    except zipfile.BadZipFile:  # one of several files
        is_zip = True
    if is_zip:
        return Message("list-damaged")
    with Path(path).open("rb") as file:
        return Message("cut-off" if file.read(4) == ZIP_MEMBER else "no-zip")


def count_in_zip(path: str) -> int:
    try:
        with Path(path).open("rb") as file, Zip(file) as archive:
            return sum(found is not None for _, found in listed("", archive))
    except READ_ERRORS:
        return 1  # one refusal: it cannot be read


def unlisted(file: IO[bytes], archive: Zip) -> Message | None:
    """Another zip that stands before this one, as after `cat`: a reader lists only the last. Raises
    `BadZipFile` if the members would begin before the file does."""
    file.seek(0)
    offsets = {info.header_offset for info in archive.infolist()}
    first = min(offsets, default=archive.start_dir)
    if first < 0:
        raise zipfile.BadZipFile
    if first and NOWHERE not in offsets and file.read(4) == ZIP_MEMBER:
        return Message("zip-before-zip", size=f"{first:,}")
    return None


def listed(path: str, archive: Zip) -> Iterator[tuple[zipfile.ZipInfo, Found | None]]:
    """Each member of a zip, and what its name says of it."""
    infos = archive.infolist()
    names = Names(raw_name(info) for info in infos if not has_unicode_name(info))
    members = Members(path)
    for info in infos:
        name = zip_name(info, names)
        members.see(name)
        if name.rpartition("/")[2] in CONFIGS:
            members.see_config(name, what_it_is(info) or config_in(partial(archive.open, info)))
    members.see_folders({"/".join(parts_of(zip_name(info, names))[:-1]) for info in infos})
    if archive.loss:
        members.lose(archive.loss)
    for info in infos:
        name = zip_name(info, names)
        what = what_it_is(info)
        yield info, None if name.endswith("/") else members.judge(name, info.file_size, what)


def what_it_is(info: zipfile.ZipInfo) -> Message | None:
    """Why a member of a zip cannot be read; None for a plain file."""
    if info.flag_bits & IS_ENCRYPTED:
        return Message("encrypted")
    return Message("link") if stat.S_ISLNK(info.external_attr >> 16) else None


def config_in(member: Callable[[], IO[bytes]]) -> bytes | Message:
    """A configuration, or the beginning of one that is too large; or why it cannot be read."""
    try:
        with member() as stream:
            return stream.read(LARGEST_CONFIG + 1)
    except READ_ERRORS as error:
        return damage(error)


def zip_name(info: zipfile.ZipInfo, names: Names) -> str:
    """A member's name; programs for Windows write backslashes between folders."""
    name = unicode_path(info)
    if not name:
        is_utf8_name = info.flag_bits & IS_UTF8
        name = info.orig_filename if is_utf8_name else names.decoded(raw_name(info))
    return name.replace("\\", "/")


def has_unicode_name(info: zipfile.ZipInfo) -> bool:
    return bool(info.flag_bits & IS_UTF8 or unicode_path(info))


def raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("cp437")  # as Python reads names not marked UTF-8


def unicode_path(info: zipfile.ZipInfo) -> str:
    """The name in the extra field that Info-ZIP adds to a name in another encoding. Empty if there
    is none, or if the member was renamed later."""
    for kind, field in extra_fields(info):
        is_current = not info.flag_bits & IS_UTF8 and field[1:5] == zlib.crc32(
            raw_name(info)
        ).to_bytes(4, "little")
        if kind == UNICODE_PATH and field[:1] == b"\1" and is_current and is_utf8(field[5:]):
            return field[5:].decode()
    return ""


def extra_fields(info: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """What programs note of a member of a zip, each with the number of its kind."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = (int.from_bytes(extra[n : n + 2], "little") for n in (0, 2))
        yield kind, extra[4 : 4 + size]
        extra = extra[4 + size :]


def read_zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: Found) -> Found:
    if not found.is_to_read:
        return found
    try:
        with archive.open(info) as stream:
            return with_content(found, stream)
    except NotImplementedError:
        method = Message("compression-method", number=info.compress_type)
        return replace(found, refusal=Message("cannot-be-read", why=method))
    except READ_ERRORS as error:
        return replace(found, refusal=Message("cannot-be-read", why=damage(error)))


def with_content(found: Found, stream: IO[bytes]) -> Found:
    content = stream.read(found.size + 1)
    if len(content) > limits.LARGEST:
        return replace(found, refusal=too_large(len(content)))
    return replace(found, size=len(content), content=content)


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
            if mark := SITE_MARK.search(raw):
                marks.add(raw[: mark.end()])
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
