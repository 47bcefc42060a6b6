"""A file found → a document read and the post that it makes alone: all that needs a processor
and no database, so that it can be done in other processes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..search.tokens import IndexedText, index_text
from .dates import SHANGHAI
from .derive import DerivedPost, ParsedDocument, derive, parse_document
from .discovery import LARGEST, NAME_BYTES, Found, too_large
from .documents import DocumentError, is_document


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be stored, and its post if no other document is of that."""

    found: Found
    content: bytes
    sha256: bytes
    parsed: ParsedDocument
    post: DerivedPost
    indexed: IndexedText


@dataclass(frozen=True, slots=True)
class Same:
    """A file whose bytes are stored already."""

    found: Found


@dataclass(frozen=True, slots=True)
class NoDocument:
    """A README and its like."""

    found: Found


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that cannot be read, with as much of it as is worth keeping."""

    found: Found
    reason: str
    line: int | None
    content: bytes


Reading = NewDocument | Same | NoDocument | Refused


def read(found: Found, stored_sha256: bytes = b"") -> Reading:
    """Read a file. `stored_sha256` is of the document stored under its name, or b""."""
    content = b""
    try:
        content = read_bytes(found)
        name = readable_name(found.name)
        if name == "-":
            name = name_of(content)
        elif not is_document(name, content):
            return NoDocument(found)
        sha256 = hashlib.sha256(content).digest()
        if sha256 == stored_sha256:
            return Same(found)
        parsed = parse_document(name, content)
    except DocumentError as error:
        return Refused(found, error.reason, error.line, content)
    except OSError as error:
        return Refused(found, error.strerror or str(error), None, content)
    post = derive([parsed])
    return NewDocument(
        found, content, sha256, parsed, post, index_text(post.title, post.digest, post.body_text)
    )


def read_bytes(found: Found) -> bytes:
    if found.refusal:
        raise DocumentError(found.refusal)
    if found.content is not None:
        return found.content
    content = Path(found.path).read_bytes()
    if len(content) > LARGEST:
        raise DocumentError(too_large(len(content)))
    return content


def readable_name(name: str) -> str:
    """A file's name as text. Raises `DocumentError` for one that is not UTF-8, which is what
    Python keeps as lone surrogates, or longer than file systems hold."""
    try:
        if len(name.encode()) > NAME_BYTES:
            raise DocumentError(f"the file's name is longer than {NAME_BYTES} bytes")
    except UnicodeEncodeError as error:
        raise DocumentError("the file's name is not UTF-8") from error
    return name


def name_of(content: bytes) -> str:
    """A name for a document that came without one: from what it says, the same every time."""
    parsed = parse_document("-", content)
    stem = parsed.info_code or parsed.slug
    if stem == "-":
        stem = hashlib.sha256(content).hexdigest()[:18]
    return f"{parsed.published_at.astimezone(SHANGHAI):%Y-%m-%d}-{stem}.md"
