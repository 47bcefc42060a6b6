"""Markdown as Jekyll's kramdown reads it → HTML that is not yet safe.

That is CommonMark with ~~strikethrough~~, with tables, footnotes and definition lists (`kramdown`),
and with HTML:

- A block element goes on until it is closed, over blank lines if they are followed by a tag, and
  Markdown goes on in the line after it. `markdown="1"` in its tag has its content read.
- Inline tags, such as `<img>`, `<a>` and Word's `<o:p>`, stand in paragraphs, whose other text is
  Markdown.
- A comment that nothing closes is text, and so are a tag and `<![CDATA[…]]>`.

What would take more than its length in time, or nests beyond all reason, is shown as plain text.
"""

import html
import re
from bisect import bisect_right
from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.common.utils import isValidEntityCode
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.rules_block import fence as library_fence
from markdown_it.rules_block import html_block as library_html_block
from markdown_it.rules_block import reference as library_reference
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from ...messages import Message
from . import kramdown
from .kramdown import line_of
from .rendering import hidden_text
from .unclosed import as_text, unclosed

Env = MutableMapping[str, Any]

NESTING = 40  # quotes in lists in quotes …
IMAGES = 5  # images in the descriptions of images
WORK = 4  # steps that looking for the ends of links may take, for each character of the text

HTML_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)(?=\s|/?>|$)")
COMMENTS = re.compile(r"(?:<!--(?:[^-]|-(?!->))*+-->[ \t]*+)++")
HAS_MARKDOWN = re.compile(r"""<\w[^<>]*?\smarkdown\s*=\s*["']?(?:1|block|span)\b[^<>]*+>?""")
SELF_CLOSED = re.compile(r"(<(script|style|textarea)\b[^<>]*+)(?<=/)>", re.IGNORECASE)
VOID = frozenset("base basefont br col frame hr link param track".split())
VERBATIM = frozenset("pre script style textarea".split())
STRUCK_LINE = re.compile(r"~{3,}+[^\n]*~{3}[ \t]*$")
CDATA = "<![CDATA["
# A footnote, or a note such as [注]: 说明, does not define a link.
DEFINITION = re.compile(r"\[(?!\^)[^\]]*\]:\s*(?:<|[!-;=-~]*?[/#.:?@])")
# A tag whose name has a colon, and the name of one that closes another.
PREFIXED_TAG = re.compile(
    r"<(?P<closes>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+:[A-Za-z][\w.-]*+)"
    r"""(?P<more>(?:\s++[A-Za-z_:][\w:.-]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+)*+\s*+/?+)>""",
    re.ASCII,
)
CLOSED_NAME = re.compile(r"</([A-Za-z][A-Za-z0-9-]*+:[A-Za-z][\w.-]*+)\s*+>", re.ASCII)

NUMBER = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|(\d{1,7}));", re.ASCII)


class TooHardError(Exception):
    """A text that would take too long to read as Markdown."""


class InlineState(StateInline):
    """The library's reading of a paragraph, with emphasis beside Chinese as kramdown has it.

    Chinese has no spaces between words: **注：**正文. There CommonMark takes `**` between a
    punctuation mark and a letter for the wrong end of emphasis. Here, next to a character beyond
    ASCII, it opens before any text and closes after any.
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        scanned = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1 : start]
        after = self.src[start + scanned.length : start + scanned.length + 1]
        if not canSplitWord or (before.isascii() and after.isascii()):
            return scanned
        return Scanned(
            scanned.can_open or bool(after.strip()),
            scanned.can_close or bool(before.strip()),
            scanned.length,
        )


class Inline(ParserInline):
    """The library's reader of paragraphs, which gives up what would take too long."""

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        state.env["work"] -= 1
        if state.env["work"] < 0:
            raise TooHardError
        super().skipToken(state)

    def parse(self, src: str, md: MarkdownIt, env: Env, tokens: list[Token]) -> list[Token]:
        depth = env.get("depth", 0)
        if depth > IMAGES:
            raise TooHardError
        env["depth"] = depth + 1
        try:
            state = InlineState(src, md, env, tokens)
            self.tokenize(state)
            for rule in self.ruler2.getRules(""):
                rule(state)
            return state.tokens
        except TooHardError:
            if depth:
                raise
            env["notes"][Message("paragraph-too-hard")] = None
            return plain(src, tokens)
        finally:
            env["depth"] = depth


