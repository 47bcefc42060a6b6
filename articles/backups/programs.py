"""pg_dump and psql, as the package of the embedded server brings them.

They are used for every server: those of version 18 read and write 15 to 18, where the ones that a
system has may be older than the server.
"""

import os
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from newsroom.embedded.programs import PROGRAMS

from ..database import write_connection
from .manifest import BackupError

AT_ONCE: Final = 2**20  # bytes


@contextmanager
def program(name: str, *options: str, **pipe: Any) -> Iterator[IO[bytes]]:
    """Run a program on the database, with its standard input or output as a pipe, which is yielded:
    `stdin=PIPE` or `stdout=PIPE`. It is killed if the block fails. Raises `BackupError` with what
    it said if it fails itself."""
    connection = write_connection()
    connection.ensure_connection()
    at = connection.connection.info
    environment = {**os.environ, "PGPASSWORD": at.password, "LC_ALL": "C"}
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(
            [str(PROGRAMS / name), *options, f"--dbname={at.dsn}"],
            env=environment,
            stderr=words,
            **pipe,
        ) as process,
    ):
        try:
            with process.stdin or process.stdout as stream:  # type: ignore[union-attr]
                yield stream
        except BaseException as error:
            # A program that reads no more says why it has ended.
            if not (isinstance(error, BrokenPipeError) and process.stdin):
                process.kill()
                raise
        if process.wait():
            words.seek(0)
            said = words.read().decode(errors="replace").strip().splitlines()
            raise BackupError(reason(said) or f"{name} failed with status {process.returncode}")


def output_of(name: str, *options: str) -> Generator[bytes, None, None]:
    """What a program writes, piece by piece. Raises `BackupError` at the end if it failed."""
    with program(name, *options, stdout=subprocess.PIPE) as stream:
        while piece := stream.read(AT_ONCE):
            yield piece


def reason(said: list[str]) -> str:
    """The first error that a program reported; or the last line."""
    errors = [line for line in said if "error:" in line.lower() or "fatal:" in line.lower()]
    return next(iter(errors), said[-1] if said else "")
