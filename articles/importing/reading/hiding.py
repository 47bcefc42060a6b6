"""What of a parsed page no browser shows, by its elements and their attributes."""

from collections.abc import Iterator

from bs4 import Tag
from bs4.element import NavigableString

# Not `embed`: it has no content, but the parser puts what follows it there.
NEVER_SHOWN = frozenset("script style template noscript head title object applet datalist".split())
#: WeChat's pages hide the whole article, which their script uncovers.
UNCOVERED_BY_SCRIPT = "js_content"
ANYWHERE = "initial inherit unset revert revert-layer"
#: What CSS knows of two properties (w3.org/TR/css-display-3); it passes over any other value.
VALUES = {
    "display": frozenset(
        f"{ANYWHERE} none contents block inline run-in flow flow-root table flex grid ruby math"
        " list-item inline-block inline-table inline-flex inline-grid table-row-group table-row"
        " table-header-group table-footer-group table-cell table-column-group table-column"
        " table-caption ruby-base ruby-text -webkit-box -webkit-flex -ms-flexbox".split()
    ),
    "visibility": frozenset(f"{ANYWHERE} visible hidden collapse".split()),
}
#: Whether an element is not seen that declares a visibility. With any other it is as the one
#: around it.
INVISIBLE = {"hidden": True, "collapse": True, "visible": False, "initial": False}


def hidden_parts(body: Tag, *, by_attributes: bool) -> Iterator[Tag | NavigableString]:
    """The largest parts of a body that are not shown, in any order. What can only be seen by a
    program is not: `by_attributes`, what attributes hide is not either.

    A part may be changed as soon as it is there. What `visibility` hides is shown again below an
    element that says so.
    """
    seen_inside = around_visible(body) if by_attributes else set[int]()
    waiting: list[tuple[Tag, bool]] = [(body, False)]
    while waiting:
        holder, around = waiting.pop()
        for node in list(holder.contents):
            if not isinstance(node, Tag):
                if around and type(node) is NavigableString:
                    yield node
                continue
            is_invisible = around
            if by_attributes and node.attrs and node.get("id") != UNCOVERED_BY_SCRIPT:
                visibility = declared(node).get("visibility", "")
                is_invisible = INVISIBLE.get(visibility, around)
            if (
                node.name in NEVER_SHOWN
                or (by_attributes and is_not_displayed(node))
                or (is_invisible and id(node) not in seen_inside)
            ):
                yield node
            else:
                waiting.append((node, is_invisible))


def around_visible(body: Tag) -> set[int]:
    """The ids of the elements inside which another is declared to be visible."""
    found: set[int] = set()
    for element in body.descendants:
        if not (isinstance(element, Tag) and "style" in element.attrs):
            continue
        if INVISIBLE.get(declared(element).get("visibility", "")) is False:
            for holder in element.parents:
                if id(holder) in found:
                    break
                found.add(id(holder))
    return found


def is_not_displayed(element: Tag) -> bool:
    attributes = element.attrs
    if element.name == "dialog" and "open" not in attributes:
        return True
    if not attributes:
        return False
    style = declared(element)
    return style.get("display") == "none" or ("hidden" in attributes and "display" not in style)


def declared(element: Tag) -> dict[str, str]:
    """The properties in `VALUES` that an element's style declares. Of several declarations the last
    prevails, and one that is `!important` before others."""
    usual: dict[str, str] = {}
    important: dict[str, str] = {}
    if "style" not in element.attrs:
        return {}
    for declaration in str(element["style"]).lower().split(";"):
        name, _, said = declaration.partition(":")
        value, mark, _ = said.partition("!")
        words = value.split()
        if words and VALUES.get(name.strip(), frozenset()).issuperset(words):
            (important if mark else usual)[name.strip()] = " ".join(words)
    return usual | important
