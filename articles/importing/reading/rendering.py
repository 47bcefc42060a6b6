"""Parsed HTML, from Eastmoney or elsewhere → our HTML and its plain text.

Securities link to our own pages, charts and pictures that stand alone become figures, and elements
that show nothing are removed. Text is left as it is, except what the page would hide.
"""

import html
import re

import lxml.etree
import lxml.html
from bs4 import Tag
from bs4.element import NavigableString, PreformattedString, TemplateString

from ...messages import Message
from ...security_links import security_link
from .sanitizer import ATTRIBUTES, TAGS
from .securities import SecurityMark, chart_security, named_security

# Hosts of the pictures and charts, which answer over https though older posts say http.
HTTPS_HOSTS = re.compile(r"^(?:http:)?//((?:[\w\-]+\.)*(?:dfcfw|eastmoney)\.com/)", re.IGNORECASE)
PICTURE = re.compile(r"https?://|(?![A-Za-z][A-Za-z0-9+.\-]{0,30}:)", re.IGNORECASE)
PICTURE_SIZE = re.compile(r"_w(\d{1,5})h(\d{1,5})(?:_o)?\.\w+$")

# What a paragraph cannot contain. Such tags end a line of text.
BLOCKS = frozenset(
    (
        "address article aside blockquote caption center dd details dir div dl dt fieldset "
        "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre "
        "section summary table tbody td tfoot th thead tr ul"
    ).split()
)
CODE_ELEMENTS = frozenset("script style".split())  # removed without a note
EMBEDDED = frozenset("iframe embed object video audio applet".split())
FLOW = frozenset("blockquote body center dd div embed td th li section article main".split())
WRAPPERS = frozenset("a p center strong b em font span div section".split())
VOID = frozenset("br hr img col".split())
TAG_OR_PART = re.compile(r"<[^<>]*>?")
TAGS_IN_VALUE = re.compile(r">[^<>]*+</?[a-z]", re.IGNORECASE)
HAS_BLOCK = re.compile(r"<(?:blockquote|dl|figure|h[2-6]|hr|ol|p|pre|table|ul)[ >]")
OUR_TAG = re.compile(r"<[^<>]*>")
SEEN_WITHOUT_TEXT = re.compile(r"<(?:img|table|figure|hr)[ >]")

# lxml reads our result again and loses anything nested 256 deep; nobody writes half of that.
DEPTH = 100
EXCERPT = 40  # characters of a text in a note

PARSER = lxml.html.HTMLParser(huge_tree=True)  # or it drops what is large or deep