class Block(ParserBlock):
    """The library's reader of blocks, which keeps what nests too deep as plain text."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        if state.level < NESTING:
            super().tokenize(state, startLine, endLine)
            return
        content = state.getLines(startLine, endLine, state.blkIndent, False)
        state.line = endLine
        if content.strip():
            state.env["notes"][Message("nested-as-text", depth=NESTING)] = None
            state.push("paragraph_open", "p", 1)
            token = state.push("inline", "", 0)
            token.content, token.children, token.map = "", [], [startLine, endLine]
            plain(content, token.children)
            token.type = "plain"
            state.push("paragraph_close", "p", -1)


def plain(text: str, tokens: list[Token]) -> list[Token]:
    tokens[:] = [Token("text", "", 0, content=text)]
    return tokens


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's rule for blocks of HTML, with elements as kramdown reads them."""
    if "unclosed" not in state.env:
        state.env["unclosed"] = frozenset(unclosed(state.src))
    if state.bMarks[start] + state.tShift[start] in state.env["unclosed"]:
        return False
    line = line_of(state, start)
    tag = HTML_TAG.match(line)
    if tag and not silent and (whole := SELF_CLOSED.match(line)):
        # As kramdown reads it, and no browser does.
        push_html(state, start, start + 1, f"{whole[1]}></{whole[2]}>{line[whole.end() :]}")
        return True
    name = tag[2].lower() if tag else "!--" if line.startswith("<!--") else ""
    if line.startswith(CDATA):
        return False
    if not name or name in VERBATIM:
        return library_html_block(state, start, end, silent)
    if (tag and name not in block_names) or state.is_code_block(start):
        return False
    if silent:
        return True
    if (inside := HAS_MARKDOWN.match(line)) and line.rstrip().lower().endswith(f"</{name}>"):
        push_html(state, start, start + 1, inside[0])
        token = state.push("inline", "", 0)
        token.content = line[inside.end() :].rstrip()[: -len(f"</{name}>")].strip()
        token.map, token.children = [start, start + 1], []
        push_html(state, start, start + 1, f"</{name}>\n")
        return True
    if not tag and push_comment(state, start, end):
        return True
    if "last_comment" not in state.env:
        state.env["last_comment"] = state.src.rfind("-->")
    following, depth, in_comment = start, 0, False
    while following < end:
        if state.isEmpty(following) and not in_comment:
            ahead = state.skipEmptyLines(following)
            if depth <= 0 or ahead >= end or not line_of(state, ahead).startswith("<"):
                break
            following = ahead
        if state.sCount[following] < state.blkIndent and not state.isEmpty(following):
            break
        line = line_of(state, following)
        if following > start and depth <= 0 and not (in_comment or (tag and line.startswith("<"))):
            break
        following += 1
        line, in_comment = without_comments(line, in_comment)
        in_comment = in_comment and state.eMarks[following - 1] <= state.env["last_comment"]
        if name not in VOID:
            depth += opened(name, line)
        if HAS_MARKDOWN.match(line):
            break
    push_html(state, start, following, state.getLines(start, following, state.blkIndent, True))
    return True


def push_comment(state: StateBlock, start: int, end: int) -> bool:
    """Push comments alone if Markdown follows them in the line where they end, and the paragraph
    that begins there."""
    begins = state.bMarks[start] + state.tShift[start]
    found = COMMENTS.match(state.src, begins, state.eMarks[end - 1])
    if not found:
        return False
    line = bisect_right(state.bMarks, found.end(), start, end) - 1
    rest = state.src[found.end() : state.eMarks[line]]
    tag = HTML_TAG.match(rest)
    if not rest or (tag and tag[2].lower() in (*block_names, *VERBATIM)):
        return False
    push_html(state, start, line, found[0])
    state.bMarks[line], state.tShift[line] = found.end(), 0
    return paragraph(state, line, end, False)


def push_html(state: StateBlock, start: int, end: int, content: str) -> None:
    state.line = end
    token = state.push("html_block", "", 0)
    token.map, token.content = [start, end], content


