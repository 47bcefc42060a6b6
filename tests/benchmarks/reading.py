"""How many pages a second gunicorn serves, of each kind, beside a bare view: `python -m
tests.benchmarks.reading`.

Runs in a database of its own on posts that it generates, or on those of `--folder DIR`; with
`--here`, on the archive that DATABASE_URL names, as it is. Each page is made anew each time, then
kept; one is asked for with the ETag that a client has (304). Then how long many clients wait for a
mix of pages, and the memory of all processes of the site. Client, gunicorn and PostgreSQL share the
machine: read the ratios.
"""

import http.client
import os
import threading
import time
from collections.abc import Iterable
from http import HTTPStatus
from itertools import cycle, islice
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlencode

import psutil

from tests.benchmarks.searching import archive, gunicorn
from tests.benchmarks.table import Row

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
os.environ["API_LIMIT"] = "0"

CLIENTS = 4
CROWD = 50  # clients who ask for the mix
SECONDS = 1.0  # for each measure
ROUNDS = 5
BARE = "/hello/"
HEADERS = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}


MIX = 10  # pages


class Measured(NamedTuple):
    rate: float  # requests a second
    median: float  # milliseconds
    slow: float  # milliseconds, the 99th percentile


class Page(NamedTuple):
    """How a page was served, and the ratio of its rate to that of the bare view."""

    found: Measured
    ratio: float


def pages() -> dict[str, str]:
    """An address of each kind, of what the archive has most of."""
    from articles.models import (
        Category,
        Post,
        Security,
        Source,
        Tag,
    )

    newest = Post.objects.published().newest_first()
    middle = newest[newest.count() // 2]
    most_used = {
        model.__name__.lower(): model.objects.most_used_first()[0].get_absolute_url()
        for model in (Category, Source, Tag, Security)
    }
    return {
        "home": "/",
        "listing": "/posts/",
        "listing, filtered": f"/posts/?category={Category.objects.most_used_first()[0].slug}",
        "post": newest.exclude(mention=None)[0].get_absolute_url(),
        **most_used,
        "archive": "/archive/",
        "month": f"/archive/{middle.published_at:%Y/%m}/",
        "day": f"/archive/{middle.published_at:%Y/%m/%d}/",
        "sources": "/sources/",
        "securities": "/securities/",
        "feed": "/feed.xml",
        "search": f"/posts/?{urlencode({'q': '公司'})}",
        "data of 100 posts": "/api/v1/posts?limit=100",
        "200 changes, whole": "/api/v1/changes?limit=200",
        "not found": "/stock/600519.html",
    }


def measure(
    port: int,
    paths: Iterable[str],
    clients: int = CLIENTS,
    seconds: float = SECONDS,
    **headers: str,
) -> Measured:
    """Ask for pages over and over, by a few clients at once, of whom each begins with another."""
    taken: list[float] = []
    wanted = HTTPStatus.NOT_MODIFIED if headers else None
    paths = list(paths)
    end = time.perf_counter() + seconds

    def ask(first: int) -> None:
        client = http.client.HTTPConnection("127.0.0.1", port)
        for path in islice(cycle(paths), first, None):
            if (start := time.perf_counter()) >= end:
                break
            client.request("GET", path, headers=HEADERS | headers)
            response = client.getresponse()
            response.read()
            if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or (
                wanted and response.status != wanted
            ):
                raise RuntimeError(f"{path}: {response.status}")
            taken.append(1000 * (time.perf_counter() - start))

    threads = [threading.Thread(target=ask, args=[first]) for first in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(taken) / (time.perf_counter() - start)
    return Measured(rate, median(taken), quantiles(taken, n=100)[-1])


def etag(port: int, path: str) -> str:
    client = http.client.HTTPConnection("127.0.0.1", port)
    client.request("GET", path, headers=HEADERS)
    return client.getresponse().getheader("ETag", "")


def beside(port: int, path: str, **headers: str) -> Page:
    """The median of a few rounds, and of their ratios to the bare view in the same round: what
    else the machine does hits both."""
    rounds = [(measure(port, [BARE]), measure(port, [path], **headers)) for _ in range(ROUNDS)]
    return Page(
        Measured(*(median(values) for values in zip(*(page for _, page in rounds), strict=True))),
        median(page.rate / bare.rate for bare, page in rounds),
    )


def measure_each(port: int, addresses: dict[str, str]) -> dict[str, Page]:
    for path in addresses.values():
        etag(port, path)
    return {name: beside(port, path) for name, path in addresses.items()}


def memory() -> float:
    """MiB of gunicorn and its workers, each with its part of what they share."""
    children = psutil.Process().children(recursive=True)
    served = [child for child in children if any("gunicorn" in part for part in child.cmdline())]
    return sum(child.memory_full_info().pss for child in served) / 2**20


def rows(database: str, addresses: dict[str, str] | None = None) -> list[Row]:
    """Of these pages, or of all."""
    from django.db import connection

    every = pages()
    addresses = addresses or every
    mix = list(every.values())[:MIX]
    connection.close()
    with gunicorn(database, "tests.benchmarks.hello:application") as client:
        hello = beside(client.port, BARE)
        made = measure_each(client.port, addresses)
        crowd = measure(client.port, mix, clients=CROWD, seconds=10 * SECONDS)
    with gunicorn(database, "tests.benchmarks.hello:application", page_cache_mib=32) as client:
        kept = measure_each(client.port, addresses)
        path = addresses["listing"]
        unchanged = beside(client.port, path, **{"If-None-Match": etag(client.port, path)})
        used = memory()
    return [
        Row("a view that says hello", *hello.found),
        *(
            row(f"{name}, {how}", found[name])
            for name in addresses
            for how, found in (("made", made), ("kept", kept))
        ),
        row("any page, unchanged (304)", unchanged),
        Row(f"a mix of {MIX} pages, made, {CROWD} clients", *crowd),
        Row("memory of the site", beside=f"{used:,.0f} MiB: gunicorn, its workers, what they keep"),
    ]


def row(what: str, page: Page) -> Row:
    return Row(what, *page.found, page.ratio, "the view that says hello")


if __name__ == "__main__":
    archive("tests.benchmarks.reading", rows)
