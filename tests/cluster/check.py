"""Break the parts of a cluster, one after the other, while readers read, an editor saves and
uploads are imported: `make cluster-check`. Prints what came of each, and what was lost or doubled.

No page may fail, nobody may see an older archive than before, each upload must be imported, saves
must go on within half a minute, and what was reported as saved must be there.
"""

import argparse
import contextlib
import http.client
import io
import re
import ssl
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.cluster import nodes
from tests.cluster.nodes import (
    DATABASE,
    FRONT,
    PASSWORD,
    PATIENCE,
    ROOT,
    SITE,
    Cluster,
    Machine,
    enter,
    release_before,
    wait_for,
)
from tests.deploy.desk import Desk

POSTS: Final = 600  # that are there before
SHARES: Final = 120  # of more, which are uploaded one after the other
SHARE: Final = 100  # posts
OUTAGE: Final = 20  # seconds for which a part is away
LONG: Final = 60  # of a primary that hangs: until long after another is the primary
EDITED: Final = 5  # posts, whose titles are changed in turn
MOST_WITHOUT: Final = 30  # seconds in which nothing can be saved
PAUSE: Final = 0.2  # seconds between two requests of a reader
VERSION: Final = re.compile(r'"(\d+)-')  # in an ETag
AWAY: Final = (OSError, http.client.HTTPException, AssertionError)
#: What readers ask for. {n} is another number each time, so that the page is kept nowhere.
PAGES: Final = (
    "/",
    "/posts/?from=2000-01-01&n={n}",
    "/posts/?q=%E8%8C%85%E5%8F%B0&n={n}",
    "/archive/?n={n}",
)


class Event(NamedTuple):
    """Something that was asked for, and when: seconds of `time.monotonic`."""

    begin: float
    end: float
    failure: str  # empty if there was none
    went_back: bool = False  # to an older version of the archive

    @property
    def seconds(self) -> float:
        return self.end - self.begin


