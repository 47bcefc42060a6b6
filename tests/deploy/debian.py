"""A bare Debian that boots in a container, with systemd as its first process.

mmdebstrap makes the root, and systemd-nspawn boots it. It shares the network of this machine: it
gets packages as this machine does, and has the same ports.
"""

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PORTS = (80, 443, 5432, 8000)
PATIENCE = 120  # seconds for what takes a moment
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
GROUP = "newsroom-deploy-check"


class CheckError(Exception):
    """What did not come out as it should."""


def missing() -> str:
    """What is needed and is not here; empty if nothing."""
    if os.geteuid():
        return "only root can boot a container."
    for program, package in ("mmdebstrap", "mmdebstrap"), ("systemd-nspawn", "systemd-container"):
        if not shutil.which(program):
            return f"{program} is missing: apt-get install {package}"
    for port in PORTS:
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                return f"something listens at port {port} already."
    return ""


def make_root(root: Path, suite: str) -> None:
    """A Debian with nothing but what boots it."""
    packages = "--include=systemd-sysv,dbus"
    subprocess.run(["mmdebstrap", "--variant=minbase", packages, suite, root], check=True)


@contextlib.contextmanager
def booted(root: Path, environment: dict[str, str]) -> Iterator["Machine"]:
    """The root as a running system, whose commands have `environment`."""
    options = ["--quiet", "--boot", f"--directory={root}", "--console=pipe"]
    # Where systemd is not the init of this machine, nobody gives the container a control group.
    groups = [] if Path("/run/systemd/system").exists() else own_groups()
    if groups:
        options += ["--register=no", "--keep-unit"]
    enter = "".join(f"echo $$ >{group}/cgroup.procs; " for group in groups)
    nspawn = subprocess.Popen(
        ["sh", "-euc", f'{enter}exec "$@"', "sh", "systemd-nspawn", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        start_new_session=True,
    )
    try:
        yield Machine(nspawn.pid, environment)
    finally:
        nspawn.send_signal(signal.SIGTERM)  # shuts the system down
        with contextlib.suppress(subprocess.TimeoutExpired):
            nspawn.wait(PATIENCE)
        nspawn.kill()
        nspawn.wait()
        for group in groups:
            for inner in sorted(group.glob("**/"), reverse=True):
                inner.rmdir()


def own_groups() -> list[Path]:
    """New control groups for the container alone, in each hierarchy that systemd uses."""
    mounted = Path("/sys/fs/cgroup")
    parents = [mounted / "systemd", mounted / "unified"]
    if (mounted / "cgroup.procs").exists():  # version 2 alone
        parents = [mounted]
    groups = [parent / GROUP for parent in parents if parent.is_dir()]
    for group in groups:
        group.mkdir(exist_ok=True)
    return groups


class Machine:
    """A booted container, entered by way of its first process."""

    def __init__(self, nspawn: int, environment: dict[str, str]) -> None:
        children = Path(f"/proc/{nspawn}/task/{nspawn}/children")
        wait_for("a first process", children.read_text)
        self.init = children.read_text().split()[0]
        self.environment = {"PATH": PATH, "HOME": "/root", "TERM": "dumb", **environment}
        state = "systemctl is-system-running 2>/dev/null"
        wait_for("systemd", lambda: self.answer(state) == "running\n")

    def command(self, script: str) -> list[str]:
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        enter = ["nsenter", f"--target={self.init}", "--all"]
        return [*enter, "env", "--ignore-environment", *settings, "bash", "-euc", script]

    def answer(self, script: str) -> str:
        """What a script prints. Its status is not looked at."""
        command = self.command(script)
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout

    def run(self, script: str, password: str = "") -> None:
        """Run a script on a terminal, with the password where one is asked for. Raises `CheckError`
        if it fails."""
        print("".join(f"# {line}\n" for line in script.splitlines()), end="", flush=True)
        child, terminal = pty.fork()
        if not child:
            os.execvp("nsenter", self.command(f"cd /\n{script}"))  # noqa: S606, with its terminal
        asked = b""
        with contextlib.suppress(OSError):  # the terminal is gone when the script has ended
            while select.select([terminal], [], []) and (read := os.read(terminal, 2**16)):
                sys.stdout.buffer.write(read)
                sys.stdout.flush()
                asked = (asked + read)[-100:]
                if re.search(rb"Password[^\n]*: $", asked):
                    os.write(terminal, f"{password}\n".encode())
                    asked = b""
        os.close(terminal)
        if status := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            raise CheckError(f"this ended with status {status}:\n{script}")


def wait_for(what: str, condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise CheckError(f"this did not come: {what}")
        time.sleep(0.2)
