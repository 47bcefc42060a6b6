"""A cluster on this machine: each of its machines is a network namespace at a switch, and runs what
docs/scaling.md has it run, with the files of deploy/cluster.

All of it lives in namespaces of its own, of processes, networks and mounts (`enter`). When the
first process in there ends, however it does, the others do.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NoReturn

import psycopg

ROOT: Final = Path(__file__).resolve().parents[2]
FILES: Final = ROOT / "deploy" / "cluster"
SITE: Final = "news.example.com"
PASSWORD: Final = "a password for this check"
DATABASE: Final = "postgres://newsroom:change-me@{host}/{name}"
SWITCH: Final = "10.0.0.254"  # where the check itself is
FRONT: Final = "10.0.0.31"
FOLDER: Final = "NEWSROOM_CLUSTER_FOLDER"
PATIENCE: Final = 120  # seconds for what takes a moment
LONGEST: Final = 600  # seconds for a command
PATRONI: Final = Path("/opt/patroni/bin/patroni")
#: What the project needs, and the package of Debian that has it.
PROGRAMS: Final = {
    "ip": "iproute2",
    "setpriv": "util-linux",
    "sysctl": "procps",
    "openssl": "openssl",
    "etcd": "etcd-server",
    "haproxy": "haproxy",
    "redis-server": "redis-server",
    "nginx": "nginx",
}
#: In the place of /etc/nginx/nginx.conf. Another account may not read files of /root/newsroom.
NGINX: Final = """
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    {site}
}}
"""


class ClusterError(Exception):
    """What did not come out as it should."""


#: What is raised while there is no primary.
AWAY: Final = (psycopg.Error, ClusterError)


def enter(*, keep: bool = False) -> Path:
    """Go on in new namespaces. Returns a folder, which is removed after a run that succeeds, unless
    `keep`. Exits if that is impossible here."""
    if os.getpid() == 1:
        if child := os.fork():
            collect(child)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return Path(os.environ[FOLDER])
    if why := missing():
        sys.exit(f"cluster: {why}")
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    command += ["nice", "-n", "5", sys.executable, "-u", "-m", *module_and_arguments()]
    folder = Path(tempfile.mkdtemp(prefix="newsroom-cluster-", dir="/var/tmp"))
    folder.chmod(0o755)
    env = os.environ | {FOLDER: str(folder)}
    child = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.killpg(child.pid, signal.SIGTERM))
    print(f"To look into its network: nsenter --target {child.pid} --net")
    status = child.wait()
    if status or keep:
        print(f"What it wrote is in {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(status)


def collect(child: int) -> NoReturn:
    """Be the first process: collect all that end, and end with `child`. Without it Patroni would
    wait for a PostgreSQL that has ended."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        ended, status = os.wait()
        if ended == child:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def module_and_arguments() -> list[str]:
    module = sys.modules["__main__"].__spec__.name
    return [module, *sys.argv[1:]]


def missing() -> str:
    """What is needed and is not here; empty if nothing."""
    if os.geteuid():
        return "only root can make network namespaces."
    for program, package in PROGRAMS.items():
        if not shutil.which(program):
            return f"{program} is missing: apt-get install {package}"
    if not programs_of_postgresql():
        return "PostgreSQL is missing: apt-get install postgresql"
    if not PATRONI.exists():
        return f"{PATRONI} is missing: docs/scaling.md says how to install it"
    return ""


def programs_of_postgresql() -> list[Path]:
    """The folders with Debian's PostgreSQL, the newest last."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def run(*command: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """What a command prints. Raises `ClusterError` if it fails, or takes longer than `LONGEST`."""
    words = [*map(str, command)]
    try:
        done = subprocess.run(
            words, cwd=cwd, env=env, capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired as error:
        raise ClusterError(str(error)) from error
    if done.returncode:
        raise ClusterError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def wait_for(what: str, condition: Callable[[], object], seconds: float = PATIENCE) -> float:
    """Returns how long it took, in seconds. Raises `ClusterError`."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            raise ClusterError(f"this did not come: {what}")
        time.sleep(0.2)
    return time.monotonic() - begin


