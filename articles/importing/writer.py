"""Parsed documents → database: COPY into staging tables, then one statement a table.

Each batch is one transaction, so what is left of a run that was killed is whole batches. It
holds an advisory lock to its end, so two runs at once take turns and cannot deadlock.
"""

import datetime as dt
import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from .. import changes, locks
from ..models import (
    Category,
    CategoryAlias,
    Document,
    Erasure,
    Facet,
    ImportProblem,
    ImportRun,
    Security,
    SecurityAlias,
    Source,
    SourceAlias,
    Tag,
    TagAlias,
)
from ..pinyin import pinyin_initials, pinyin_slug
from ..search import index
from ..search.text.normalise import normalise
from ..search.text.tokens import IndexedText, index_text
from .discovery import Found
from .reading.body import SecurityMark
from .reading.derive import (
    DerivedPost,
    ParsedDocument,
    derive,
    is_named_by_stem,
    medium_of,
    parse_document,
    told_apart,
)
from .reading.documents import DocumentError, essence
from .reading.files import NewDocument, Refused

SHORT_TEXT = 40  # letters
RUN_LOCK = locks.IMPORT

#: What is raised when the server ends or goes away. COPY raises psycopg's own.
DATABASE_GONE = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)

#: How the text of a document, by its name and content, is read. Raises `DocumentError`.
Parse = Callable[[str, bytes], ParsedDocument]
FileRow = tuple[str, str, int | None, list[str]]  # path, status, line and notes of an ImportedFile

# Columns of a post that an editor may have taken in hand, and the field that says so.
EDITABLE = {
    "title": "title",
    "digest": "digest",
    "body_html": "body_html",
    "body_text": "body_html",
    "published_at": "published_at",
    "original_url": "original_url",
    "source_id": "source",
    "status": "status",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file found and what is known of its name: the document stored under it, and the path of
    a file of the same name that this session found before."""

    found: Found
    stored: bool = False
    fresh: bool = False  # the document came from this path, of the same size and time
    sha256: bytes = b""
    same_name: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch did: the files whose documents are new; by file, what was assumed to read it,
    and what was left alone."""

    created: frozenset[str]
    assumed: dict[str, tuple[str, ...]]
    kept: dict[str, tuple[str, ...]]


def begin() -> bool:
    """Take the lock that one import at a time may hold, until `end` or the connection's end.
    False: another holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [RUN_LOCK])
        if not cursor.fetchone()[0]:
            return False
        # A crash may lose the last batches whole, which the next run imports again.
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("DROP TABLE IF EXISTS seen_file")
        cursor.execute(
            "CREATE TEMP TABLE seen_file "
            "(file_name text PRIMARY KEY, path text, place bytea, ordinal int4)"
        )
        return True


def hold(run: ImportRun) -> None:
    """Show that `run` is running, until `end` or the connection's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [RUN_LOCK, run.pk])


def end() -> None:
    if not connection.is_usable():
        return  # and with it went the locks
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")
        cursor.execute("SELECT pg_advisory_unlock_all()")


def disconnect() -> None:
    """Give up the connection, and those of its pool, where the server went away, so that the next
    import begins with a new one."""
    connection.close()
    with suppress(*DATABASE_GONE):  # an embedded server that cannot be started has no pool
        connection.close_pool()  # type: ignore[attr-defined]


def add_files(run: ImportRun, files: Iterable[FileRow]) -> None:
    """Add what became of these files in `run`."""
    columns = "(run_id, path, status, line, notes)"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY articles_importedfile {columns} FROM STDIN") as copy,
    ):
        copy.set_types(["int8", "text", "varchar", "int4", "text[]"])
        for file in files:
            copy.write_row((run.pk, *file))


