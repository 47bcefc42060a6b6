"""How an outage of the database is noticed, and reported."""

from typing import Final

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from newsroom.silence import SilenceError

from . import disks
from .messages import Message

#: What is raised when the server ends or goes away. COPY raises psycopg's own.
DATABASE_GONE: Final = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)

NO_TABLE: Final = "42P01"  # that was asked for
NO_COLUMN: Final = "42703"
OTHER_COLUMNS: Final = "0A000"  # than a prepared statement was planned for
DEADLOCK: Final = "40P01"
CANCELLED: Final = "57014"  # since it took longer than it may
READ_ONLY: Final = "25006"  # what a server says that was the primary


class KnownOutageError(OperationalError):
    """Raised instead of asking a database that is known to be away."""


#: What PgBouncer says where PostgreSQL would let in, or would say something else.
OF_POOLER: Final = ("unsupported startup parameter", "no such database")
POOLER: Final = (
    "A pooler such as PgBouncer answers: set DATABASE_SESSION_URL to the address of PostgreSQL "
    "itself (docs/settings.md)."
)


REPLICA: Final = (
    "A replica answers: set DATABASE_URL, and DATABASE_SESSION_URL if there is one, to the address "
    "of the primary (docs/settings.md)."
)


#: Free bytes below which a disk is full for PostgreSQL, which takes 16 MiB at a time for its log
#: (WAL). If it ends for want of them, it frees what it was writing, and more when it starts again.
FULL: Final = 64 * 2**20


def in_a_line(error: BaseException) -> str:
    """What an error says first, and its `explanation`."""
    said = (str(error).splitlines() or [type(error).__name__])[0]
    why = explanation(error)
    return f"{said}. {why}" if why else said


def explanation(error: BaseException) -> str:
    """What an error does not say: that a pooler refused the connection, or a replica to write, or
    that a server on this machine may have gone away because its disk is full."""
    if sqlstate(error) == READ_ONLY:
        return REPLICA
    if any(words in str(error) for words in OF_POOLER):
        return POOLER
    return full_disk() if is_gone(error) else ""


def full_disk() -> str:
    """That the disk of a database on this machine is full; empty if it is not."""
    for folder in disks.folders_of_database():
        if (free := disks.free_at(folder)) < FULL:
            return f"The disk of the database is full: {free // 2**20} MiB are free at {folder}."
    return ""


def interruption_before(error: BaseException) -> KeyboardInterrupt | None:
    """The interruption that is this error, or that it followed: if a commit is interrupted, Django
    says that the transaction is not over."""
    before: BaseException | None = error
    while before:
        if isinstance(before, KeyboardInterrupt):
            return before
        before = before.__context__
    return None


def sqlstate(error: BaseException) -> str:
    """The code of an error of the database (PostgreSQL manual, appendix A); that of a lost
    connection if it has none."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return getattr(cause, "sqlstate", None) or "08"


def is_gone(error: BaseException) -> bool:
    """Whether an error means that the server is not there, or shuts down. With other codes it is
    there, and its disk may be full."""
    return isinstance(error, DATABASE_GONE) and sqlstate(error).startswith(("08", "57P"))


def was_waited_for(error: BaseException) -> bool:
    """Whether an error means that somebody waited in vain for a server."""
    return isinstance(error.__cause__ or error, PoolTimeout | SilenceError)


def told(error: BaseException) -> str:
    """What a command says in a line of an error: that the database does not answer, or what it
    answered."""
    line = in_a_line(error)
    return f"The database does not answer: {line}" if is_gone(error) else line


def is_outage(error: BaseException) -> bool:
    """Whether an error will pass: once the database has time, its new primary is found, or it has
    been migrated to this release."""
    return (
        isinstance(error, DATABASE_GONE)
        or (isinstance(error, DatabaseError) and sqlstate(error) == READ_ONLY)
        or is_of_another_release(error)
    )


def is_of_another_release(error: BaseException) -> bool:
    """Whether the database is not what this process asks for: it has not been migrated, has been
    while the process ran, or is being restored."""
    codes = NO_TABLE, NO_COLUMN, OTHER_COLUMNS
    return isinstance(error, DatabaseError) and sqlstate(error) in codes


def why_it_failed(error: Exception) -> Message:
    """What an error of the database means to an import."""
    if is_gone(error):
        return Message("database-away", why=in_a_line(error).rstrip("."))
    is_replica = sqlstate(error) == READ_ONLY
    why = in_a_line(error) if is_replica else " ".join(str(error).split())
    return Message("database-failed", why=why.rstrip("."))
