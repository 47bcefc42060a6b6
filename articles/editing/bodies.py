"""Bodies that editors type, read as an import would read them, by a process that may be killed:
one costly text must not stop the site."""

from typing import Final

from ..importing.body import Body, parse_body
from ..importing.documents import DocumentError
from ..importing.workers import Failure, Workers

SECONDS: Final = 5.0  # of processor time; a usual body takes some thousandths
_workers: Final = Workers(2)


def read(html: str) -> Body:
    """Raises `DocumentError` where reading takes too much time or memory."""
    body: Body | Failure = _workers.call(parse_body, html, seconds=SECONDS)
    if isinstance(body, Failure):
        raise DocumentError(body.reason)
    return body
