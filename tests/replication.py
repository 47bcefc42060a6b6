"""Streaming replicas of the embedded server that the tests use."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from django.db import connection, connections

from newsroom.embedded.account import server_account
from newsroom.embedded.cluster import PORT, SOCKET, START_OPTIONS
from newsroom.embedded.programs import PROGRAMS
from newsroom.embedded.server import _ensure_reachable, socket_folder
from tests.waiting import wait_until


class Replica:
    """A replica in a folder of its own, made by pg_basebackup. It runs from `start` to `stop`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.account = server_account(folder)
        os.chown(folder, self.account.uid, self.account.gid)
        at = connection.settings_dict
        self.run(
            "pg_basebackup",
            *("-h", at["HOST"], "-p", at["PORT"], "-U", at["USER"], "-D", "data"),
            *("--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
        )
        (folder / "data" / f"{SOCKET}.lock").unlink()  # of the other server
        _ensure_reachable(folder)
        self.host = str(socket_folder(folder))
        self.runs = False

    def run(self, program: str, *arguments: str) -> None:
        with (self.folder / "log").open("ab") as log:
            status = self.account.run(
                [str(PROGRAMS / program), *arguments], cwd=self.folder, output=log.fileno()
            )
        assert status == 0, (self.folder / "log").read_text()

    def start(self) -> None:
        if not self.runs:
            self.run("pg_ctl", "start", "--wait", "-D", "data", "-o", START_OPTIONS)
            self.runs = True

    def stop(self) -> None:
        """At once, as if its machine had died."""
        if self.runs:
            self.run("pg_ctl", "stop", "--wait", "-D", "data", "-m", "immediate")
            self.runs = False

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "--wait", "-D", "data")

    def ask(self, sql: str) -> object:
        address = {"host": self.host, "port": PORT, "user": "postgres"}
        name = connection.settings_dict["NAME"]
        with psycopg.connect(**address, dbname=name, autocommit=True) as there:
            return there.execute(sql).fetchone()[0]

    def pause(self) -> None:
        """Let it receive changes, and show none."""
        self.ask("SELECT pg_wal_replay_pause()")
        wait_until(lambda: self.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def catch_up(self) -> None:
        """Wait until it shows all that is on the primary now."""
        self.ask("SELECT pg_wal_replay_resume()")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_lsn()")
            (place,) = cursor.fetchone()
        wait_until(lambda: self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{place}'"))

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """While inside, its processes stand still, as on a machine that hangs."""
        pids = self.ask("SELECT array_agg(pid) FROM pg_stat_activity")
        postmaster = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        for pid in (int(postmaster), *pids):
            with suppress(ProcessLookupError):  # who was asked just now
                os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in (*pids, int(postmaster)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)


@contextmanager
def keeping_wal() -> Iterator[None]:
    """While inside, the server keeps what replicas still have to read, up to 2 GB."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET wal_keep_size = '2GB'")
        cursor.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM RESET wal_keep_size")
            cursor.execute("SELECT pg_reload_conf()")


@contextmanager
def connected(alias: str, **changed: object) -> Iterator[None]:
    """While inside, there is a database of this alias, as the default one with these changes."""
    former = connections.settings.get(alias)
    engine = {"ENGINE": "django.db.backends.postgresql"}
    if former:
        leave(alias)
    connections.settings[alias] = {**connections.settings["default"], **engine, **changed}
    try:
        yield
    finally:
        leave(alias)
        if former:
            connections.settings[alias] = former
        else:
            del connections.settings[alias]


def leave(alias: str) -> None:
    """Close the connections of this thread to a database."""
    connections[alias].close()
    connections[alias].close_pool()
    del connections[alias]


@contextmanager
def away(alias: str) -> Iterator[None]:
    """While inside, nobody answers at the address of this database."""
    at = connections.settings[alias]
    former = at["HOST"]
    move(alias, "/nowhere")
    try:
        yield
    finally:
        move(alias, former)


def move(alias: str, host: str, **changed: object) -> None:
    connections.settings[alias].update(HOST=host, **changed)
    connections[alias].close()
    connections[alias].close_pool()
