"""What an import says and does when the database goes away."""

from contextlib import suppress
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError

from ..database import write_connection
from ..messages import Message

#: What is raised when the server ends or goes away. COPY raises psycopg's own.
DATABASE_GONE = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)


def disconnect() -> None:
    """Give up the connection and its pool after the server went away, so that the next import
    begins with a new one."""
    connection: Any = write_connection()
    connection.close()
    with suppress(*DATABASE_GONE):  # an embedded server that cannot be started has no pool
        connection.close_pool()


def why_it_failed(error: Exception) -> Message:
    """What an error of the database means. If it has a code, the database is still there, and its
    disk may be full; except for the codes of a lost connection or a shutdown (PostgreSQL manual,
    appendix A)."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    state = getattr(cause, "sqlstate", None) or "08"
    is_gone = state.startswith(("08", "57P"))
    why = " ".join(str(error).split()).rstrip(".")
    return Message("database-away" if is_gone else "database-failed", why=why)
