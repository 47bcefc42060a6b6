"""Posts against the documents that they are derived from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from .. import locks
from ..database import write_connection
from ..importing.reading.derive import DerivedPost
from ..importing.reparse import derive_again
from ..importing.storing.batch import Derived, derived
from ..importing.storing.documents import READING, reading_row
from ..importing.storing.posts import HAND_EDITABLE, STAGED, staged_row
from ..mentions.names import known
from ..mentions.seeking import seek
from ..mentions.storing import MentionRow, differing, named_in, stored_marks
from ..models import Document, Post
from ..reindexing import POSTS_AT_ONCE
from ..search.text.tokens import normal_text
from ..terms import JOINED, SECURITY
from .difference import Difference
from .documents import damaged

OF_POST = [column.split()[0] for column in STAGED.split(", ")]
OF_DOCUMENT = [column.split()[0] for column in READING.split(", ")]
#: The field that `hand_edited` names, by the column.
EDITABLE = HAND_EDITABLE | {"source": "source"}


def differences(
    *, sample: int | None, repair: bool, on_batch: Callable[[int], None]
) -> Iterator[Difference]:
    """Posts that are not as their documents make them, except for what editors changed. Posts of
    damaged documents are left alone: those documents are reported themselves."""
    is_changed = False
    for slugs in batches(sample):
        unsound = set(
            damaged(Document).filter(post__slug__in=slugs).values_list("post__slug", flat=True)
        )
        found, unreadable = compare([slug for slug in slugs if slug not in unsound])
        if found:
            # A post may have been edited between the two reads, so look again under a lock.
            with locks.writing():
                found, _ = compare(list(found))
        if found and repair:
            repair_posts(list(found))
            is_changed = True
        for said in found.values():
            yield Difference(said, repaired=repair)
        for said in unreadable:
            yield Difference(f"document {said}", remedy="its post stays as it is")
        on_batch(len(slugs))
    if is_changed:
        seek()  # for names that came back


def repair_posts(slugs: Sequence[str]) -> None:
    """Derive posts again. A post at an address that none of its documents gives first gets the
    right one."""
    with locks.writing() as cursor:
        made = derived(cursor, slugs)
        right = {post.slug for post in made.posts}
        there = set(stored_posts(cursor, list(right)))
        moved = {home_of(slug, made): slug for slug in right - there}
        for wrong in moved.keys() - right:
            Post.objects.filter(slug=wrong).update(slug=moved[wrong])
        derive_again([*slugs, *moved.values()])


def batches(sample: int | None) -> Iterator[list[str]]:
    """The slugs of posts that have documents, `POSTS_AT_ONCE` at a time."""
    present = Document.objects.filter(post=OuterRef("pk"), gone_at=None)
    posts = Post.objects.using(write_connection().alias).filter(Exists(present))
    if sample is not None:
        chosen = posts.order_by("?").values_list("pk", flat=True)[:sample]
        posts = posts.filter(pk__in=list(chosen))
    last = 0
    rows = posts.order_by("pk").values_list("pk", "slug")
    while batch := list(rows.filter(pk__gt=last)[:POSTS_AT_ONCE]):
        yield [slug for _, slug in batch]
        last = batch[-1][0]


def compare(slugs: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """What differs in these posts, in words, by slug; and which documents cannot be read, and
    why."""
    with write_connection().cursor() as cursor:
        made = derived(cursor, slugs)
        stored = stored_posts(cursor, [post.slug for post in made.posts])
        differ: dict[str, list[str]] = {}
        for post in made.posts:
            if post.slug not in stored:
                differ[home_of(post.slug, made)] = [f"{post.slug} is not there"]
            elif columns := differing_columns(post, stored[post.slug]):
                differ[post.slug] = columns
        for slug in differing_mentions(made, stored):
            differ.setdefault(slug, []).append("securities")
        for name, slug, columns in differing_readings(cursor, made):
            differ.setdefault(slug, []).append(f"{', '.join(columns)} of {name}")
    said = {
        slug: f"post {slug}: not as its documents make it: {', '.join(columns)}"
        for slug, columns in differ.items()
    }
    return said, made.unreadable


def home_of(slug: str, made: Derived) -> str:
    """The slug of the post to which the first document of another belongs now."""
    name = next(document.file_name for document in made.parsed if document.slug == slug)
    return made.homes[name][1]


def stored_posts(cursor: Any, slugs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The columns of these posts, by slug, and their terms as documents call them."""
    joins = "".join(
        f""", ARRAY(
            SELECT {kind.document_sql} FROM {kind.table} term
            JOIN {kind.join._meta.db_table} stored ON stored.{kind.name}_id = term.id
            WHERE stored.post_id = post.id ORDER BY stored.position
        ) AS {kind.field}"""
        for kind in JOINED
        if kind is not SECURITY
    )
    columns = ", ".join(f"post.{name}" for name in OF_POST if name != "source")
    cursor.execute(
        f"""
        SELECT {columns}, source.name AS source, post.id, post.hand_edited{joins}
        FROM articles_post post LEFT JOIN articles_source source ON source.id = post.source_id
        WHERE post.slug = ANY(%s)
        """,
        [list(slugs)],
    )
    names = [column.name for column in cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return {row["slug"]: row for row in rows}


def differing_columns(post: DerivedPost, stored: Mapping[str, Any]) -> list[str]:
    by_hand = stored["hand_edited"]
    wanted = dict(zip(OF_POST, staged_row(post), strict=True))
    wanted |= {kind.field: list(post.terms[kind.name]) for kind in JOINED if kind is not SECURITY}
    return [
        name
        for name, value in wanted.items()
        if stored[name] != value and EDITABLE.get(name, name) not in by_hand
    ]


def differing_mentions(made: Derived, stored: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The posts that name other securities than their texts and documents do. Where an editor
    changed the body, the marks that it has count, not those of the documents."""
    names = known()
    posts = [post for post in made.posts if post.slug in stored]
    edited = [
        stored[post.slug]["id"] for post in posts if "body_html" in stored[post.slug]["hand_edited"]
    ]
    marks = stored_marks(edited)
    named: dict[int, list[MentionRow]] = {}
    slugs: dict[int, str] = {}
    unknown: list[str] = []
    for post in posts:
        row = stored[post.slug]
        is_edited = row["id"] in marks
        if not is_edited and not names.ids.keys() >= {*post.terms[SECURITY.name]}:
            unknown.append(post.slug)
            continue
        slugs[row["id"]] = post.slug
        text = normal_text(row["title"], row["digest"], row["body_text"])
        of_post = (
            marks[row["id"]]
            if is_edited
            else {names.ids[mark.symbol]: mark.name for mark in post.securities}
        )
        named[row["id"]] = named_in(text, of_post, names)
    return [*unknown, *(slugs[pk] for pk in sorted(differing(named)))]


def differing_readings(cursor: Any, made: Derived) -> Iterator[tuple[str, str, list[str]]]:
    """Documents that say other things than what is stored of them: their names, the slugs of the
    posts to which they belong now, and the columns."""
    notes = {post.slug: post.notes for post in made.posts}
    wanted = {row[0]: row for row in (reading_row(d, notes[d.slug]) for d in made.parsed)}
    columns = ", ".join(f"document.{name}" for name in OF_DOCUMENT if name != "slug")
    cursor.execute(
        f"""
        SELECT {columns.replace("document.file_name", "document.file_name, post.slug")}
        FROM articles_document document JOIN articles_post post ON post.id = document.post_id
        WHERE document.file_name = ANY(%s)
        """,
        [list(wanted)],
    )
    for row in cursor.fetchall():
        pairs = zip(OF_DOCUMENT, row, wanted[row[0]], strict=True)
        if differ := [name for name, is_, should in pairs if is_ != should]:
            yield row[0], row[1], ["post" if n == "slug" else n for n in differ]
