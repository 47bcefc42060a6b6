"""How an outage of the database is known, and told."""

from typing import Final

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from newsroom.silence import SilenceError

from .messages import Message

#: What is raised when the server ends or goes away. COPY raises psycopg's own.
DATABASE_GONE: Final = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)

NO_TABLE: Final = "42P01"  # that was asked for
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


def in_a_line(error: BaseException) -> str:
    """What an error says first, and what helps if a pooler refused the connection, or a replica to
    write."""
    said = (str(error).splitlines() or [type(error).__name__])[0]
    if sqlstate(error) == READ_ONLY:
        return f"{said}. {REPLICA}"
    return f"{said}. {POOLER}" if any(words in said for words in OF_POOLER) else said


def interruption_before(error: BaseException) -> KeyboardInterrupt | None:
    """The interruption that is this error, or that it followed: of a commit that is interrupted
    Django says that the transaction is not over."""
    before: BaseException | None = error
    while before:
        if isinstance(before, KeyboardInterrupt):
            return before
        before = before.__context__
    return None


def sqlstate(error: BaseException) -> str:
    """The code of an error of the database (PostgreSQL manual, appendix A); of one that has none,
    that of a lost connection."""
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
    """Whether an error passes once the database has time, or its new primary is found."""
    return isinstance(error, DATABASE_GONE) or (
        isinstance(error, DatabaseError) and sqlstate(error) == READ_ONLY
    )


def why_it_failed(error: Exception) -> Message:
    """What an error of the database means to an import."""
    why = " ".join(str(error).split()).rstrip(".")
    if sqlstate(error) == READ_ONLY:
        why = in_a_line(error).rstrip(".")
    return Message("database-away" if is_gone(error) else "database-failed", why=why)
