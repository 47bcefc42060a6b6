"""What happens when: `make faults`. Each fault is done to a real site, and what came of it is
printed. docs/faults.md tells what to expect.
"""

import os
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.faults.dearest import waits
from tests.faults.site import Site
from tests.waiting import PATIENCE, wait_until

CLIENTS = 500
MANY = 20_000  # posts


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    site.fill()
    yield site
    site.end()


@pytest.fixture
def site(filled):
    filled.start()
    yield filled
    filled.stop()


@pytest.fixture
def tell(capsys, request):
    def tell(text):
        with capsys.disabled():
            print(f"\n  {request.node.name.removeprefix('test_')}: {text}", end="")

    return tell


def listing(site):
    return site.get(f"/posts/?from=2000-01-01&n={time.monotonic_ns()}")  # which is kept nowhere


def is_sound(site):
    done = site.manage("check_archive")
    return done.returncode == 0, done.stdout + done.stderr


def test_both_web_processes_are_killed_in_a_request(site, tell):
    with ThreadPoolExecutor() as pool:
        with site.locked():
            waits = [pool.submit(listing, site) for _ in range(4)]
            wait_until(lambda: site.waiting() == 4)
            for worker in site.workers:
                worker.kill()
        statuses = sorted(wait.result() for wait in waits)
        seconds = site.seconds_until(200)
    tell(f"{statuses} for who waited, pages again after {seconds:.1f} s")
    assert set(statuses) == {0}


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGKILL], ids=["immediate", "killed"])
def test_postgresql_is_stopped(site, tell, how):
    assert site.get() == 200
    os.kill(site.postmaster, how)
    begin = time.monotonic()
    seen = []
    while seen[-1:] != [200] and time.monotonic() - begin < PATIENCE:
        seen.append(listing(site))
    tell(f"{seen}, pages again after {time.monotonic() - begin:.1f} s")
    assert set(seen) <= {503, 200}
    assert is_sound(site)[0], is_sound(site)[1]


def test_the_table_of_posts_is_locked(site, tell):
    with site.locked(), ThreadPoolExecutor(20) as pool:
        begin = time.monotonic()
        pages = [pool.submit(listing, site) for _ in range(10)]
        wait_until(site.waiting)
        alive = site.get("/healthz")
        tell(f"/healthz beside ten pages that wait: {alive} after {time.monotonic() - begin:.1f} s")
        statuses = sorted(page.result() for page in pages)
        tell(f"the pages: {statuses} after {time.monotonic() - begin:.1f} s")
    assert alive == 200
    assert set(statuses) == {503}
    assert site.get() == 200