class Renderer:
    """Writes a body as our HTML. `securities` are to be those found in the body, by symbol;
    `links_pictures`: pictures that stand alone keep their links, which in Eastmoney's bodies lead
    to quotes and advertisements.

    Afterwards `notes` says what was left out, each thing once.
    """

    def __init__(self, *, links_pictures: bool) -> None:
        self.links_pictures = links_pictures
        self.securities: dict[str, SecurityMark] = {}
        self.notes: dict[Message, None] = {}

    def children(self, parent: Tag, *, flow: bool = True, depth: int = 0) -> str:
        """The content of an element. `flow`: whether a figure may stand there."""
        if depth > DEPTH:
            self.note(Message("nested-without-form", depth=DEPTH))
            pictures = (self.picture(image) for image in parent.find_all("img"))
            return html.escape(parent.get_text(), quote=False) + "".join(pictures)
        parts = []
        for node in parent.contents:
            if isinstance(node, Tag):
                parts.append(self.element(node, flow=flow, depth=depth + 1))
            elif type(node) is NavigableString:  # its subclasses are comments and such
                parts.append(html.escape(node, quote=False))
        return "".join(parts)

    def element(self, element: Tag, *, flow: bool, depth: int) -> str:
        name = element.name
        attributes = element.attrs
        self.note_left_out(element)
        if name == "img":
            return self.figure(element) if flow else self.picture(element)
        if name == "figure" and (chart := element.find("img")) and chart_security(chart):
            return self.figure(chart)  # our own, of an exported post
        if flow and name in WRAPPERS and (image := lone_picture(element)):
            return self.figure(image)
        inner = self.children(element, flow=flow and name in FLOW, depth=depth)
        if attributes and (mark := named_security(element)):
            return link_of(mark, inner)
        if name == "h1":
            name = "h2"  # the page has its own
        if name == "a" and "infokey" in str(attributes.get("class", "")).split():
            return inner  # a glossary
        if name not in TAGS:
            # A block becomes a paragraph unless it contains blocks; any other element is unwrapped.
            return paragraph(inner) if name in BLOCKS else inner
        if name == "p":
            return paragraph(inner)
        opening = f"<{name}{render_attributes(element)}>"
        return opening if name in VOID else f"{opening}{inner}</{name}>"

    def picture(self, image: Tag) -> str:
        """A picture with its address secured, its size stated if the address tells it, and for a
        chart the name of its security for those who do not see it. One that no reader can open is
        its description, as in browsers."""
        # Pages that load their pictures late have a placeholder in `src`.
        stated = [str(image.get(name, "")).strip() for name in ("data-src", "data-original", "src")]
        address = next((each for each in stated if each and PICTURE.match(each)), "")
        alt = str(image.get("alt", ""))
        alt = "" if alt.lower() == "image" else alt  # the editing tool's default
        if not address:
            if said := " ".join([*alt.split(), next(filter(None, stated), "")]).strip():
                self.note(Message("element-left-out", element="picture", address=said[:EXCERPT]))
            return html.escape(alt, quote=False)
        address = HTTPS_HOSTS.sub(r"https://\1", address)
        if mark := chart_security(image):
            alt = f"{chart_label(self.securities.get(mark.symbol, mark))}走势图"
        image.attrs = {
            **image.attrs,
            "src": address,
            "alt": alt,
            # The sanitizer would set these too, but in another order in each process.
            "loading": "lazy",
            "referrerpolicy": "no-referrer",
        }
        if size := PICTURE_SIZE.search(address):
            image["width"], image["height"] = size.groups()
        return f"<img{render_attributes(image)}>"

    def figure(self, image: Tag) -> str:
        picture = self.picture(image)
        is_shown = picture.startswith("<img")
        mark = chart_security(image) if is_shown else None
        if mark is None:
            link = image.find_parent("a", href=True) if self.links_pictures else None
            if link and picture:
                picture = f"<a{render_attributes(link)}>{picture}</a>"
            return f"<figure>{picture}</figure>" if is_shown else paragraph(picture)
        label = chart_label(self.securities.get(mark.symbol, mark))
        return (
            f'<figure class="chart" data-code="{mark.symbol}">{picture}'
            f"<figcaption>{link_of(mark, html.escape(label))}</figcaption></figure>"
        )

    def note(self, note: Message) -> None:
        self.notes[note] = None

    def take_hidden(self, part: Tag | NavigableString) -> None:
        """Leave out what the page would not show, and note its text."""
        if not isinstance(part, Tag):
            self.note_hidden_text(part)
            part.replace_with("")
            return
        self.note_left_out(part)
        if part.name not in CODE_ELEMENTS:
            self.note_hidden_text(visible(part))
        part.name, part.attrs = "span", {}  # to look for its place would take long
        part.clear()

    def note_left_out(self, element: Tag) -> None:
        if element.name in EMBEDDED or element.name == "input":
            self.note_embedded(element)
        if element.attrs:
            self.note_swallowed(element)

    def note_swallowed(self, element: Tag) -> None:
        """Note text that became the value of an attribute, for lack of a quotation mark."""
        for value in element.attrs.values():
            if "<" in value and TAGS_IN_VALUE.search(str(value)):
                self.note_hidden_text(TAG_OR_PART.sub("", str(value).partition(">")[2]))

    def note_hidden_text(self, text: str) -> None:
        if text := text.strip():
            self.note(hidden_text(text))

    def note_embedded(self, element: Tag) -> None:
        said = [str(element.get(name, "")).strip() for name in ("src", "data", "value")]
        shown = [str(element.get(name, "")).strip() for name in ("title", "placeholder")]
        if text := " ".join(filter(None, [*shown, next(filter(None, said), "")])):
            self.note(Message("element-left-out", element=element.name, address=text[:200]))


