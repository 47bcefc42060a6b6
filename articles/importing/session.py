"""The session of an import: the lock that one import at a time may hold, and the files that this
one has seen. Both belong to its connection to the database, and end with that at the latest.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from .. import locks
from ..database import disconnect, write_connection
from ..messages import Message
from ..models import ImportRun
from ..outages import DATABASE_GONE, in_a_line, why_it_failed
from . import ledger
from .discovery import Found
from .outcomes import BusyError, CannotRunError, PausedError
from .storing.staging import stage


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file found and what is known of its name: the hash of the document stored under it, unless
    its file was gone, and the path of a file of the same name that this session found before."""

    found: Found
    fresh: bool = False  # the document came from this path, of the same size and time
    sha256: bytes = b""
    same_name: str = ""


class Session:
    """An import's hold on the database, from `begin` to `end`."""

    def __init__(self) -> None:
        self._connection = write_connection()

    def begin(self) -> None:
        """Take the lock. Raises `BusyError` if another import holds it, and `ImproperlyConfigured`
        as `locks.require_session` does."""
        locks.require_session()
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [locks.IMPORT])
            if not cursor.fetchone()[0]:
                raise BusyError(Message("import-running", who=who_is_running()))
            # A crash may lose the last batches, each as a whole. The next run imports them again.
            cursor.execute("SET synchronous_commit = off")
            # The files seen: of each name, the first.
            cursor.execute(
                "CREATE TEMP TABLE seen_file "
                "(file_name text PRIMARY KEY, path text, place bytea, ordinal int4)"
            )

    def end(self) -> None:
        """Give up the lock and forget the files, unless both went away with the connection."""
        if self._connection.is_usable():
            with self._connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS seen_file")
                cursor.execute("RESET synchronous_commit")
                cursor.execute("SELECT pg_advisory_unlock_all()")

    def keep_what_follows(self) -> None:
        """Let no crash lose what is committed from now on, nor what was committed before."""
        with self._connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")

    def mark_as_running(self, run: ImportRun) -> None:
        """Let `running_ids` name `run` until the session ends."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [locks.IMPORT, run.pk])

    def look_up(self, batch: Sequence[Found]) -> list[KnownFile]:
        """Note that these files are there, and return what is known of each by its name.

        A file on disk that was found twice is one, unless a link gives it another name. Members
        of archives are each a file of their own, even where their paths are the same."""
        keyed = {
            (found.place, found.name) if found.is_on_disk else n: found
            for n, found in enumerate(batch)
        }
        files = [*keyed.values()]
        firsts, known = self._see(
            [(n, found) for n, found in enumerate(files) if found.name != "-"]
        )
        recognised = []
        for ordinal, found in enumerate(files):
            unknown = (None, found.path, False, False, False)
            sha256, first, is_elsewhere, fresh, gone = known.get(ordinal, unknown)
            is_other = ordinal in known and (is_elsewhere or not found.is_on_disk)
            recognised.append(
                KnownFile(
                    found,
                    fresh=bool(fresh),
                    # A missing file that is back is written again, and so its post comes back.
                    sha256=b"" if gone or sha256 is None else bytes(sha256),
                    same_name=first if is_other and ordinal not in firsts else "",
                )
            )
        return recognised

    def _see(self, named: Sequence[tuple[int, Found]]) -> tuple[set[int], dict[int, Sequence[Any]]]:
        """Note that these files are there. Return the numbers of those that are the first of their
        names; and of each, by its number: the hash of the document stored under its name, the path
        of the first file of that name, whether that is another file, and whether the document came
        from this very file, or its file was gone."""
        with self._connection.cursor() as cursor:
            stage(
                cursor,
                "found_file",
                "path text, file_name text, size int8, mtime_ns int8, place bytea, ordinal int4",
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
            return firsts, {ordinal: rest for ordinal, *rest in cursor}

    def unseen(self, folders: Sequence[str]) -> list[int]:
        """The ids of the documents from below `folders` whose files this session has not seen."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT id FROM articles_document document
                WHERE gone_at IS NULL
                  AND EXISTS (
                      SELECT FROM unnest(%s::text[]) folder WHERE starts_with(path, folder || '/')
                  )
                  AND NOT EXISTS (
                      SELECT FROM seen_file seen WHERE seen.file_name = document.file_name
                  )
                """,
                [[folder.rstrip("/") for folder in folders]],
            )
            return [document_id for (document_id,) in cursor]


@contextmanager
def open_session(run: ImportRun | None) -> Iterator[Session]:
    """A session for `run`, whose row says at the end how it ended, unless `PausedError` is raised
    inside. Raises `BusyError` if another import is running, and `CannotRunError` if the database
    is away."""
    session = Session()
    try:
        session.begin()
    except BusyError as busy:
        if run and run.pk:
            ledger.end(run, busy)
        raise
    except DATABASE_GONE as gone:
        disconnect()
        raise CannotRunError(Message("database-silent", why=in_a_line(gone))) from gone
    try:
        if run:
            if run.pk is None:
                run.save()
            session.mark_as_running(run)
        yield session
    except DATABASE_GONE as error:
        away = CannotRunError(why_it_failed(error))
        if run and run.pk:
            ledger.end(run, away)
        disconnect()
        raise away from error
    except PausedError:
        raise
    except BaseException as error:
        if run and run.pk:
            ledger.end(run, error)
        raise
    else:
        if run:
            session.keep_what_follows()
            ledger.end(run)
    finally:
        session.end()


def running_ids() -> list[int]:
    """The runs that are really running: one that was killed is not, though it never ended."""
    return sorted(locks.taken(locks.IMPORT))


def who_is_running() -> Message:
    """Who started the import that is running, and when."""
    runs = ImportRun.objects.using(write_connection().alias)
    running = runs.filter(pk__in=running_ids()).first()
    if running is None:
        return Message("dry-run")
    return Message(
        "dry-run-of" if running.is_dry else "run-of",
        who=running.started_by or Message("somebody"),
        when=f"{timezone.localtime(running.started_at):%F %T}",
    )