def recognise(batch: Sequence[Found]) -> list[Recognised]:
    """What is known of each file's name, having noted that it is there. A file on disk that was
    found twice is one, unless a link gives it another name; members of archives are each their
    own, though their paths be the same."""
    keyed = {
        (found.place, found.name) if found.is_on_disk else n: found for n, found in enumerate(batch)
    }
    files = [*keyed.values()]
    named = [(n, found) for n, found in enumerate(files) if found.name != "-"]
    with connection.cursor() as cursor:
        columns = "path text, file_name text, size int8, mtime_ns int8, place bytea, ordinal int4"
        stage(
            cursor,
            "found_file",
            columns,
            (
                (
                    found.path,
                    found.name,
                    found.size,
                    found.mtime_ns,
                    os.fsencode(found.place),
                    ordinal,
                )
                for ordinal, found in named
            ),
        )
        cursor.execute(
            """
            INSERT INTO seen_file
            SELECT DISTINCT ON (file_name) file_name, path, place, ordinal
            FROM found_file ORDER BY file_name, ordinal
            ON CONFLICT DO NOTHING
            RETURNING ordinal
            """
        )
        firsts = {ordinal for (ordinal,) in cursor}
        cursor.execute(
            """
            SELECT found.ordinal, document.sha256, seen.path, found.place <> seen.place,
                   found.mtime_ns <> 0 AND found.mtime_ns = document.mtime_ns
                   AND found.size = document.size AND document.path = found.path
                   AND document.gone_at IS NULL,
                   document.gone_at IS NOT NULL
            FROM found_file found
            JOIN seen_file seen USING (file_name)
            LEFT JOIN articles_document document USING (file_name)
            """
        )
        known = {ordinal: rest for ordinal, *rest in cursor}
    recognised = []
    for ordinal, found in enumerate(files):
        unknown = (None, found.path, False, False, False)
        sha256, first, is_elsewhere, fresh, gone = known.get(ordinal, unknown)
        is_other = ordinal in known and (is_elsewhere or not found.is_on_disk)
        recognised.append(
            Recognised(
                found,
                stored=sha256 is not None,
                fresh=bool(fresh),
                # What was gone is written again, so that its post comes back.
                sha256=b"" if gone or sha256 is None else bytes(sha256),
                same_name=first if is_other and ordinal not in firsts else "",
            )
        )
    return recognised


def stored_content(file_name: str) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM articles_document WHERE file_name = %s", [file_name])
        row = cursor.fetchone()
        return None if row is None else bytes(row[0])


def is_stored(file_name: str, content: bytes) -> bool:
    """Whether a document of that name and these bytes is stored, and its file not gone."""
    documents = Document.objects.filter(file_name=file_name, gone_at=None)
    return documents.filter(sha256=hashlib.sha256(content).digest()).exists()


def erased(readings: Sequence[NewDocument | Refused]) -> set[str]:
    """The paths of those files that are of posts which were erased."""
    stones = list(Erasure.objects.values_list("slug", "file_names", "sha256"))
    if not stones:
        return set()
    slugs = {slug for slug, _, _ in stones}
    names = {name for _, file_names, _ in stones for name in file_names}
    contents = {bytes(digest) for _, _, digests in stones for digest in digests}
    return {
        reading.found.path
        for reading in readings
        if reading.found.name in names
        or not contents.isdisjoint(digests_of(reading))
        or (isinstance(reading, NewDocument) and reading.parsed.slug in slugs)
    }


def digests_of(reading: NewDocument | Refused) -> set[bytes]:
    """By what tombstones know a file: the first were made of its very bytes."""
    digests = {essence(reading.content), hashlib.sha256(reading.content).digest()}
    if isinstance(reading, NewDocument):
        digests.add(text_digest(reading.parsed))
    return digests


def text_digest(parsed: ParsedDocument) -> bytes:
    """The SHA-256 of the text that readers would be shown, as search spells it: the same whatever
    the header, and in simplified or traditional characters. Of a short text the name is part of
    it, for others may say the same."""
    text = "".join(normalise(f"{parsed.title}{parsed.digest}{parsed.text}").split())
    name = parsed.file_name if len(text) < SHORT_TEXT else ""
    return hashlib.sha256(f"{name}\0{text}".encode()).digest()


def touch(found: Sequence[Found]) -> None:
    """Note where files with the bytes that are stored lie now, and their times."""
    with connection.cursor() as cursor:
        forget_problems(cursor, found)
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