def hidden_text(text: str) -> Message:
    """A note on text that is left out because a page would not show it."""
    return Message("hidden-text-left-out", text=excerpt(" ".join(text.split())))


def excerpt(text: str) -> str:
    """The beginning of a text, as notes quote it."""
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"


def visible(element: Tag) -> str:
    """The text in an element, without the scripts and styles in it."""
    return "".join(
        node
        for node in element.descendants
        if isinstance(node, NavigableString)
        and not isinstance(node, PreformattedString)
        and (node.parent is None or node.parent.name not in CODE_ELEMENTS)
    )


def paragraph(inner: str) -> str:
    if HAS_BLOCK.search(inner):
        return inner
    inner = without_blank_ends(inner) if "<br>" in inner else inner
    seen = inner.strip() and (
        html.unescape(OUR_TAG.sub("", inner)).strip() or SEEN_WITHOUT_TEXT.search(inner)
    )
    return f"<p>{inner}</p>" if seen else ""


def without_blank_ends(inner: str) -> str:
    """`inner` without the white space and line breaks at its ends."""
    start, end = 0, len(inner)
    while start < end and (inner[start].isspace() or inner.startswith("<br>", start)):
        start += 1 if inner[start].isspace() else 4
    while end > start and (inner[end - 1].isspace() or inner.endswith("<br>", start, end)):
        end -= 1 if inner[end - 1].isspace() else 4
    return inner[start:end]


def render_attributes(element: Tag) -> str:
    allowed = ATTRIBUTES.get(element.name, set()) - {"data-code"}
    return "".join(
        f' {name}="{html.escape(str(value))}"'
        for name, value in element.attrs.items()
        if name in allowed and (name != "href" or str(value).strip())  # an empty one leads here
    )


def link_of(mark: SecurityMark, inner: str) -> str:
    # As newsroom/urls.py has it: this module is pure, so `reverse` is not at hand.
    return security_link(mark.symbol, f"/security/{mark.symbol}/", inner)


def lone_picture(element: Tag) -> Tag | None:
    """The picture that is all an element holds."""
    picture = None
    for node in element.descendants:
        if isinstance(node, Tag):
            if node.name == "img":
                if picture is not None:
                    return None
                picture = node
        elif type(node) in (NavigableString, TemplateString) and str(node).strip():
            return None
    return picture


def chart_label(mark: SecurityMark) -> str:
    return f"{mark.name}（{mark.code}）" if mark.name else mark.code


def plain_text(safe_html: str) -> str:
    """The text of sanitised HTML, a line for each block, as search and listings read it.

    Text inside links joins its neighbours: 上海<a>证券</a>报 is 上海证券报. Charts, whose
    captions are ours, are left out.
    """
    if not safe_html:
        return ""
    parts: list[str] = []
    collect_text(
        lxml.html.fragment_fromstring(safe_html, create_parent="div", parser=PARSER), parts
    )
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def collect_text(root: lxml.html.HtmlElement, parts: list[str]) -> None:
    chart = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        is_chart = element.tag == "figure" and element.get("class") == "chart"
        if event == "start":
            chart += is_chart
            if element.tag in BLOCKS or element.tag == "br":
                parts.append("\n")
            if element.text and not chart:
                parts.append(element.text.replace("\n", " "))
        else:
            if event == "end":
                chart -= is_chart
                if element.tag in BLOCKS:
                    parts.append("\n")
            if element.tail and not chart:
                parts.append(element.tail.replace("\n", " "))
