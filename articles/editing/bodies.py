"""Texts that editors type or go back to, read as an import would read them, by processes that may
be killed: one costly text must not stop the site. Whatever the desk reads, it reads here."""

from typing import Any, Final

from ..importing.discovery import Found
from ..importing.reading import files
from ..importing.reading.body import Body, parse_body
from ..importing.reading.derive import ParsedDocument
from ..importing.reading.documents import DocumentError
from ..importing.reading.files import NewDocument, NoDocument, Refused
from ..importing.workers import Failure, Workers

SECONDS: Final = 5.0  # of processor time; a usual body takes some thousandths
_workers: Final = Workers(2)


def read(html: str) -> Body:
    """Raises `DocumentError` where reading takes too much time or memory."""
    body: Body | Failure = _workers.call(parse_body, html, seconds=SECONDS)
    if isinstance(body, Failure):
        raise DocumentError(body.reason)
    return body


def parse_document(file_name: str, content: bytes) -> ParsedDocument:
    """Read a document that is stored. Raises `DocumentError`, as for a body too."""
    found = Found(file_name, len(content), content=content)
    result: Any = _workers.call(files.read, found, seconds=SECONDS)
    match result:
        case NewDocument():
            return result.parsed
        case Refused():
            raise DocumentError(result.reason, result.line)
        case NoDocument() | Failure():
            raise DocumentError(result.reason)
    raise TypeError(f"no reading of a document: {result!r}")
