"""What follows the front matter → digest, HTML, text, securities, medium and link.

A post is a digest (a paragraph or a `> ` quote), then Eastmoney's HTML, then a line `<link>`,
then links back to the site's lists; any part may be absent. A document of the site's own, which
has no link line, is Markdown.
"""

import html
import re
from dataclasses import dataclass
from typing import Literal

import lxml.etree
import lxml.html
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdown_it import MarkdownIt

from .sanitizer import ATTRIBUTES, TAGS, sanitize

Kind = Literal["stock", "fund", "index", "board"]

LINK_LINE = re.compile(r"<((?:https?:)?//\S+)?>")
# The address may hold brackets of its own: category/anxinguojizhengquan(xianggang).html.
BACK_LINK = re.compile(r"(?:\[返回[^\]]*\]\(.*?\)[\s｜|]*)+")
HTML_START = re.compile(
    r"^[ \t]*<(?:!--|/?(?:p|div|center|table|img|span|section|h[1-6]|ul|ol|figure|blockquote|br|a"
    r"|strong|b|em|i|font|iframe|script|style|svg|form)\b)",
    re.IGNORECASE | re.MULTILINE,
)
CREDIT = re.compile(r"\s*[（(]\s*文章来源[：:](.*?)[)）]\s*", re.DOTALL)
# A digest may end in the medium's name; anything with punctuation or digits is a remark.
DIGEST_CREDIT = re.compile(r"（([^\W\d_]{2,14}(?:·[^\W\d_]{2,14})?)）$")

MEDIUM_LENGTH = 50  # characters; what is longer names nobody

DATA_CODE = re.compile(r"(\d{1,4})[,.]([\w.\-]{1,20})", re.ASCII)  # a dot in our own HTML
CHART_DATA_CODE = re.compile(r"(?:K\s+)?([\w.\-]{1,20})\|(\d{1,4})\|", re.ASCII)
CHART_ADDRESS = re.compile(r"GetPic\.aspx\?(?:.*&)?nid=(\d{1,4})\.([\w.\-]{1,20})", re.ASCII)
# Hosts of the pictures and charts, which answer over https though older posts say http.
HTTPS_HOSTS = re.compile(r"^(?:http:)?//((?:[\w\-]+\.)*(?:dfcfw|eastmoney)\.com/)", re.IGNORECASE)
PICTURE_SIZE = re.compile(r"_w(\d{1,5})h(\d{1,5})(?:_o)?\.\w+$")

# What a paragraph cannot hold: its tags end a line of text.
BLOCKS = frozenset(
    (
        "address article aside blockquote caption center dd details dir div dl dt fieldset "
        "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre "
        "section summary table tbody td tfoot th thead tr ul"
    ).split()
)
FLOW = frozenset("blockquote body center dd div td th li section article main".split())
WRAPPERS = frozenset("a p center strong b em font span div section".split())
UNSEEN = frozenset("script style template noscript head title object embed applet".split())
VOID = frozenset("br hr img col".split())
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
HAS_BLOCK = re.compile(r"<(?:blockquote|dl|figure|h[2-6]|hr|ol|p|pre|table|ul)[ >]")
BLANK_ENDS = re.compile(r"^(?:\s|<br>)+|(?:\s|<br>)+$")
SEEN_WITHOUT_TEXT = re.compile(r"<(?:img|table|figure|hr)[ >]")

# lxml, which reads our result again, loses what lies 256 deep; nobody writes half of that.
DEPTH = 100
MENTIONS = 1000  # securities of one post: more is a table of the market, not a story

PARSER = lxml.html.HTMLParser(huge_tree=True)  # or it drops what is large or deep
MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class SecurityMark:
    """A security that a post names: market and code as in 1.600519; no name from a chart."""

    market: int
    code: str
    name: str = ""

    @property
    def symbol(self) -> str:
        return f"{self.market}.{self.code}"

    @property
    def kind(self) -> Kind:
        """What it is, from the ranges in which the exchanges give codes."""
        if self.market == 90:
            return "board"
        if self.market == 1 and self.code.startswith("000"):
            return "index"
        if self.market == 0 and self.code.startswith("399"):
            return "index"
        if self.market in (0, 1) and re.match(r"5[0168]|1[568]", self.code):
            return "fund"
        return "index" if self.market == 100 else "stock"


@dataclass(frozen=True, slots=True)
class Body:
    """The parts of a document below its front matter; what is absent is empty."""

    digest: str
    html: str
    text: str
    securities: tuple[SecurityMark, ...]
    medium: str
    link: str


