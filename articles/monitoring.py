"""The figures of the archive, of its database, and of this process's connections to it, for
monitors. What is counted as it happens is counted in the code where it happens."""

import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Lock
from typing import Final

from django.db import DatabaseError
from django.db.models import Max, Sum
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from newsroom import slots

from . import disks, readiness, replicas, task_queue
from .database import pool_statistics, read_connection, reading_from, reading_within
from .models import ArchiveVersion, FacetCount, ImportProblem, ImportRun, Post
from .search.index import INDEX

FRESH: Final = 15  # seconds for which the figures of the archive are kept
LATELY: Final = timedelta(days=1)
OUTCOMES: Final = ("created", "updated", "unchanged", "repaired", "refused", "skipped")

INTERVAL: Final = 1  # seconds between two looks at the pool
#: How psycopg_pool calls what it counts.
STATES: Final = {"open": "pool_size", "idle": "pool_available", "awaited": "requests_waiting"}
CONNECTIONS: Final = Gauge(
    "newsroom_pool_connections",
    "Connections to the database: open, idle, and awaited by requests.",
    ["state"],
    multiprocess_mode="livesum",
)
TIMEOUTS: Final = Counter(
    "newsroom_pool_timeouts", "Requests that got no connection to the database in time."
)


def exposition() -> bytes:
    """All metrics, those of all workers together, in the text format of Prometheus."""
    registry = REGISTRY
    if slots.folder:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, slots.folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry) + generate_latest(OF_ARCHIVE)


class Pool:
    """What is published of this process's pool of connections."""

    def __init__(self) -> None:
        self.due = 0.0
        self.timeouts = 0
        self.lock = Lock()

    def publish(self) -> None:
        """Called after each request. While requests wait, each call publishes that: otherwise their
        last number would stay in the figures."""
        if time.monotonic() < self.due or not self.lock.acquire(blocking=False):
            return
        try:
            found = pool_statistics()
            for state, name in STATES.items():
                CONNECTIONS.labels(state).set(found.get(name, 0))
            timeouts = found.get("requests_errors", 0)
            TIMEOUTS.inc(max(timeouts - self.timeouts, 0))
            self.timeouts = timeouts
            self.due = time.monotonic() + (0 if found.get("requests_waiting") else INTERVAL)
        finally:
            self.lock.release()


pool = Pool()


class ArchiveFigures(Collector):
    """The figures of the archive, asked for every 15 seconds at most."""

    def __init__(self) -> None:
        self.until = 0.0
        self.found: list[Metric] = []
        self.lock = Lock()

    def collect(self) -> list[Metric]:
        with self.lock:
            if time.monotonic() >= self.until:
                self.found = list(figures())
                self.until = time.monotonic() + FRESH
            return self.found


archive = ArchiveFigures()
OF_ARCHIVE: Final = CollectorRegistry()
OF_ARCHIVE.register(archive)


def figures() -> Iterator[Metric]:
    """What holds for the whole site, whichever process is asked. Without a database there are fewer
    figures."""
    free = disks.free()
    yield gauge("disk_free_bytes", "Free on the disk that has least, of those of our files.", free)
    ready = GaugeMetricFamily(
        "newsroom_ready", "Whether a part is as this release needs it.", labels=["part"]
    )
    parts = readiness.parts()
    for part, word in parts.items():
        ready.add_metric([part], word == readiness.OK)
    yield ready
    server = next((server for server in replicas.all_servers() if not server.is_away), None)
    if parts["database"] != "down" and server:
        try:
            with reading_from(server.alias), reading_within(readiness.PATIENCE):
                yield from of_database()
            yield from of_replicas()
        except DatabaseError:  # gone or slow since then: the next time says so
            return


def of_database() -> Iterator[Metric]:
    posts = sum(FacetCount.objects.months().values())
    yield gauge("posts", "Posts that readers see.", posts)
    if newest := Post.objects.published().aggregate(at=Max("published_at"))["at"]:
        yield gauge(
            "newest_post_timestamp_seconds",
            "When the newest post was published.",
            newest.timestamp(),
        )
    yield gauge(
        "import_problems_waiting",
        "Refused files that no editor has settled.",
        ImportProblem.objects.waiting().count(),
    )
    yield from of_imports()
    backed_up_at = ArchiveVersion.objects.values_list("backed_up_at", flat=True).first()
    yield gauge(
        "backup_timestamp_seconds",
        "When the newest backup was begun; 0 if there is none.",
        backed_up_at.timestamp() if backed_up_at else 0,
    )
    backlog = task_queue.backlog()
    yield gauge("tasks_waiting", "Tasks that wait for a worker.", backlog.length)
    yield gauge(
        "oldest_task_age_seconds",
        "How long the oldest of them has waited; 0 if none waits.",
        backlog.age.total_seconds(),
    )
    with read_connection().cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), pg_relation_size(to_regclass(%s))",
            [INDEX],
        )
        database, index = cursor.fetchone()
    yield gauge("database_size_bytes", "The database on its disk.", database)
    yield gauge("search_index_size_bytes", "The index of search on its disk.", index or 0)


def of_replicas() -> Iterator[Metric]:
    """How far each replica is, by its address, if there are any."""
    up = GaugeMetricFamily(
        "newsroom_replica_up", "Whether pages can be read from a replica.", labels=["replica"]
    )
    behind = GaugeMetricFamily(
        "newsroom_replica_versions_behind",
        "How many versions of the archive it is behind the newest server.",
        labels=["replica"],
    )
    numbers = replicas.versions()
    for server in replicas.replicas:
        up.add_metric([str(server)], server in numbers)
        if server in numbers:
            behind.add_metric([str(server)], max(numbers.values()) - numbers[server])
    if replicas.replicas:
        yield from (up, behind)


def of_imports() -> Iterator[Metric]:
    real = ImportRun.objects.filter(is_dry=False)
    lately = real.filter(started_at__gte=timezone.now() - LATELY)
    sums = lately.aggregate(**{f"{name}_files": Sum(name) for name in OUTCOMES})
    files = GaugeMetricFamily(
        "newsroom_import_files",
        "Files of the runs that began in the last 24 hours, by outcome.",
        labels=["outcome"],
    )
    for name in OUTCOMES:
        files.add_metric([name], sums[f"{name}_files"] or 0)
    yield files
    ended = real.filter(error="").aggregate(at=Max("finished_at"))["at"]
    if ended:
        yield gauge(
            "import_finished_timestamp_seconds",
            "When a run last came to its end.",
            ended.timestamp(),
        )


def gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"newsroom_{name}", help_text, value)