def listens(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True


def release_before(folder: Path) -> Path:
    """The code as it was before the newest migration was added, put into `folder`; `ROOT` if this
    is no repository, or one without history."""
    newest = max((ROOT / "articles" / "migrations").glob("0*.py"))
    try:
        added = run("git", "log", "-1", "--diff-filter=A", "--format=%H", "--", newest).strip()
        run("git", "archive", f"--output={folder}.tar", f"{added}^")
    except (ClusterError, FileNotFoundError):
        return ROOT
    folder.mkdir()
    run("tar", "--extract", f"--file={folder}.tar", f"--directory={folder}")
    return folder


def settings(text: str) -> dict[str, str]:
    """The variables that a file sets."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


class Machine:
    """A network namespace with what runs in it: `programs` are commands with the accounts that they
    run as."""

    def __init__(self, folder: Path, name: str, address: str) -> None:
        self.folder = folder / name
        self.name = name
        self.address = address
        self.release = ROOT  # the folder with the code that runs here
        self.programs: dict[str, tuple[str, list[str], Mapping[str, str]]] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.folder.mkdir(mode=0o755)
        run("ip", "netns", "add", name)
        run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", name, "master", "switch", "up")
        for command in (
            f"addr add {address}/24 dev eth0",
            "link set eth0 up",
            "link set lo up",
        ):
            run("ip", "-n", name, *command.split())

    def file(self, name: str, changes: Mapping[str, str]) -> Path:
        """A file of deploy/cluster, as this machine has it."""
        text = (FILES / name).read_text()
        for former, new in changes.items():
            text = text.replace(former, new)
        made = self.folder / name
        made.write_text(text)
        return made

    def has(
        self,
        program: str,
        *command: object,
        account: str = "root",
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.programs[program] = (account, [*map(str, command)], env or {})

    def inside(self, *command: object) -> list[str]:
        return ["ip", "netns", "exec", self.name, *map(str, command)]

    def start(self, *programs: str) -> None:
        """Start these, or all."""
        for program in programs or self.programs:
            account, command, env = self.programs[program]
            become = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups"]
            with (self.folder / f"{program}.log").open("ab") as log:
                self.running[program] = subprocess.Popen(
                    self.inside(*become, *command),
                    # Another account may not enter the folder of the code: /root/newsroom.
                    cwd=self.release if account == "root" else self.folder,
                    env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    def kill(self, program: str = "") -> None:
        """End this program, or all that runs here, as if the power had failed."""
        if program:
            self.running[program].kill()
        else:
            self.send(signal.SIGKILL)
        for started in [self.running[program]] if program else self.running.values():
            started.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to all that runs here."""
        for process in run("ip", "netns", "pids", self.name).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process), number)

    def freeze(self) -> None:
        """Let all that runs here stand still, as on a machine that hangs."""
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)

    def upgrade(self, program: str) -> None:
        """End a program as systemd does, and start it again with the code of this release."""
        self.running[program].terminate()
        wait_for(f"the end of {program}", lambda: self.running[program].poll() is not None)
        self.release = ROOT
        self.start(program)

    def cut_off(self) -> None:
        """Pull the plug of its network."""
        run("ip", "link", "set", self.name, "down")

    def plug_in(self) -> None:
        run("ip", "link", "set", self.name, "up")


