"""The engine: Django's for PostgreSQL, which starts the server before it connects."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base

from newsroom.embedded.client import DatabaseClient
from newsroom.embedded.cluster import PORT
from newsroom.embedded.server import ensure_running, socket_folder


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded PostgreSQL in settings_dict["DATA_DIR"]."""

    client_class = DatabaseClient
    _known_databases: set[tuple[Path, str]] = set()

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        if not settings_dict.get("DATA_DIR"):
            raise ImproperlyConfigured(f"DATABASES[{alias!r}] needs DATA_DIR, a folder.")
        self.folder = Path(settings_dict["DATA_DIR"]).resolve()
        settings_dict.update(
            HOST=str(socket_folder(self.folder)), PORT=str(PORT), USER="postgres", PASSWORD=""
        )
        super().__init__(settings_dict, alias)

    def get_connection_params(self) -> dict[str, Any]:
        """Django calls this before each connection, with or without a pool."""
        self.start_server()
        return super().get_connection_params()

    def start_server(self) -> None:
        """Make sure that the server runs and has the database. Raises
        `psycopg.OperationalError`."""
        ensure_running(self.folder)
        name = self.settings_dict["NAME"]
        if name and (self.folder, name) not in self._known_databases:
            self._ensure_database(name)
            self._known_databases.add((self.folder, name))

    def _ensure_database(self, name: str) -> None:
        address = {key: self.settings_dict[key.upper()] for key in ("host", "port", "user")}
        with psycopg.connect(**address, dbname="postgres", autocommit=True) as connection:
            if (
                connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
                is not None
            ):
                return
            # Another process may create it at the same moment.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(
                    psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
                )
