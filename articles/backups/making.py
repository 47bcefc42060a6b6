"""The database → a backup, as it is at one moment, while the site runs."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from typing import IO, Final

from django.db import transaction
from django.utils import timezone

from .. import releases
from ..database import migrations, write_connection
from ..models import ArchiveVersion
from . import contents, file
from .manifest import BackupError, Manifest
from .programs import output_of

#: Tables whose rows stay where they are: a backup that gets about must log nobody in.
LEFT_OUT: Final = ("django_session",)
#: What pg_dump writes at the head of a script, and servers before version 17 do not know.
OF_NEW_SERVERS: Final = b"SET transaction_timeout = 0;\n"


def backup(to: IO[bytes]) -> Manifest:
    """Write a backup of the database. Raises `BackupError` and `OSError`."""
    connection = write_connection()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        contents.take_time(cursor)
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, server = cursor.fetchone()
        if not (tables := contents.tables(cursor)):
            raise BackupError("The database has no tables.")
        left_out = tuple(name for name in tables if name in LEFT_OUT)
        manifest = Manifest(
            release=releases.number(),
            made_at=timezone.now().isoformat(timespec="seconds"),
            server=server,
            migrations=tuple(migrations()),
            tables=contents.contents(cursor, set(tables) - set(left_out)),
            left_out=left_out,
            sha256="",
        )
        script = output_of(
            "pg_dump",
            *("--no-owner", "--no-privileges", f"--snapshot={snapshot}"),
            *(f"--exclude-table-data=public.{table}" for table in left_out),
        )
        with closing(script):
            return file.write(to, for_every_server(script), manifest)


def note(manifest: Manifest) -> None:
    """Remember that this backup is complete: monitors ask how old the newest is."""
    stored = ArchiveVersion.objects.using(write_connection().alias)
    stored.update(backed_up_at=dt.datetime.fromisoformat(manifest.made_at))


def for_every_server(script: Iterator[bytes]) -> Iterator[bytes]:
    """The script without what servers before version 17 do not know. That stands in its first
    piece."""
    yield next(script, b"").replace(OF_NEW_SERVERS, b"")
    yield from script
