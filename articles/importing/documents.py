"""Files on disk → documents: where they are, and their bytes as text. No database, no HTTP."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

SUFFIXES = frozenset({".md", ".markdown", ".html", ".txt"})

# Jekyll's own rule: a post is named YEAR-MONTH-DAY-title.MARKUP (jekyllrb.com/docs/posts);
# the writing script sometimes lost the date but kept the 18 digits.
POST_NAME = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}-|\d{18}")


class DocumentError(ValueError):
    """A document that cannot be read: `line` counts from 1, None where no line is at fault."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def find_documents(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file in `paths`, and below those that are folders, in a stable order.

    Below a folder only names that end in one of `SUFFIXES` count, and what begins with a dot
    is passed over. Raises `FileNotFoundError` for a path that is not there.
    """
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                for name in sorted(names):
                    if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                        yield Path(folder, name)
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(path)


def is_document(file_name: str, content: bytes) -> bool:
    """False for a README and its like: neither named as a post nor begun with front matter."""
    return bool(POST_NAME.search(file_name)) or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
        b"---"
    )


def decode(content: bytes) -> str:
    """The text of a document: UTF-8, with or without a byte order mark, lines ended by \\n.

    Raises `DocumentError` with the line of the first byte that is not UTF-8, or of a NUL,
    which PostgreSQL cannot store in a text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"not UTF-8: byte 0x{content[error.start]:02x}", line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise DocumentError("a NUL character", text.count("\n", 0, text.index("\0")) + 1)
    return text
