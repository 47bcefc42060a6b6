#!/usr/bin/env python
"""Django's command-line utility for administrative tasks."""

import os
import sys

INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended


def open_closed_streams() -> None:
    """Send to nowhere what would be printed where standard output or error is closed. Otherwise
    the next file to be opened would be that: the database's lock, say."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, "w", closefd=False))


def main() -> None:
    open_closed_streams()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        from django.core.management import execute_from_command_line

        from newsroom.environment import read_or_exit

        if session := read_or_exit().database_session_url:
            os.environ["DATABASE_URL"] = session
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:  # while the command still starts, say
        sys.stderr.write("Interrupted.\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
