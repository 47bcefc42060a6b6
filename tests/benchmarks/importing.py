"""How fast posts are imported: `python -m tests.benchmarks.importing 10000 50000`.

Runs in a database of its own, on posts that it generates. Timings are of this machine at this
moment: read the ratios.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psutil

from tests.benchmarks.table import Row, show

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """The most that this process and its children held at once, in bytes: [peak].

    Each page that they share counts once (PSS), where the system tells.
    """
    peak = [0]
    done = threading.Event()

    def held(process: psutil.Process) -> int:
        memory = process.memory_full_info()
        return getattr(memory, "pss", memory.uss)

    def watch() -> None:
        this = psutil.Process()
        while not done.wait(0.2):
            total = 0
            for process in [this, *this.children(recursive=True)]:
                try:
                    total += held(process)
                except psutil.Error:
                    continue
            peak[0] = max(peak[0], total)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def floor(folder: Path) -> None:
    """The least an import could do: read the bytes, COPY title and text into a bare table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (title text, text text)")
        with cursor.copy("COPY bench_floor FROM STDIN") as copy:
            for path in folder.rglob("*.md"):
                header, _, text = path.read_text().partition("\n---\n")
                copy.write_row((header.partition("title: ")[2].partition("\n")[0], text))
        cursor.execute("DROP TABLE bench_floor")


def change_one_in_a_hundred(folder: Path) -> None:
    for path in sorted(folder.rglob("*.md"))[::100]:
        path.write_text(path.read_text().replace("。", "；", 1) + "\n")


def add_one(folder: Path) -> Path:
    path = folder / "2099-01-01-209901010000000001.md"
    path.write_text(
        '---\ntitle: "新的"\ndate: 2099-01-01\ncategories: emnews\n---\n<p>独一无二</p>'
    )
    return path


def measure(count: int) -> dict[str, float]:
    """Seconds, by what was done, for an archive of `count` posts; and the peak memory, in MiB."""
    from django.core.management import call_command
    from django.db import connection

    from articles.importing.pipeline import import_posts

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "posts")
            call_command("make_sample_posts", folder, count=count, verbosity=0)
            taken: dict[str, float] = {"files": sum(1 for _ in folder.rglob("*.md"))}
            taken["floor"] = seconds(lambda: floor(folder))
            with peak_memory() as peak:
                taken["first"] = seconds(lambda: import_posts([folder]))
            taken["MiB"] = peak[0] / 2**20
            taken["unchanged"] = seconds(lambda: import_posts([folder]))
            change_one_in_a_hundred(folder)
            taken["1% changed"] = seconds(lambda: import_posts([folder]))
            new = add_one(folder)
            taken["one new"] = seconds(lambda: import_posts([new]))
            return taken
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def rows(count: int) -> list[Row]:
    taken = measure(count)
    files, first, floor_of_it = taken["files"], taken["first"], taken["floor"]
    return [
        Row(
            f"import {files:,.0f} files",
            rate=files / first,
            ratio=floor_of_it / first,
            beside="reading them, and COPY of titles and texts",
        ),
        Row(
            "the same again, unchanged",
            rate=files / taken["unchanged"],
            ratio=first / taken["unchanged"],
            beside="the first import",
        ),
        Row(
            "again, one in a hundred changed",
            rate=files / taken["1% changed"],
            ratio=first / taken["1% changed"],
            beside="the first import",
        ),
        Row("one new file, the whole import", median=1000 * taken["one new"]),
        Row("memory of an import", beside=f"{taken['MiB']:,.0f} MiB at most, all its processes"),
    ]


if __name__ == "__main__":
    django.setup()
    counts = [int(argument) for argument in sys.argv[1:]] or [2_000, 10_000]
    show(row for count in counts for row in rows(count))
