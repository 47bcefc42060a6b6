"""How fast the archive is searched, beside ILIKE and pg_trgm: `python -m
tests.benchmarks.searching`.

Runs in a database of its own on posts that it generates, or on those of `--folder DIR`; with
`--here`, on the archive that DATABASE_URL names, as it is. Timings are of this machine at this
moment: read the ratios.
"""

import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import quote, urlencode

import django

from tests.benchmarks.table import Row, show

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

ROUNDS = 5
SCAN_TIMEOUT = 60_000  # milliseconds for a scan

PLAIN = {
    "everywhere": ["公司", "的", "市场", "增长", "1"],
    "frequent": ["亿元", "公告", "净利润", "股份", "上海"],
    "frequent, in no vocabulary": ["持有的", "公司拟"],
    "medium": ["新能源", "涨停", "半导体", "茅台", "白酒"],
    "rare": ["沪惠保", "碳化硅", "激光雷达", "农业发展银行", "特高压"],
    "names": ["贵州茅台", "宁德时代", "招商银行", "中国平安"],
    "codes": ["600519", "300750", "000001"],
    "one character": ["茅", "锂", "%"],
    "figures": ["3.5%", "ET7"],
    "long": ["新能源汽车", "上海证券报", "同比增长"],
    "no hit": ["绝无此词", "zzzz", "农惠保上"],
}
LANGUAGE = {
    "two terms": ["公司 净利润", "茅台 涨停", "新能源 电池 增长"],
    "either": ["茅台 | 五粮液", "锂 | 钴 | 镍"],
    "phrase": ["“净利润 同比”", "“有限公司”", "“股份有限公司”"],
    "exclusion": ["公司 -公告", "茅台 -涨停", "-公司", "公司 -净利润 -增长"],
    "fields": ["title:公司", "title:涨停", "source:财联社", "来源:证券", "category:emnews",
               "date:2022-03", "date:2022-03-04 公司", "code:600519", "tag:新闻 茅台"],
}  # fmt: skip
TYPED = ["6", "600", "600519", "gzmt", "payh", "z", "茅", "银行", "证券", "贵州茅",
         "来源:", "来源:证", "代码:gz", "tag:新", "绝无"]  # fmt: skip
MEASURES = ("page", "relevance", "count", "facets", "snippets")


class Timed(NamedTuple):
    milliseconds: float
    name: str


def timed(name: str, work: Callable[[], object]) -> Timed:
    """The median of a few rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return Timed(median(taken), name)


def row(what: str, found: list[Timed], ratio: float | None = None) -> Row:
    """One for all queries, of which it names the slowest."""
    times = sorted(found)
    taken = [one.milliseconds for one in times]
    slowest = f"slowest: {times[-1].name}, {times[-1].milliseconds:,.0f} ms"
    return Row(what, None, median(taken), quantiles(taken, n=100)[-1], ratio, slowest)


def measure_engine(queries: list[str]) -> dict[str, list[Timed]]:
    from articles.listings.entries import highlighted
    from articles.search.conditions import Scope, conditions_of
    from articles.search.engine import searching
    from articles.search.facets import summary
    from articles.search.query import parse

    found: dict[str, list[Timed]] = {name: [] for name in MEASURES}
    for text in queries:
        query = parse(text)
        with searching() as search:
            asked = conditions_of(query, Scope())
            posts = search.newest(asked, size=40).posts
            for name, work in {
                "page": lambda: search.keys(asked, 41),  # noqa: B023
                "relevance": lambda: search.ranked(asked, query.alternatives, size=40, number=1),  # noqa: B023
                "count": lambda: search.count(asked),  # noqa: B023
                "facets": lambda: summary(search, asked),  # noqa: B023
                "snippets": lambda: [highlighted(post, query.words) for post in posts],  # noqa: B023
            }.items():
                found[name].append(timed(text, work))
    return found


def measure_suggestions() -> list[Timed]:
    from articles.search.suggest import suggest

    return [timed(text, lambda: suggest(text)) for text in TYPED]  # noqa: B023


def measure_scans(terms: list[str]) -> tuple[list[Timed], int]:
    """The first page of each term by ILIKE; and how many were ended after `SCAN_TIMEOUT`."""
    from django.db import OperationalError, connection, transaction

    found, ended = [], 0
    for term in terms:
        start = time.perf_counter()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {SCAN_TIMEOUT}")
                cursor.execute(
                    "SELECT post_id FROM articles_searchentry WHERE text ILIKE %s "
                    "ORDER BY published_at DESC, post_id DESC LIMIT 41",
                    ["%" + re.sub("([%_])", r"\\\1", term.lower()) + "%"],
                )
        except OperationalError:
            ended += 1
        found.append(Timed(1000 * (time.perf_counter() - start), term))
    return found, ended


@contextmanager
def trigram_index() -> Iterator[bool]:
    """The texts with a pg_trgm index on them, where the server has that."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            yield False
            return
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(
            "CREATE INDEX bench_trgm ON articles_searchentry USING gin (text gin_trgm_ops)"
        )
        try:
            yield True
        finally:
            cursor.execute("DROP INDEX bench_trgm")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def gunicorn(
    database: str, application: str = "newsroom.wsgi", *, page_cache_mib: int = 0
) -> Iterator[http.client.HTTPConnection]:
    """A connection to the site, served as it is in production from a database of this server, but
    without keeping pages unless told otherwise."""
    from django.db import connection

    settings = connection.settings_dict
    host = settings["HOST"]
    login = quote(settings["USER"] or "postgres")
    if settings["PASSWORD"]:
        login += f":{quote(settings['PASSWORD'])}"
    server = f"{quote(host, safe='')}:{settings['PORT'] or 5432}"
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{login}@{server}/{database}",
        "PORT": str(port),
        "PAGE_CACHE_MIB": str(page_cache_mib),
        "LOG_LEVEL": "ERROR",  # to write of pages that are not found is no part of their cost
    }
    command = Path(sys.executable).with_name("gunicorn")
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        check=True,
        env=environment,
    )
    served = subprocess.Popen(
        [
            command,
            "--config",
            "newsroom/gunicorn.py",
            "--log-level",
            "error",
            "--max-requests",
            "0",
            application,
        ],
        env=environment,
    )
    try:
        client = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(100):
            try:
                client.connect()
                break
            except ConnectionError:
                time.sleep(0.1)
        yield client
    finally:
        served.terminate()
        served.wait()


