#!/usr/bin/env python
"""Django's command-line utility for administrative tasks."""

import os
import sys

INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        from django.core.management import execute_from_command_line

        from newsroom.environment import read_or_exit

        if session := read_or_exit().database_session_url:
            os.environ["DATABASE_URL"] = session
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:  # while the command still starts, say
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
