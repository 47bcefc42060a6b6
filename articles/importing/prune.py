"""Documents whose files are gone from a folder → taken out of their posts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .. import locks
from ..database import write_connection
from ..messages import Message
from .outcomes import HIDDEN, Outcome, PruneRefusedError
from .session import Session
from .storing.batch import derive_stored
from .storing.posts import hide

DOCUMENTS_AT_ONCE = 500  # in a transaction
LARGEST_SHARE = 0.1  # of the folders' documents: if more are gone, a folder is what is wrong


@dataclass(frozen=True, slots=True)
class Gone:
    """A document whose file is gone: where the file was, the other documents of its post that are
    there, and whether an editor has decided if the post shows."""

    file_name: str
    path: str
    others: tuple[str, ...]
    is_decided: bool


def gone(
    session: Session, folders: Sequence[str], paths: Sequence[str] | None = None
) -> list[Gone]:
    """The documents whose files are gone, those of a post together. A document is gone if its file
    came from below `folders` and was not seen by `session`, which has imported those folders whole;
    or, given `paths` that are known to be gone, if its file was last found at one of them.
    """
    values: dict[str, Any]
    if paths is None:
        is_gone, values = "id = ANY(%(unseen)s)", {"unseen": session.unseen(folders)}
    else:
        is_gone, values = "path = ANY(%(paths)s)", {"paths": list(paths)}
    with write_connection().cursor() as cursor:
        cursor.execute(
            f"""
            WITH gone AS MATERIALIZED (
                SELECT id, file_name, path, post_id FROM articles_document
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
        return [
            Gone(name, path, tuple(others or ()), is_decided)
            for name, path, others, is_decided in cursor
        ]


def check_share(gone: Sequence[Gone], folders: Sequence[str]) -> None:
    """Raise `PruneRefusedError` if these documents are all that came from below one of `folders`,
    which may be a disk that is not mounted, or more than a tenth of what came from all of them."""
    prefixes = {folder: folder.rstrip("/") + "/" for folder in folders}
    with write_connection().cursor() as cursor:
        for folder, prefix in prefixes.items():
            missing = sum(document.path.startswith(prefix) for document in gone)
            if missing and missing == stored_below(cursor, [prefix]):
                raise PruneRefusedError(Message("folder-gone", folder=folder, total=f"{missing:,}"))
        total = stored_below(cursor, list(prefixes.values()))
    if len(gone) > LARGEST_SHARE * total:
        raise PruneRefusedError(Message("too-many-gone", gone=f"{len(gone):,}", total=f"{total:,}"))


def stored_below(cursor: Any, prefixes: Sequence[str]) -> int:
    """The number of documents whose files are there, as far as is known, at paths with one of these
    prefixes."""
    cursor.execute(
        """
        SELECT count(*) FROM articles_document
        WHERE gone_at IS NULL
          AND EXISTS (SELECT FROM unnest(%s::text[]) prefix WHERE starts_with(path, prefix))
        """,
        [list(prefixes)],
    )
    return int(cursor.fetchone()[0])


def take_out(file_names: Sequence[str]) -> frozenset[str]:
    """Note that the files of these documents are gone: derive their posts again from the documents
    that are there. Posts with no readable document left are hidden, so that no text of a missing
    file stays visible. Return the documents whose posts have others to be derived from.
    """
    with locks.writing() as cursor:
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


def prune(gone: Sequence[Gone], *, dry_run: bool, look: Callable[[], None]) -> Iterator[Outcome]:
    """Take the documents that are `gone` out of their posts, batch by batch, and yield what becomes
    of each: a post that has other documents is derived from those, and one that has none is hidden.
    `look` is called before each batch, and raises in order to stop.
    """
    for start in range(0, len(gone), DOCUMENTS_AT_ONCE):
        look()
        batch = gone[start : start + DOCUMENTS_AT_ONCE]
        if dry_run:
            derived = frozenset(document.file_name for document in batch if document.others)
        else:
            derived = take_out([document.file_name for document in batch])
        for document in batch:
            yield outcome_of(document, is_derived=document.file_name in derived)


def outcome_of(gone: Gone, *, is_derived: bool) -> Outcome:
    others = ", ".join(gone.others)
    if is_derived:
        return Outcome(gone.path, "updated", (Message("file-gone-others-left", others=others),))
    why = Message("file-gone")
    if others:
        why = Message("file-gone-others-unreadable", others=others)
    if gone.is_decided:
        return Outcome(gone.path, "skipped", (Message("stays-as-edited", why=why),))
    return Outcome(gone.path, HIDDEN, (why,))
