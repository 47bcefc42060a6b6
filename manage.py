#!/usr/bin/env python
"""Django's command-line utility for administrative tasks."""

import os
import sys

FAILED = 2
OF_USERS = (["createsuperuser"], ["changepassword"])  # which are Django's
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
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError

        from newsroom.environment import read_or_exit

        environment = read_or_exit()
        if session := environment.database_session_url:
            os.environ["DATABASE_URL"] = session
            if session != environment.database_url:
                settings.ADDRESSES_OF_ARCHIVE = (environment.database_url, session)
        if sys.argv[1:2] in OF_USERS:  # a pool would go on trying to reach a server that is away
            for at in settings.DATABASES.values():
                at.get("OPTIONS", {}).pop("pool", None)
        try:
            execute_from_command_line(sys.argv)
        except (OperationalError, ImproperlyConfigured) as error:  # of a command of Django: ours
            if "--traceback" in sys.argv:  # say it themselves
                raise
            from articles.outages import told  # which needs settings

            sys.stderr.write(f"{told(error)}\n")
            sys.exit(FAILED)
    except KeyboardInterrupt:  # while the command still starts, say
        sys.stderr.write("Interrupted.\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
