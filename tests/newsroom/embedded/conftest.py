"""A home for an embedded server, and real processes that use it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from newsroom.embedded import locks
from tests.waiting import PATIENCE, wait_until

PROJECT = Path(__file__).resolve().parents[3]

#: Connects, says "ready", and then answers each line of its input, one query, until it ends.
CLIENT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs ignore it
from django.conf import settings
settings.configure(DATABASES={"default": {
    "ENGINE": "newsroom.embedded", "NAME": "archive", "DATA_DIR": sys.argv[1],
    "OPTIONS": {"pool": "pool" in sys.argv}, "CONN_HEALTH_CHECKS": True,
}})
import django
django.setup()
from django.db import connection
def query(sql):
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else "done"
    finally:
        connection.close()
query("SELECT 1")
if "fork" in sys.argv and os.fork():
    os._exit(0)
print("ready", os.getpid(), flush=True)
for line in sys.stdin:
    print(query(line), flush=True)
"""


class Client:
    """A process that uses the database until it is told to end, or killed."""

    def __init__(self, folder: Path, *modes: str, inside: Sequence[str] = ()) -> None:
        """`inside`: a command that runs the one that follows it."""
        self.process = subprocess.Popen(
            [*inside, sys.executable, "-c", CLIENT, str(folder), *modes],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ready(self) -> "Client":
        line = self.process.stdout.readline()
        if not line.startswith("ready"):
            pytest.fail(self.process.stderr.read())
        self.pid = int(line.split()[1])
        return self

    def query(self, sql: str) -> str:
        self.process.stdin.write(sql + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def error(self) -> str:
        """The last line of its traceback, and all that follows; it must fail."""
        _, errors = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode != 0
        return errors[errors.rindex("OperationalError") :]

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(PATIENCE)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


class Home:
    """A DATA_DIR and the clients of the server in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clients: list[Client] = []

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start_client(self, *modes: str, inside: Sequence[str] = ()) -> Client:
        """A client that may not be connected yet."""
        client = Client(self.folder, *modes, inside=inside)
        self.clients.append(client)
        return client

    def client(self, *modes: str, inside: Sequence[str] = ()) -> Client:
        return self.start_client(*modes, inside=inside).ready()

    @property
    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    @property
    def supervisor(self) -> int:
        """Its PID: of this folder's, the one process that runs the supervisor module."""
        mark = ["newsroom.embedded.supervisor", str(self.folder)]
        processes = psutil.process_iter(["cmdline"])
        found = [p.pid for p in processes if (p.info["cmdline"] or [])[2:4] == mark]
        assert len(found) == 1
        return found[0]

    def is_free(self, lock: str) -> bool:
        descriptor = locks.try_acquire(self.folder / lock)
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is not None

    def runs(self) -> bool:
        return not self.is_free("server.lock")

    def wait_until_stopped(self) -> None:
        wait_until(lambda: self.is_free("server.lock") and self.is_free("supervisor.lock"))
        assert not (self.data / "postmaster.pid").exists(), "it was not an orderly shutdown"


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose cluster is made and whose server has stopped."""
    home = Home(tmp_path_factory.mktemp("pg") / "postgres")
    home.client().end()
    home.wait_until_stopped()
    return home.folder


@pytest.fixture
def empty_home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "postgres")
    yield home
    for client in home.clients:
        client.process.kill()
        client.process.wait()
        for stream in (client.process.stdin, client.process.stdout, client.process.stderr):
            with suppress(BrokenPipeError):
                stream.close()
    if home.folder.exists():
        wait_until(lambda: home.is_free("server.lock"))


@pytest.fixture
def home(empty_home: Home, pristine: Path) -> Home:
    """A home of one's own, with the cluster already made."""
    subprocess.run(["cp", "-Rp", str(pristine), str(empty_home.folder)], check=True)
    return empty_home