@pytest.fixture
def disk(tmp_path):
    """A disk of 400 MB in memory."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=400m,mode=755", "none", folder]
    if subprocess.run(["mount", *options], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_the_disk_of_the_database_is_full(disk, tmp_path, tell):
    site = Site(disk)
    site.fill()
    more = tmp_path / "more"
    assert site.manage("make_sample_posts", more, "--count", 3000, "--seed", 2).returncode == 0
    site.start()
    try:
        filler = disk / "filler"
        fill_up(filler, leave=2 * 2**20)
        done = site.manage("import_posts", more)
        said = done.stderr.strip().splitlines()
        tell(f"import: status {done.returncode}: {said[-1:]}")
        fill_up(disk / "rest", leave=0)
        backup = site.manage("backup", disk / "newsroom.backup")
        tell(f"backup: status {backup.returncode}: {backup.stderr.strip()}")
        tell(f"pages: {[listing(site) for _ in range(3)]}")
        filler.unlink()
        (disk / "rest").unlink()
        tell(f"with room again, pages after {site.seconds_until(200):.1f} s")
        again = site.manage("import_posts", more)
        tell(f"the import again: status {again.returncode}: {again.stdout.splitlines()[-1:]}")
        assert (done.returncode, backup.returncode, again.returncode) == (2, 2, 0)
        assert "Traceback" not in done.stderr + backup.stderr
        assert "No space left on device" in said[-1] or "is full" in said[-1]
        assert not [*disk.glob("newsroom.backup*")]
        assert is_sound(site)[0], is_sound(site)[1]
    finally:
        site.stop()
        wait_until(lambda: not (site.data / "data" / "postmaster.pid").exists())


def fill_up(file: Path, leave: int) -> None:
    room = shutil.disk_usage(file.parent).free - leave
    with file.open("wb") as opened:
        os.posix_fallocate(opened.fileno(), 0, max(room, 1))


EDIT = (
    "from articles.editing.posts import change; from articles.models import Post;"
    "from django.utils import timezone;"
    "post = Post.objects.order_by('published_at').first();"
    "change(post, {'published_at': timezone.now()}, by=None); print(post.slug)"
)


def test_the_clock_is_set_back(filled, tell):
    """By a day, and forward again, for all that the site starts, PostgreSQL too."""
    faketime = shutil.which("faketime")
    if not faketime:
        pytest.skip("faketime is not installed: apt-get install faketime")
    site, file = filled, filled.folder / "newsroom.backup"
    tags = []
    for when in (), (faketime, "-f", "-1d"), ():
        edited = site.manage("shell", "-v0", "-c", EDIT, before=when)
        site.start(when)
        before = [site.get(f"/posts/{slug}/") for slug in edited.stdout.split()]
        tags.append(site.etag("/"))
        backup = site.manage("backup", file, before=when)
        site.stop()
        restored = site.manage("restore", file, "--database", "newsroom", "--replace", before=when)
        site.start(when)
        tags.append(site.etag("/"))
        site.stop()
        tell(f"{when}: a new post: {before}, home: {tags[-2:]}")
        assert (backup.returncode, restored.returncode) == (0, 0), backup.stderr + restored.stderr
        assert before == [200]
    assert len(set(tags)) == len(tags)  # nobody has a page of before for one of now
    assert is_sound(site)[0], is_sound(site)[1]


def test_500_clients_ask_for_nothing(site, tell):
    """Without nginx, which holds them in `make deploy-check`."""
    with ExitStack() as crowd:
        before = seconds_of_pages(site)
        join(site, crowd)
        beside = seconds_of_pages(site)
    tell(f"pages within {before} s alone, {beside} s beside them")
    tell(f"pages again {site.seconds_until(200):.1f} s after they have gone")


def test_500_clients_are_slow(site, tell):
    """Without nginx. Each sends a letter of its request every second."""
    done = threading.Event()

    def dribble(clients):
        for letter in b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 1000:
            for client in clients:
                with suppress(OSError):  # the site has closed it
                    client.send(bytes([letter]))
            if done.wait(1):
                return

    with ExitStack() as crowd, ThreadPoolExecutor() as pool:
        before = seconds_of_pages(site)
        pool.submit(dribble, join(site, crowd))
        beside = seconds_of_pages(site)
        done.set()
    tell(f"pages within {before} s alone, {beside} s beside them")
    tell(f"pages again {site.seconds_until(200):.1f} s after they have gone")


def test_somebody_asks_for_the_dearest_addresses_in_a_loop(tmp_path, tell):
    """Without nginx, which lets a client wait for two searches at a time."""
    site = Site(tmp_path)
    site.fill(MANY)
    site.start()
    try:
        for one in waits(site.port):
            tell(
                f"{one.pages} pages beside {one.connections} at a time: "
                f"{one.ratio:.1f} times {one.alone:.0f} ms (95%)"
            )
    finally:
        site.stop()


def join(site, crowd):
    """Connect 500 clients, which leave with the crowd."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 2 * CLIENTS), most))
    address = ("127.0.0.1", site.port)
    return [crowd.enter_context(socket.create_connection(address)) for _ in range(CLIENTS)]


def seconds_of_pages(site):
    """How long each of three pages takes; None if it has not come after ten seconds."""
    found = []
    for _ in range(3):
        begin = time.monotonic()
        came = site.get("/", timeout=10) == 200
        found.append(round(time.monotonic() - begin, 2) if came else None)
    return found
