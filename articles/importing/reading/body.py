"""What follows the front matter → digest, HTML, text, securities, medium and link.

A body has one of three forms. The whole of it tells which:

- *Eastmoney's*: a digest (a paragraph or a `> ` quote), then HTML, then the line `<link>`, then
  links back to the site's lists. It is known by the link: one that flashes and articles really
  have (a page of news on eastmoney.com, or NewsShare.html), or the empty `<>`. All but the link
  may be absent. If headings, lists, pictures or fenced code stand before the HTML, the body is
  Markdown with a link.
- *HTML*: every paragraph begins with a tag of HTML and nothing outside of its elements is Markdown;
  or the first paragraph begins so and Eastmoney's marks follow. Then a last line `<https://…>` with
  whatever address is the link, and a `> ` quote before the HTML is the digest.
- *Markdown*: everything else. A last line `<https://…>` is text.

What is dropped from Eastmoney's form without a note: the link, the links back, the credit,
comments, scripts and styles. Anything else that a reader might miss is noted.
"""

import html
import re
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import Script, Stylesheet, TemplateString

from ...characters import clean
from ...messages import Message
from . import markdown
from .credit import take_medium
from .documents import HAS_UNSEEN, UNSEEN
from .hiding import hidden_parts
from .liquid import without_liquid
from .rendering import (
    BLOCKS,
    DEPTH,
    Renderer,
    hidden_text,
    plain_text,
)
from .sanitizer import sanitize
from .securities import SecurityMark, named_securities
from .unclosed import unclosed

__all__ = ["HTML_START", "ORIGINAL", "Body", "SecurityMark", "parse_body", "plain_text"]

LINK_LINE = re.compile(r"<((?:https?:)?//[^\s<>]+)?>")
# The addresses that flashes and articles have, as the writing script gives them.
ORIGINAL = re.compile(
    r"(?:https?:)?//(?:(?:[\w\-]{1,63}\.){0,9}eastmoney\.com/news/\w{1,20},\d{18}\.html"
    r"|[^\s<>?#]+/NewsShare\.html\?infoCode=NW\d{18})",
    re.ASCII | re.IGNORECASE,
)
# The address may hold brackets of its own: category/anxinguojizhengquan(xianggang).html.
BACK_LINKS = re.compile(r"(?:\[返回[^\]]*+\]\((?:[^()]|\([^()]*+\))*+\)[\s｜|]*+)++")
HTML_START = re.compile(
    r"^[ \t]*<(?:!--|/?(?:p|div|center|table|img|span|section|h[1-6]|ul|ol|figure|blockquote|br|a"
    r"|strong|b|em|i|font|iframe|script|style|svg|form)\b)",
    re.IGNORECASE | re.MULTILINE,
)
ANY_TAG = re.compile(r"\s*<(?:!--|/?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>]))")
LEADING_COMMENTS = re.compile(r"\A(?:\s*+<!--(?:[^-]|-(?!->))*+-->\s*+)*+")
EASTMONEY = re.compile(r"<!-- EM_|\b(?:em_media|keytip|em_stock_key_common|EmImageRemark)\b")
BLANK_LINE = re.compile(r"\n[ \t\u3000\r]*+(?=\n)")
# A digest may end in the medium's name; anything with punctuation or digits is a remark.
DIGEST_CREDIT = re.compile(r"（([^\W\d_]{2,14}(?:·[^\W\d_]{2,14})?)）$")
# What no digest contains: unmistakable Markdown, and tags.
NO_DIGEST = re.compile(
    r"^ {0,3}(?:#{1,6}[ \t]|[-*+][ \t]|```|~~~|\d{1,9}[.)][ \t].*\n\s*+\d{1,9}[.)][ \t])"
    r"|^[ \t]*+[^\s][^\n]*+\n {0,3}(?:=++|-{3,}+)[ \t]*+$"
    r"|^[ \t]*+\|?[^\n|]*+\|[^\n]*\n[ \t]*+\|?[ \t]*+:?-{3}"
    r"|\[[^\[\]\n]{0,1000}\]\([^()\s]"
    r"|\*\*[^\s*][^*\n]{0,300}\*\*"
    r"|`[^`\n]{1,300}`"
    r"|</?[A-Za-z][^<>\n]{0,1000}>",
    re.MULTILINE,
)
TAG_SIGN = "\0"
# An address of the web or of mail in brackets: <https://…>, <x@example.com>.
AUTOLINK = re.compile(
    r"<(?:(?:https?|ftp|mailto|tel):[^\s<>]++|[\w.+-]++@[\w-]++(?:\.[\w-]++)++)>",
    re.ASCII | re.IGNORECASE,
)
# *ST is no emphasis, but how the names of some securities begin.
CONSTRUCT = re.compile(
    r"\*\*[^\s*]|\]\(|~~~|```|~~[^\s~]"
    r"|(?<![A-Za-z0-9*\\])\*(?!ST)[^\s*]++(?:[ \t]++[^\s*]++){0,99}\*(?![A-Za-z0-9*])"
    r"|(?<![\w\\])_[^\s_]++(?:[ \t]++[^\s_]++){0,99}_(?!\w)"
    r"|^[ \t]{0,3}(?:#{1,6}[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t]|\||={3}|-{3})"
    r"|^[^`\0\n]*+`",
    re.MULTILINE,
)
HOLDERS = (BLOCKS - {"hr"}) | {"script", "style"}
# A legacy name without its semicolon is none where an address goes on after it: ?a=1&shy=2.
REFERENCE = re.compile(
    r"&(?:#(?:0{0,9}\d{1,7}|[xX]0{0,9}[0-9a-fA-F]{1,6})(?![0-9a-fA-F]);?"
    r"|[A-Za-z][A-Za-z0-9]{1,30};|shy(?![A-Za-z0-9=]))"
)
MARKUP = frozenset("<>&\"'")
NO_CHARACTER = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{8,});?")  # Python refuses to read these

