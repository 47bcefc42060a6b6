"""The stored documents that make a post together with those of a batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..reading.derive import (
    Parse,
    ParsedDocument,
    is_named_by_stem,
    parse_document,
    parse_stored,
    told_apart,
)
from ..reading.files import NewDocument


def with_siblings(
    cursor: Any, batch: Sequence[NewDocument]
) -> tuple[list[NewDocument], list[ParsedDocument], list[int]]:
    """Return the batch, each document with the slug that it gets next to what is stored; all
    documents of the posts that the batch touches; and the ids of the posts that documents leave."""
    siblings, homes = stored_siblings(cursor, [new.parsed for new in batch])
    documents = told_apart([*siblings, *(new.parsed for new in batch)])
    found = {document.file_name: document for document in documents}
    new_batch = []
    for new in batch:
        parsed = found[new.parsed.file_name]
        if parsed is not new.parsed:
            new = replace(new, parsed=parsed, post=replace(new.post, slug=parsed.slug))
        new_batch.append(new)
    return new_batch, documents, left_behind(documents, homes)


def stored_siblings(
    cursor: Any, documents: Sequence[ParsedDocument], parse: Parse = parse_document
) -> tuple[list[ParsedDocument], dict[str, tuple[int, str]]]:
    """The other stored documents that share a post with these, or did until now, or whose names
    differ only in their endings; and by name the id and slug of the post to which each stored
    document belongs now."""
    names = [document.file_name for document in documents]
    slugs = [document.slug for document in documents]
    stems = [document.slug for document in documents if is_named_by_stem(document)]
    if stems:
        cursor.execute(
            """
            SELECT document.post_id
            FROM unnest(%s::text[]) stem, LATERAL (
                SELECT post_id, file_name FROM articles_document
                WHERE file_name ~>=~ (stem || '.') AND file_name ~<~ (stem || '/')
                  AND gone_at IS NULL
            ) document
            """,
            [stems],
        )
    namesakes = [post_id for (post_id,) in cursor.fetchall()] if stems else []
    cursor.execute(
        """
        WITH batch (file_name, slug) AS (SELECT * FROM unnest(%s::text[], %s::text[])),
        touched (post_id) AS (
            SELECT post_id FROM batch JOIN articles_document USING (file_name)
            UNION SELECT id FROM batch JOIN articles_post USING (slug)
            UNION SELECT unnest(%s::bigint[])
        )
        SELECT document.file_name,
               CASE WHEN batch.file_name IS NULL THEN document.content END,
               post.id, post.slug
        FROM touched
        JOIN articles_post post ON post.id = touched.post_id
        JOIN articles_document document ON document.post_id = post.id
        LEFT JOIN batch ON batch.file_name = document.file_name
        WHERE document.gone_at IS NULL OR batch.file_name IS NOT NULL
        """,
        [names, slugs, namesakes],
    )
    rows = cursor.fetchall()
    stored = ((name, content) for name, content, *_ in rows if content is not None)
    homes = {name: (post_id, slug) for name, _, post_id, slug in rows}
    return parse_stored(stored, parse)[0], homes


def by_slug(documents: Iterable[ParsedDocument]) -> dict[str, list[ParsedDocument]]:
    found = defaultdict(list)
    for document in documents:
        found[document.slug].append(document)
    return found


def left_behind(
    documents: Iterable[ParsedDocument], homes: dict[str, tuple[int, str]]
) -> list[int]:
    """The ids of the posts that these documents belonged to until now."""
    return [
        homes[document.file_name][0]
        for document in documents
        if document.file_name in homes and homes[document.file_name][1] != document.slug
    ]
