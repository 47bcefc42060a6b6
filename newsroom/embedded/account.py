"""The account that PostgreSQL runs as.

Usually that is our own. PostgreSQL refuses to run as root: if we are root, it runs as the owner of
the cluster, which for a new cluster is `nobody`, the one account that every system has.

That account must reach the programs and the cluster, which a folder such as /root (mode 0700)
prevents. We do not change the permissions of folders that are not ours. On Linux the server gets
one capability instead, to enter and read what permissions forbid. If root itself lacks that one
(as in Docker), or if only root may execute the programs (umask 077), the server gets the one that
overrides permissions. PostgreSQL calls access(2), which ignores capabilities unless
`no_setuid_fixup` is set (capabilities(7)). On other systems an error says what helps.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsroom.embedded.programs import PROGRAMS


class AccountError(Exception):
    """PostgreSQL cannot run as any account that we may use."""


@dataclass(frozen=True)
class Account:
    """A user and group, and the `capability` that it keeps, by its name in capabilities(7)."""

    uid: int
    gid: int
    capability: str | None = None

    def run(
        self, command: list[str], *, cwd: Path, output: int, pass_fds: tuple[int, ...] = ()
    ) -> int:
        """Run a command to its end, with both its outputs sent to `output`. Return its status."""
        switch: dict[str, Any] = {}
        if self.capability:
            kept = f"-all,+{self.capability}"
            command = [
                "setpriv",
                f"--reuid={self.uid}",
                f"--regid={self.gid}",
                "--clear-groups",
                f"--inh-caps={kept}",
                f"--ambient-caps={kept}",
                f"--bounding-set={kept}",
                "--securebits=+no_setuid_fixup,+noroot",
                *command,
            ]
        elif self.uid != os.geteuid():
            switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        return subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**environment, "LC_ALL": "C"},
            pass_fds=pass_fds,
            **switch,
        ).returncode

    def reaches(self, folder: Path) -> bool:
        """Whether it may enter the folder and execute the programs."""
        script = 'cd "$0" && test -r "$1" && test -x "$1"'
        command = ["/bin/sh", "-c", script, str(folder), str(PROGRAMS / "postgres")]
        return self.run(command, cwd=Path("/"), output=subprocess.DEVNULL) == 0


def server_account(folder: Path) -> Account:
    """The account for the server of `folder`. Raises `AccountError`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for account in _accounts_for_root(folder):
        if account.reaches(folder):
            return account
    raise AccountError(
        f"PostgreSQL does not run as root, and no other account may enter {folder} and execute "
        f"{PROGRAMS / 'postgres'}. Run this as an ordinary user, or move the project to a folder "
        "that everyone may enter."
    )


def _accounts_for_root(folder: Path) -> Iterator[Account]:
    try:
        owner = (folder / "data").stat()
        uid, gid = owner.st_uid, owner.st_gid
    except FileNotFoundError:
        uid = 0
    if uid == 0:
        nobody = pwd.getpwnam("nobody")
        uid, gid = nobody.pw_uid, nobody.pw_gid
    yield Account(uid, gid)
    if shutil.which("setpriv"):
        yield Account(uid, gid, "dac_read_search")
        yield Account(uid, gid, "dac_override")
