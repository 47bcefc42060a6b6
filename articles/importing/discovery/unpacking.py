"""Compressed streams of one or several parts → what they hold, read forwards as a tar is."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Protocol

import zstandard

from ...messages import Message

BLOCK = 2**16
# What bz2 raises is an OSError.
ERRORS = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, ValueError)
ZSTANDARD_BLOCK = 2**10  # it unpacks to 32 MiB at most, and zstandard takes no limit


class Part(Protocol):
    """What bz2 and lzma offer to unpack one part of a stream."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class GzipPart:
    """A member of a gzip file."""

    def __init__(self) -> None:
        self.inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self.inner.eof

    @property
    def needs_input(self) -> bool:
        return not self.inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self.inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self.inner.decompress(self.inner.unconsumed_tail + data, max_length)


class ZstandardPart:
    """A frame of a Zstandard file, or one that decoders skip."""

    def __init__(self) -> None:
        self.inner = zstandard.ZstdDecompressor().decompressobj()
        self.rest = b""

    @property
    def eof(self) -> bool:
        return self.inner.eof

    @property
    def needs_input(self) -> bool:
        return not self.rest

    @property
    def unused_data(self) -> bytes:
        return self.inner.unused_data + self.rest

    def decompress(self, data: bytes, max_length: int) -> bytes:
        data = self.rest + data
        self.rest = data[ZSTANDARD_BLOCK:]
        return self.inner.decompress(data[:ZSTANDARD_BLOCK])


Packing = tuple[tuple[bytes, ...], Callable[[], Part]]  # how a part begins, and what unpacks it
PACKINGS: list[Packing] = [
    ((b"\x1f\x8b",), GzipPart),
    ((b"BZh",), bz2.BZ2Decompressor),
    ((b"\xfd7zXZ\0",), lzma.LZMADecompressor),
    # RFC 8878, 3.1.1 and 3.1.2: frames, and what decoders skip, with which pzstd begins.
    (
        (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))),
        ZstandardPart,
    ),
]


def is_packed(head: bytes) -> bool:
    return any(head.startswith(magic) for magic, _ in PACKINGS)


def unpacked(file: IO[bytes]) -> Iterator[bytes]:
    """The contents of a stream, block by block; the stream itself if it is not compressed. Its
    parts may be packed in different ways, with zeros between and after them. Raises `EOFError` if a
    part breaks off, and `OSError` if one is damaged, or if something follows that is neither a part
    nor zeros."""
    rest = file.read(BLOCK)
    taken = len(rest)
    if not is_packed(rest):
        while rest:
            yield rest
            rest = file.read(BLOCK)
    while begin := next((begin for magic, begin in PACKINGS if rest.startswith(magic)), None):
        part = begin()
        while not part.eof:
            if not rest and part.needs_input:
                rest = file.read(BLOCK)
                taken += len(rest)
                if not rest:
                    raise EOFError(Message("cut-off"))
            try:
                block = part.decompress(rest, BLOCK)
            except ERRORS as error:
                if "too much memory" in str(error):  # Zstandard's; it looks back 128 MiB at most
                    raise OSError(Message("looks-back-too-far")) from error
                # Some learn it from the checksum at the end.
                raise OSError(Message("damaged-before", offset=f"{taken:,}")) from error
            yield block
            rest = b""
        rest = part.unused_data.lstrip(b"\0")
        while len(rest) < 6 and (more := file.read(BLOCK)):
            rest = (rest + more).lstrip(b"\0")
            taken += len(more)
        if rest and not is_packed(rest):
            raise OSError(Message("not-a-packed-part"))


class Stream:
    """Blocks as a file that is read forwards, for `most` bytes at most: the limit against bombs."""

    def __init__(self, blocks: Iterator[bytes], most: int, largest: int) -> None:
        self.blocks = blocks
        self.most = most
        self.largest = largest  # bytes in one reading
        self.block = memoryview(b"")
        self.position = 0

    def tell(self) -> int:
        return self.position

    def read(self, size: int) -> bytes:
        if size > self.largest:
            raise EOFError(Message("bytes-at-once", size=f"{size:,}", most=f"{self.largest:,}"))
        return b"".join(self.taken(size))

    def seek(self, position: int, whence: int = 0) -> int:
        """Go forward to that position. Raises `EOFError` if the stream ends before it."""
        if position < self.position:
            raise EOFError(Message("parts-out-of-order"))
        for _ in self.taken(position - self.position):
            pass
        if self.position < position:
            raise EOFError(Message("cut-off"))
        return position

    def taken(self, size: int) -> Iterator[memoryview]:
        if self.position + size > self.most:
            raise BombError(self.position + size)
        while size:
            if not self.block:
                block = next(self.blocks, None)
                if block is None:
                    return
                self.block = memoryview(block)
            some = self.block[:size]
            self.block = self.block[size:]
            self.position += len(some)
            size -= len(some)
            yield some


class BombError(EOFError):
    """A stream that unpacks to more bytes than anybody would send."""

    def __init__(self, size: int) -> None:
        super().__init__(Message("bomb-in-stream", size=f"{size:,}"))
        self.size = size