def parse_body(text: str) -> Body:
    """Read all that follows the front matter. Any text has a reading, so nothing is raised."""
    text, link = split_link(text)
    start = HTML_START.search(text)
    lead, rest = (text[: start.start()], text[start.start() :]) if start else (text, "")
    if link is None:
        digest, rest = "", (MARKDOWN.render(lead) if lead.strip() else "") + rest
    else:
        digest, rest = read_digest(lead, rest)
    if not rest.strip():
        return Body(digest, "", "", (), digest_medium(digest), link or "")
    soup = BeautifulSoup(rest, "lxml", multi_valued_attributes=None)
    if soup.body is None:
        return Body(digest, "", "", (), digest_medium(digest), link or "")
    medium = take_medium(soup.body)  # first: a mark in 上海<a>证券</a>报 is no mention
    securities = named_securities(soup.body)
    safe = sanitize(render_children(soup.body, securities)).strip()
    return Body(
        digest=digest,
        html=safe,
        text=plain_text(safe),
        securities=tuple(securities.values())[:MENTIONS],
        medium=medium or digest_medium(digest),
        link=link or "",
    )


def split_link(text: str) -> tuple[str, str | None]:
    """The text without its closing lines, and the link among them: "" for `<>`, None for none."""
    lines = text.split("\n")
    link: str | None = None
    while lines:
        line = lines[-1].strip()
        if link is None and (found := LINK_LINE.fullmatch(line)):
            link = found[1] or ""
        elif line and not BACK_LINK.fullmatch(line):
            break
        lines.pop()
    return "\n".join(lines), link


def read_digest(lead: str, rest: str) -> tuple[str, str]:
    """The digest, and the HTML that follows it with whatever else stood before that.

    The digest is the quote, or the first paragraph where there is no quote.
    """
    paragraphs = [p.strip() for p in re.split(r"\n[ \t\u3000]*\n", lead) if p.strip()]
    if not paragraphs:
        return "", rest
    first, *others = paragraphs
    quote = re.sub(r"(?m)^[ \t]*>[ \t]?", "", first)
    digest = " ".join(html.unescape(quote).split())
    return digest, "".join(f"<p>{html.escape(p, quote=False)}</p>" for p in others) + rest


def digest_medium(digest: str) -> str:
    found = DIGEST_CREDIT.search(digest)
    return found[1] if found else ""


def take_medium(body: Tag) -> str:
    """Take out the paragraph （文章来源：…） and return the medium that it credits.

    The name may hold security marks, so it is read as text.
    """
    paragraphs = [node for node in body.descendants if isinstance(node, Tag) and node.name == "p"]
    for paragraph in reversed(paragraphs):
        text = paragraph.get_text()
        credit = CREDIT.fullmatch(text)
        if credit or "em_media" in str(paragraph.get("class", "")).split():
            paragraph.decompose()
            medium = " ".join((credit[1] if credit else text).split())
            return medium if len(medium) <= MEDIUM_LENGTH else ""
    return ""


def named_securities(body: Tag) -> dict[str, SecurityMark]:
    """The securities of a body by symbol: those that it names, then those that it only charts."""
    named: dict[str, SecurityMark] = {}
    charted: dict[str, SecurityMark] = {}
    for node in body.descendants:
        if not isinstance(node, Tag):
            continue
        if node.name == "img":
            if mark := chart_security(node):
                charted.setdefault(mark.symbol, mark)
        elif "data-code" in node.attrs and (mark := named_security(node)):
            named.setdefault(mark.symbol, mark)
    return named | {symbol: charted[symbol] for symbol in charted if symbol not in named}


def named_security(element: Tag) -> SecurityMark | None:
    """The security that Eastmoney marked, an `a` or a `span` with data-code="1,600519"."""
    code = DATA_CODE.fullmatch(str(element.get("data-code", "")))
    if code is None or element.name not in ("a", "span") or in_caption(element):
        return None
    name = " ".join(element.get_text().split())
    return SecurityMark(int(code[1]), code[2], name) if name else None


def in_caption(element: Tag) -> bool:
    return element.parent is not None and element.parent.name == "figcaption"


def chart_security(image: Tag) -> SecurityMark | None:
    if found := CHART_ADDRESS.search(str(image.get("src", ""))):
        return SecurityMark(int(found[1]), found[2])
    if found := CHART_DATA_CODE.match(str(image.get("data-code", ""))):
        return SecurityMark(int(found[2]), found[1])
    return None


