"""`manage.py dbshell`."""

from collections.abc import Iterable

from django.db.backends.postgresql import client

from newsroom.embedded.programs import PROGRAMS


class DatabaseClient(client.DatabaseClient):
    """The psql of the server's own version."""

    executable_name = str(PROGRAMS / "psql")

    def runshell(self, parameters: Iterable[str]) -> None:
        """Run psql on the database until the user ends it."""
        self.connection.get_connection_params()  # this starts the server
        super().runshell(parameters)
