"""A client of the API that needs nothing but Python: copy it where you want it.

>>> site = Newsroom("https://news.example.com")
>>> for post in site.posts(q="茅台", since="2022-01-01", fields=["title", "published_at"]):
...     print(post["published_at"], post["title"])
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

TIMEOUT = 60  # seconds
PATIENCE = 3  # times that a refused request is sent again


class Term(TypedDict, total=False):
    slug: str
    symbol: str  # of a security
    name: str


class Post(TypedDict, total=False):
    """The fields that were asked for."""

    slug: str
    url: str
    title: str
    digest: str
    text: str
    html: str
    published_at: str
    updated_at: str
    source: Term | None
    categories: list[Term]
    tags: list[Term]
    securities: list[Term]
    original_url: str | None
    info_code: str | None


class Change(TypedDict, total=False):
    version: int
    kind: str
    address: str
    state: Literal["present", "moved", "gone"]
    post: Post
    term: dict[str, Any]
    moved_to: str


class ProblemError(Exception):
    """What the site says is wrong with a request: https://www.rfc-editor.org/rfc/rfc9457"""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told.get("detail") or told.get("title"))
        self.status: int = told.get("status", 0)
        self.errors: list[dict[str, Any]] = told.get("errors", [])


@dataclass
class Newsroom:
    """A site, and a key for it if you have one. `place` is where `changes` goes on, and `is_cut`
    says whether there is more than the newest file has."""

    site: str
    key: str = ""
    place: str = field(default="0")
    is_cut: bool = False

    def posts(
        self,
        q: str = "",
        *,
        since: str = "",
        until: str = "",
        fields: Sequence[str] = (),
        **filters: str | Sequence[str],
    ) -> Iterator[Post]:
        """Every post that matches, the newest first, a page at a time. Filters are source,
        category, security, tag, order, published_before and known_at."""
        asked = {"q": q, "from": since, "to": until, "fields": ",".join(fields), "limit": 200}
        answer = self.ask(self.address("posts", asked | filters))
        while True:
            yield from answer["posts"]
            if answer["next_url"] is None:
                return
            answer = self.ask(answer["next_url"])

    def post(self, slug: str) -> dict[str, Any]:
        """A post with all that is known of it."""
        return self.ask(self.address(f"posts/{quote(slug)}"))

    def securities(self, q: str) -> list[dict[str, Any]]:
        """The securities that a name, a code or pinyin may mean."""
        found: list[dict[str, Any]] = self.ask(self.address("securities", {"q": q}))["terms"]
        return found

    def changes(self, fields: Sequence[str] = ()) -> Iterator[Change]:
        """Everything that changed since `place`, which moves on after each page: keep it with the
        copy that you make. Raises `ProblemError` with the status 410 if the site does not know what
        changed since: empty the copy, and go on from the place "0"."""
        has_more = True
        while has_more:
            asked = {"after": self.place, "fields": ",".join(fields)}
            answer = self.ask(self.address("changes", asked))
            yield from answer["changes"]
            self.place, has_more = answer["next"], answer["has_more"]

    def export(self, kind: str, q: str = "", **filters: str | int | Sequence[str]) -> str:
        """The text of a file: csv, jsonl, bib or ris. `from` is called since, and `to` until."""
        filters["from"] = filters.pop("since", "")
        filters["to"] = filters.pop("until", "")
        return self.read(self.address(f"posts.{kind}", {"q": q, **filters}))

    def status(self) -> dict[str, Any]:
        return self.ask(self.address("status"))

    def address(self, path: str, asked: dict[str, Any] | None = None) -> str:
        given = {name: value for name, value in (asked or {}).items() if value}
        query = urlencode(given, doseq=True)
        return f"{self.site.rstrip('/')}/api/v1/{path}{query and '?'}{query}"

    def ask(self, address: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.read(address))
        return found

    def read(self, address: str) -> str:
        """What is at an address. If the site was asked too often, or cannot answer now, waits as
        long as it says. Raises `ProblemError`."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        for attempt in range(PATIENCE + 1):
            try:
                with urlopen(Request(address, headers=headers), timeout=TIMEOUT) as answer:
                    content: bytes = answer.read()
                    self.is_cut = answer.headers.get("X-Truncated") == "true"
                    return content.decode()
            except HTTPError as error:
                wait = error.headers.get("Retry-After", "")
                if attempt < PATIENCE and wait.isdecimal():
                    time.sleep(int(wait))
                    continue
                raise ProblemError(json.loads(error.read())) from error
        raise AssertionError  # the last attempt returned or raised
