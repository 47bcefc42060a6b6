"""Zips → the files in them. The list of members at the end of a zip is read entry by entry, so
damage to one costs no other."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import IO, cast

from ...messages import Message
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
from .found import Found
from .names import WESTERN_IN_ZIP, Names, escaped, is_utf8
from .sites import CONFIGS

IS_ENCRYPTED, IS_UTF8 = 0x1, 0x800  # APPNOTE.TXT 4.4.4
UNICODE_PATH = 0x7075  # APPNOTE.TXT 4.6.9
ZIP_MEMBER, LISTED_MEMBER = b"PK\3\4", b"PK\1\2"
EMPTY_ZIP = b"PK\5\6" + bytes(18)
ENTRY = struct.Struct("<5xB2xHH4xLLLHHH4xLL")  # APPNOTE.TXT 4.3.12
MEMBER = struct.Struct("<26xHH")  # the lengths of its name and of what follows: APPNOTE.TXT 4.3.7
ZIP64 = 1  # APPNOTE.TXT 4.5.3
ZIP64_END = 76  # bytes of what the end of a large zip has besides: APPNOTE.TXT 4.3.14 and 4.3.15
NOWHERE = 2**40  # bytes into a file, where none has any


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
        try:
            return self.name_at(info) != listed_name(info)
        except zipfile.BadZipFile:
            return False  # whoever reads it is told

    def name_at(self, info: zipfile.ZipInfo) -> bytes:
        """The name under which a member stands, after which its content begins. Raises `BadZipFile`
        if it is not there."""
        if not 0 <= info.header_offset < NOWHERE:
            raise zipfile.BadZipFile
        self.file.seek(info.header_offset)
        header = self.file.read(MEMBER.size)
        if len(header) < MEMBER.size or not header.startswith(ZIP_MEMBER):
            raise zipfile.BadZipFile
        length, extra = MEMBER.unpack(header)
        name = self.file.read(length)
        self.file.seek(extra, io.SEEK_CUR)
        return name

    def opened(self, info: zipfile.ZipInfo) -> IO[bytes]:
        """What a member holds. Its parent reads none whose name is not in the encoding that the
        member says, as where a program for Windows marks a name in GBK as UTF-8."""
        if self.name_at(info) != listed_name(info):
            raise zipfile.BadZipFile
        return cast(IO[bytes], zipfile.ZipExtFile(self.file, "r", info))


def listed_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & IS_UTF8 else "cp437")


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
        if not is_utf8(raw):
            flags &= ~IS_UTF8
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
    unmarked = (raw_name(info) for info in archive.infolist() if not has_unicode_name(info))
    names = Names(unmarked, WESTERN_IN_ZIP)
    named = [(info, zip_name(info, names)) for info in archive.infolist()]
    members = Members(path)
    for info, name in named:
        members.see(name)
        if name.rpartition("/")[2] in CONFIGS:
            members.see_config(name, what_it_is(info) or config_in(partial(archive.opened, info)))
    members.see_folders({"/".join(parts_of(name)[:-1]) for _, name in named})
    if archive.loss:
        members.lose(archive.loss)
    for info, name in named:
        is_folder = name.endswith("/")
        yield info, None if is_folder else members.judge(name, info.file_size, what_it_is(info))


def what_it_is(info: zipfile.ZipInfo) -> Message | None:
    """Why a member of a zip cannot be read; None for a plain file."""
    if info.flag_bits & IS_ENCRYPTED:
        return Message("encrypted")
    return Message("link") if stat.S_ISLNK(info.external_attr >> 16) else None


def zip_name(info: zipfile.ZipInfo, names: Names) -> str:
    """A member's name; programs for Windows write backslashes between folders."""
    name = unicode_path(info)
    if not name:
        is_utf8_name = info.flag_bits & IS_UTF8
        name = info.orig_filename if is_utf8_name else names.with_surrogates(raw_name(info))
    return escaped(name.replace("\\", "/"))


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


def read_zip_member(archive: Zip, info: zipfile.ZipInfo, found: Found) -> Found:
    if not found.is_to_read:
        return found
    try:
        with archive.opened(info) as stream:
            return with_content(found, stream)
    except NotImplementedError:
        method = Message("compression-method", number=info.compress_type)
        return replace(found, refusal=Message("cannot-be-read", why=method))
    except READ_ERRORS as error:
        return replace(found, refusal=Message("cannot-be-read", why=damage(error)))
