"""The time that a search may take: so much to find posts, and less for all that is beside them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

import psycopg
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TIMEOUT: Final = 3_000  # milliseconds, to find posts
EXTRAS: Final = 700  # milliseconds after these, or since nothing is found
SLACK: Final = 100  # milliseconds that statements may take longer, to save some of setting less


class OutOfTimeError(Exception):
    """A search has no time left. Its transaction can do nothing more."""


class Budget:
    """The time that the statements of a search have together. It wraps their execution
    (https://docs.djangoproject.com/en/stable/topics/db/instrumentation/) and raises
    `OutOfTimeError`."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._in_force: float = 0  # the limit of a statement, in milliseconds
        self._end = monotonic() + TIMEOUT / 1000
        self._end_of_extras: float | None = None
        self._is_spent = False

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        left = self._left
        if self._is_spent or left < 1:
            raise OutOfTimeError
        if abs(self._in_force - left) > SLACK:
            execute(f"SET LOCAL statement_timeout = {left:.0f}", None, False, context)
            self._in_force = left
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
                raise OutOfTimeError from error
            raise

    @property
    def _left(self) -> float:
        return 1000 * (self._end - monotonic())

    def next_limit(self) -> str:
        """The limit for the next statement and those after it, which it sets itself."""
        self._in_force = self._left
        return f"{self._in_force:.0f}"

    @contextmanager
    def extras(self) -> Iterator[None]:
        """For what may be left out: it ends where its time does. Nothing can be asked after that.
        All extras of a search have `EXTRAS` together."""
        end = self._end
        if self._end_of_extras is None:
            self._end_of_extras = monotonic() + EXTRAS / 1000
        self._end = min(end, self._end_of_extras)
        try:
            yield
        except OutOfTimeError:
            transaction.set_rollback(True, using=self._connection.alias)
            self._is_spent = True
        finally:
            self._end = end

    @property
    def is_spent(self) -> bool:
        """Whether extras were left out."""
        return self._is_spent
