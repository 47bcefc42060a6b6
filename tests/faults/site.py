"""A site of its own to be broken: gunicorn and an embedded PostgreSQL in a folder."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.waiting import PATIENCE

PROJECT = Path(__file__).resolve().parents[2]
POSTS = 300
SETTINGS = """
from newsroom.settings import *
DATABASES["default"]["DATA_DIR"] = {folder!r}
STORAGES["staticfiles"] = {{
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing is collected
}}
"""
WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


class Site:
    """Where it is, and what runs there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "postgres"
        settings = folder / "settings"
        settings.mkdir()
        (settings / "faulty.py").write_text(SETTINGS.format(folder=str(self.data)))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "PYTHONPATH": os.pathsep.join([str(settings), str(PROJECT)]),
            "DJANGO_SETTINGS_MODULE": "faulty",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
        }
        self.gunicorn: subprocess.Popen[bytes] | None = None

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*map(str, command)],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def manage(
        self, *command: object, before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run `manage.py`, itself run by the command `before`."""
        return self.run(*before, sys.executable, "manage.py", *command)

    def fill(self, posts: int = POSTS) -> None:
        folder = self.folder / "posts"
        for command in (
            ("migrate", "-v0"),
            ("make_sample_posts", folder, "--count", posts, "--seed", 1, "-v0"),
            ("import_posts", folder, "--quiet"),
        ):
            done = self.manage(*command)
            assert done.returncode == 0, done.stderr

    def start(self, before: tuple[str, ...] = ()) -> None:
        """Start gunicorn, itself run by the command `before`."""
        self.gunicorn = subprocess.Popen(
            [*before, sys.executable, "-m", "newsroom.web"],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "gunicorn.log").open("ab"),
        )
        assert self.seconds_until(200) < PATIENCE

    def stop(self) -> None:
        if self.gunicorn:
            for process in self.masters():
                process.terminate()
            self.gunicorn.wait(PATIENCE)
            self.gunicorn = None

    def masters(self) -> list[psutil.Process]:
        """gunicorn's first process, and the command that has started it."""
        started = psutil.Process(self.gunicorn.pid)
        is_gunicorn = "gunicorn" in " ".join(started.cmdline())
        return [started] if is_gunicorn else [started, *started.children()]

    @property
    def workers(self) -> list[psutil.Process]:
        *_, master = self.masters()
        return [child for child in master.children() if "gunicorn" in " ".join(child.cmdline())]

    @property
    def postmaster(self) -> int:
        return int((self.data / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    def get(self, path: str = "/", timeout: float = PATIENCE) -> int:
        """The status of a page; 0 if the connection ended without one."""
        return self.ask(path, timeout)[0]

    def etag(self, path: str) -> str:
        return self.ask(path)[1]

    def ask(self, path: str, timeout: float = PATIENCE) -> tuple[int, str]:
        """The status and the ETag of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("ETag", "")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def seconds_until(self, status: int, path: str = "/") -> float:
        """How long until a page answers so; at most `PATIENCE`."""
        begin = time.monotonic()
        while self.get(path) != status and time.monotonic() - begin < PATIENCE:
            time.sleep(0.05)
        return time.monotonic() - begin

    def psql(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "newsroom.embedded", "psql", "-qAt", *arguments]

    def waiting(self) -> int:
        """How many connections wait for a lock."""
        return int(self.run(*self.psql("-c", WAITING)).stdout)

    @contextmanager
    def locked(self, table: str = "articles_post") -> Iterator[None]:
        """Nobody reads the table while inside."""
        psql = subprocess.Popen(
            self.psql(),
            cwd=PROJECT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        psql.stdin.write(f"BEGIN; LOCK TABLE {table}; SELECT 'locked';\n")
        psql.stdin.flush()
        assert psql.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            psql.stdin.close()
            psql.wait(PATIENCE)

    def end(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
