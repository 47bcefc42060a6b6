"""Makes a PostgreSQL cluster in the `data/` of a folder, and starts the server on it."""

import os
import pwd
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import psutil

from newsroom.embedded import locks
from newsroom.embedded.account import Account, server_account
from newsroom.embedded.programs import MAJOR_VERSION, PROGRAMS

PORT = 5432  # used in the name of the socket alone: the server listens on no network
SOCKET = f".s.PGSQL.{PORT}"

#: Written to data/postgresql.conf when the cluster is made. Edit them there.
SETTINGS = {
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",  # building the search index
    "max_wal_size": "4GB",  # so that a long import does not stop for checkpoints
    "wal_compression": "on",
    "random_page_cost": "1.1",  # an SSD
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",  # nothing rotates the log while the server runs
}
#: Given at each start, since clients rely on them: no network, and a socket in data/. Its path is
#: relative, so that it is never too long for the server.
START_OPTIONS = f"-c listen_addresses= -c unix_socket_directories=. -c port={PORT}"
if sys.platform == "linux":
    # POSIX shared memory, which initdb prefers, needs /dev/shm. That may be closed or full, or
    # become so; System V's has no such place. Elsewhere initdb knows best.
    SETTINGS["dynamic_shared_memory_type"] = "sysv"
    START_OPTIONS += " -c dynamic_shared_memory_type=sysv"  # a cluster may be older

LOG_LIMIT = 10 * 1024 * 1024  # bytes: a longer log is renamed at the next start
LOG_TAIL = 20  # lines
#: What ends a program of PostgreSQL, in its log. To clients the server says only that it is not up.
CAUSE = re.compile(
    r"(?:(?:FATAL|PANIC|error): {1,2}(?! |the database system is)|^initdb: (?=could not))(.+)",
    re.MULTILINE,
)
TAKE_OVER_TIMEOUT = 60  # seconds
START_TIMEOUT = 600  # seconds; after a power cut PostgreSQL first replays its log


class ClusterError(Exception):
    """The server cannot run on this folder. The message says why, and what helps."""


def start(folder: Path) -> int:
    """Start the server, or take over the one that runs, and return its PID once it is ready.

    Raises `ClusterError`, `AccountError` and `OSError`.
    """
    account = server_account(folder)
    data = folder / "data"
    if not data.exists() or not any(data.iterdir()):
        _create(folder, account)
    _check(data)
    _own(data, account)
    deadline = time.monotonic() + TAKE_OVER_TIMEOUT
    while (server_lock := locks.try_acquire(folder / "server.lock")) is None:
        # A server is starting, running or stopping, and its supervisor was killed.
        if (pid := _ready_pid(data)) is not None:
            return pid
        if time.monotonic() > deadline:
            raise ClusterError(
                explained(f"A server in {data} neither answers nor ends", folder / "server.log")
            )
        time.sleep(0.1)
    try:
        _remove_stale_pid_files(data)
        _rotate(folder / "server.log")
        _run(
            account,
            folder,
            "pg_ctl",
            *("start", "--wait", f"--timeout={START_TIMEOUT}"),
            *("-D", "data", "-o", START_OPTIONS),
            pass_fds=(server_lock,),
        )
    finally:
        os.close(server_lock)  # now only the server holds it
    if (pid := _ready_pid(data)) is None:
        raise ClusterError(
            explained("The server ended as soon as it had started", folder / "server.log")
        )
    return pid


def _create(folder: Path, account: Account) -> None:
    """Make data/ completely or not at all: under another name first, then by one rename."""
    try:
        pwd.getpwuid(account.uid)
    except KeyError as error:
        raise ClusterError(
            "PostgreSQL makes no cluster for an account without an entry in /etc/passwd, as user "
            f"ID {account.uid}. Add one, load nss_wrapper, or set DATABASE_URL to use a server of "
            "your own."
        ) from error
    for leftover in folder.glob("data.new.*"):
        shutil.rmtree(leftover)
    new = Path(tempfile.mkdtemp(prefix="data.new.", dir=folder))
    os.chown(new, account.uid, account.gid)
    _run(
        account,
        folder,
        "initdb",
        *("-D", new.name, "--username=postgres", "--auth=trust", "--no-instructions"),
        # So that letters have the same order and case on every machine.
        *("--encoding=UTF8", "--locale=C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *(f"--set={name}={value}" for name, value in SETTINGS.items()),
    )
    new.rename(folder / "data")
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # or a power cut could undo the rename
    finally:
        os.close(descriptor)


def _check(data: Path) -> None:
    """Raises `ClusterError` unless data/ is a complete cluster of this version."""
    if not (data / "PG_VERSION").is_file() or not (data / "global" / "pg_control").is_file():
        raise ClusterError(
            f"{data} is not empty, and is not a PostgreSQL data directory (it lacks PG_VERSION or "
            "global/pg_control). Nothing in it was touched. Move it away, or restore it whole."
        )
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(MAJOR_VERSION):
        raise ClusterError(
            f"{data} was made by PostgreSQL {version}; the embedded one is {MAJOR_VERSION} and "
            f"cannot read it. Nothing in it was touched. Dump it with the pg_dump of PostgreSQL "
            f"{version} on a server of that version, move the folder away, and restore the dump "
            "with `python -m newsroom.embedded pg_restore`."
        )


def _own(data: Path, account: Account) -> None:
    """Give the account of the server what root has restored, such as a base backup."""
    if data.stat().st_uid != account.uid and os.geteuid() == 0:
        for path in [data, *data.rglob("*")]:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _ready_pid(data: Path) -> int | None:
    """The PID of the server if postmaster.pid says that it accepts connections, else None.

    Lines 1 and 8 are the PID and the status (PostgreSQL's src/include/utils/pidfile.h).
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    return int(lines[0]) if len(lines) >= 8 and lines[7].strip() == "ready" else None


def _remove_stale_pid_files(data: Path) -> None:
    """Remove the PID files of a server that was killed.

    PostgreSQL does so itself, unless they are empty, or another process of the same user has the
    PID now, which it then takes for the server. We hold server.lock, so no server that we started
    is running. One that was started by hand runs in data/: PostgreSQL will report it.
    """
    for path in (data / "postmaster.pid", data / f"{SOCKET}.lock"):
        try:
            pid = int(path.read_text().split("\n", 1)[0])
            if Path(psutil.Process(pid).cwd()) == data:
                continue
        except FileNotFoundError:
            continue
        except (ValueError, psutil.Error):
            pass  # no PID, no such process, or one of another user: stale
        path.unlink()


def _run(
    account: Account, folder: Path, program: str, *arguments: str, pass_fds: tuple[int, ...] = ()
) -> None:
    """Run a program of PostgreSQL with its output in server.log. Raises `ClusterError`."""
    log = folder / "server.log"
    with log.open("ab") as output:
        said_from = output.tell()
        status = account.run(
            [str(PROGRAMS / program), *arguments],
            cwd=folder,
            output=output.fileno(),
            pass_fds=pass_fds,
        )
    if status:
        raise ClusterError(explained(f"{program} failed", log, said_from))


def explained(what: str, log: Path, offset: int = 0) -> str:
    """What happened and the cause of it that the log names last, in one line; then the log's last
    lines."""
    with log.open("rb") as lines:
        lines.seek(offset)
        tail = b"".join(lines.readlines()[-LOG_TAIL:]).decode(errors="replace")
    causes = CAUSE.findall(tail)
    return f"{': '.join([what, *causes[-1:]])} ({log})\n{tail}"


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name("server.log.1"))
