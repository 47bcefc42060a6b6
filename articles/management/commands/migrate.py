import time
from collections.abc import Callable
from typing import Any, Final

import psycopg
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

from articles import locks, readiness
from articles.management.command import PlainCommand

#: Less than PostgreSQL's `deadlock_timeout`, or it would end somebody's save.
LOCKS_WITHIN: Final = "500ms"
MOST_ATTEMPTS: Final = 120
PAUSE: Final = 1  # seconds between them
IN_USE: Final = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


class Executor(MigrationExecutor):
    """Lets others go first. A migration waits until no import stores a batch. If it does not get a
    table soon, since somebody reads or saves, it is begun again: nobody waits for it longer than
    that. Only a migration that is a single transaction can be begun again. Raises `CommandError` if
    nothing helps."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, *args: Any, **options: Any
    ) -> ProjectState:
        apply = super().apply_migration
        return self.in_turn(migration, lambda: apply(state.clone(), migration, *args, **options))

    def unapply_migration(
        self, state: ProjectState, migration: Migration, *args: Any, **options: Any
    ) -> ProjectState:
        unapply = super().unapply_migration
        return self.in_turn(migration, lambda: unapply(state.clone(), migration, *args, **options))

    def in_turn(self, migration: Migration, act: Callable[[], ProjectState]) -> ProjectState:
        if not migration.atomic:
            return act()
        for _ in range(MOST_ATTEMPTS):
            try:
                with transaction.atomic(using=self.connection.alias):
                    locks.take_turn()
                    with self.connection.cursor() as cursor:
                        cursor.execute(f"SET LOCAL lock_timeout = '{LOCKS_WITHIN}'")
                    return act()
            except OperationalError as error:
                if not isinstance(error.__cause__, IN_USE):
                    raise
            time.sleep(PAUSE)
        raise CommandError(
            f"Others use the tables that {migration} changes, as a backup does. It has changed "
            "nothing: run migrate again."
        )


# The command looks for its executor by this name, and in no other way.
migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]


class Command(PlainCommand, migrate.Command):
    """Django's, but it refuses a database that is too old or too new for this release."""

    def handle(self, *args: Any, **options: Any) -> None:
        if why := readiness.why_not_migrated():
            raise CommandError(f"The database stays as it is: {why}")
        super().handle(*args, **options)
