"""How many pages a second gunicorn serves, of each kind, beside a bare view: `make bench`.

Runs in a database of its own on posts that it generates, or on those of `--folder DIR`; with
`--here`, on the archive that DATABASE_URL names, as it is. First each page is made anew each time;
then the same pages are kept; then they are asked for with the ETag that a client has.
Client, gunicorn and PostgreSQL share the machine: read the ratios.
"""

import http.client
import os
import threading
import time
from http import HTTPStatus
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

from tests.benchmarks.searching import gunicorn, main

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

CLIENTS = 4
SECONDS = 1.0  # for each measure
ROUNDS = 5
BARE = "/hello/"
HEADERS = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}


class Measured(NamedTuple):
    rate: float  # requests a second
    median: float  # milliseconds


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
        "bare view": BARE,
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
        "not found": "/stock/600519.html",
    }


def measure(port: int, path: str, **headers: str) -> Measured:
    """Ask for a page over and over, by a few clients at once."""
    taken: list[float] = []
    wanted = HTTPStatus.NOT_MODIFIED if headers else None
    end = time.perf_counter() + SECONDS

    def ask() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port)
        while (start := time.perf_counter()) < end:
            client.request("GET", path, headers=HEADERS | headers)
            response = client.getresponse()
            response.read()
            if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or (
                wanted and response.status != wanted
            ):
                raise RuntimeError(f"{path}: {response.status}")
            taken.append(1000 * (time.perf_counter() - start))

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    start = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return Measured(len(taken) / (time.perf_counter() - start), median(taken))


def etag(port: int, path: str) -> str:
    client = http.client.HTTPConnection("127.0.0.1", port)
    client.request("GET", path, headers=HEADERS)
    return client.getresponse().getheader("ETag", "")


def beside(port: int, path: str, **headers: str) -> tuple[Measured, float]:
    """The median of a few rounds, and of their ratios to the bare view in the same round: what
    else the machine does hits both."""
    rounds = [(measure(port, BARE), measure(port, path, **headers)) for _ in range(ROUNDS)]
    return (
        Measured(*(median(values) for values in zip(*(page for _, page in rounds), strict=True))),
        median(page.rate / bare.rate for bare, page in rounds),
    )


def report(name: str, found: Measured, ratio: float) -> None:
    print(f"{name:24}{found.rate:9.0f}{found.median:9.1f}{ratio:9.2f}", flush=True)


def measure_all(database: str) -> None:
    from django.db import connection

    from articles.models import Post

    addresses = pages()
    print(f"{Post.objects.count():,} posts, {CLIENTS} clients at once")
    connection.close()
    print(f"{'':24}{'pages/s':>9}{'ms':>9}{'/ bare':>9}")
    with gunicorn(database, "tests.benchmarks.hello:application") as client:
        measure_each(client.port, addresses)
    print("kept")
    with gunicorn(database, "tests.benchmarks.hello:application", page_cache_mib=32) as client:
        measure_each(client.port, addresses)
        for name in ("home", "listing", "post", "feed"):
            path = addresses[name]
            unchanged = {"If-None-Match": etag(client.port, path)}
            report(f"{name}, unchanged (304)", *beside(client.port, path, **unchanged))


def measure_each(port: int, addresses: dict[str, str]) -> None:
    for path in addresses.values():
        etag(port, path)
    for name, path in addresses.items():
        report(name, *beside(port, path))


if __name__ == "__main__":
    main("tests.benchmarks.reading", measure_all)