class Client(threading.Thread):
    """Does something again and again until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.events: list[Event] = []
        self.stopping = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.stopping.wait(PAUSE):
            begin, failure, went_back = time.monotonic(), "", False
            try:
                went_back = self.act()
            except AWAY as error:
                failure = f"{type(error).__name__} {error}".strip()
            self.events.append(Event(begin, time.monotonic(), failure, went_back))

    def act(self) -> bool:
        """Raises one of `AWAY` if it fails. Returns whether an older archive was seen."""
        raise NotImplementedError

    def stop(self) -> None:
        self.stopping.set()
        self.join()


class Reader(Client):
    numbers = count()

    def __init__(self, page: str) -> None:
        self.page = page
        self.version = 0
        self.tls = ssl.create_default_context()
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        super().__init__()

    def act(self) -> bool:
        client = http.client.HTTPSConnection(FRONT, 443, context=self.tls, timeout=30)
        with contextlib.closing(client):
            client.request("GET", self.page.format(n=next(self.numbers)), headers={"Host": SITE})
            answer = client.getresponse()
            answer.read()
        assert answer.status == 200, f"{answer.status} of {self.page}"
        found = VERSION.search(answer.headers.get("ETag", ""))
        version = int(found[1]) if found else 0
        went_back = version < self.version
        self.version = version
        return went_back


class Editor(Client):
    """Saves a title, another each time, of a few posts in turn. Knows what was
    reported as saved."""

    def __init__(self, posts: list[tuple[int, str]]) -> None:
        self.desk = desk()
        self.titles = dict(posts)
        self.numbers = count()
        self.tried: dict[int, list[tuple[str, bool]]] = {pk: [] for pk in self.titles}
        super().__init__()

    def act(self) -> bool:
        n = next(self.numbers)
        pk = [*self.titles][n % len(self.titles)]
        title = f"{self.titles[pk]} 第{n}版"
        self.tried[pk].append((title, False))
        self.desk.change(form_of(pk), title)
        self.tried[pk][-1] = (title, True)
        return False

    def stop(self) -> None:
        """Also gives the posts their first titles again."""
        super().stop()
        for pk, title in self.titles.items():
            until_done(partial(self.desk.change, form_of(pk), title))


class Importer(Client):
    """Uploads files, share by share, and has them imported."""

    def __init__(self, cluster: Cluster, shares: list[bytes]) -> None:
        self.cluster = cluster
        self.shares = shares
        self.desk = desk()
        super().__init__()

    def act(self) -> bool:
        share = self.shares[len(self.events) % len(self.shares)]
        tried = until_done(lambda: self.desk.upload("posts.zip", share))
        self.wait_for(tried)
        self.wait_for(until_done(lambda: self.desk.import_for_good(tried)))
        return False

    def wait_for(self, run: int) -> None:
        sql = "SELECT error FROM articles_importrun WHERE id = %s AND finished_at IS NOT NULL"
        deadline = time.monotonic() + PATIENCE
        while not (found := self.cluster.ask_if_there(sql, run)):
            assert time.monotonic() < deadline, f"run {run} has no end"
            time.sleep(0.3)
        [(error,)] = found
        assert not error, f"run {run}: {error}"


def until_done(ask: Callable[[], Any]) -> Any:
    """Ask until it is answered, as an editor would, for `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except AWAY:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def desk() -> Desk:
    return Desk(SITE, "admin", PASSWORD, at=FRONT, timeout=30)


def form_of(pk: int) -> str:
    return f"/admin/articles/post/{pk}/change/"


class Fault(NamedTuple):
    """What is broken: `strike` does it and returns what mends it."""

    name: str
    strike: Callable[[Cluster], Callable[[], None]]
    seconds: int = OUTAGE


def killed(machine: Machine, program: str = "") -> Callable[[], None]:
    machine.kill(program)
    return lambda: machine.start(*([program] if program else []))


def cut_off(machine: Machine) -> Callable[[], None]:
    machine.cut_off()
    return machine.plug_in


def frozen(machine: Machine) -> Callable[[], None]:
    machine.freeze()
    return machine.thaw


def upgraded(cluster: Cluster) -> Callable[[], None]:
    """The tables of the new release, and one web node with its code; the others follow, and posts
    are read as it reads them."""
    first, *others = cluster.webs
    cluster.worker.release = ROOT
    cluster.manage("collectstatic", "--noinput", "-v0")
    cluster.manage("migrate", "-v0")
    cluster.upgrade(first, "web")

    def go_on() -> None:
        for web in others:
            cluster.upgrade(web, "web")
        cluster.upgrade(cluster.worker, "worker")
        cluster.manage("reparse_posts", "-v0")  # as the changelog asks for

    return go_on


FAULTS: Final = (
    Fault("nothing", lambda cluster: lambda: None),
    Fault("a new release", upgraded),
    Fault("a replica dies", lambda cluster: killed(cluster.replicas[0])),
    Fault("a web node dies", lambda cluster: killed(cluster.webs[0])),
    Fault("the cache dies", lambda cluster: killed(cluster.cache)),
    Fault("the worker dies", lambda cluster: killed(cluster.worker)),
    Fault("a node of etcd dies", lambda cluster: killed(cluster.replicas[0], "etcd")),
    Fault("the primary dies", lambda cluster: killed(cluster.primary)),
    Fault("a replica is cut off", lambda cluster: cut_off(cluster.replicas[0])),
    Fault("a web node is cut off", lambda cluster: cut_off(cluster.webs[1])),
    Fault("the primary is cut off", lambda cluster: cut_off(cluster.primary)),
    Fault("a replica hangs", lambda cluster: frozen(cluster.replicas[0])),
    Fault("the primary hangs for a minute", lambda cluster: frozen(cluster.primary), LONG),
    Fault("HAProxy of a web node dies", lambda cluster: killed(cluster.webs[0], "haproxy")),
)
COLUMNS: Final = (
    "what happens", "pages", "failed", "for (s)", "slowest (s)", "older", "saves", "refused",
    "longest without a save (s)", "uploads", "longest (s)",
)  # fmt: skip


class Check:
    def __init__(self, folder: Path, faults: list[Fault]) -> None:
        self.folder = folder
        self.faults = faults
        is_upgraded = any(fault.strike is upgraded for fault in faults)
        self.cluster = Cluster(folder, release_before(folder / "before") if is_upgraded else ROOT)
        self.rows: list[tuple[str, ...]] = []
        self.wrong: list[str] = []

    def prepare(self) -> None:
        cluster = self.cluster
        begin = time.monotonic()
        cluster.start()
        say(f"The cluster is there after {time.monotonic() - begin:.0f} s")
        posts = self.folder / "posts"
        total = POSTS + SHARES * SHARE
        cluster.manage("make_sample_posts", posts, "--count", total, "--seed", 19, "-v0")
        files = sorted(posts.rglob("*.md"))
        first = self.folder / "first"
        first.mkdir()
        for file in files[:POSTS]:
            file.rename(first / file.name)
        cluster.manage("import_posts", first, "--quiet")
        self.shares = [packed(files[at : at + SHARE]) for at in range(POSTS, len(files), SHARE)]
        say(f"It has {POSTS} posts; {len(self.shares)} shares of {SHARE} files are to come")

    def run(self) -> None:
        posts = self.cluster.ask(
            "SELECT id, title FROM articles_post WHERE status = 'published'"
            " AND published_at < now() ORDER BY published_at LIMIT %s",
            EDITED,
        )
        self.readers = [Reader(page) for page in PAGES]
        self.editor = Editor(posts)
        self.importer = Importer(self.cluster, self.shares)
        for fault in self.faults:
            begin = time.monotonic()
            try:
                self.wait_until_whole()
                begin = time.monotonic()
                self.suffer(fault)
            except nodes.AWAY as error:
                self.wrong.append(f"{fault.name}: {error}")
                say(self.wrong[-1])
            self.tell(fault, begin)
        for client in (*self.readers, self.importer, self.editor):
            try:
                client.stop()
            except AWAY as error:
                self.wrong.append(f"the {type(client).__name__} at its end: {error}")

    def suffer(self, fault: Fault) -> None:
        mend = fault.strike(self.cluster)
        time.sleep(fault.seconds)
        try:
            if "primary" in fault.name:
                wait_for("another primary", lambda: self.cluster.having("primary"))
        finally:
            mend()
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        """Until all parts are there, an edit has been saved and a share been imported."""
        cluster = self.cluster
        wait_for("a primary with two replicas", cluster.is_whole)
        for client in (self.editor, self.importer):
            known = len(client.events)
            wait_for(
                f"another success of the {type(client).__name__}",
                lambda: any(not event.failure for event in client.events[known:]),  # noqa: B023
            )

    def tell(self, fault: Fault, begin: float) -> None:
        pages = [one for reader in self.readers for one in reader.events if one.end > begin]
        failed = [one for one in pages if one.failure]
        lasted = max(one.end for one in failed) - min(one.begin for one in failed) if failed else 0
        saves = [one for one in self.editor.events if one.end > begin]
        refused = [one for one in saves if one.failure]
        shares = [one for one in self.importer.events if one.end > begin]
        without = longest_pause(saves, begin)
        older = sum(one.went_back for one in pages)
        lost = [one for one in shares if one.failure]
        if not pages or failed:
            self.wrong.append(f"{fault.name}: {len(failed)} of {len(pages)} pages failed")
        if older:
            self.wrong.append(f"{fault.name}: {older} pages were older than one before")
        if not shares or lost:
            self.wrong.append(f"{fault.name}: {len(lost)} of {len(shares)} uploads failed")
        if without > MOST_WITHOUT:
            self.wrong.append(f"{fault.name}: nothing could be saved for {without:.0f} s")
        row = (
            fault.name,
            len(pages),
            len(failed),
            f"{lasted:.1f}",
            f"{max((one.seconds for one in pages), default=0):.1f}",
            older,
            len(saves) - len(refused),
            len(refused),
            f"{without:.1f}",
            len(shares),
            f"{max((one.seconds for one in shares), default=0):.0f}",
        )
        self.rows.append(tuple(map(str, row)))
        say(f"{fault.name}: {row[1:]}")
        for event in [*lost, *failed, *refused][:8]:
            print(f"    {event.begin - begin:+.1f} s, took {event.seconds:.1f} s: {event.failure}")

    def verify(self) -> list[str]:
        """What was lost or doubled."""
        cluster = self.cluster
        found: list[str] = []
        parts = (
            partial(cluster.manage, "check_archive", "-v0"),
            partial(cluster.manage, "rebuild_search", "--check"),
            lambda: found.extend(self.edits()),
            lambda: found.extend(self.differences()),
        )
        for part in parts:
            try:
                part()
            except nodes.AWAY as error:
                found.append(str(error))
        return found

    def edits(self) -> list[str]:
        """Acknowledged saves of which the history does not have exactly one record."""
        records = self.cluster.ask(
            "SELECT title, count(*) FROM articles_historicalpost WHERE id = ANY(%s) GROUP BY title",
            [*self.editor.titles],
        )
        recorded = dict(records)
        tried = [one for of_post in self.editor.tried.values() for one in of_post]
        lost = [title for title, saved in tried if saved and title not in recorded]
        doubled = [title for title, _ in tried if recorded.get(title, 1) > 1]
        say(f"Saves that were told: {sum(saved for _, saved in tried)}, of {len(tried)}")
        return [f"lost: {title}" for title in lost] + [f"doubled: {title}" for title in doubled]

    def differences(self) -> list[str]:
        """Of the archive and one that has imported the same files undisturbed."""
        cluster = self.cluster
        with cluster.ask_as_superuser() as connection:
            connection.execute("CREATE DATABASE undisturbed OWNER newsroom")
        other = {
            "DATABASE_URL": DATABASE.format(host=cluster.primary.address, name="undisturbed"),
            "DATABASE_REPLICA_URLS": "",
        }
        cluster.manage("migrate", "-v0", **other)
        used = self.folder / "used"
        used.mkdir()
        for share in self.shares[: len(self.importer.events)]:
            zipfile.ZipFile(io.BytesIO(share)).extractall(used)
        cluster.manage("import_posts", self.folder / "first", used, "--quiet", **other)
        found = []
        for what, sql in CONTENTS.items():
            ours, theirs = (
                cluster.ask(f"SELECT count(*), {HASH} FROM ({sql}) rows (one)", name=name)
                for name in ("newsroom", "undisturbed")
            )
            say(f"{what}: {ours[0][0]}")
            if ours != theirs:
                found.append(f"{what}: {ours[0][0]} against {theirs[0][0]} undisturbed")
        return found


HASH: Final = "md5(string_agg(one, '|' ORDER BY one))"
#: What is compared with an undisturbed import: rows as text, without the numbers that each database
#: gives out by itself.
CONTENTS: Final = {
    "documents": "SELECT file_name || sha256::text FROM articles_document",
    "posts": """
        SELECT concat_ws('|', slug, title, digest, body_html, published_at, status)
        FROM articles_post
    """,
    "mentions": """
        SELECT concat_ws('|', posts.slug, market, code)
        FROM articles_mention
        JOIN articles_post posts ON post_id = posts.id
        JOIN articles_security securities ON security_id = securities.id
    """,
    "search entries": """
        SELECT concat_ws('|', slug, entries.published_at, entries.title, text)
        FROM articles_searchentry entries JOIN articles_post ON post_id = id
    """,
    "counts": """
        SELECT concat_ws('|', facet, count(*), sum(posts))
        FROM articles_facetcount WHERE posts > 0 GROUP BY facet
    """,
    "stories": """
        SELECT concat_ws('|', posts.slug, firsts.slug)
        FROM articles_storypost
        JOIN articles_post posts ON post_id = posts.id
        JOIN articles_post firsts ON first_id = firsts.id
    """,
}


def longest_pause(events: list[Event], begin: float) -> float:
    """Seconds between two saves that were reported as saved."""
    times = [begin, *(one.end for one in events if not one.failure)]
    return max((after - before for before, after in pairwise(times)), default=0)


def packed(files: list[Path]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for file in files:
            opened.write(file, file.name)
    return archive.getvalue()


def say(text: str) -> None:
    print(f"=== {text}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make cluster-check", description=__doc__)
    parser.add_argument("--only", default="", help="faults whose names match this expression")
    parser.add_argument("--keep", action="store_true", help="leave what it wrote for a look")
    options = parser.parse_args()
    faults = [fault for fault in FAULTS if re.search(options.only, fault.name)]
    check = Check(enter(keep=options.keep), faults)
    check.prepare()
    check.run()
    found = check.wrong + check.verify()
    for row in (COLUMNS, ["---"] * len(COLUMNS), *check.rows):
        print("|", " | ".join(row), "|")
    if found:
        sys.exit("\n".join(["cluster-check: this is wrong:", *found]))
    say("No page failed, and nothing was lost or doubled")


if __name__ == "__main__":
    main()
