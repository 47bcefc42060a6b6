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
from bs4 import BeautifulSoup, Comment, Tag
from markdown_it import MarkdownIt

from .sanitizer import sanitize

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

DATA_CODE = re.compile(r"(\d{1,4}),([\w.\-]{1,20})", re.ASCII)
CHART_DATA_CODE = re.compile(r"(?:K\s+)?([\w.\-]{1,20})\|(\d{1,4})\|", re.ASCII)
CHART_ADDRESS = re.compile(r"GetPic\.aspx\?(?:.*&)?nid=(\d{1,4})\.([\w.\-]{1,20})", re.ASCII)
# Hosts of the pictures and charts, which answer over https though older posts say http.
HTTPS_HOSTS = re.compile(r"^(?:http:)?//((?:[\w\-]+\.)*(?:dfcfw|eastmoney)\.com/)", re.IGNORECASE)
PICTURE_SIZE = re.compile(r"_w(\d{1,5})h(\d{1,5})(?:_o)?\.\w+$")

BLOCKS = frozenset(
    (
        "address article aside blockquote caption center dd div dl dt figcaption figure footer "
        "form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th "
        "thead tr ul"
    ).split()
)
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
    soup = BeautifulSoup(rest, "lxml")
    drop_invisible(soup)
    medium = take_medium(soup)  # first: a mark in 上海<a>证券</a>报 is no mention of a board
    securities = mark_securities(soup)
    securities |= frame_charts(soup, securities)
    frame_pictures(soup)
    drop_empty_paragraphs(soup)
    body = soup.body.decode_contents() if soup.body else ""
    safe = sanitize(body).strip()
    return Body(
        digest=digest,
        html=safe,
        text=plain_text(safe),
        securities=tuple(securities.values()),
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


def drop_invisible(soup: BeautifulSoup) -> None:
    """Take out comments, scripts, styles and what the style attribute hides."""
    for comment in soup.find_all(string=lambda string: isinstance(string, Comment)):
        comment.extract()
    for element in soup.find_all(["script", "style", "template", "noscript"]):
        element.decompose()
    for element in soup.find_all(style=re.compile(r"display\s*:\s*none", re.IGNORECASE)):
        if not element.decomposed:
            element.decompose()


def mark_securities(soup: BeautifulSoup) -> dict[str, SecurityMark]:
    """Turn Eastmoney's marks into links to our own pages; return the securities by symbol.

    Glossary links and the empty spans that its quotes were drawn into go; their text stays.
    """
    securities: dict[str, SecurityMark] = {}
    for element in soup.find_all(["a", "span"]):
        code = DATA_CODE.fullmatch(str(element.get("data-code", "")))
        if code and (name := " ".join(element.get_text().split())):
            mark = SecurityMark(int(code[1]), code[2], name)
            securities.setdefault(mark.symbol, mark)
            link_security(element, mark)
        elif element.name == "span":
            # In Chinese text a span says nothing: it carried an id or a style.
            element.unwrap()
        elif "infokey" in element.get_attribute_list("class"):
            element.unwrap()
    return securities


def link_security(element: Tag, mark: SecurityMark) -> None:
    element.name = "a"
    element.attrs = {
        "class": "security",
        "data-code": mark.symbol,
        "href": f"/security/{mark.symbol}/",
    }


def frame_charts(soup: BeautifulSoup, named: dict[str, SecurityMark]) -> dict[str, SecurityMark]:
    """Make each price chart a figure captioned with its security; return those by symbol."""
    charted: dict[str, SecurityMark] = {}
    for image in soup.find_all("img"):
        mark = chart_security(image)
        if mark is None:
            continue
        mark = named.get(mark.symbol, mark)
        charted.setdefault(mark.symbol, mark)
        label = f"{mark.name}（{mark.code}）" if mark.name else mark.code
        image["alt"] = f"{label}走势图"
        caption = soup.new_tag("figcaption")
        link = soup.new_tag("a", string=label)
        link_security(link, mark)
        caption.append(link)
        figure = frame(soup, image)
        figure.append(caption)
        figure.attrs = {"class": "chart", "data-code": mark.symbol}
    return charted


def chart_security(image: Tag) -> SecurityMark | None:
    if found := CHART_ADDRESS.search(str(image.get("src", ""))):
        return SecurityMark(int(found[1]), found[2])
    if found := CHART_DATA_CODE.match(str(image.get("data-code", ""))):
        return SecurityMark(int(found[2]), found[1])
    return None


def frame_pictures(soup: BeautifulSoup) -> None:
    """Make a picture that stands alone a figure, secure its address and state its size."""
    for image in soup.find_all("img"):
        address = HTTPS_HOSTS.sub(r"https://\1", str(image.get("src", "")).strip())
        image["src"] = address
        if size := PICTURE_SIZE.search(address):
            image["width"], image["height"] = size.groups()
        alt = str(image.get("alt", ""))
        image["alt"] = "" if alt.lower() == "image" else alt  # which the editor's tool writes
        if image.find_parent("figure") is None:
            frame(soup, image)


def frame(soup: BeautifulSoup, image: Tag) -> Tag:
    """Put `image` in a figure, in place of the elements that hold nothing else."""
    outermost = image
    parent = image.parent
    while (
        parent is not None
        and parent.name in ("a", "p", "center", "strong", "div")
        and not parent.get_text(strip=True)
        and len(parent.find_all("img")) == 1
    ):
        outermost, parent = parent, parent.parent
    if outermost is image and parent is not None and parent.name not in ("body", "div", "center"):
        return image  # within a sentence or a table: a figure may not stand there
    figure = soup.new_tag("figure")
    outermost.replace_with(figure)
    figure.append(image.extract())
    return figure


def take_medium(soup: BeautifulSoup) -> str:
    """Take out the paragraph （文章来源：…） and return the medium that it credits.

    The name may hold security marks, so it is read as text.
    """
    for paragraph in reversed(soup.find_all("p")):
        text = paragraph.get_text()
        credit = CREDIT.fullmatch(text)
        if credit or "em_media" in paragraph.get_attribute_list("class"):
            paragraph.decompose()
            medium = " ".join((credit[1] if credit else text).split())
            return medium if len(medium) <= MEDIUM_LENGTH else ""
    return ""


def drop_empty_paragraphs(soup: BeautifulSoup) -> None:
    for paragraph in soup.find_all("p"):
        while paragraph.contents and getattr(paragraph.contents[-1], "name", "") == "br":
            paragraph.contents[-1].decompose()
        if not paragraph.get_text(strip=True) and not paragraph.find(["img", "table"]):
            paragraph.decompose()


def plain_text(safe_html: str) -> str:
    """The text of sanitised HTML, a line for each block, as search and listings read it.

    Text inside links joins its neighbours: 上海<a>证券</a>报 is 上海证券报. Charts, whose
    captions are ours, are left out.
    """
    if not safe_html:
        return ""
    parts: list[str] = []
    collect_text(lxml.html.fragment_fromstring(safe_html, create_parent="div"), parts)
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
