"""Whether the parts that pages need are as this release needs them."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import DatabaseError

from . import disks, releases, replicas
from .database import (
    all_are_applied,
    close_connections,
    read_connection,
    reading_from,
    reading_within,
)
from .database import migrations as stored_migrations
from .models import ArchiveVersion, Post, SearchEntry
from .outages import CANCELLED, NO_TABLE, sqlstate
from .search.index import has_index, has_table
from .search.text.vocabulary import FINGERPRINT
from .task_queue import has_worker

OK: Final = "ok"
#: Seconds to wait for a connection, and for each answer. Probes come again and again: in the end
#: all threads would wait.
PATIENCE: Final = 1
LATE: Final = {"database": "slow"}
LEAST_FREE: Final = 2**30  # bytes on each disk


def parts() -> dict[str, str]:
    """Each part with a word about it: database (ok, read only, down), and if that answers,
    migrations (ok, missing), and with those search (as `state_of_search` says) and worker (ok,
    silent); replicas, if there are any (ok, standing still, not migrated, of another archive, slow,
    some away, away); disk (ok, full). All servers are asked at once."""
    found = {"disk": OK if has_room() else "full"}
    with ThreadPoolExecutor(len(replicas.replicas) or 1) as pool:
        answers = pool.map(parts_of_replica, replicas.replicas)
        of_primary = parts_of(replicas.primary)
        of_replicas = [*answers]
    there = [one for one in of_replicas if one not in ({}, LATE)]
    there.sort(key=lambda one: one["migrations"] != OK)
    if of_replicas:
        some = "some away" if there else "away"
        is_late = LATE in of_replicas and {} not in of_replicas
        missing = "slow" if is_late else some
        found["replicas"] = OK if len(there) == len(of_replicas) else missing
        if found["replicas"] == OK:
            found["replicas"] = next((one.unfit for one in replicas.replicas if one.unfit), OK)
        if found["replicas"] == OK and of_primary and replicas.standing_still():
            found["replicas"] = "standing still"
    if of_primary not in ({}, LATE):
        return found | of_primary | {"database": OK}
    if there:
        return found | there[0] | {"database": "read only"}
    return found | {"database": "down"}


def parts_of_replica(server: replicas.Server) -> dict[str, str]:
    """In a thread of its own, whose connections end with it."""
    try:
        return parts_of(server)
    finally:
        close_connections()


def parts_of(server: replicas.Server) -> dict[str, str]:
    """The parts that are in the database, as this server has them; none if it is away, and `LATE`
    if it does not answer within `PATIENCE`, as while a table is locked. A server that lacks the
    migrations of this release, or has another archive, is asked nothing else."""
    if server.is_away:
        return {}
    since = time.monotonic()
    try:
        with reading_from(server.alias), reading_within(PATIENCE):
            if not (server.is_fit() and all_are_applied()):
                return {"migrations": "missing"}
            return {
                "migrations": OK,
                "search": state_of_search(),
                "worker": OK if has_worker() else "silent",
            }
    except DatabaseError as error:
        if replicas.replicas:  # pages tell of one server: probes ask again and again
            server.note(error, since)
        if sqlstate(error) == NO_TABLE:
            return {"migrations": "missing"}
        return LATE if sqlstate(error) == CANCELLED else {}


def has_room() -> bool:
    return disks.free() >= LEAST_FREE


def is_migrated() -> bool:
    return all_are_applied()


def why_not_migrated() -> str:
    """Why the database cannot be brought to this release; empty if it can."""
    return releases.refusal(stored_migrations())


def state_of_search() -> str:
    """Return ok, missing (the table is not there), no index, no entries though there are posts, or
    old index (made with another vocabulary). An archive to which nothing was ever added has no
    version, and its index is as good as any."""
    if not has_index(read_connection()):
        return "no index" if has_table(read_connection()) else "missing"
    if not SearchEntry.objects.exists() and Post.objects.published().exists():
        return "no entries"
    return "old index" if ArchiveVersion.objects.exclude(vocabulary=FINGERPRINT).exists() else OK
