"""Reads the texts that editors type or restore, as an import would read them: in processes that may
be killed, so that one costly text does not stop the site."""

from functools import lru_cache
from typing import Any, Final

from ..importing.discovery import Found
from ..importing.reading import files
from ..importing.reading.body import Body, parse_body
from ..importing.reading.derive import ParsedDocument
from ..importing.reading.documents import DocumentError
from ..importing.reading.files import NewDocument, NoDocument, Refused
from ..importing.workers import Failure, Workers

SECONDS: Final = 5.0  # of processor time; most bodies take some milliseconds
_workers: Final = Workers(2)


def read(html: str) -> Body:
    """Raises `DocumentError` if reading takes too much time or memory."""
    return read_within(html, SECONDS)


@lru_cache(maxsize=16)  # a body is read when its form is checked, and again when it is saved
def read_within(html: str, seconds: float) -> Body:
    body: Body | Failure = _workers.call(parse_body, html, seconds=seconds)
    if isinstance(body, Failure):
        raise DocumentError(body.reason)
    return body


def parse_document(file_name: str, content: bytes) -> ParsedDocument:
    """Read a stored document. Raises `DocumentError` if it cannot be read, or costs too much."""
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
