"""Paths, archives and repositories → the files in them that may be documents, one by one.

Archives and repositories are read as streams: nothing is unpacked to disk, and no more than one
file of them is in memory. What is hostile or broken is found too, with the reason to refuse it.
"""

import lzma
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal, cast

import zstandard

SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".html", ".txt"})
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tar.zst", ".tzst")

LARGEST = 32 * 2**20  # bytes of a document
# Text packs to a tenth of its size, a bomb to a thousandth.
BOMB_RATIO = 1000
BOMB_SIZE = 2**30  # bytes; what unpacks to less does no harm
NAME_BYTES = 255  # of a file's name: what file systems hold

ZSTANDARD = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
PACKED = (b"\x1f\x8b", b"\xfd7zXZ\0", b"BZh", ZSTANDARD)

READ_ERRORS = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, zstandard.ZstdError),
    *(EOFError, OSError, NotImplementedError, RuntimeError),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a document: its path, its size in bytes, its time (0: unknown), and its
    content where that had to be read on the way. With a `refusal` it is not to be read at all."""

    path: str
    size: int = 0
    mtime_ns: int = 0
    content: bytes | None = None
    refusal: str = ""
    is_whole: bool = True  # False: a folder or archive, of which some was not found

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class UnusableInputError(Exception):
    """A path that an import cannot even begin with; the message names it."""


def find(paths: Iterable[str], git: str = "") -> Iterator[Found]:
    """What may be a document in each of `paths`, in a stable order.

    A path is a file, a folder, an archive, or `-` for standard input (a document, or a tar);
    with `git`, a repository, whose revision of that name is read.
    """
    for path in paths:
        if git:
            yield from in_repository(path, git)
        elif path == "-":
            yield from in_standard_input()
        elif Path(path).is_dir():
            yield from in_folder(path)
        elif path.lower().endswith(".zip"):
            yield from in_zip(path)
        elif path.lower().endswith(ARCHIVES):
            yield from in_tar_file(path)
        else:
            yield regular_file(path)


def check(paths: Iterable[str], git: str = "") -> None:
    """Raise `UnusableInputError` if one of `paths` is not there, or not what is read from it."""
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise UnusableInputError(f"{path}: no such file or folder")
        if git:
            run_git(
                path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{git}^{{commit}}"
            )


def count(paths: Iterable[str]) -> int | None:
    """How many files will be found, None where only reading would tell."""
    total = 0
    for path in paths:
        if Path(path).is_dir():
            total += sum(may_be_document(name) for _, _, names in os.walk(path) for name in names)
        elif path.lower().endswith(".zip"):
            total += count_in_zip(path)
        elif path == "-" or path.lower().endswith(ARCHIVES):
            return None
        else:
            total += 1
    return total


def count_in_zip(path: str) -> int:
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(may_be_document(name.rpartition("/")[2]) for name in archive.namelist())
    except READ_ERRORS:
        return 1  # that it cannot be read is said once


def may_be_document(name: str) -> bool:
    return not name.startswith(".") and PurePosixPath(name).suffix.lower() in SUFFIXES


def in_folder(folder: str) -> Iterator[Found]:
    """Files below a folder, `_posts` first in each, what begins with a dot passed over."""
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: (entry.name != "_posts", entry.name))
    except OSError as error:
        yield Found(folder, refusal=f"cannot be listed: {error.strerror}", is_whole=False)
        return
    for entry in inside:
        if may_be_document(entry.name) and not entry.is_dir():
            yield regular_file(entry.path)
    for entry in inside:
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            yield from in_folder(entry.path)


def regular_file(path: str) -> Found:
    try:
        status = Path(path).stat()
    except OSError as error:
        return Found(path, refusal=error.strerror or str(error))
    if not stat.S_ISREG(status.st_mode):
        return Found(path, refusal="not a regular file")
    if status.st_size > LARGEST:
        return Found(path, refusal=too_large(status.st_size))
    return Found(path, status.st_size, status.st_mtime_ns)


def too_large(size: int) -> str:
    return f"too large: {size:,} bytes, where {LARGEST:,} are read"


def hostile_name(name: str) -> str:
    """Why a member of an archive may not be called so; empty if it may."""
    if (
        name.startswith(("/", "\\"))
        or ".." in name.replace("\\", "/").split("/")
        or name[1:2] == ":"
    ):
        return "its name leads out of the archive"
    if any(ord(letter) < 0x20 for letter in name):
        return "its name holds a control character"
    return ""


def member(archive: str, name: str, size: int, what: str, stream: IO[bytes] | None) -> Found | None:
    """A member of an archive, read; None if it is not named as a document.

    `what` says that it is no regular file; `stream` is None if it cannot be opened.
    """
    base = name.rpartition("/")[2]
    if not may_be_document(base) or base.startswith("._"):
        return None
    path = f"{archive}/{name.lstrip('/')}"
    if refusal := hostile_name(name) or what or (too_large(size) if size > LARGEST else ""):
        return Found(path, size, refusal=refusal)
    if stream is None:
        return Found(path, size, refusal="cannot be read")
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        return Found(path, size, refusal=too_large(len(content)))
    return Found(path, len(content), content=content)


def uploaded(folder: Path) -> list[Path]:
    """The files that were sent to a folder of uploads; namesakes lie in folders below."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def in_upload(folder: Path) -> Iterator[Found]:
    """What may be a document in those files, under the names that they were sent with: where they
    lie for a while says nothing, and another upload of the same is then known to be the same."""
    for found in find(map(str, uploaded(folder))):
        content = found.content
        if content is None and not found.refusal:
            content = Path(found.path).read_bytes()
        path = f"upload/{found.path.removeprefix(f'{folder}/')}"
        yield replace(found, path=path, mtime_ns=0, content=content)


