"""`manage.py dbshell`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.backends.postgresql import client

from newsroom.embedded.programs import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsroom.embedded.base import DatabaseWrapper


class DatabaseClient(client.DatabaseClient):
    """The psql of the server's own version, which knows all that the server has."""

    connection: DatabaseWrapper
    executable_name = str(PROGRAMS / "psql")

    def runshell(self, parameters: Iterable[str]) -> None:
        """Run psql on the database, for as long as the user likes."""
        self.connection.start_server()
        super().runshell(parameters)
