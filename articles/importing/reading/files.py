"""A file found → a document read, and the post that it makes alone."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass

from ...messages import Message, reason_of
from ..discovery import NAME_BYTES, Found, content_of
from .dates import SHANGHAI_TIME
from .derive import (
    DerivedPost,
    ParsedDocument,
    derive,
    parse_document,
)
from .documents import DocumentError, is_document, legible
from .front_matter import DAY
from .toml_and_json import read_json

FLASH_CODE = re.compile(r"(?<!\d)\d{18}(?!\d)")  # in the address of a flash
UNDECODED = re.compile(r"\\udc[89a-f][0-9a-f]")  # as discovery shows such bytes of a name
DATED_WITHIN = 2**16  # bytes in which front matter must state a date
CLOSING_FENCES = ("---", "...", "+++", "}")  # that end it, in YAML, TOML and JSON
DATE_OR_LAYOUT = re.compile(
    r"""[ \t]*["']?(date|pub(?:lish)?[-_]?date|published(?:[-_]?at)?|layout)["']?[ \t]*[:=]"""
    r"""([^#\n]*)""",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")
LAYOUTS = ("", "post", "posts")  # of posts
LONGEST_LAYOUT = 40  # characters of one in a message


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be stored, and the post that it makes if no other document belongs to it."""

    found: Found
    content: bytes
    sha256: bytes
    parsed: ParsedDocument
    post: DerivedPost


@dataclass(frozen=True, slots=True)
class Same:
    """A file whose bytes are stored already."""

    found: Found


@dataclass(frozen=True, slots=True)
class NoDocument:
    """A file such as a README, and why it is not a post."""

    found: Found
    reason: Message


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that cannot be read, and as much of it as is worth keeping."""

    found: Found
    reason: Message
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
            return NoDocument(found, Message("not-a-post"))
        elif found.needs_date and (reason := why_no_post(content)):
            return NoDocument(found, reason)
        sha256 = hashlib.sha256(content).digest()
        if sha256 == stored_sha256:
            return Same(found)
        parsed = parse_document(name, content)
    except DocumentError as error:
        return Refused(found, error.reason, error.line, content)
    except OSError as error:
        return Refused(found, reason_of(error), None, content)
    return NewDocument(found, content, sha256, parsed, derive([parsed]))


def read_bytes(found: Found) -> bytes:
    if found.refusal:
        raise DocumentError(found.refusal)
    return content_of(found) if found.content is None else found.content


def readable_name(name: str) -> str:
    """A file's name. Raises `DocumentError` for one that is text in no encoding, or longer than
    file systems hold."""
    if UNDECODED.search(name):
        raise DocumentError(Message("name-not-utf-8"))
    if len(name.encode()) > NAME_BYTES:
        raise DocumentError(Message("name-longer-than", length=NAME_BYTES))
    return name


def why_no_post(content: bytes) -> Message | None:
    """Why a file among posts that is not named as a post is held to be a page: its front matter
    states no date, or a layout that is not that of posts. None if it is a post."""
    stated = dates_and_layout(legible(content[:DATED_WITHIN]).lstrip())
    layout = stated.pop("layout", "")
    if not any(may_state_day(name, value) for name, value in stated.items()):
        return Message("not-a-post-undated")
    if layout.lower() not in LAYOUTS:
        return Message("not-a-post-by-layout", layout=layout[:LONGEST_LAYOUT])
    return None


def may_state_day(name: str, value: str) -> bool:
    """Whether a field is `date`, with which a file is meant to be a post, or another with a day in
    it: forms for pages have the others, too, and leave them empty."""
    if name == "published":  # which elsewhere says whether, not when
        return DAY.match(value) is not None
    return name == "date" or DIGIT.search(value) is not None


def dates_and_layout(text: str) -> dict[str, str]:
    """What front matter states of its dates and its layout, even if the rest cannot be read."""
    if text.startswith("{"):
        with suppress(DocumentError):
            given = read_json(text, 1)[0].given
            return {
                key.lower(): str(value)
                for key, value in given.items()
                if DATE_OR_LAYOUT.match(f"{key}:")
            }
    opening, _, rest = text.partition("\n")
    is_fenced = opening.rstrip() in CLOSING_FENCES
    stated: dict[str, str] = {}
    for line in (rest if is_fenced else text).split("\n"):
        if line.rstrip() in CLOSING_FENCES:
            break
        if field := DATE_OR_LAYOUT.match(line):
            stated.setdefault(field[1].lower(), field[2].strip(" \t,'\""))
    return stated


def name_of(content: bytes) -> str:
    """A name for a document that came without one. The same document always gets the same name."""
    parsed = parse_document("-", content)
    code = FLASH_CODE.search(parsed.link)
    stem = parsed.info_code or (code[0] if code else parsed.slug)
    if stem == "-":
        stem = hashlib.sha256(content).hexdigest()[:18]
    return f"{parsed.published_at.astimezone(SHANGHAI_TIME):%Y-%m-%d}-{stem}.md"
