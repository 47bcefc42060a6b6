"""How commands end that are told to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

import psycopg
from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError

from articles.importing.outcomes import INTERRUPTED
from articles.outages import interruption_before


@contextmanager
def interruptible(said: str) -> Iterator[None]:
    """While inside, SIGTERM ends the command as Ctrl-C does: after what is under way is taken back,
    with a line and the status `INTERRUPTED`."""

    def interrupt(*_: object) -> Never:
        raise KeyboardInterrupt

    kept = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except (KeyboardInterrupt, DatabaseError, InterfaceError, psycopg.Error) as error:
        if not interruption_before(error):
            raise
        raise CommandError(f"Interrupted. {said}".rstrip(), returncode=INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, kept)
