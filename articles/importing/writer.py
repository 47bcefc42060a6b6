"""Parsed documents → database: COPY into staging tables, then one statement a table.

Each batch is one transaction, so what is left of a run that was killed is whole batches. It
holds an advisory lock to its end, so two runs at once take turns and cannot deadlock.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify
from pypinyin import Style, lazy_pinyin

from ..models import Category, Source, Tag
from .derive import DerivedPost, ParsedDocument, derive, medium_of, parse_document

WRITER_LOCK = 0x6E657773  # "news": any number, the same for every writer

# Columns of a post that an editor may have taken in hand, and the field that says so.
EDITABLE = {
    "title": "title",
    "digest": "digest",
    "body_html": "body_html",
    "body_text": "body_html",
    "published_at": "published_at",
    "original_url": "original_url",
    "source_id": "source",
}


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be written: its bytes, their hash, and what they say."""

    parsed: ParsedDocument
    content: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch did: the notes of each file, and the files whose documents are new."""

    created: frozenset[str]
    notes: dict[str, tuple[str, ...]]


def stored_hashes(file_names: Sequence[str]) -> dict[str, bytes]:
    """The SHA-256 of each of these documents that is in the archive, by file name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT file_name, sha256 FROM articles_document WHERE file_name = ANY(%s)",
            [list(file_names)],
        )
        return {name: bytes(sha256) for name, sha256 in cursor}


@transaction.atomic
def write(batch: Sequence[NewDocument]) -> Written:
    """Store the documents of a batch and derive their posts again. All of it, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])
        names = [new.parsed.file_name for new in batch]
        existing = stored_hashes(names)
        siblings, moved_from = stored_siblings(cursor, batch)

        documents = defaultdict(list)
        for parsed in (*siblings, *(new.parsed for new in batch)):
            documents[parsed.slug].append(parsed)
        posts = [derive(documents[slug]) for slug in sorted(documents)]

        write_names(posts, [new.parsed for new in batch])
        write_securities(cursor, posts)
        kept = write_posts(cursor, posts)
        write_documents(cursor, batch)
        hide_orphans(cursor, moved_from)
        write_joins(cursor, posts)

    notes = {post.slug: post.notes + kept.get(post.slug, ()) for post in posts}
    return Written(
        created=frozenset(names) - existing.keys(),
        notes={new.parsed.file_name: found for new in batch if (found := notes[new.parsed.slug])},
    )


def stored_siblings(
    cursor: Any, batch: Sequence[NewDocument]
) -> tuple[list[ParsedDocument], list[int]]:
    """The stored documents that share a post with the batch, or did so until now; and the ids
    of the posts that documents of the batch leave for another."""
    cursor.execute(
        """
        WITH batch (file_name, slug) AS (SELECT * FROM unnest(%s::text[], %s::text[])),
        left_behind AS (
            SELECT post.id, post.slug
            FROM batch
            JOIN articles_document document USING (file_name)
            JOIN articles_post post ON post.id = document.post_id AND post.slug <> batch.slug
        )
        SELECT document.file_name, document.content, NULL::bigint
        FROM articles_post post
        JOIN articles_document document ON document.post_id = post.id
        WHERE post.slug IN (SELECT slug FROM batch UNION SELECT slug FROM left_behind)
          AND document.file_name NOT IN (SELECT file_name FROM batch)
        UNION ALL
        SELECT NULL, NULL, id FROM left_behind
        """,
        [[new.parsed.file_name for new in batch], [new.parsed.slug for new in batch]],
    )
    rows = cursor.fetchall()
    return (
        [parse_document(name, bytes(content)) for name, content, _ in rows if name is not None],
        [post_id for *_, post_id in rows if post_id is not None],
    )


def write_names(posts: Iterable[DerivedPost], parsed: Iterable[ParsedDocument]) -> None:
    """Add the sources, tags and categories that are new."""
    posts = list(posts)
    add_named(Source, {post.source for post in posts if post.source})
    add_named(Tag, {tag for post in posts for tag in post.tags})
    wanted: dict[str, str] = {}
    for document in parsed:
        for slug in document.categories:
            # A category is named after the medium in its posts' tags; pages of the site
            # that name it otherwise are wrong.
            wanted.setdefault(slug, medium_of(document.tags) or slug)
    known = set(Category.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    Category.objects.bulk_create(
        Category(slug=slug, name=wanted[slug]) for slug in sorted(wanted.keys() - known)
    )


def add_named(model: type[Source] | type[Tag], names: set[str]) -> None:
    known = set(model.objects.filter(name__in=names).values_list("name", flat=True))
    for name in sorted(names - known):
        base = pinyin_slug(name)
        taken = set(model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        model.objects.create(name=name, slug=slug)


def pinyin_slug(name: str) -> str:
    """证券时报 → zhengquanshibao, as the site's own category addresses are made."""
    return slugify("".join(lazy_pinyin(name))) or "unnamed"