def in_zip(path: str) -> Iterator[Found]:
    try:
        packed = Path(path).stat().st_size
        with zipfile.ZipFile(path) as archive:
            unpacked = 0
            for info in archive.infolist():
                unpacked += info.file_size
                if unpacked > max(BOMB_SIZE, BOMB_RATIO * packed):
                    yield Found(path, refusal=f"a bomb: {unpacked:,} bytes or more in {packed:,}")
                    return
                yield from in_zip_member(path, archive, info)
    except READ_ERRORS as error:
        yield Found(path, refusal=f"cannot be read to its end: {error}")


def in_zip_member(path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Found]:
    if info.is_dir():
        return
    name = info.filename
    if not info.flag_bits & 0x800:  # 4.4.4 of APPNOTE.TXT: not UTF-8, so Python took it for CP437
        raw = name.encode("cp437", "replace")
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            name = raw.decode("gb18030", "surrogateescape")
    what = "a link" if stat.S_ISLNK(info.external_attr >> 16) else ""
    what = "encrypted" if info.flag_bits & 1 else what
    try:
        stream = (
            archive.open(info) if not what and may_be_document(name.rpartition("/")[2]) else None
        )
        if found := member(path, name, info.file_size, what, stream):
            yield found
    except READ_ERRORS as error:
        yield Found(f"{path}/{name}", info.file_size, refusal=f"cannot be read: {error}")


def in_tar_file(path: str) -> Iterator[Found]:
    try:
        with Path(path).open("rb") as file:
            yield from in_tar(path, file, Path(path).stat().st_size)
    except READ_ERRORS as error:
        yield Found(path, refusal=f"cannot be read to its end: {error}")


