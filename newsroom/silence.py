"""Connections that notice when their server no longer answers.

A machine that hangs still acknowledges what it is sent, so TCP finds nothing wrong, and limits that
the server would have to keep are of no use.
"""

import socket
import struct
from collections.abc import Generator
from time import monotonic
from typing import Any, Final

import psycopg

PATIENCE: Final = 0.5  # seconds of silence until a server is asked whether it is there
ANSWER: Final = 1  # seconds that it has to say so
#: SSLRequest of PostgreSQL's protocol: any server answers it at once, before anybody logs in.
REQUEST: Final = struct.pack("!II", 8, 80877103)


class SilenceError(psycopg.OperationalError):
    """Raised instead of waiting for a server that does not answer."""


class Connection(psycopg.Connection[Any]):
    """Raises `SilenceError` while it waits for a server that does not answer others either: after a
    second and a half, or, in a query that takes longer, once it is silent as long again. A long
    query is waited for as long as it takes."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        return super().wait(self.watched(gen), interval, timeout)

    def watched(self, steps: Any) -> Generator[Any, Any, Any]:
        """The steps of psycopg's own waiting: `ready` is 0 when there was nothing to read."""
        heard, patience = monotonic(), PATIENCE
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if ready:
                    heard = monotonic()
                elif monotonic() - heard > patience:
                    if not answers(self.info):
                        self.pgconn.finish()
                        raise SilenceError("The server does not answer.")
                    patience *= 2
                wanted = steps.send(ready)
        except StopIteration as end:
            return end.value


def answers(server: psycopg.ConnectionInfo) -> bool:
    """Whether the server of a connection answers another one."""
    host = server.hostaddr or server.host
    is_local = host.startswith("/")
    address = f"{host}/.s.PGSQL.{server.port}" if is_local else (host, server.port)
    family = socket.AF_UNIX if is_local else socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as there:
            there.settimeout(ANSWER)
            there.connect(address)
            there.sendall(REQUEST)
            return bool(there.recv(1))
    except OSError:
        return False
