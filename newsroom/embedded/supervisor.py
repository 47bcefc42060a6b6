"""The process that starts the server and stops it when the last client has ended.

    python -m newsroom.embedded.supervisor FOLDER STARTING SUPERVISOR

`newsroom.embedded.server` runs it. STARTING and SUPERVISOR are inherited descriptors, which hold
starting.lock and supervisor.lock. Once the server is ready, it leaves the rest to a child and exits
with 0. If the server cannot start, it exits with 1 and the reason on standard output.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from newsroom.embedded import cluster, locks
from newsroom.embedded.account import AccountError


def main(folder: Path, starting: int, supervisor: int) -> int:
    """Start the server. Returns twice, as fork() does: the exit status of parent and child."""
    try:
        postmaster = cluster.start(folder)
    except (cluster.ClusterError, AccountError, OSError) as error:
        sys.stdout.write(str(error))
        return 1
    if os.fork() == 0:
        _send_output_to(folder / "server.log")
        locks.release(starting)
        os.close(starting)
        _supervise(folder, postmaster)
        locks.release(supervisor)  # before clients.lock, which we may hold until this process ends
    return 0


def _send_output_to(log: Path) -> None:
    sys.stdout.flush()
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(descriptor, sys.stdout.fileno())
    os.dup2(descriptor, sys.stderr.fileno())
    os.close(descriptor)


def _supervise(folder: Path, postmaster: int) -> None:
    """Stop the server after the last client has ended, and wait until it has ended itself."""

    def stop(*_: object) -> None:
        os.kill(postmaster, signal.SIGINT)  # a "fast" shutdown: PostgreSQL manual, 18.5

    def stop_after_last_client() -> None:
        locks.acquire(folder / "clients.lock")
        stop()  # and keep the lock: new clients wait until the server has ended

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=stop_after_last_client, daemon=True).start()
    os.close(locks.acquire(folder / "server.lock"))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
