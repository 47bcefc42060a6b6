"""How long readers wait while somebody asks for the dearest addresses in a loop, and how long they
wait otherwise. What else the machine does hits both, so read the ratios."""

import http.client
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from statistics import median, quantiles
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.waiting import PATIENCE

READERS: Final = 4
PAUSE: Final = 0.1  # seconds that a reader looks at a page
CONNECTIONS: Final = (0, 1, 4)  # of who asks for the dearest addresses
ROUNDS: Final = 5
SECONDS: Final = 6  # for each measure
HEADERS: Final = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}

WORDS: Final = (
    *("公司", "股份", "中国", "市场", "增长", "投资", "证券", "板块"),
    *("上涨", "业绩", "资金", "净利润", "同比", "发布", "公告", "机构"),
)
ANY: Final = " | ".join(WORDS)
FIVE: Final = [f"{ANY} | {number}" for number in range(5)]
#: Those that took longest, of some forty kinds of address and query that were tried.
DEAREST: Final[Sequence[tuple[str, dict[str, Any]]]] = (
    ("/trends/", {"q": FIVE, "by": "week", "stories": "on"}),
    ("/trends/", {"q": FIVE, "by": "day"}),
    ("/posts/", {"q": f"{' '.join(WORDS)} 龘靐"}),  # which no post has
    ("/posts/", {"q": ANY, "sort": "relevance"}),
    ("/posts/", {"q": "".join(WORDS)}),  # is cut into its words
    ("/posts/", {"q": "maotaii gongsii jingji"}),
    ("/posts/", {"q": "title:公司 | digest:公司 | 的 -title:股份", "page": 400}),
    ("/hot/", {"by": "week"}),
    ("/api/v1/posts", {"q": ANY, "limit": 200}),
    ("/api/v1/posts.jsonl", {"q": ANY}),
)


class Waits(NamedTuple):
    """How many times as long pages take, by the 95th percentile, beside so many connections of
    somebody who asks for the dearest; and how long they take alone, in milliseconds."""

    pages: str
    connections: int
    ratio: float
    alone: float


def waits(port: int) -> Iterator[Waits]:
    """Of pages that are made, and of pages that are kept."""
    paths = ordinary(port)
    for pages, is_made in (("made", True), ("kept", False)):
        found = defaultdict(list)
        for _ in range(ROUNDS):
            for connections in CONNECTIONS:
                found[connections].append(slow(port, paths, is_made, connections))
        alone, *beside = CONNECTIONS
        for connections in beside:
            pairs = zip(found[connections], found[alone], strict=True)
            ratio = median(slowed / before for slowed, before in pairs)
            yield Waits(pages, connections, ratio, median(found[alone]))


def ordinary(port: int) -> list[str]:
    """What most readers ask for."""
    with urlopen(f"http://127.0.0.1:{port}/api/v1/posts?limit=10") as answer:
        posts = [f"/posts/{post['slug']}/" for post in json.load(answer)["posts"]]
    return ["/", "/posts/", "/archive/", "/sources/", "/securities/", *posts]


def slow(port: int, paths: Sequence[str], is_made: bool, connections: int) -> float:
    """The 95th percentile of how long a page takes, in milliseconds."""
    enough = threading.Event()
    with ThreadPoolExecutor(READERS + max(CONNECTIONS)) as pool:
        greedy = [pool.submit(ask_dearest, port, 3 * one, enough) for one in range(connections)]
        end = time.perf_counter() + SECONDS
        readers = [pool.submit(read, port, paths, 4 * one, is_made, end) for one in range(READERS)]
        try:
            taken = [seconds for reader in readers for seconds in reader.result()]
        finally:
            enough.set()
        for one in greedy:
            one.result()
    return 1000 * quantiles(taken, n=20)[-1]


def read(port: int, paths: Sequence[str], first: int, is_made: bool, end: float) -> list[float]:
    """Read one page after the other until the end. Return the seconds that each took. Of an address
    with a parameter that there is not no page is kept."""
    client = connect(port)
    taken = []
    for path in islice(cycle(paths), first, None):
        begin = time.perf_counter()
        if begin >= end:
            break
        ask(client, path, {"n": time.monotonic_ns()} if is_made else {})
        taken.append(time.perf_counter() - begin)
        time.sleep(PAUSE)
    return taken


def ask_dearest(port: int, first: int, enough: threading.Event) -> None:
    client = connect(port)
    for path, query in islice(cycle(DEAREST), first, None):
        if enough.is_set():
            break
        number = time.monotonic_ns()
        # The API refuses parameters that it does not know.
        new = {"q": f"{ANY} | {number}"} if path.startswith("/api/") else {"n": number}
        ask(client, path, query | new)


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)


def ask(client: http.client.HTTPConnection, path: str, query: dict[str, Any]) -> None:
    client.request("GET", f"{path}?{urlencode(query, doseq=True)}", headers=HEADERS)
    client.getresponse().read()
