"""A file that was found and, if it will not be read, the reason."""

import os.path
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from ...messages import Message

SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".html", ".htm", ".txt"})
ARCHIVES = tuple(".zip .tar .tar.gz .tgz .tar.xz .txz .tar.bz2 .tbz .tbz2 .tar.zst .tzst".split())
UNREADABLE = tuple(
    ".rar .cbr .7z .tar.lz4 .tar.lz .tlz .tar.z .tar.lzma .tar.br .lzh "
    ".cab .cpio .iso .dmg .zipx .arj .ace .sit .7z.001 .zip.001".split()
)
#: Compressed single files.
PACKED = (".gz", ".gzip", ".bz2", ".xz", ".zst", ".lz", ".lz4", ".z", ".lzma", ".br")

Look = Callable[[], None]  # called again and again, raises when it is time to stop

LARGEST = 32 * 2**20  # bytes of a document
NAME_BYTES = 255  # of a file's name: what file systems hold

CANNOT_UNPACK = Message("archive-of-other-kind")
NOT_A_FILE = Message("not-a-regular-file")
LEADS_OUT = Message("link-out-of-folder")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a document: the path by which it is known, its size in bytes, its time in
    nanoseconds (0: unknown), and its content if that had to be read to find it.

    `path` is always text, even if the name in the file system or archive is not. A file with a
    `refusal`, or with a reason why it was `passed_over`, is not read.
    """

    path: str
    size: int = 0
    mtime_ns: int = 0
    content: bytes | None = None
    refusal: Message | None = None
    is_whole: bool = True  # False: a folder or archive that could not be read to its end
    passed_over: Message | None = None
    is_surprising: bool = False  # passed over, though people would expect it to be read
    needs_date: bool = False  # it is a post only if its front matter states a date
    needs_publishing: bool = False  # it is passed over unless that says `published: true`
    file: str = ""  # its path on disk, if that is not `path`
    root: str = ""  # links on the path must stay inside this folder; empty: no limit

    @property
    def name(self) -> str:
        return document_name(self.path)

    @property
    def is_to_read(self) -> bool:
        return not (self.refusal or self.passed_over)

    @property
    def is_on_disk(self) -> bool:
        """Whether it is to be read from disk. A member of an archive is not."""
        return self.is_to_read and self.content is None

    @property
    def place(self) -> str:
        """The path of the file on disk."""
        return self.file or self.path


class UnusableInputError(Exception):
    """A path from which an import cannot even begin; the message names it."""


def may_be_document(name: str) -> bool:
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES


def document_name(path: str) -> str:
    """The name by which a document is known: its file's or, for x/index.md, x.md. So Hugo and
    others name a post that has a folder of its own (gohugo.io/content-management/page-bundles).
    Macs write accents apart from their letters: the name is one, however they are written."""
    path = unicodedata.normalize("NFC", path)
    above, _, name = path.rpartition("/")
    if not (name.startswith("index.") and may_be_document(name)):
        return name
    folder = above.rpartition("/")[2]
    return f"{folder}{name.removeprefix('index')}" if folder.strip(".") else name


def is_set_aside(name: str) -> bool:
    """Whether a file would be a document if editors or systems had not marked its name: by a dot
    before it, or by `~` or `#` after it."""
    unmarked = name.lstrip(".").rstrip("~#")
    return unmarked != name and may_be_document(unmarked)


def is_unreadable_archive(name: str) -> bool:
    """Whether a file is an archive of a kind that is not read, or a compressed document."""
    name = name.lower()
    return not name.endswith(ARCHIVES) and (
        name.endswith(UNREADABLE)
        or (name.endswith(PACKED) and may_be_document(os.path.splitext(name)[0]))
    )


def too_large(size: int, most: int | None = None) -> Message:
    return Message("too-large", size=f"{size:,}", most=f"{LARGEST if most is None else most:,}")
