"""The addresses that a document names for itself → paths at which its post is found
(jekyllrb.com/docs/permalinks, github.com/jekyll/jekyll-redirect-from)."""

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable
from urllib.parse import quote, unquote

from ...messages import Message

#: Where Jekyll puts a post if nothing says otherwise.
DATE_STYLE = "/:categories/:year/:month/:day/:title.html"
TIMES = {
    "year": "%Y", "short_year": "%y", "month": "%m", "day": "%d", "y_day": "%j",
    "hour": "%H", "minute": "%M", "second": "%S", "week": "%V", "short_day": "%a",
    "short_month": "%b", "long_month": "%B", "long_day": "%A", "w_year": "%G", "w_day": "%u",
}  # fmt: skip
PLACEHOLDER = re.compile(r":([a-z]+(?:_[a-z]+)*)")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f\\]")  # and a backslash: browsers make it a slash
NOT_PRETTY = re.compile(r"[^\w.~!$&'()+,;=@]+")  # Jekyll puts a hyphen for these
NOT_PLAIN = re.compile(r"[\W_]+")

ADDRESS_BYTES = 1000  # of a path; PostgreSQL cannot index 2,700
MOST_ADDRESSES = 100  # addresses of a document
OURS = frozenset({"admin", "language", "preview", "static"})


def key(path: str) -> str:
    """A decoded path in the one form of `/a/b`, `/a/b/`, `/a/b.html` and `/a/b/index.html`."""
    parts = [part for part in unicodedata.normalize("NFC", path).split("/") if part]
    if parts and parts[-1] in ("index.html", "index.htm"):
        parts.pop()
    elif parts:
        parts[-1] = parts[-1].removesuffix(".html").removesuffix(".htm")
    return "/" + "/".join(parts)


def is_ours(address: str) -> bool:
    """Whether an address, as `key` gives it, lies where only our own pages are."""
    return address.split("/")[1] in OURS


def addresses(
    permalink: str,
    redirect_from: Iterable[str],
    *,
    title: str,
    categories: Iterable[str],
    published_at: dt.datetime,
) -> tuple[str, ...]:
    """The keys of the addresses that a document claims: its permalink, with its placeholders
    filled in, and those that redirect to it. `title` is its `slug`, or the name of its file without
    the day; the day is taken from `published_at` in its own zone.

    Anything that is not an address on this site, or is one of our own pages, is left out.
    """
    stated = [expand(permalink, title, categories, published_at), *redirect_from]
    keys = (own_key(address) for address in stated)
    return tuple(dict.fromkeys(filter(None, keys)))[:MOST_ADDRESSES]


def left_out(permalink: str, redirect_from: Collection[str]) -> tuple[Message, ...]:
    """Notes on the addresses of a document that are too many or too long."""
    stated = {"permalink": [permalink], "redirect_from": redirect_from}
    notes = [
        Message("field-too-long-left-out", key=name, length=f"{ADDRESS_BYTES:,}")
        for name, texts in stated.items()
        if any(len(unquote(text.strip()).encode()) > ADDRESS_BYTES for text in texts)
    ]
    if len(redirect_from) + bool(permalink) > MOST_ADDRESSES:
        count = f"{len(redirect_from):,}"
        notes.append(
            Message("first-are-taken", count=count, key="redirect_from", most=MOST_ADDRESSES)
        )
    return tuple(notes)


def own_key(address: str) -> str:
    """The key of an address on this site; "" of anything else."""
    address = address.strip()
    if not 0 < len(address) <= 9 * ADDRESS_BYTES:
        return ""
    if address.startswith("//") or SCHEME.match(address):
        return ""
    path = unquote(re.split(r"[?#]", address, maxsplit=1)[0])
    parts = set(path.split("/"))
    if parts & {".", ".."} or CONTROL.search(path):
        return ""
    found = key(path)
    return "" if is_ours(found) or found == "/" or len(found.encode()) > ADDRESS_BYTES else found


def expand(permalink: str, title: str, categories: Iterable[str], published_at: dt.datetime) -> str:
    """A permalink with its placeholders filled in; "" if one is unknown."""
    if ":" not in permalink or permalink.startswith("//") or SCHEME.match(permalink):
        return permalink
    names = dict.fromkeys(category.lower() for category in categories)
    values = {
        "categories": "/".join(names),
        "slugified_categories": "/".join(NOT_PLAIN.sub("-", name).strip("-") for name in names),
        "title": NOT_PRETTY.sub("-", title).strip("-"),
        "slug": NOT_PLAIN.sub("-", title.lower()).strip("-"),
        "output_ext": ".html",
        **{name: f"{published_at:{form}}" for name, form in TIMES.items()},
    }
    for name in ("month", "day", "hour"):
        values[f"i_{name}"] = str(int(values[name]))
    if len(permalink) > ADDRESS_BYTES or set(PLACEHOLDER.findall(permalink)) - values.keys():
        return ""
    filled = PLACEHOLDER.sub(lambda match: quote(values[match[1]]), permalink)
    return "/" + filled.lstrip("/")  # a post without categories begins with two
