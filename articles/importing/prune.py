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
LARGEST_SHARE = 0.1  # of a folder's documents: if more are gone, the folder is what is wrong


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
) -> tuple[list[Gone], int]:
    """The documents whose files are gone, those of a post together, and the number of all that
    came from below `folders`. A document is gone if its file came from there and was not seen by
    `session`, which has imported those folders whole; or, given `paths` that are known to be gone,
    if its file was last found at one of them.
    """
    prefixes = [folder.rstrip("/") + "/" for folder in folders]
    is_inside = (
        "EXISTS (SELECT FROM unnest(%(prefixes)s::text[]) prefix WHERE starts_with(path, prefix))"
    )
    values: dict[str, Any] = {"prefixes": prefixes}
    if paths is None:
        is_gone = "id = ANY(%(unseen)s)"
        values["unseen"] = session.unseen(folders)
    else:
        is_gone = "path = ANY(%(paths)s)"
        values["paths"] = list(paths)
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
        found = [
            Gone(name, path, tuple(others or ()), is_decided)
            for name, path, others, is_decided in cursor
        ]
        cursor.execute(
            f"SELECT count(*) FROM articles_document WHERE gone_at IS NULL AND {is_inside}", values
        )
        return found, int(cursor.fetchone()[0])


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


def prune(
    gone: Sequence[Gone],
    total: int,
    *,
    all_of_them: bool,
    dry_run: bool,
    look: Callable[[], None],
) -> Iterator[Outcome]:
    """Take the documents that are `gone`, of `total`, out of their posts, batch by batch, and
    yield what becomes of each: a post that has other documents is derived from those, and one that
    has none is hidden. `look` is called before each batch, and raises in order to stop.

    Raises `PruneRefusedError` if more than a tenth are gone, unless `all_of_them` may be.
    """
    if len(gone) > LARGEST_SHARE * total and not all_of_them:
        raise PruneRefusedError(Message("too-many-gone", gone=f"{len(gone):,}", total=f"{total:,}"))
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