def render_children(
    parent: Tag, securities: dict[str, SecurityMark], *, flow: bool = True, depth: int = 0
) -> str:
    """The content of an element as HTML of ours; `flow`: where a figure may stand."""
    if depth > DEPTH:
        pictures = (render_picture(image, securities) for image in parent.find_all("img"))
        return html.escape(parent.get_text(), quote=False) + "".join(pictures)
    parts = []
    for node in parent.contents:
        if isinstance(node, Tag):
            parts.append(render(node, securities, flow=flow, depth=depth + 1))
        elif type(node) is NavigableString:  # its subclasses are comments and the like
            parts.append(html.escape(node, quote=False))
    return "".join(parts)


def render(element: Tag, securities: dict[str, SecurityMark], *, flow: bool, depth: int) -> str:
    """An element as HTML of ours: securities link to our own pages, charts and pictures that
    stand alone are figures, and what shows nothing is gone. Text is left as it is."""
    name = element.name
    attributes = element.attrs
    if name in UNSEEN or ("style" in attributes and HIDDEN.search(str(attributes["style"]))):
        return ""
    if name == "img":
        return render_figure(element, securities) if flow else render_picture(element, securities)
    if name == "figure" and (chart := element.find("img")) and chart_security(chart):
        return render_figure(chart, securities)  # our own, of an exported post
    if flow and name in WRAPPERS and (image := lone_picture(element)):
        return render_figure(image, securities)
    in_flow = flow and name in FLOW
    inner = render_children(element, securities, flow=in_flow, depth=depth)
    if "data-code" in attributes and (mark := named_security(element)):
        return security_link(mark, inner)
    if name == "h1":
        name = "h2"  # the page has its own
    if name == "a" and "infokey" in str(attributes.get("class", "")).split():
        return inner  # a glossary
    if name not in TAGS:
        # A box is a paragraph, unless it holds some; of anything else the text stays.
        return paragraph(inner) if name in BLOCKS else inner
    if name == "p":
        return paragraph(inner)
    opening = f"<{name}{render_attributes(element)}>"
    return opening if name in VOID else f"{opening}{inner}</{name}>"


def paragraph(inner: str) -> str:
    if HAS_BLOCK.search(inner):
        return inner
    inner = BLANK_ENDS.sub("", inner) if "<br>" in inner else inner
    seen = inner.strip() and (
        html.unescape(re.sub(r"<[^>]*>", "", inner)).strip() or SEEN_WITHOUT_TEXT.search(inner)
    )
    return f"<p>{inner}</p>" if seen else ""


def render_attributes(element: Tag) -> str:
    allowed = ATTRIBUTES.get(element.name, set()) - {"data-code"}
    return "".join(
        f' {name}="{html.escape(str(value))}"'
        for name, value in element.attrs.items()
        if name in allowed
    )


def security_link(mark: SecurityMark, inner: str) -> str:
    symbol = mark.symbol
    return f'<a class="security" data-code="{symbol}" href="/security/{symbol}/">{inner}</a>'


def lone_picture(element: Tag) -> Tag | None:
    """The picture that is all an element holds."""
    picture = None
    for node in element.descendants:
        if isinstance(node, Tag):
            if node.name == "img":
                if picture is not None:
                    return None
                picture = node
        elif type(node) is NavigableString and node.strip():
            return None
    return picture


def render_picture(image: Tag, securities: dict[str, SecurityMark]) -> str:
    """A picture with its address secured, its size stated where the address tells it, and for
    a chart the name of its security for those who do not see it."""
    address = HTTPS_HOSTS.sub(r"https://\1", str(image.get("src", "")).strip())
    if not address:
        return ""
    if mark := chart_security(image):
        alt = f"{chart_label(securities.get(mark.symbol, mark))}走势图"
    else:
        alt = str(image.get("alt", ""))
        alt = "" if alt.lower() == "image" else alt  # which the editor's tool writes
    image.attrs = {
        **image.attrs,
        "src": address,
        "alt": alt,
        # As the sanitizer would set them, but that gives them another order in each process.
        "loading": "lazy",
        "referrerpolicy": "no-referrer",
    }
    if size := PICTURE_SIZE.search(address):
        image["width"], image["height"] = size.groups()
    return f"<img{render_attributes(image)}>"


def render_figure(image: Tag, securities: dict[str, SecurityMark]) -> str:
    picture = render_picture(image, securities)
    if not (mark := chart_security(image)) or not picture:
        return picture and f"<figure>{picture}</figure>"
    caption = security_link(mark, html.escape(chart_label(securities.get(mark.symbol, mark))))
    return (
        f'<figure class="chart" data-code="{mark.symbol}">{picture}'
        f"<figcaption>{caption}</figcaption></figure>"
    )


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
