"""What the commands of the archive have in common."""

import argparse
import gc
import io
import re
import sys
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError

from articles import locks, readiness
from articles.collector import YOUNG_OBJECTS
from articles.outages import told

FAILED: Final = 2  # the exit status; 1 is an answer, such as that something differs


class PlainCommand(BaseCommand):
    """Says in a line what is wrong with the settings, the database, or a file or folder that cannot
    be read or written. `--traceback` shows more.
    Runs on PostgreSQL itself: locks, cursors and snapshots last longer than a transaction, which is
    all that holds together behind a pooler."""

    has_threads: ClassVar[bool] = False  # several that ask the database

    def run_from_argv(self, argv: Sequence[str]) -> None:
        """A pool goes on trying for seconds to reach a server that is away, and does not say why
        it is."""
        gc.set_threshold(YOUNG_OBJECTS)
        if not self.has_threads:
            for at in settings.DATABASES.values():
                at.get("OPTIONS", {}).pop("pool", None)
        super().run_from_argv([*argv])

    def execute(self, *args: Any, **options: Any) -> str | None:
        """What the output cannot show of a name is escaped."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            with locks.requiring_session():
                return super().execute(*args, **options)
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=FAILED) from error
        except OSError as error:
            why = error.strerror or str(error) or type(error).__name__
            said = f"{error.filename}: {why}" if error.filename else why
            raise CommandError(said, returncode=FAILED) from error
        except (DatabaseError, InterfaceError, psycopg.Error) as error:
            raise CommandError(told(error), returncode=FAILED) from error


class ArchiveCommand(PlainCommand):
    """Starts without Django's checks, for which all pages and the desk would be loaded: `migrate`,
    by which each release begins, makes them. It refuses a database that `migrate` has not brought
    to this release, except where `requires_migrations_checks` is off."""

    requires_system_checks = ()
    requires_migrations_checks = True

    def check_migrations(self) -> None:
        if not readiness.is_migrated():
            raise CommandError(
                "The database lacks migrations of this release: run migrate first.",
                returncode=FAILED,
            )


def number(text: str, *, most: int = 10**9) -> int:
    """The number of an option, from one. Raises `ArgumentTypeError` for anything else."""
    if not re.fullmatch("[0-9]{1,10}", text) or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to {most}")
    return int(text)