NAMED_MARKS = 1000  # characters of the marks left out that are named, since some hold captions
MENTIONS = 1000  # securities of one post: more is a table of the market, not a story
FEW_TAGS = 1000  # fewer cannot nest so deep that parsing takes long
# What HTML takes for a tag, and readers for text: <https://…>, <x@example.com>, 市盈率<a股.
NO_TAG = re.compile(
    r"<(?=(?:https?:)?//|[\w.+-]++@[\w-]++\.|/\s*+[\u4e00-\u9fff]|/?[a-z][a-z0-9]*+(?:[:-][a-z0-9]++)?+[\u4e00-\u9fff])",
    re.IGNORECASE,
)
# A closing tag that lacks its bracket. It would swallow what follows.
OPEN_END = re.compile(r"(</[a-z][a-z0-9:-]*+)(?=\s++[^\s>])", re.IGNORECASE)
# A tag, and the text that it has swallowed, if it lacks its bracket: Chinese outside of values, or
# a value that ends at another tag.
SWALLOWED = re.compile(
    r"""<[a-z](?:[^<>"'=\u2e80-\uffef]|=\s*+"[^"]*+"|=\s*+'[^']*+'|=\s*+[^\s<>"']++(?!\s*+<)|["'])*+"""
    r"""([\u2e80-\uffef][^<>]*+|=\s*+[^\s<>"']++(?=\s*+<))?""",
    re.IGNORECASE,
)
# The tags around a page, which end it for the parser, though browsers go on; and a declaration of
# XML, of which it warns.
PAGE_TAG = re.compile(
    r"<(?:/?(?:html|head|body|frameset|noframes)|\?xml)\b[^<>]*+>?", re.IGNORECASE
)
END = "newsroom-end"  # a tag put after all others: where the parser has none, something hides it
# Elements in which tags are text.
PLAIN_TAG = re.compile(
    r"<(/?)(iframe|noembed|plaintext|textarea|title|xmp)\b[^<>]*+>?", re.IGNORECASE
)
# Strings that are not text. The parser would count ruby among them, which readers see.
UNSEEN_STRINGS = {"script": Script, "style": Stylesheet, "template": TemplateString}
OPEN_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*+)[^<>]*+>")
# Elements that others close, that are empty, or whose text is not shown.
NOT_NESTED = frozenset(
    (
        "p li dt dd td th tr thead tbody tfoot colgroup option optgroup rt rp area base br col "
        "embed hr img input link meta param source track wbr script style template noscript head "
        "title textarea xmp"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Body:
    """The parts of a document after its front matter; absent parts are empty.

    `notes`: what was left out or assumed.
    """

    digest: str
    html: str
    text: str
    securities: tuple[SecurityMark, ...]
    medium: str
    link: str
    notes: tuple[Message, ...] = ()


def parse_body(text: str) -> Body:
    """Read all that follows the front matter. Any text has a reading, so nothing is raised."""
    digest, notes = "", list[Message]()
    is_eastmoney = True
    text, closing = split_closing(text)
    link = closing.link
    if link is None and closing.address and is_html(text, after_quote=True):
        link = closing.address
    start = HTML_START.search(text)
    lead, rest = (text[: start.start()], text[start.start() :]) if start else (text, "")
    if link is not None and is_digest(lead):
        digest, rest = read_digest(lead, rest)
    else:
        if closing.address:
            text += f"\n\n<{closing.address}>"
        is_markdown = not is_html(text)
        is_eastmoney = not is_markdown and EASTMONEY.search(text) is not None
        rest = text
        if not is_eastmoney:
            rest, notes = read_liquid(text, is_markdown)
        if is_markdown:
            rest, more = markdown.to_html(rest)
            notes += more
            if closing.has_back_links and link is None:
                notes.append(Message("back-links-left-out"))
        elif not is_eastmoney:
            rest = markdown.with_sections_of_xml(rest)
    if not rest.strip():
        return Body(digest, "", "", (), digest_medium(digest), link or "", tuple(notes))
    return read_html(rest, digest, link or "", notes, is_eastmoney=is_eastmoney)


def read_liquid(text: str, is_markdown: bool) -> tuple[str, list[Message]]:
    """A text without Jekyll's marks, and a note on those."""
    text, left_out = without_liquid(text, is_markdown=is_markdown)
    if not left_out:
        return text, []
    names = ", ".join(dict.fromkeys(" ".join(mark.split()) for mark in left_out))
    shown = names if len(names) <= NAMED_MARKS else f"{names[: NAMED_MARKS - 1]}…"
    return text, [Message("marks-left-out", count=len(left_out), marks=shown)]


def read_html(
    text: str,
    digest: str,
    link: str,
    stated: list[Message],
    *,
    is_eastmoney: bool,
    uncovered: bool = False,
) -> Body:
    """A body of HTML. `stated`: notes on what came before; `uncovered`: what attributes hide is
    shown."""
    notes = list(stated)
    rest, unseen = without_unseen_references(text)
    notes += unseen
    rest = PAGE_TAG.sub("", OPEN_END.sub(r"\1>", NO_TAG.sub("&lt;", rest)))
    rest = closed(rest)
    shallow = flattened(rest)
    if shallow != rest:
        notes.append(Message("nested-without-form", depth=DEPTH))
    soup = BeautifulSoup(
        f"{shallow}<{END}>",
        "lxml",
        multi_valued_attributes=None,
        string_containers=UNSEEN_STRINGS,
    )
    if end := soup.find(END):
        end.unwrap()
    else:
        element, hidden = what_hides(shallow)
        notes.append(Message("element-unclosed", element=element))
        if words := OPEN_TAG.sub(" ", hidden).strip():
            notes.append(hidden_text(words))
    body = soup.body or soup
    renderer = Renderer(links_pictures=not is_eastmoney)
    is_covered = False
    for part in hidden_parts(body, by_attributes=not uncovered):
        is_covered = True
        renderer.take_hidden(part)
    medium = take_medium(body)  # first: a mark in 上海<a>证券</a>报 is not a mention
    securities = renderer.securities = named_securities(body)
    for tag in SWALLOWED.finditer(shallow if end else ""):
        if tag[1] and not tag[1].isascii():
            renderer.note_hidden_text(tag[1].lstrip("= "))
    if soup.head is not None and body is not soup:
        renderer.take_hidden(soup.head)
    safe = clean(sanitize(renderer.children(body))).strip()
    shown = plain_text(safe)
    if is_covered and not (shown or uncovered):
        note = Message("hidden-text-shown")
        whole = read_html(
            text, digest, link, [*stated, note], is_eastmoney=is_eastmoney, uncovered=True
        )
        if whole.text:
            return whole
    notes += [note for note in renderer.notes if note not in notes]
    return Body(
        digest=digest,
        html=safe,
        text=shown,
        securities=tuple(securities.values())[:MENTIONS],
        medium=medium or digest_medium(digest),
        link=link,
        notes=tuple(notes),
    )


def without_unseen_references(text: str) -> tuple[str, list[Message]]:
    """HTML without its references to characters that show nothing, such as `&shy;` and `&#x200b;`,
    and a note on those. A joiner within an emoji stays, however each of them is written."""
    plain = REFERENCE.sub(character_of, text) if "&" in text else text
    if not HAS_UNSEEN.search(plain):
        return text, []
    seen = plain
    for unseen in UNSEEN.values():
        seen = unseen.sub("", seen)
    count = len(plain) - len(seen)
    return seen, [Message("unseen-references-removed", count=count)] if count else []


def character_of(reference: re.Match[str]) -> str:
    """The character that a reference names; the reference itself if it is ASCII that is seen, as
    marks and spaces are, or not known."""
    character = html.unescape(reference[0])
    if not character:  # Python's answer for what HTML forbids
        number = reference[0].strip("&#;").lower()
        character = chr(int(f"0{number}", 16) if number[0] == "x" else int(number))
    is_kept = character.isascii() and not HAS_UNSEEN.search(character)
    return reference[0] if is_kept or not MARKUP.isdisjoint(character) else character


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing lines of a body.

    `link`: the original's address, "" for `<>`, None if there is no such line; `address`: a second
    address, which may be that of the original or part of the text.
    """

    link: str | None = None
    address: str = ""
    has_back_links: bool = False


def split_closing(text: str) -> tuple[str, Closing]:
    """The text without its closing lines, and what they say."""
    lines = text.split("\n")
    link: str | None = None
    address = ""
    has_back_links = False
    while lines:
        line = lines[-1].strip()
        found = LINK_LINE.fullmatch(line) if link is None and not address else None
        if found and (not found[1] or ORIGINAL.fullmatch(found[1])):
            link = found[1] or ""
        elif found:
            address = found[1]
        elif line and BACK_LINKS.fullmatch(line):
            if address:
                break
            has_back_links = True
        elif line:
            break
        lines.pop()
    return "\n".join(lines), Closing(link, address, has_back_links)


def is_html(text: str, *, after_quote: bool = False) -> bool:
    """Whether all of a text is HTML, apart from one quote before it with `after_quote`."""
    paragraphs = [part for part in BLANK_LINE.split(without_pre(text)) if part.strip()]
    if after_quote and len(paragraphs) > 1 and paragraphs[0].lstrip().startswith(">"):
        del paragraphs[0]
    if not paragraphs or not (first := ANY_TAG.match(paragraphs[0])):
        return False
    return (
        "markdown=" not in text
        and all(map(is_paragraph_of_html, paragraphs))
        and not has_markdown_outside("\n\n".join(paragraphs))
    ) or ((first[1] or "p").lower() in BLOCKS and EASTMONEY.search(text) is not None)


def is_paragraph_of_html(text: str) -> bool:
    """Whether a paragraph is comments, a block after them, or a tag with text up to another."""
    text = LEADING_COMMENTS.sub("", text)
    tag = ANY_TAG.match(text)
    if tag is None:
        return not text
    return (tag[1] or "").lower() in BLOCKS or text.rstrip().endswith(">")


def has_markdown_outside(text: str) -> bool:
    """Whether the text outside of HTML's blocks is written in Markdown."""
    text = TAG_SIGN.join(part.partition("<!--")[0] for part in text.split("-->"))
    text = AUTOLINK.sub("**autolink", text)
    outside: list[str] = []
    depth = position = 0
    for tag in OPEN_TAG.finditer(text):
        if depth == 0:
            outside += [text[position : tag.start()], TAG_SIGN]
        if tag[2].lower() in HOLDERS:
            depth = max(depth + (-1 if tag[1] else 1), 0)
        position = tag.end()
    if depth == 0:
        outside.append(text[position:])
    return CONSTRUCT.search("".join(outside)) is not None


def without_pre(text: str) -> str:
    """A text without its `<pre>` elements, in which blank lines mean nothing."""
    return "".join(part.partition("<pre")[0] for part in text.split("</pre>"))


def what_hides(text: str) -> tuple[str, str]:
    """What hides the rest of a text because nothing closes it, and that rest."""
    lower = text.lower()
    for name in ("script", "style"):
        start = lower.rfind(f"<{name}")
        if start > lower.rfind(f"</{name}") and text.rfind("-->") >= text.rfind("<!--", 0, start):
            return name, text[start:].partition(">")[2]
    start = next(iter(unclosed(text)), text.rfind("<"))
    if text.startswith("<!--", start):
        return "comment", text[start + len("<!--") :]
    return "tag", text[start:].partition(">")[2] or text[start + 1 :]


def closed(text: str) -> str:
    """A text without the unclosed tags that would turn all tags after them into text."""
    last = {}
    for tag in PLAIN_TAG.finditer(text):
        last[tag[2].lower()] = tag
    for tag in sorted(last.values(), key=lambda tag: -tag.start()):
        if not tag[1]:
            kept = f"{tag[0]}</iframe>" if tag[2].lower() == "iframe" else ""  # to be noted
            text = text[: tag.start()] + kept + text[tag.end() :]
    return text


def flattened(text: str) -> str:
    """HTML without the tags that open elements nested more than `DEPTH` deep.

    A parser of HTML compares each closing tag with all open elements, so depth costs its square.
    """
    if text.count("<") < FEW_TAGS:
        return text
    depth, position = 0, 0
    kept: list[str] = []
    for tag in OPEN_TAG.finditer(text):
        if tag[2].lower() in NOT_NESTED or tag[0].endswith("/>"):
            continue
        depth = max(depth + (-1 if tag[1] else 1), 0)
        if depth > DEPTH and not tag[1]:
            kept += [text[position : tag.start()], " "]
            position = tag.end()
    return "".join(kept) + text[position:]


def read_digest(lead: str, rest: str) -> tuple[str, str]:
    """The digest, and the HTML: any other text before the HTML is put in front of it.

    The digest is the quote, or the first paragraph if there is no quote.
    """
    if not (paragraphs := paragraphs_of(lead)):
        return "", rest
    first, *others = paragraphs
    quote = re.sub(r"(?m)^[ \t]*>[ \t]?", "", first)
    digest = " ".join(unescaped(quote).split())
    more = (f"<p>{html.escape(unescaped(text), quote=False)}</p>" for text in others)
    return digest, "".join(more) + rest


def is_digest(lead: str) -> bool:
    """Whether what stands before the HTML, or before a link alone, is a digest."""
    quotes = (paragraph.startswith(">") for paragraph in paragraphs_of(lead)[1:])
    return not NO_DIGEST.search(lead) and not any(quotes)


def paragraphs_of(text: str) -> list[str]:
    return [p.strip() for p in re.split(r"\n[ \t\u3000]*+\n", text) if p.strip()]


def unescaped(text: str) -> str:
    return clean(html.unescape(NO_CHARACTER.sub("\ufffd", without_unseen_references(text)[0])))


def digest_medium(digest: str) -> str:
    found = DIGEST_CREDIT.search(digest)
    return found[1] if found else ""
