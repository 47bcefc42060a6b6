"""Folders imported again and again, as they change."""

import time
from collections.abc import Callable, Sequence

from .options import Options
from .outcomes import CannotRunError, PruneRefusedError, Report
from .watch import QUIET, SETTLED, FolderChanges, changes

RETRY = 5.0  # seconds between attempts while another import runs
LOOK = 0.1  # seconds between checks whether to stop

#: Imports the folders (None), or what has changed in them. Raises `CannotRunError`.
Run = Callable[[FolderChanges | None], Report]


def follow(
    folders: Sequence[str],
    options: Options,
    run: Run,
    should_stop: Callable[[], bool],
    say: Callable[[str], None],
) -> Report | None:
    """Import `folders`, then what changes in them, each in its turn, until `should_stop`. Return
    the report of a run that was stopped, or that refused a file and was to fail fast; None if no
    such run ended it. `say` gets a line whenever a run has to wait."""
    for found in changes(folders, should_stop, say, settled=SETTLED, quiet=QUIET):
        if found is None or found.files or options.prune:
            done = run_in_turn(run, found, should_stop, say)
            if done and (done.interrupted or (options.fail_fast and done.counts["refused"])):
                return done
    return None


def run_in_turn(
    run: Run,
    found: FolderChanges | None,
    should_stop: Callable[[], bool],
    say: Callable[[str], None],
) -> Report | None:
    """`run` as soon as no other import runs and the database answers. Returns None if stopped
    before that, or if pruning was refused, which is passed to `say`."""
    said = ""
    while not should_stop():
        try:
            return run(found)
        except PruneRefusedError as error:
            say(str(error))
            return None
        except CannotRunError as error:
            if str(error) != said:
                said = str(error)
                say(f"{error} Waiting.")
        retry_at = time.monotonic() + RETRY
        while time.monotonic() < retry_at and not should_stop():
            time.sleep(LOOK)
    return None
