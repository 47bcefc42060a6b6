"""How fast posts are imported: `make bench POSTS=10000`.

Runs in a database of its own, on posts that it generates. Timings are of this machine at this
moment: read the ratios.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from articles.importing.run import import_posts  # noqa: E402


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def floor(folder: Path) -> None:
    """The least an import could do: read the bytes and COPY them into a bare table."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (name text, content bytea)")
        with cursor.copy("COPY bench_floor FROM STDIN") as copy:
            for path in sorted(folder.rglob("*.md")):
                copy.write_row((path.name, path.read_bytes()))


def change_one_in_a_hundred(folder: Path) -> None:
    for path in sorted(folder.rglob("*.md"))[::100]:
        path.write_bytes(path.read_bytes().replace("。".encode(), "；".encode(), 1) + b"\n")


def main(count: int) -> None:
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            posts = Path(folder, "posts")
            call_command("make_sample_posts", posts, count=count, verbosity=0)
            files = sum(1 for _ in posts.rglob("*.md"))
            report = {
                "floor: read and COPY": seconds(lambda: floor(posts)),
                "first import": seconds(lambda: import_posts([posts])),
                "unchanged": seconds(lambda: import_posts([posts])),
            }
            change_one_in_a_hundred(posts)
            report["1% changed"] = seconds(lambda: import_posts([posts]))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    first = report["first import"]
    print(f"{files:,} files")
    for label, taken in report.items():
        print(f"{label:22}{files / taken:12,.0f} files/s {taken / first:8.2f} × the first import")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_bytes = peak if sys.platform == "darwin" else peak * 1024  # getrusage(2): KiB on Linux
    print(f"{'peak memory':22}{peak_bytes / 2**20:12,.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
