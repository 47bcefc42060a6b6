"""What a client does: it holds a lease on the server, and makes sure that the server runs."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from newsroom.embedded import locks
from newsroom.embedded.cluster import SOCKET
from newsroom.environment import PROJECT

SOCKET_PATH_LIMIT = 103  # bytes, on macOS; Linux has 107 (sun_path in sys/un.h)

_leases: dict[Path, int] = {}


def ensure_running(folder: Path) -> None:
    """Make sure that the server of this folder runs, for as long as this process lives.

    That takes some microseconds if it runs already. Raises `psycopg.OperationalError`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lease(folder)
        _ensure_supervised(folder)
        _ensure_reachable(folder)
    except OSError as error:
        raise psycopg.OperationalError(f"No embedded PostgreSQL in {folder}: {error}") from error


def lease(folder: Path) -> int:
    """The descriptor with which this process holds clients.lock. It is never closed."""
    if folder not in _leases:
        descriptor = locks.acquire(folder / "clients.lock", locks.SHARED)
        if _leases.setdefault(folder, descriptor) != descriptor:
            os.close(descriptor)  # another thread was first
    return _leases[folder]


def socket_folder(folder: Path) -> Path:
    """The folder to connect to: data/, or a link to it if its path is too long for a socket."""
    data = folder / "data"
    if len(os.fsencode(data / SOCKET)) <= SOCKET_PATH_LIMIT:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"newsroom-{os.geteuid()}-{name}"


def _ensure_supervised(folder: Path) -> None:
    starting = locks.acquire(folder / "starting.lock")
    try:
        supervisor = locks.try_acquire(folder / "supervisor.lock")
        if supervisor is None:
            locks.release(starting)
            return
        # Once it runs, the supervisor has both locks, even if this process is killed.
        try:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "newsroom.embedded.supervisor"),
                    *(str(folder), str(starting), str(supervisor)),
                ],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                pass_fds=(starting, supervisor),
                start_new_session=True,  # Ctrl-C at the terminal must not reach the server
            )
        finally:
            os.close(supervisor)
        reason, _ = process.communicate()
    finally:
        os.close(starting)
    if process.returncode:
        raise psycopg.OperationalError(reason or f"The supervisor failed; see {folder}/server.log")


def _ensure_reachable(folder: Path) -> None:
    """Make the link that `socket_folder` names. The temporary folder is shared: a link of somebody
    else is an error."""
    data, link = folder / "data", socket_folder(folder)
    if link == data:
        return
    try:
        link.symlink_to(data)
    except FileExistsError:
        if link.lstat().st_uid != os.geteuid() or link.readlink() != data:
            raise