@lru_cache(maxsize=16_384)
def pinyin_initials(name: str) -> str:
    """贵州茅台 → gzmt."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def stage(cursor: Any, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    """COPY `rows` into a temporary table of `columns` ("name type, …"), kept for the session
    so that a thousand batches do not fill the catalogue with a thousand tables."""
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ({columns})")
    cursor.execute(f"TRUNCATE {table}")
    types = [column.split()[1] for column in columns.split(", ")]
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def write_securities(cursor: Any, posts: Iterable[DerivedPost]) -> None:
    """Add new securities and new names; the newest post that names one gives it its name."""
    found: dict[tuple[int, str], list[tuple[dt.datetime, str]]] = defaultdict(list)
    kinds = {}
    for post in posts:
        for mark in post.securities:
            kinds[mark.market, mark.code] = mark.kind
            found[mark.market, mark.code] += [(post.published_at, mark.name)] if mark.name else []
    stage(
        cursor,
        "staged_security",
        "market int4, code text, kind text, name text, names text[], named_at timestamptz, "
        "pinyin text",
        (
            (
                market,
                code,
                kinds[market, code],
                max(named)[1] if named else "",
                sorted({name for _, name in named}),
                max(named)[0] if named else None,
                pinyin_initials(max(named)[1]) if named else "",
            )
            for (market, code), named in sorted(found.items())
        ),
    )
    cursor.execute(
        """
        INSERT INTO articles_security AS stored (market, code, kind, name, names, pinyin)
        SELECT market, code, kind, '', names, '' FROM staged_security
        ON CONFLICT (market, code) DO UPDATE
        SET names = ARRAY(SELECT DISTINCT unnest(stored.names || excluded.names) ORDER BY 1)
        WHERE NOT stored.names @> excluded.names
        """
    )
    cursor.execute(
        """
        UPDATE articles_security stored
        SET name = staged.name, named_at = staged.named_at, pinyin = staged.pinyin
        FROM staged_security staged
        WHERE (stored.market, stored.code) = (staged.market, staged.code)
          AND (staged.named_at, staged.name)
              > (coalesce(stored.named_at, '-infinity'), stored.name)
        """
    )


def write_posts(cursor: Any, posts: Iterable[DerivedPost]) -> dict[str, tuple[str, ...]]:
    """Add and update posts, but for what editors changed; return notes on that, by slug."""
    stage(
        cursor,
        "staged_post",
        "slug text, info_code text, title text, digest text, body_html text, body_text text, "
        "published_at timestamptz, original_url text, source text",
        (
            (
                post.slug,
                post.info_code or None,
                post.title,
                post.digest,
                post.body_html,
                post.body_text,
                post.published_at,
                post.original_url,
                post.source or None,
            )
            for post in posts
        ),
    )
    cursor.execute(
        """
        SELECT post.slug, post.hand_edited
        FROM staged_post JOIN articles_post post USING (slug) WHERE post.hand_edited <> '{}'
        """
    )
    kept: dict[str, tuple[str, ...]] = {
        slug: (f"edited by hand, so left alone: {', '.join(sorted(fields))}",)
        for slug, fields in cursor
    }
    new_value = {
        column: f"CASE WHEN '{field}' = ANY(stored.hand_edited) "
        f"THEN stored.{column} ELSE excluded.{column} END"
        for column, field in EDITABLE.items()
    }
    cursor.execute(
        f"""
        INSERT INTO articles_post AS stored
            (slug, info_code, title, digest, body_html, body_text, published_at, original_url,
             source_id, status, hand_edited, modified_at)
        SELECT staged.slug, info_code, title, digest, body_html, body_text, published_at,
               original_url, source.id, 'published', '{{}}', now()
        FROM staged_post staged LEFT JOIN articles_source source ON source.name = staged.source
        ON CONFLICT (slug) DO UPDATE SET
            info_code = excluded.info_code,
            {", ".join(f"{column} = {value}" for column, value in new_value.items())},
            modified_at = excluded.modified_at
        WHERE (stored.info_code, {", ".join(f"stored.{column}" for column in EDITABLE)})
            IS DISTINCT FROM (excluded.info_code, {", ".join(new_value.values())})
        """
    )
    return kept


def write_documents(cursor: Any, batch: Sequence[NewDocument]) -> None:
    stage(
        cursor,
        "staged_document",
        "file_name text, content bytea, sha256 bytea, category text, tags text[], slug text",
        (
            (
                new.parsed.file_name,
                new.content,
                new.sha256,
                next(iter(new.parsed.categories), ""),
                list(new.parsed.tags),
                new.parsed.slug,
            )
            for new in batch
        ),
    )
    cursor.execute(
        """
        INSERT INTO articles_document
            (file_name, content, sha256, category, tags, post_id, imported_at)
        SELECT file_name, content, sha256, category, tags, post.id, now()
        FROM staged_document JOIN articles_post post USING (slug)
        ON CONFLICT (file_name) DO UPDATE SET
            content = excluded.content, sha256 = excluded.sha256, category = excluded.category,
            tags = excluded.tags, post_id = excluded.post_id, imported_at = excluded.imported_at
        """
    )


def hide_orphans(cursor: Any, post_ids: Sequence[int]) -> None:
    """Hide the posts among these that no document is left of."""
    cursor.execute(
        """
        UPDATE articles_post post SET status = 'hidden', modified_at = now()
        WHERE id = ANY(%s) AND NOT 'status' = ANY(hand_edited)
          AND NOT EXISTS (SELECT FROM articles_document WHERE post_id = post.id)
        """,
        [list(post_ids)],
    )


def write_joins(cursor: Any, posts: Sequence[DerivedPost]) -> None:
    """Bring the categories, tags and mentions of these posts up to date, each with its time."""
    write_join(cursor, "category", "slug", "categories", [(p.slug, p.categories) for p in posts])
    write_join(cursor, "tag", "name", "tags", [(p.slug, p.tags) for p in posts])
    write_join(
        cursor,
        "security",
        "market || '.' || target.code",
        "securities",
        [(p.slug, [mark.symbol for mark in p.securities]) for p in posts],
    )


def write_join(
    cursor: Any, target: str, key: str, field: str, joined: list[tuple[str, Sequence[str]]]
) -> None:
    """Join posts, by slug, with the rows of `target` whose `key` they name, in their order."""
    table = "articles_mention" if target == "security" else f"articles_post{target}"
    stage(
        cursor,
        f"staged_{target}_join",
        "slug text, key text, position int2",
        ((slug, name, position) for slug, names in joined for position, name in enumerate(names)),
    )
    columns = "post_id int8, target_id int8, published_at timestamptz, position int2"
    stage(cursor, f"wanted_{target}_join", columns, ())
    cursor.execute(
        f"""
        INSERT INTO wanted_{target}_join
        SELECT post.id, target.id, post.published_at, staged.position
        FROM staged_{target}_join staged
        JOIN articles_post post ON post.slug = staged.slug AND NOT %(field)s = ANY(hand_edited)
        JOIN articles_{target} target ON target.{key} = staged.key;

        DELETE FROM {table} stored
        USING articles_post post
        WHERE post.slug = ANY(%(slugs)s) AND NOT %(field)s = ANY(post.hand_edited)
          AND stored.post_id = post.id
          AND (post.id, stored.{target}_id) NOT IN (
              SELECT post_id, target_id FROM wanted_{target}_join
          );

        INSERT INTO {table} AS stored (post_id, {target}_id, published_at, position)
        SELECT post_id, target_id, published_at, position FROM wanted_{target}_join
        ON CONFLICT (post_id, {target}_id) DO UPDATE SET position = excluded.position
        WHERE stored.position <> excluded.position;

        UPDATE {table} stored SET published_at = post.published_at
        FROM articles_post post
        WHERE post.slug = ANY(%(slugs)s) AND stored.post_id = post.id
          AND stored.published_at <> post.published_at
        """,
        {"field": field, "slugs": [slug for slug, _ in joined]},
    )
