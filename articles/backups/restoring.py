"""A backup → a database, which then is as it was, or stays as it is."""

import secrets
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from typing import IO, Any, Final, cast

from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.migrations.recorder import MigrationRecorder

from .. import changes, releases
from ..database import write_connection
from ..locks import APPEARING
from ..outages import DEADLOCK, in_a_line, interruption_before, sqlstate
from . import contents, file
from .manifest import BackupError, Manifest
from .programs import program

#: The schema in which the tables lie that a backup replaces, until it has been restored.
ASIDE: Final = "before_restore"
#: Tables of ours that only people fill: without rows in them, our other tables hold nothing.
OF_PEOPLE: Final = ("articles_document", "articles_post", "auth_user")
#: Databases that every server has for its own work, and that are no archive unless settings say so.
OF_SERVER: Final = ("postgres", "template0", "template1")
MOST_NAMED: Final = 5  # tables in a message
MOST_ATTEMPTS: Final = 5  # to drop a schema that pages are read from
LATER: Final = "Run restore again: it first puts back what was in the database, or says how"
TWO: Final = (
    "a restore that was killed left two archives in the database, one in use and the one before. "
    f"To keep the one in use: DROP SCHEMA {ASIDE} CASCADE. To go back to the other: DROP SCHEMA "
    "public CASCADE. Then run restore again"
)


@contextmanager
def on_database(name: str | None) -> Iterator[None]:
    """While inside, there is one connection, and it is to the database of this name on the same
    server. Raises `BackupError` for a database that belongs to the server."""
    connection = write_connection()
    at = connection.settings_dict
    if name in OF_SERVER and name != at["NAME"]:
        raise BackupError(f"{name} belongs to the server of the database: name another one")
    kept = {key: at[key] for key in ("NAME", "OPTIONS")}
    try:
        disconnect(connection)
        # A pool would try for seconds to reach a database that is not there.
        at.update(NAME=name or at["NAME"], OPTIONS={**at["OPTIONS"], "pool": False})
        yield
    finally:
        disconnect(connection)
        at.update(kept)


def reconnect() -> None:
    """Give up the connection for a new one: an interruption may have left it in the middle of a
    transaction or a statement."""
    connection: Any = write_connection()
    if connection.connection:
        connection.connection.close()
    connection.close()  # or its place in a pool would stay taken
    connection.connect()


def disconnect(connection: Any) -> None:
    connection.close()
    connection.close_pool()


def restore(
    backup: IO[bytes], *, replace: bool = False, tell: Callable[[str], None] = lambda said: None
) -> Manifest:
    """Restore a backup, compare the tables with its manifest, and bring them to this release.

    If that fails, the database stays as it was; or, if its server is killed, it is so again after
    the next restore, unless that would delete posts or users. Raises `BackupError`, also if the
    database is not empty, unless its contents may be replaced: `tell` is told of these before they
    are."""
    with file.opened(backup) as (manifest, script):
        if why := releases.refusal(manifest.migrations):
            raise BackupError(why)
        found = in_use(manifest)
        if is_laid_aside():  # by a restore that was killed
            if found:
                raise BackupError(TWO)
            put_back()
            found = in_use(manifest)
        if found:
            if not replace:
                raise BackupError(
                    f"the database is not empty: it has {in_words(found)}. Name an empty one, or "
                    "name this one and say --replace, which deletes them"
                )
            tell(f"Replacing what is in the database: {', '.join(found)}")
        if others := other_connections():
            tell(f"Others are connected to this database ({others}): is the site stopped?")
        try:
            with execute() as cursor:
                # No page publishes what has come due before the tables are compared.
                cursor.execute("SELECT pg_advisory_lock(%s)", [APPEARING])
                cursor.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}")
                cursor.execute("CREATE SCHEMA public")
            load(script)
            compare(manifest)
            with execute() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [APPEARING])
            call_command("migrate", interactive=False, verbosity=0)
            changes.archive_restored()
            drop(ASIDE, "ANALYZE")
        except BaseException as error:
            try:
                reconnect()
                put_back()
            except (BackupError, DatabaseError):  # the server is gone: maybe that is what is wrong
                why = "interrupted" if isinstance(error, KeyboardInterrupt) else in_a_line(error)
                raise BackupError(f"{why}. {LATER}") from error
            raise
    return manifest


def in_use(manifest: Manifest) -> list[str]:
    """The tables, views and sequences that hold something which the restoration would delete: those
    of ours with what people wrote, and all that are not ours."""
    ours = {*manifest.tables, *manifest.left_out, *models_tables()}
    with execute() as cursor:
        return [
            name
            for name in contents.relations(cursor)
            if (contents.has_rows(cursor, name) if name in OF_PEOPLE else name not in ours)
        ]


def other_connections() -> int:
    """How many other connections there are to the database."""
    with execute() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def models_tables() -> list[str]:
    """The tables of this release, with Django's own of migrations."""
    return [
        MigrationRecorder.Migration._meta.db_table,
        *write_connection().introspection.django_table_names(),
    ]


def load(script: IO[bytes]) -> None:
    """Run the script, as a whole or not at all. Commands of psql itself fail in it, since they can
    read files and run programs. Only whoever knows the key could allow them again."""
    options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction")
    with program(
        "psql", *options, "--file=-", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as to:
        to.write(f"\\restrict {secrets.token_hex(16)}\n".encode())
        to.writelines(without_restriction(script))


def without_restriction(script: IO[bytes]) -> Iterator[bytes]:
    """The lines of the script without those by which pg_dump forbids the same, with a key that it
    tells."""
    is_data = False
    for line in BufferedReader(cast("RawIOBase", script), file.AT_ONCE):
        if is_data:
            is_data = line != b"\\.\n"
        elif line.startswith((b"\\restrict ", b"\\unrestrict ")):
            continue
        else:
            is_data = line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n")
        yield line


def compare(manifest: Manifest) -> None:
    """Raises `BackupError` if the tables are not what the manifest says."""
    with execute() as cursor:
        found = contents.contents(cursor, set(contents.tables(cursor)) - set(manifest.left_out))
    differ = sorted(
        name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name)
    )
    if differ:
        raise BackupError(f"what was restored differs from the backup: {in_words(differ)}")


def in_words(tables: Sequence[str]) -> str:
    more = len(tables) - MOST_NAMED
    return ", ".join(tables[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def is_laid_aside() -> bool:
    """Whether a restore that did not end has laid something aside."""
    with execute() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [ASIDE])
        return bool(cursor.fetchone()[0])


def put_back() -> None:
    """Put back what a restore that did not end has laid aside."""
    if is_laid_aside():
        drop("public", f"ALTER SCHEMA {ASIDE} RENAME TO public")


def drop(schema: str, statement: str) -> None:
    """Drop a schema with all that is in it, and execute a statement, or do neither. Pages that read
    its tables meanwhile may lock those in another order: PostgreSQL ends one of the two, and we try
    again."""
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            with execute() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
                cursor.execute(statement)
            return
        except BackupError as error:
            if attempt == MOST_ATTEMPTS or sqlstate(error.__cause__ or error) != DEADLOCK:
                raise


@contextmanager
def execute() -> Iterator[Any]:
    """A transaction's cursor. Raises `BackupError` for what the database refuses, except after an
    interruption."""
    connection = write_connection()
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            contents.take_time(cursor)
            yield cursor
    except DatabaseError as error:
        raise interruption_before(error) or BackupError(in_a_line(error)) from error