def in_tar(path: str, file: Any, packed: int) -> Iterator[Found]:
    """Members of a tar, packed or not. Raises one of `READ_ERRORS` where it is broken."""
    mode: Literal["r|", "r|*"] = "r|*"
    if file.peek(4).startswith(ZSTANDARD):
        unpacker = zstandard.ZstdDecompressor()
        file, mode = unpacker.stream_reader(file, read_across_frames=True), "r|"
    unpacked = 0
    with tarfile.open(fileobj=file, mode=mode, errors="surrogateescape") as archive:
        for info in archive:
            unpacked += info.size
            if unpacked > max(BOMB_SIZE, BOMB_RATIO * packed):
                raise tarfile.ReadError(f"a bomb: {unpacked:,} bytes or more in {packed:,}")
            if info.isdir():
                continue
            what = "" if info.isreg() else "a link" if info.issym() or info.islnk() else "a device"
            stream = archive.extractfile(info) if not what else None
            if found := member(path, info.name, info.size, what, stream):
                yield found


def in_standard_input() -> Iterator[Found]:
    stream: Any = sys.stdin.buffer
    head = stream.peek(512)
    if head.startswith(PACKED) or head[257:262] == b"ustar":
        try:
            yield from in_tar("-", stream, BOMB_SIZE)
        except READ_ERRORS as error:
            yield Found("-", refusal=f"cannot be read to its end: {error}")
        return
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        yield Found("-", refusal=too_large(len(content)))
    else:
        yield Found("-", len(content), content=content)


def run_git(repository: str, *arguments: str) -> bytes:
    """What git prints. Raises `UnusableInputError` with what it complains of."""
    if shutil.which("git") is None:
        raise UnusableInputError(f"{repository}: git is not installed")
    done = subprocess.run(git_command(repository, *arguments), capture_output=True, check=False)
    if done.returncode:
        complaint = done.stderr.decode(errors="replace").strip() or "no such revision"
        raise UnusableInputError(f"{repository}: {complaint}")
    return done.stdout


def git_command(repository: str, *arguments: str) -> list[str]:
    return ["git", "-C", repository, *arguments]


def in_repository(repository: str, revision: str) -> Iterator[Found]:
    """Files of a revision of a git repository, bare or not: `git ls-tree`, `git cat-file`."""
    commit = run_git(
        repository, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"
    )
    with tempfile.TemporaryFile() as listing:
        tree = commit.decode().strip()
        listed = git_command(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", tree)
        subprocess.run(listed, stdout=listing, check=True)
        listing.seek(0)
        with subprocess.Popen(
            git_command(repository, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as blobs:
            entries = split_at_nul(listing)
            pipes = cast(tuple[IO[bytes], IO[bytes]], (blobs.stdin, blobs.stdout))
            # So few names at once fit in the pipe, or both sides could wait for each other.
            while some := list(islice(entries, 256)):
                yield from read_blobs(repository, some, *pipes)


def split_at_nul(file: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := file.read(2**16):
        *whole, rest = (rest + block).split(b"\0")
        yield from whole


def read_blobs(
    repository: str, entries: list[bytes], questions: IO[bytes], answers: IO[bytes]
) -> Iterator[Found]:
    wanted = []
    for entry in entries:
        attributes, _, name = entry.partition(b"\t")
        mode, _kind, blob, size = attributes.split()
        path = os.fsdecode(name)
        base = path.rpartition("/")[2]
        if not may_be_document(base) or any(part.startswith(".") for part in path.split("/")):
            continue
        if mode == b"120000":
            yield Found(f"{repository}/{path}", refusal="a link")
        elif int(size) > LARGEST:
            yield Found(f"{repository}/{path}", refusal=too_large(int(size)))
        else:
            wanted.append((f"{repository}/{path}", blob))
    questions.write(b"".join(blob + b"\n" for _, blob in wanted))
    questions.flush()
    for path, blob in wanted:
        answer = answers.readline().split()
        if len(answer) != 3:
            yield Found(path, refusal=f"git has no object {blob.decode()}")
            continue
        content = answers.read(int(answer[2]) + 1)[:-1]
        yield Found(path, len(content), content=content)
