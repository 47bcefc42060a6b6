"""How commands end that are told to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

from django.core.management.base import CommandError

from articles.importing.outcomes import INTERRUPTED


@contextmanager
def interruptible(said: str) -> Iterator[None]:
    """While inside, SIGTERM ends the command as Ctrl-C does: after what is under way is taken back,
    with a line and the status `INTERRUPTED`."""

    def interrupt(*_: object) -> Never:
        raise KeyboardInterrupt

    kept = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError(f"Interrupted. {said}".rstrip(), returncode=INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, kept)
