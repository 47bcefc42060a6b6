"""Run a program of the embedded PostgreSQL on its server, which is started if it does not run.

    python -m newsroom.embedded pg_dump -Fc -f archive.dump
    python -m newsroom.embedded pg_restore --clean --if-exists -d newsroom archive.dump
    python -m newsroom.embedded pg_basebackup -D backup
    python -m newsroom.embedded psql -c 'SELECT version()'

(pg_basebackup warns that it skips the socket; nothing is missing from the backup.)
The program finds server, user and database in PGHOST, PGPORT, PGUSER and PGDATABASE. The server
runs at least until the program has ended.
"""

import os
import sys

import psycopg
from django.db import connections

from newsroom.embedded.base import DatabaseWrapper
from newsroom.embedded.programs import PROGRAMS
from newsroom.embedded.server import lease
from newsroom.environment import read_or_exit


def main(arguments: list[str]) -> None:
    """Become the program, or exit with a message that says why that is impossible."""
    names = sorted(path.name for path in PROGRAMS.iterdir())
    if not arguments or arguments[0] not in names:
        sys.exit(f"usage: python -m newsroom.embedded PROGRAM …\nPROGRAM is one of {names}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    read_or_exit()
    connection = connections["default"]
    if not isinstance(connection, DatabaseWrapper):
        sys.exit("DATABASE_URL is set, so the embedded PostgreSQL is not in use.")
    try:
        connection.start_server()
    except psycopg.Error as error:
        sys.exit(str(error))
    os.set_inheritable(lease(connection.folder), True)
    address = connection.settings_dict
    environment = {
        **os.environ,
        **{f"PG{key}": address[key] for key in ("HOST", "PORT", "USER")},
        "PGDATABASE": address["NAME"],
    }
    program = str(PROGRAMS / arguments[0])  # absolute: it looks for other programs beside itself
    os.execve(program, [program, *arguments[1:]], environment)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