class Cluster:
    """All machines, and what an operator would ask of them."""

    def __init__(self, folder: Path, release: Path = ROOT) -> None:
        """`release` is the code that runs first."""
        self.folder = folder
        self.release = release
        Path("/run/netns").mkdir(exist_ok=True)
        run("mount", "-t", "tmpfs", "none", "/run/netns")  # as others see it, it stays as it was
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "switch", "type", "bridge")
        run("ip", "addr", "add", f"{SWITCH}/24", "dev", "switch")
        run("ip", "link", "set", "switch", "up")
        self.environment = self.read_environment()
        self.databases = [self.database(number) for number in (1, 2, 3)]
        self.cache = Machine(folder, "cache", "10.0.0.4")
        self.cache.has("redis", "redis-server", self.cache.file("redis.conf", {}))
        self.webs = [self.web(number) for number in (1, 2)]
        self.worker = Machine(folder, "worker", "10.0.0.21")
        self.worker.release = release
        self.with_haproxy(self.worker)
        self.worker.has("worker", sys.executable, "manage.py", "worker", env=self.environment)
        self.front = self.nginx()

    def read_environment(self) -> dict[str, str]:
        """deploy/cluster/environment, with a key of its own."""
        found = settings((FILES / "environment").read_text())
        uploads = self.folder / "uploads"
        uploads.mkdir()
        return found | {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "UPLOAD_DIR": str(uploads),
            "WEB_CONCURRENCY": "2",
            "LOG_LEVEL": "INFO",
        }

    def database(self, number: int) -> Machine:
        """One of three with PostgreSQL."""
        machine = Machine(self.folder, f"pg{number}", f"10.0.0.{number}")
        etcd = machine.file("etcd", {"/var/lib/etcd": str(machine.folder)}).read_text()
        text = etcd + (FILES / "patroni_env.conf").read_text()
        own = settings(text.replace("10.0.0.1", machine.address).replace("pg1", machine.name))
        of_all = "ETCD_INITIAL_CLUSTER"
        env = own | {of_all: settings(text)[of_all]}
        machine.has("etcd", "etcd", env=env)
        (machine.folder / "data").mkdir()
        shutil.chown(machine.folder / "data", "postgres", "postgres")
        patroni = machine.file(
            "patroni.yml",
            {
                "/var/lib/postgresql": f"{machine.folder}/data",
                "/run/postgresql": f"{machine.folder}/data",
                "/usr/lib/postgresql/15/bin": str(programs_of_postgresql()[-1]),
            },
        )
        machine.has("patroni", PATRONI, patroni, account="postgres", env=env)
        return machine

    def with_haproxy(self, machine: Machine) -> None:
        machine.has("haproxy", "haproxy", "-db", "-f", machine.file("haproxy.cfg", {}))

    def web(self, number: int) -> Machine:
        machine = Machine(self.folder, f"web{number}", f"10.0.0.{10 + number}")
        machine.release = self.release
        self.with_haproxy(machine)
        machine.has("web", sys.executable, "-m", "newsroom.web", env=self.environment)
        return machine

    def nginx(self) -> Machine:
        """deploy/nginx.conf, with the upstream of deploy/cluster."""
        machine = Machine(self.folder, "front", FRONT)
        site = (ROOT / "deploy" / "nginx.conf").read_text()
        head, rest = site.split("upstream newsroom {")
        _, rest = rest.split("}\n", 1)
        site = head + (FILES / "upstream.conf").read_text() + rest
        for former, new in {
            "/etc/newsroom/tls": str(machine.folder),
            "/var/cache/newsroom": f"{machine.folder}/pages",
            "/var/log/nginx": str(machine.folder),
            "/srv/newsroom": str(ROOT),
        }.items():
            site = site.replace(former, new)
        configuration = machine.folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=machine.folder, site=site))
        run(
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={SITE}"),
            *("-keyout", machine.folder / "privkey.pem"),
            *("-out", machine.folder / "fullchain.pem"),
        )
        run(*machine.inside("sysctl", "--quiet", "--load", FILES / "sysctl.conf"))
        machine.has("nginx", "nginx", "-c", configuration, "-g", "daemon off;")
        return machine

    def start(self) -> None:
        """Start all of it, with an empty archive and a user `admin`."""
        for machine in self.databases:
            machine.start("etcd")
        for machine in self.databases:
            machine.start("patroni")
        wait_for("a primary", lambda: self.having("primary"))
        with self.ask_as_superuser() as connection:
            connection.execute("CREATE ROLE newsroom LOGIN PASSWORD 'change-me'")
            connection.execute("CREATE DATABASE newsroom OWNER newsroom")
        wait_for("replicas", lambda: len(self.replicas) == 2)
        self.cache.start()
        self.worker.start("haproxy")
        self.manage("collectstatic", "--noinput", "-v0")
        self.manage("migrate", "-v0")
        self.environment["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
        self.manage("createsuperuser", "--noinput", "--username=admin", "--email=a@example.com")
        self.worker.start("worker")
        for machine in (*self.webs, self.front):
            machine.start()
        for web in self.webs:
            wait_for(web.name, lambda: listens(web.address, 8000))  # noqa: B023

    def upgrade(self, machine: Machine, program: str) -> None:
        """Go on with the code of this release on a web node or worker."""
        machine.upgrade(program)
        if program == "web":
            wait_for(machine.name, lambda: listens(machine.address, 8000))

    def manage(self, *command: object, **environment: str) -> str:
        """Run manage.py on the worker."""
        return run(
            *self.worker.inside(sys.executable, "manage.py", *command),
            cwd=self.worker.release,
            env=self.environment | environment,
        )

    def state(self, machine: Machine) -> str:
        """What Patroni says that it is: primary, replica, or nothing."""
        for role in ("primary", "replica"):
            try:
                with urllib.request.urlopen(f"http://{machine.address}:8008/{role}", timeout=2):
                    return role
            except OSError:
                continue
        return ""

    def having(self, role: str) -> list[Machine]:
        return [one for one in self.databases if self.state(one) == role]

    @property
    def primary(self) -> Machine:
        """Raises `ClusterError` if there is none just now."""
        for one in self.having("primary"):
            return one
        raise ClusterError("there is no primary")

    @property
    def replicas(self) -> list[Machine]:
        return self.having("replica")

    def ask_as_superuser(self) -> psycopg.Connection:
        host = self.primary.address
        return psycopg.connect(
            f"postgres://postgres:change-me@{host}/postgres", autocommit=True, connect_timeout=5
        )

    def ask(self, sql: str, *arguments: object, name: str = "newsroom") -> list[tuple]:
        """The rows that the primary has."""
        with psycopg.connect(
            DATABASE.format(host=self.primary.address, name=name), connect_timeout=5
        ) as connection:
            return connection.execute(sql, arguments).fetchall()

    def ask_if_there(self, sql: str, *arguments: object) -> list[tuple]:
        """As `ask`; nothing while there is no primary."""
        try:
            return self.ask(sql, *arguments)
        except AWAY:
            return []

    def is_whole(self) -> bool:
        """Whether two replicas follow the primary, one of them synchronously."""
        try:
            with self.ask_as_superuser() as connection:
                found = connection.execute(
                    "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
                ).fetchall()
        except AWAY:
            return False
        return sorted(found) == [("async",), ("sync",)]