def refuse(run: ImportRun, refused: Refused) -> None:
    """Keep a file that cannot be read, in place of what was kept of it before."""
    ImportProblem.objects.update_or_create(
        path=problem_path(refused.found.path),
        defaults={
            "run": run,
            "line": refused.line,
            "reason": refused.reason,
            "content": refused.content,
            "settled_at": None,
            "settled_by": "",
            "note": "",
        },
    )


def settled(refused: Refused) -> ImportProblem | None:
    """The problem of this file, if an editor has settled it, and with it these very bytes."""
    problems = ImportProblem.objects.settled().defer("content")
    found = problems.filter(path=problem_path(refused.found.path), content=refused.content)
    # Of a file that could not even be read, the reason is all that is known.
    return (found if refused.content else found.filter(reason=refused.reason)).first()


def forget_problems(cursor: Any, found: Iterable[Found]) -> None:
    """These files were read well."""
    cursor.execute(
        "DELETE FROM articles_importproblem WHERE path = ANY(%s)",
        [[problem_path(file.path) for file in found]],
    )


def problem_path(path: str) -> str:
    # An index entry holds 2,704 bytes at most.
    return path.encode()[-2000:].decode(errors="ignore")


def plan(batch: Sequence[NewDocument]) -> Written:
    """What `write` would say of a batch. Writes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug, hand_edited FROM articles_post WHERE hand_edited <> '{}' "
            "AND slug = ANY(%s)",
            [[new.parsed.slug for new in batch]],
        )
        kept = {slug: kept_note(fields) for slug, fields in cursor}
        names = [new.parsed.file_name for new in batch]
        cursor.execute("SELECT file_name FROM articles_document WHERE file_name = ANY(%s)", [names])
        stored = {name for (name,) in cursor}
        batch, documents, _ = with_siblings(cursor, batch)
    notes = {slug: derive(found).notes for slug, found in by_slug(documents).items()}
    return written(batch, frozenset(names) - stored, notes, kept)


def written(
    batch: Sequence[NewDocument],
    created: frozenset[str],
    notes: dict[str, tuple[str, ...]],
    kept: dict[str, tuple[str, ...]],
) -> Written:
    parsed = [new.parsed for new in batch]
    return Written(
        created=created,
        assumed={p.file_name: n for p in parsed if (n := p.notes + notes[p.slug])},
        kept={p.file_name: kept[p.slug] for p in parsed if p.slug in kept},
    )


def kept_note(fields: Iterable[str]) -> tuple[str, ...]:
    return (f"edited by hand, so left alone: {', '.join(sorted(fields))}",)


@transaction.atomic
def write(batch: Sequence[NewDocument]) -> Written:
    """Store the documents of a batch and derive their posts again. All of it, or nothing."""
    with connection.cursor() as cursor:
        locks.take_turn()
        names = [new.parsed.file_name for new in batch]
        cursor.execute("SELECT file_name FROM articles_document WHERE file_name = ANY(%s)", [names])
        stored = {name for (name,) in cursor}
        batch, parsed, left = with_siblings(cursor, batch)

        documents = by_slug(parsed)
        ready = {new.parsed.slug: new for new in batch if len(documents[new.parsed.slug]) == 1}
        posts = canonical(
            ready[slug].post if slug in ready else derive(documents[slug])
            for slug in sorted(documents)
        )
        ids = write_names(posts, [new.parsed for new in batch])
        ids["security"] = write_securities(cursor, posts)
        kept = write_posts(cursor, posts)
        notes = {post.slug: post.notes for post in posts}
        write_documents(cursor, batch)
        write_readings(cursor, parsed, notes)
        hide_orphans(cursor, left)
        write_joins(cursor, posts)
        indexed = {slug: new.indexed for slug, new in ready.items()}
        write_entries(cursor, posts, indexed, ids)
        forget_problems(cursor, (new.found for new in batch))
    return written(batch, frozenset(names) - stored, notes, kept)


@transaction.atomic
def derive_again(slugs: Sequence[str], parse: Parse = parse_document) -> list[str]:
    """Derive posts again from their documents that are there, as a batch. Return which of those
    cannot be read any more, and why: a post that has no other stays as it is."""
    with connection.cursor() as cursor:
        locks.take_turn()
        return derive_stored(cursor, slugs, parse)[1]


def derive_stored(
    cursor: Any, slugs: Sequence[str], parse: Parse = parse_document
) -> tuple[set[str], list[str]]:
    """Derive posts again from their documents that are there; return the slugs of those that have
    a readable one, and which documents are not, and why."""
    cursor.execute(
        """
        SELECT document.file_name, document.content
        FROM articles_document document JOIN articles_post post ON post.id = document.post_id
        WHERE post.slug = ANY(%s) AND document.gone_at IS NULL ORDER BY document.file_name
        """,
        [list(slugs)],
    )
    parsed, unreadable = parse_stored(cursor.fetchall(), parse)
    siblings, homes = stored_siblings(cursor, parsed, parse)
    parsed = told_apart([*siblings, *parsed])
    documents = by_slug(parsed)
    posts = canonical(derive(documents[slug]) for slug in sorted(documents))
    if posts:
        ids = write_names(posts, parsed)
        ids["security"] = write_securities(cursor, posts)
        write_posts(cursor, posts)
        write_readings(cursor, parsed, {post.slug: post.notes for post in posts})
        hide_orphans(cursor, left_behind(parsed, homes))
        write_joins(cursor, posts)
        write_entries(cursor, posts, {}, ids)
    return set(documents), unreadable


def parse_stored(
    documents: Iterable[tuple[str, Any]], parse: Parse = parse_document
) -> tuple[list[ParsedDocument], list[str]]:
    """Read stored documents, by name and content. A reading that has become stricter since must
    stop nothing: the second list says which it refuses, and why."""
    parsed, unreadable = [], []
    for name, content in documents:
        try:
            parsed.append(parse(name, bytes(content)))
        except DocumentError as error:
            unreadable.append(f"{name}: {error}")
    return parsed, unreadable


def write_entries(
    cursor: Any,
    posts: Sequence[DerivedPost],
    indexed: dict[str, IndexedText],
    ids: "dict[str, dict[str, int]]",
) -> None:
    """Bring the search table in step with these posts; `indexed` are texts that are ready."""
    cursor.execute(
        "SELECT slug, id, hand_edited <> '{}', status FROM articles_post WHERE slug = ANY(%s)",
        [[post.slug for post in posts]],
    )
    stored = {slug: rest for slug, *rest in cursor}
    ready = []
    others = []
    for post in posts:
        post_id, is_hand_edited, status = stored[post.slug]
        if is_hand_edited:
            others.append(post_id)
        else:
            ready.append(
                index.Entry(
                    post_id,
                    post.published_at,
                    [
                        *((Facet.SOURCE, ids["source"][name]) for name in [post.source] if name),
                        *((Facet.CATEGORY, ids["category"][slug]) for slug in post.categories),
                        *((Facet.TAG, ids["tag"][name]) for name in post.tags),
                        *((Facet.SECURITY, ids["security"][m.symbol]) for m in post.securities),
                    ],
                    indexed.get(post.slug) or index_text(post.title, post.digest, post.body_text),
                    status == "published",
                )
            )
    changes.posts_changed(
        [post_id for post_id, *_ in stored.values()],
        [*ready, *index.read_entries(others)],
    )


def with_siblings(
    cursor: Any, batch: Sequence[NewDocument]
) -> tuple[list[NewDocument], list[ParsedDocument], list[int]]:
    """The batch, each document with the slug that it has beside what is stored; all documents
    of the posts that the batch touches; and the ids of the posts that documents leave."""
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


def by_slug(documents: Iterable[ParsedDocument]) -> dict[str, list[ParsedDocument]]:
    found = defaultdict(list)
    for document in documents:
        found[document.slug].append(document)
    return found


def left_behind(
    documents: Iterable[ParsedDocument], homes: dict[str, tuple[int, str]]
) -> list[int]:
    """The ids of the posts that these documents were of until now, and are no more."""
    return [
        homes[document.file_name][0]
        for document in documents
        if document.file_name in homes and homes[document.file_name][1] != document.slug
    ]


def stored_siblings(
    cursor: Any, documents: Sequence[ParsedDocument], parse: Parse = parse_document
) -> tuple[list[ParsedDocument], dict[str, tuple[int, str]]]:
    """The other stored documents that share a post with these, or did so until now, or differ
    from one in the ending of their names alone; and the id and slug of the post that each stored
    document is of now."""
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


def canonical(posts: Iterable[DerivedPost]) -> list[DerivedPost]:
    """Posts with what editors merged or renamed in the place of what documents call by an old
    name."""
    posts = list(posts)
    source = renamed(SourceAlias, "name", {post.source for post in posts})
    tag = renamed(TagAlias, "name", {name for post in posts for name in post.tags})
    category = renamed(CategoryAlias, "slug", {slug for post in posts for slug in post.categories})
    marks = {mark.symbol for post in posts for mark in post.securities}
    security = renamed(SecurityAlias, "slug", marks)
    if not (source or tag or category or security):
        return posts
    return [
        replace(
            post,
            source=source[post.source].name if post.source in source else post.source,
            tags=once(tag[name].name if name in tag else name for name in post.tags),
            categories=once(
                category[slug].slug if slug in category else slug for slug in post.categories
            ),
            securities=tuple(canonical_marks(post.securities, security)),
        )
        for post in posts
    ]


def canonical_marks(
    marks: Iterable[SecurityMark], securities: dict[str, Security]
) -> Iterable[SecurityMark]:
    found: dict[str, SecurityMark] = {}
    for mark in marks:
        if security := securities.get(mark.symbol):
            mark = replace(mark, market=security.market, code=security.code)
        found.setdefault(mark.symbol, mark)
    return found.values()


def renamed(aliases: Any, key: str, names: set[str]) -> dict[str, Any]:
    """The terms that some of `names` are aliases of."""
    found = aliases.objects.filter(**{f"{key}__in": names}).select_related("term")
    return {getattr(alias, key): alias.term for alias in found}


def once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def write_names(
    posts: Sequence[DerivedPost], parsed: Iterable[ParsedDocument]
) -> dict[str, dict[str, int]]:
    """Add the sources, tags and categories that are new; return the ids of all that are named."""
    wanted: dict[str, str] = {slug: slug for post in posts for slug in post.categories}
    for document in parsed:
        for slug in document.categories:
            # A category is named after the medium in its posts' tags; pages of the site
            # that name it otherwise are wrong.
            if wanted.get(slug) == slug and (medium := medium_of(document.tags)):
                wanted[slug] = medium
    known = ids_of(Category, "slug", wanted)
    missing = sorted(wanted.keys() - known.keys())
    Category.objects.bulk_create(Category(slug=slug, name=wanted[slug]) for slug in missing)
    return {
        "source": add_named(Source, SourceAlias, {post.source for post in posts if post.source}),
        "tag": add_named(Tag, TagAlias, {tag for post in posts for tag in post.tags}),
        "category": known | (ids_of(Category, "slug", missing) if missing else {}),
    }


def ids_of(model: Any, key: str, values: Iterable[str]) -> dict[str, int]:
    return dict(model.objects.filter(**{f"{key}__in": list(values)}).values_list(key, "pk"))


def add_named(model: Any, aliases: Any, names: set[str]) -> dict[str, int]:
    """The ids of names, which are added if they are new, with an address that none has or had."""
    ids = ids_of(model, "name", names)
    for name in sorted(names - ids.keys()):
        base = pinyin_slug(name)
        taken = {
            slug
            for terms in (model, aliases)
            for slug in terms.objects.filter(slug__startswith=base).values_list("slug", flat=True)
        }
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        ids[name] = model.objects.create(name=name, slug=slug).pk
    return ids


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


def write_securities(cursor: Any, posts: Iterable[DerivedPost]) -> dict[str, int]:
    """Add new securities and new names; the newest post that names one gives it its name.

    Returns the ids of all that are named, by symbol."""
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
        UPDATE articles_security stored
        SET names = ARRAY(SELECT DISTINCT unnest(stored.names || staged.names) ORDER BY 1)
        FROM staged_security staged
        WHERE (stored.market, stored.code) = (staged.market, staged.code)
          AND NOT stored.names @> staged.names;

        INSERT INTO articles_security (market, code, kind, name, names, pinyin)
        SELECT market, code, kind, '', names, '' FROM staged_security staged
        WHERE NOT EXISTS (
            SELECT FROM articles_security stored
            WHERE (stored.market, stored.code) = (staged.market, staged.code)
        )
        """
    )
    cursor.execute(
        """
        UPDATE articles_security stored
        SET name = staged.name, named_at = staged.named_at, pinyin = staged.pinyin
        FROM staged_security staged
        WHERE (stored.market, stored.code) = (staged.market, staged.code)
          AND NOT stored.is_name_fixed
          AND (staged.named_at, staged.name)
              > (coalesce(stored.named_at, '-infinity'), stored.name)
        """
    )
    cursor.execute(
        """
        SELECT stored.market || '.' || stored.code, stored.id
        FROM articles_security stored JOIN staged_security USING (market, code)
        """
    )
    return dict(cursor.fetchall())


