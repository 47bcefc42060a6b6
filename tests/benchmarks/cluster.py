"""Measure a cluster of our own: `python -m tests.benchmarks.cluster`, as root (docs/scaling.md).

Pages a second against the number of replicas, and how long pages take and how far replicas are
behind during an import. All of it shares the processors of this machine, so the processor time of a
page says more than their number.
"""

import http.client
import os
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg

from tests.cluster.nodes import DATABASE, SITE, Cluster, Machine, enter, run

POSTS = 2000
IMPORTED = 5000  # ten versions
MOST_BEHIND = 2  # versions, in place of 20, which is more than this import makes
STOPPED, REPLAYING = 5, 0.2  # seconds, of a slow replica, in turn
SECONDS = 20
READERS = 6
PAGE = "/posts/?from=2000-01-01&n={n}"  # another each time, which is kept nowhere
IMPORT = f"""
from django.core.management import call_command
from articles import replicas
replicas.MOST_BEHIND = {MOST_BEHIND}
call_command("import_posts", {{files!r}}, quiet=True)
"""
TICKS = os.sysconf("SC_CLK_TCK")
NUMBER = "SELECT number FROM articles_edition"
numbers = count()


class Reader(threading.Thread):
    """Asks a web node for one page after the other. `seconds` has how long each took."""

    def __init__(self, web: Machine, pause: float = 0) -> None:
        super().__init__(daemon=True)
        self.web = web
        self.pause = pause
        self.seconds: list[float] = []
        self.stopping = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.stopping.wait(self.pause):
            begin = time.monotonic()
            client = http.client.HTTPConnection(self.web.address, 8000, timeout=60)
            client.request("GET", PAGE.format(n=next(numbers)), headers={"Host": SITE})
            answer = client.getresponse()
            answer.read()
            client.close()
            assert answer.status == 200, answer.status
            self.seconds.append(time.monotonic() - begin)


@contextmanager
def reading(cluster: Cluster, readers: int, pause: float = 0) -> Iterator[list[float]]:
    """While inside, pages are read. Yields a list that has the duration of each afterwards."""
    found: list[float] = []
    started = [Reader(cluster.webs[n % 2], pause) for n in range(readers)]
    try:
        yield found
    finally:
        for reader in started:
            reader.stopping.set()
        for reader in started:
            reader.join()
            found += reader.seconds


def processor_time(machine: Machine) -> float:
    """Seconds that what runs there has used."""
    found = 0
    for process in run("ip", "netns", "pids", machine.name).split():
        with suppress(OSError):  # it has ended
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            found += int(fields[11]) + int(fields[12])
    return found / TICKS


def urls(machines: list[Machine]) -> str:
    return ",".join(DATABASE.format(host=one.address, name="newsroom") for one in machines)


def with_replicas(cluster: Cluster, replicas: list[Machine]) -> None:
    cluster.environment["DATABASE_REPLICA_URLS"] = urls(replicas)
    for web in cluster.webs:
        cluster.upgrade(web, "web")


def measure_reading(cluster: Cluster) -> None:
    primary, replicas = cluster.primary, cluster.replicas
    print(
        "| replicas | pages a second | of web nodes (ms) | of the primary (ms) | of replicas (ms) |"
    )
    for number in range(3):
        with_replicas(cluster, replicas[:number])
        with reading(cluster, READERS):
            time.sleep(3)
        groups = (cluster.webs, [primary], replicas)
        before = [sum(map(processor_time, group)) for group in groups]
        with reading(cluster, READERS) as pages:
            time.sleep(SECONDS)
        after = [sum(map(processor_time, group)) for group in groups]
        used = [
            1000 * (late - early) / len(pages) for early, late in zip(before, after, strict=True)
        ]
        print(f"| {number} | {len(pages) / SECONDS:.1f} |", *(f"{one:.1f} |" for one in used))


def behind(cluster: Cluster, stopping: threading.Event, found: list[int]) -> None:
    """Look how many versions the replica that is furthest behind lacks, until it is stopped."""
    servers = [cluster.primary, *cluster.replicas]
    there = [psycopg.connect(urls([server]), autocommit=True) for server in servers]
    while not stopping.wait(0.1):
        first, *others = [one.execute(NUMBER).fetchone()[0] for one in there]
        found.append(max(first - other for other in others))


@contextmanager
def slowed(machine: Machine) -> Iterator[None]:
    """While inside, the replica replays now and then alone."""
    [startup] = [
        int(process)
        for process in run("ip", "netns", "pids", machine.name).split()
        if b"startup" in Path(f"/proc/{process}/cmdline").read_bytes()
    ]
    done = threading.Event()

    def stop_and_go() -> None:
        while not done.is_set():
            os.kill(startup, signal.SIGSTOP)
            done.wait(STOPPED)
            os.kill(startup, signal.SIGCONT)
            done.wait(REPLAYING)

    thread = threading.Thread(target=stop_and_go)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def measure_import(cluster: Cluster, folder: Path, what: str, **environment: str) -> None:
    files = folder / what.replace(" ", "-")
    seed = str(sum(what.encode()))
    cluster.manage("make_sample_posts", files, "--count", IMPORTED, "--seed", seed, "-v0")
    with reading(cluster, 2, 0.1) as before:
        time.sleep(SECONDS)
    lags: list[int] = []
    stopping = threading.Event()
    watch = threading.Thread(target=behind, args=(cluster, stopping, lags))
    watch.start()
    begin = time.monotonic()
    with reading(cluster, 2, 0.1) as during:
        cluster.manage("shell", "-v0", "-c", IMPORT.format(files=str(files)), **environment)
    took = time.monotonic() - begin
    stopping.set()
    watch.join()
    print(f"| {what} | {took:.0f} |", shown(before), shown(during), f"{max(lags)} |", flush=True)


def shown(seconds: list[float]) -> str:
    *_, late = statistics.quantiles(seconds, n=20)
    return f"{1000 * statistics.median(seconds):.0f} ({1000 * late:.0f}) |"


def main() -> None:
    folder = enter()
    cluster = Cluster(folder)
    cluster.environment["HTTPS"] = "off"  # web nodes are asked without nginx
    cluster.start()
    posts = folder / "posts"
    cluster.manage("make_sample_posts", posts, "--count", POSTS, "--seed", 1, "-v0")
    cluster.manage("import_posts", posts, "--quiet")
    measure_reading(cluster)
    print("| import | took (s) | page before (ms) | page during it (ms) | versions behind |")
    measure_import(cluster, folder, "replicas keep up")
    with slowed(cluster.replicas[0]):
        measure_import(cluster, folder, "a slow replica")
        measure_import(cluster, folder, "a slow one not waited for", DATABASE_REPLICA_URLS="")


if __name__ == "__main__":
    main()
