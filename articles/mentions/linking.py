"""Adds links to the names in a post's body. Pure: the stored body is not changed."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from ..search.text.normalise import normalise_aligned
from ..security_links import security_link

#: A tag of our own HTML, whose attributes may hold brackets.
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)((?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>")
INLINE: Final = frozenset("a b code del em font i ins mark s small span strong sub sup u".split())
#: Text in these elements is never linked. `body_text` omits captions.
NO_LINKS: Final = frozenset("a button code figcaption pre".split())


class Link(NamedTuple):
    """What to link: the `nth` occurrence of a normalised text, from 1, to the security of this
    symbol, at an address."""

    written: str
    nth: int
    symbol: str
    address: str


def linked(html: str, links: Iterable[Link]) -> str:
    """Sanitised HTML with these links added. Text that is already in a link is left alone."""
    wanted = [link for link in links if link.written and link.address]
    if not wanted:
        return html
    nodes, text = text_nodes(html)
    normal, origins = normalise_aligned(text)
    insertions: list[tuple[int, int, Link]] = []
    for link in wanted:
        start = nth_occurrence(normal, link.written, link.nth)
        if start < 0:
            continue
        last = start + len(link.written) - 1
        if origins is not None:
            start, last = int(origins.starts[start]), int(origins.ends[last]) - 1
        if place := place_of(nodes, start, last + 1):
            insertions.append((*place, link))
    done = len(html)
    parts: list[str] = []
    for start, end, link in sorted(insertions, reverse=True):
        if end > done:
            continue
        parts += [html[end:done], security_link(link.symbol, link.address, html[start:end])]
        done = start
    return "".join([html[:done], *reversed(parts)])


class TextNode(NamedTuple):
    """Text between two tags: where it is in the text, where in the HTML, and how long."""

    start: int
    in_html: int
    length: int
    may_link: bool


def text_nodes(html: str) -> tuple[list[TextNode], str]:
    """Split HTML into text nodes; return them and the text, one line per block."""
    found: list[TextNode] = []
    parts: list[str] = []
    length = position = 0
    closed_in: list[str] = []  # the elements around that take no links
    for tag in [*TAG.finditer(html), None]:
        end = tag.start() if tag else len(html)
        if end > position and "figcaption" not in closed_in:
            found.append(TextNode(length, position, end - position, not closed_in))
            parts.append(html[position:end])
            length += end - position
        if tag is None:
            break
        position = tag.end()
        name = tag[2].lower()
        if name in NO_LINKS and not tag[1]:
            closed_in.append(name)
        elif name in closed_in and tag[1]:
            closed_in.remove(name)
        if name not in INLINE:
            parts.append("\n")
            length += 1
    return found, "".join(parts)


def nth_occurrence(text: str, part: str, nth: int) -> int:
    """The index of the nth occurrence; -1 if there are fewer than n."""
    start = -1
    for _ in range(nth):
        start = text.find(part, start + (1 if start < 0 else len(part)))
        if start < 0:
            return -1
    return start


def place_of(nodes: Iterable[TextNode], start: int, end: int) -> tuple[int, int] | None:
    """Where a part of the text is in the HTML; None if it may not be linked as a whole."""
    for node in nodes:
        if node.start <= start and end <= node.start + node.length:
            offset = node.in_html - node.start
            return (start + offset, end + offset) if node.may_link else None
    return None