def without_comments(line: str, in_comment: bool) -> tuple[str, bool]:
    """A line without its comments, and whether one goes on after it."""
    first, *commented = f"{'<!--' if in_comment else ''}{line}".split("<!--")
    parts = [part.partition("-->") for part in commented]
    return first + "".join(part[2] for part in parts), bool(parts and not parts[-1][1])


def opened(name: str, line: str) -> int:
    """How many more elements of a name a line opens than it closes."""
    tags = [tag[1] for tag in HTML_TAG.finditer(line) if tag[2].lower() == name]
    return len(tags) - 2 * tags.count("/")


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's rule for code between fences, except that ~~~一行~~~ is struck through."""
    return not STRUCK_LINE.match(line_of(state, start)) and library_fence(state, start, end, silent)


def reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's rule for definitions of links. They vanish if they define an address."""
    if not DEFINITION.match(line_of(state, start)):
        return False
    return library_reference(state, start, end, silent)


def formula(state: StateInline, silent: bool) -> bool:
    """A rule for formulas, in which nothing is a mark: $$x$$ (kramdown.gettalong.org/syntax)."""
    if not state.src.startswith("$$", state.pos):
        return False
    end = state.src.find("$$", state.pos + 2)
    if end < 0:
        return False
    if not silent:
        state.pending += state.src[state.pos : end + 2]
    state.pos = end + 2
    return True


def prefixed_tag(state: StateInline, silent: bool) -> bool:
    """A rule for tags such as `<o:p>` and `<st1:place w:st="on">`, which CommonMark takes for text
    or for addresses. A name alone that nothing closes is an address if it can be: <skype:name>."""
    found = PREFIXED_TAG.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    may_be_address = not (found["closes"] or found["more"] or found["name"][1] == ":")
    if may_be_address and found["name"].lower() not in state.env["closed"]:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = found[0]
    state.pos = found.end()
    return True


def number(state: StateInline, silent: bool) -> bool:
    """A rule for references such as `&#11;` and `&#146;`, for which the library has �. They are
    left to HTML, where the latter is Windows's ’."""
    found = NUMBER.match(state.src, state.pos)
    if not found or isValidEntityCode(int(found[1], 16) if found[1] else int(found[2])):
        return False
    if not silent:
        state.push("html_inline", "", 0).content = found[0]
    state.pos = found.end()
    return True


def reader() -> MarkdownIt:
    markdown = MarkdownIt("commonmark")
    markdown.inline, markdown.block = Inline(), Block()
    markdown.configure("commonmark", {"maxNesting": NESTING})
    markdown.enable(["table", "strikethrough"])
    markdown.inline.ruler.before("escape", "formula", formula)
    markdown.inline.ruler.before("entity", "number", number)
    markdown.inline.ruler.before("autolink", "prefixed_tag", prefixed_tag)
    ruler = markdown.block.ruler
    ruler.at("fence", fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    ruler.at("html_block", html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.at("reference", reference)
    kramdown.add_to(markdown)
    markdown.add_render_rule("plain", render_plain)
    markdown.add_render_rule("fence", render_fence)
    return markdown


def render_plain(renderer: Any, tokens: list[Token], index: int, options: Any, env: Env) -> str:
    return str(renderer.renderInline(tokens[index].children or [], options, env))


def render_fence(renderer: Any, tokens: list[Token], index: int, options: Any, env: Env) -> str:
    """Code between fences. After the first fence stands a language, which nobody sees, with options
    or not, or text."""
    info = tokens[index].info
    settings = info.split()[1:]  # as in `js {2,5} title="x"`
    if not info.isascii() or any(word[:1] != "{" and "=" not in word for word in settings):
        env["notes"][hidden_text(info)] = None
    return RendererHTML.fence(renderer, tokens, index, options, env)


def to_html(text: str) -> tuple[str, list[Message]]:
    """The HTML of a Markdown text, and notes on what was not read as Markdown."""
    notes: dict[Message, None] = {}
    closed = {name.lower() for name in CLOSED_NAME.findall(text)}
    env: Env = {"work": WORK * len(text) + 10_000, "notes": notes, "closed": closed}
    return as_text(with_sections_of_xml(READER.render(text, env))), list(notes)


def with_sections_of_xml(text: str) -> str:
    """HTML in which `<![CDATA[…]]>` is text, as in kramdown; browsers hide it."""
    return text.replace(CDATA, html.escape(CDATA))


READER = reader()