def write_posts(cursor: Any, posts: Iterable[DerivedPost]) -> dict[str, tuple[str, ...]]:
    """Add and update posts, but for what editors changed; return notes on that, by slug."""
    stage(
        cursor,
        "staged_post",
        "slug text, info_code text, title text, digest text, body_html text, body_text text, "
        "published_at timestamptz, original_url text, source text, status text",
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
                "draft" if post.is_draft else "published",
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
    kept = {slug: kept_note(fields) for slug, fields in cursor}
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
               original_url, source.id, status, '{{}}', now()
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
                list(new.parsed.notes),
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

        INSERT INTO articles_document
            (file_name, content, sha256, category, tags, post_id, imported_at, path, size,
             mtime_ns, notes, is_sample, addresses)
        SELECT file_name, content, sha256, category, tags, post.id, now(), path, size, mtime_ns,
               notes, is_sample, addresses
        FROM staged_document JOIN articles_post post USING (slug)
        ON CONFLICT (file_name) DO UPDATE SET
            content = excluded.content, sha256 = excluded.sha256, category = excluded.category,
            tags = excluded.tags, post_id = excluded.post_id, imported_at = excluded.imported_at,
            path = excluded.path, size = excluded.size, mtime_ns = excluded.mtime_ns,
            notes = excluded.notes, is_sample = excluded.is_sample,
            addresses = excluded.addresses, gone_at = NULL
        """
    )


def write_readings(
    cursor: Any, documents: Sequence[ParsedDocument], notes: dict[str, tuple[str, ...]]
) -> None:
    """Store what these documents say, where what is stored says something else: the post that
    each is of, and beside what was assumed to read it what was of its post, by slug."""
    stage(
        cursor,
        "staged_reading",
        "file_name text, slug text, category text, tags text[], notes text[], addresses text[]",
        (
            (
                document.file_name,
                document.slug,
                next(iter(document.categories), ""),
                list(document.tags),
                [*document.notes, *notes[document.slug]],
                list(document.addresses),
            )
            for document in documents
        ),
    )
    cursor.execute(
        """
        UPDATE articles_document stored
        SET post_id = post.id, category = staged.category, tags = staged.tags,
            notes = staged.notes, addresses = staged.addresses
        FROM staged_reading staged JOIN articles_post post USING (slug)
        WHERE stored.file_name = staged.file_name
          AND (stored.post_id, stored.category, stored.tags, stored.notes, stored.addresses)
              <> (post.id, staged.category, staged.tags, staged.notes, staged.addresses)
        """
    )


def hide_orphans(cursor: Any, post_ids: Sequence[int]) -> None:
    """Hide the posts among these of which no document is there."""
    cursor.execute(
        """
        SELECT id FROM articles_post post
        WHERE id = ANY(%s) AND NOT EXISTS (
            SELECT FROM articles_document WHERE post_id = post.id AND gone_at IS NULL
        )
        """,
        [list(post_ids)],
    )
    hide(cursor, [post_id for (post_id,) in cursor.fetchall()])


def hide(cursor: Any, post_ids: Sequence[int]) -> None:
    """Hide posts, except where an editor has decided whether they show."""
    cursor.execute(
        """
        UPDATE articles_post SET status = 'hidden', modified_at = now()
        WHERE id = ANY(%s) AND NOT 'status' = ANY(hand_edited) AND status <> 'hidden'
        RETURNING id
        """,
        [list(post_ids)],
    )
    hidden = [post_id for (post_id,) in cursor.fetchall()]
    changes.posts_changed(hidden, index.read_entries(hidden))


@dataclass(frozen=True, slots=True)
class Gone:
    """A document whose file is gone: where that was, the other documents of its post that are
    there, and whether an editor has decided if the post shows."""

    file_name: str
    path: str
    others: tuple[str, ...]
    is_decided: bool


def gone(folders: Sequence[str], paths: Sequence[str] | None = None) -> tuple[list[Gone], int]:
    """The documents whose files are gone, those of a post together, and the number of all that
    came from below `folders`. Gone is what came from there and was not seen in this session, which
    imported those folders whole; or, where `paths` are known to be gone, what was last found there.
    """
    prefixes = [folder.rstrip("/") + "/" for folder in folders]
    is_inside = (
        "EXISTS (SELECT FROM unnest(%(prefixes)s::text[]) prefix WHERE starts_with(path, prefix))"
    )
    is_unseen = "NOT EXISTS (SELECT FROM seen_file seen WHERE seen.file_name = document.file_name)"
    is_gone = f"{is_inside} AND {is_unseen}" if paths is None else "path = ANY(%(paths)s)"
    values = {"prefixes": prefixes, "paths": list(paths or ())}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH gone AS MATERIALIZED (
                SELECT id, file_name, path, post_id FROM articles_document document
                WHERE gone_at IS NULL AND {is_gone}
            )
            SELECT gone.file_name, gone.path,
                   array_agg(other.file_name ORDER BY other.file_name)
                       FILTER (WHERE other.id IS NOT NULL AND also_gone.id IS NULL),
                   'status' = ANY(post.hand_edited)
            FROM gone JOIN articles_post post ON post.id = gone.post_id
            LEFT JOIN articles_document other
                ON other.post_id = gone.post_id AND other.gone_at IS NULL AND other.id <> gone.id
            LEFT JOIN gone also_gone ON also_gone.id = other.id
            GROUP BY post.id, gone.file_name, gone.path ORDER BY post.id, gone.file_name
            """,
            values,
        )
        found = [
            Gone(name, path, tuple(others or ()), is_decided)
            for name, path, others, is_decided in cursor
        ]
        cursor.execute(
            f"SELECT count(*) FROM articles_document WHERE gone_at IS NULL AND {is_inside}", values
        )
        return found, int(cursor.fetchone()[0])


@transaction.atomic
def prune(file_names: Sequence[str]) -> frozenset[str]:
    """Note that the files of these documents are gone: derive their posts again from the documents
    that are there, and hide those that have none, or none that can still be read, so that no text
    of a file that is gone stays. Return the documents whose posts have others to be derived from.
    """
    with connection.cursor() as cursor:
        locks.take_turn()
        cursor.execute(
            """
            UPDATE articles_document document SET gone_at = now()
            FROM articles_post post
            WHERE post.id = document.post_id AND file_name = ANY(%s)
            RETURNING document.file_name, post.id, post.slug
            """,
            [list(file_names)],
        )
        pruned = cursor.fetchall()
        derived, _unreadable = derive_stored(cursor, [slug for *_, slug in pruned])
        hide(cursor, [post_id for _, post_id, slug in pruned if slug not in derived])
        return frozenset(name for name, _, slug in pruned if slug in derived)


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