def fetch(client: http.client.HTTPConnection, path: str) -> bytes:
    client.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"})
    response = client.getresponse()
    body = response.read()
    if response.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path}: {response.status}")
    return body


def measure_pages(queries: list[str], database: str) -> dict[str, list[Timed]]:
    found: dict[str, list[Timed]] = {"whole page": [], "whole page, ranked": [], "suggest": []}
    with gunicorn(database) as client:
        for _ in range(8):
            fetch(client, "/posts/?q=warm")
        for text in queries:
            for name, more in (("whole page", {}), ("whole page, ranked", {"sort": "relevance"})):
                path = f"/posts/?{urlencode({'q': text, **more})}"
                found[name].append(timed(text, lambda: fetch(client, path)))  # noqa: B023
        for text in TYPED:
            path = f"/suggest/?{urlencode({'q': text})}"
            found["suggest"].append(timed(text, lambda: fetch(client, path)))  # noqa: B023
    return found


def rows(database: str) -> list[Row]:
    from django.db import connection

    terms = [term for group in PLAIN.values() for term in group]
    queries = terms + [query for group in LANGUAGE.values() for query in group]
    measure_engine(["公司"])
    found = [row(f"search: {name}", times) for name, times in measure_engine(queries).items()]
    found.append(row("search: suggestions", measure_suggestions()))
    connection.close()
    found += [
        row(f"search: {name}, HTTP", times)
        for name, times in measure_pages(queries, database).items()
    ]
    ours = {one.name: one.milliseconds for one in measure_engine(terms)["page"]}
    scans, ended = measure_scans(terms)
    few = [scan for scan in scans if scan.name in PLAIN["rare"] + PLAIN["no hit"]]
    times_slower = median(scan.milliseconds / ours[scan.name] for scan in few)
    found.append(row("search: page, by ILIKE", scans))
    beside = f"our page; {ended} of all words were given up after {SCAN_TIMEOUT / 1000:.0f} s"
    found.append(Row("the same, rare words", ratio=times_slower, beside=beside))
    with trigram_index() as is_there:
        if is_there:
            found.append(row("search: page, by pg_trgm", measure_scans(terms)[0]))
    return found


def archive(prog: str, rows: Callable[[str], list[Row]]) -> None:
    """Show rows of the archive that the command line names; `rows` takes its database."""
    show(of_archive(options(prog), rows))


def options(prog: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=prog)
    parser.add_argument("--posts", type=int, default=20_000, help="how many are generated")
    parser.add_argument("--folder", type=Path, help="read the posts in this folder instead")
    parser.add_argument("--here", action="store_true", help="search and read the archive at hand")
    asked = parser.parse_args()
    if asked.posts < 1:
        parser.error(f"--posts {asked.posts}: at least one is needed")
    if asked.folder and not asked.folder.is_dir():
        parser.error(f"--folder {asked.folder}: there is no such folder")
    if asked.folder and not next(asked.folder.rglob("*.md"), None):
        parser.error(f"--folder {asked.folder}: there are no posts (*.md) in it")
    django.setup()
    return asked


def of_archive(options: argparse.Namespace, rows: Callable[[str], list[Row]]) -> list[Row]:
    from django.core.management import call_command
    from django.db import connection

    if options.here:
        connection.ensure_connection()
        return rows(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    database = connection.settings_dict["NAME"]
    try:
        with tempfile.TemporaryDirectory() as temporary:
            folder = options.folder or Path(temporary, "posts")
            if not options.folder:
                call_command("make_sample_posts", folder, count=options.posts, verbosity=0)
            call_command("import_posts", folder, verbosity=0)
        return rows(database)
    finally:
        connection.creation.destroy_test_db(database, verbosity=0)


if __name__ == "__main__":
    archive("tests.benchmarks.searching", rows)
