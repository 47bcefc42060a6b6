"""What stories cost an import: `python -m tests.benchmarks.grouping --posts 6000`.

Imports sample posts into a database of its own, and tells the processor time of grouping for each
post, in Python and in PostgreSQL: of posts that tell stories as dense as in 200,000, and of posts
with random titles. What texts say is found by the processes that read files, and is not in it.
"""

import argparse
import gc
import os
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import django

from articles.collector import YOUNG_OBJECTS
from tests.benchmarks.table import Row, show

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
ARCHIVE = 200_000
WITH_EVIDENCE = 3  # arguments, if posts are new


def rows(posts: int) -> list[Row]:
    from articles.samples.posts import sample_posts
    from articles.samples.told import told_stories

    dense = (told.file for told in islice(told_stories(ARCHIVE, 0), posts))
    return [
        *measured("stories, dense", dense, posts),
        *measured("random titles", islice(sample_posts(posts, 0), posts), posts),
    ]


def measured(what: str, files: Any, posts: int) -> list[Row]:
    from django.db import connection

    from articles import changes
    from articles.importing.pipeline import import_posts

    spent = {"Python": 0.0, "PostgreSQL": 0.0}
    regroup = changes.stories.regroup

    def timed(*args: Any) -> None:
        if len(args) < WITH_EVIDENCE:  # new names are looked for in older posts
            regroup(*args)
            return
        server = Path("/proc", str(connection.connection.info.backend_pid), "schedstat")
        began, began_there = time.thread_time(), on_processor(server)
        regroup(*args)
        spent["Python"] += time.thread_time() - began
        spent["PostgreSQL"] += on_processor(server) - began_there

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    changes.stories.regroup = timed
    try:
        with tempfile.TemporaryDirectory() as folder:
            for file in files:
                Path(folder, file.name).write_text(file.text, encoding="utf-8")
            import_posts([Path(folder)])
    finally:
        changes.stories.regroup = regroup
        connection.creation.destroy_test_db(name, verbosity=0)
    each = {where: 1000 * seconds / posts for where, seconds in spent.items()}
    in_both = sum(each.values())
    beside = " + ".join(f"{value:.3f} in {where}" for where, value in each.items())
    return [Row(f"grouping a post: {what}", median=in_both, beside=f"{in_both:.3f} = {beside}")]


def on_processor(statistics: Path) -> float:
    """The seconds that a process was on a processor (Linux)."""
    return int(statistics.read_text().split()[0]) / 1e9


if __name__ == "__main__":
    django.setup()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])  # as commands do
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--posts", type=int, default=6000)
    show(rows(parser.parse_args().posts))
