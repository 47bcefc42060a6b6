"""Documents: their bytes, what they say, and where their files lie."""

import hashlib
from collections.abc import Sequence
from typing import Any

from ...database import write_connection
from ...messages import Message, dumps
from ...models import Document
from ..discovery import Found
from ..reading.derive import ParsedDocument
from ..reading.files import NewDocument
from .staging import stage


def stored_content(file_name: str) -> bytes | None:
    """The bytes of the document of that name; None if there is none."""
    with write_connection().cursor() as cursor:
        cursor.execute("SELECT content FROM articles_document WHERE file_name = %s", [file_name])
        row = cursor.fetchone()
        return None if row is None else bytes(row[0])


def is_stored(file_name: str, content: bytes) -> bool:
    """Whether a document of that name and these bytes is stored, and its file not gone."""
    documents = Document.objects.using(write_connection().alias).filter(file_name=file_name)
    return documents.filter(gone_at=None, sha256=hashlib.sha256(content).digest()).exists()


def touch(found: Sequence[Found]) -> None:
    """Note the paths and times that the files of unchanged documents have now."""
    with write_connection().cursor() as cursor:
        with_time = [file for file in found if file.mtime_ns]
        cursor.execute(
            """
            UPDATE articles_document document
            SET path = found.path, mtime_ns = found.mtime_ns
            FROM unnest(%s::text[], %s::text[], %s::int8[]) AS found (file_name, path, mtime_ns)
            WHERE document.file_name = found.file_name
              AND (document.path, document.mtime_ns) <> (found.path, found.mtime_ns)
            """,
            [
                [file.name for file in with_time],
                [file.path for file in with_time],
                [file.mtime_ns for file in with_time],
            ],
        )


def write_documents(cursor: Any, batch: Sequence[NewDocument]) -> None:
    stage(
        cursor,
        "staged_document",
        "file_name text, content bytea, sha256 bytea, category text, tags text[], slug text, "
        "path text, size int8, mtime_ns int8, notes text[], is_sample bool, addresses text[]",
        (
            (
                new.parsed.file_name,
                new.content,
                new.sha256,
                next(iter(new.parsed.categories), ""),
                list(new.parsed.tags),
                new.parsed.slug,
                new.found.path,
                len(new.content),
                new.found.mtime_ns,
                list(map(dumps, new.parsed.notes)),
                new.parsed.is_sample,
                list(new.parsed.addresses),
            )
            for new in batch
        ),
    )
    cursor.execute(
        """
        INSERT INTO articles_documentversion (document_id, content, sha256, imported_at)
        SELECT document.id, document.content, document.sha256, document.imported_at
        FROM staged_document staged JOIN articles_document document USING (file_name)
        WHERE document.sha256 <> staged.sha256;

        INSERT INTO articles_formerhome (document_id, post_id, until)
        SELECT document.id, former.post_id, until
        FROM staged_document staged
        JOIN articles_document document USING (file_name)
        JOIN articles_post post USING (slug)
        CROSS JOIN LATERAL (
            SELECT document.post_id, coalesce(gone_at, now()) AS until
            WHERE gone_at IS NOT NULL OR document.post_id <> post.id
            UNION ALL SELECT NULL, now() WHERE gone_at IS NOT NULL
        ) former;

        INSERT INTO articles_document
            (file_name, content, sha256, category, tags, post_id, imported_at, path, size,
             mtime_ns, notes, is_sample, addresses)
        SELECT file_name, content, sha256, category, tags, post.id, now(), path, size, mtime_ns,
               notes, is_sample, addresses
        FROM staged_document JOIN articles_post post USING (slug)
        ON CONFLICT (file_name) DO UPDATE SET
            content = excluded.content, sha256 = excluded.sha256, category = excluded.category,
            tags = excluded.tags, post_id = excluded.post_id,
            imported_at = CASE  -- of what it contains
                WHEN articles_document.sha256 = excluded.sha256 THEN articles_document.imported_at
                ELSE excluded.imported_at
            END,
            path = excluded.path, size = excluded.size, mtime_ns = excluded.mtime_ns,
            notes = excluded.notes, is_sample = excluded.is_sample,
            addresses = excluded.addresses, gone_at = NULL
        """
    )


#: What a document says, as columns with their types; `slug` is that of its post.
READING = "file_name text, slug text, category text, tags text[], notes text[], addresses text[]"


def reading_row(document: ParsedDocument, notes: Sequence[Message]) -> tuple[Any, ...]:
    """`notes` are those on its post."""
    return (
        document.file_name,
        document.slug,
        next(iter(document.categories), ""),
        list(document.tags),
        list(map(dumps, (*document.notes, *notes))),
        list(document.addresses),
    )


def write_readings(
    cursor: Any, documents: Sequence[ParsedDocument], notes: dict[str, tuple[Message, ...]]
) -> None:
    """Update what is stored of these documents if they now say something else: the post of each,
    and the notes on what was assumed, its own and those on its post, by slug."""
    rows = (reading_row(document, notes[document.slug]) for document in documents)
    stage(cursor, "staged_reading", READING, rows)
    cursor.execute(
        """
        INSERT INTO articles_formerhome (document_id, post_id, until)
        SELECT stored.id, stored.post_id, now()
        FROM staged_reading staged
        JOIN articles_document stored USING (file_name)
        JOIN articles_post post USING (slug)
        WHERE stored.post_id <> post.id;

        UPDATE articles_document stored
        SET post_id = post.id, category = staged.category, tags = staged.tags,
            notes = staged.notes, addresses = staged.addresses
        FROM staged_reading staged JOIN articles_post post USING (slug)
        WHERE stored.file_name = staged.file_name
          AND (stored.post_id, stored.category, stored.tags, stored.notes, stored.addresses)
              <> (post.id, staged.category, staged.tags, staged.notes, staged.addresses)
        """
    )
