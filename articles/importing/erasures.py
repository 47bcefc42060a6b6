"""How an import knows the files of posts that editors erased, so that none comes back."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from ..database import write_connection
from ..models import Erasure
from ..search.text.normalise import fold
from .reading.derive import ParsedDocument, parse_stored
from .reading.documents import essence
from .reading.files import NewDocument, Refused

SHORT_TEXT = 40  # letters


def hashes(documents: Iterable[tuple[str, Any]]) -> list[bytes]:
    """The sorted hashes that an erasure keeps of these documents, given as names and contents."""
    contents = [(name, bytes(content)) for name, content in documents]
    parsed, _unreadable = parse_stored(contents)
    return sorted({*(essence(content) for _, content in contents), *map(text_hash, parsed)})


def erased(readings: Sequence[NewDocument | Refused]) -> set[str]:
    """The paths of those files whose posts were erased."""
    stored = Erasure.objects.using(write_connection().alias)
    erasures = list(stored.values_list("slug", "file_names", "sha256"))
    if not erasures:
        return set()
    slugs = {slug for slug, _, _ in erasures}
    names = {name for _, file_names, _ in erasures for name in file_names}
    contents = {bytes(each) for _, _, hashes in erasures for each in hashes}
    return {
        reading.found.path
        for reading in readings
        if reading.found.name in names
        or not contents.isdisjoint(hashes_of(reading))
        or (isinstance(reading, NewDocument) and reading.parsed.slug in slugs)
    }


def hashes_of(reading: NewDocument | Refused) -> set[bytes]:
    """The hashes by which an erasure may know a file: the oldest erasures have one of its bytes."""
    hashes = {essence(reading.content), hashlib.sha256(reading.content).digest()}
    if isinstance(reading, NewDocument):
        hashes.add(text_hash(reading.parsed))
    return hashes


def text_hash(parsed: ParsedDocument) -> bytes:
    """The SHA-256 of the text that readers would be shown, as search folds it: the same
    whatever the header, and in simplified or traditional characters. The hash of a short text
    includes the file's name, because other posts may say the same."""
    text = "".join(fold(f"{parsed.title}{parsed.digest}{parsed.text}").split())
    name = parsed.file_name if len(text) < SHORT_TEXT else ""
    return hashlib.sha256(f"{name}\0{text}".encode()).digest()
