"""What a worker does with a file: read it, index the text of its post, and find what this says, by
which it is compared with others. That takes a processor and no database."""

from dataclasses import dataclass

from ..search.text.tokens import IndexedText, index_text
from ..stories.evidence import Evidence
from .discovery import Found
from .reading.files import NewDocument, Reading, read


@dataclass(frozen=True, slots=True)
class IndexedDocument(NewDocument):
    """A new document, the text of its post as search stores it, and what that says. The securities
    that it names are not known yet."""

    indexed: IndexedText
    evidence: Evidence


def read_and_index(found: Found, stored_sha256: bytes = b"") -> Reading:
    """`read` a file. A document that is new comes as an `IndexedDocument`."""
    new = read(found, stored_sha256)
    if not isinstance(new, NewDocument):
        return new
    post = new.post
    indexed = index_text(post.title, post.digest, post.body_text)
    evidence = Evidence.of(post.published_at, indexed.title, indexed.text)
    return IndexedDocument(new.found, new.content, new.sha256, new.parsed, post, indexed, evidence)
