"""What kramdown has and CommonMark lacks (kramdown.gettalong.org/syntax), as rules for markdown-it:
tables without a header or with other lines between their parts, footnotes, definition lists,
addresses with spaces."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as library_table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# A line between parts of a table. A row of - has no figures.
SEPARATOR = re.compile(r"(?=[^-=]*+(?:--|==|-:)|[^:]*+:-)[-=:+|> \t]++")
CELL = re.compile(r"\\[^`]|\\|`++|\||[^\\`|]++")
FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,100})\]:")
CITED = re.compile(rf"^[ \t>]*+{FOOTNOTE.pattern}|\[\^([^\]\s]{{1,100}})\]", re.MULTILINE)
CITATION = re.compile(r"\[\^([^\]\s]{1,100})\]")
DEFINITION = re.compile(r":(?=[ \t]++\S)")
HAS_DEFINITION = re.compile(r"^[ \t>]*+:[ \t]++\S", re.MULTILINE)
# What counts in an address: brackets, and a space before a title in quotation marks.
ADDRESS_MARK = re.compile(r"[()]|\s(?=[\"'])")
# What follows an address without spaces: a title or the bracket that closes it.
ENDED = re.compile(r"\s*+(?:[)\"']|\([^()]*+\)\s*+\))")
# What an address has somewhere, and a note in brackets rarely: [注1](见附件 二).
SIGN_OF_ADDRESS = re.compile(r"[/#:?@]|\.[A-Za-z]")
LINE_BREAK = re.compile(r"[\t\n]")  # browsers take these out of addresses
LONGEST_ADDRESS = 1000  # characters of one with spaces
NOTES = "footnotes"  # the class of their list, where no credit is looked for
NO_INDENT = 1000
INDENT = {"footnote": 4, "definition": 2}  # columns by which what goes on with one is indented


def add_to(markdown: MarkdownIt) -> None:
    ruler = markdown.block.ruler
    ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    ruler.before("reference", "footnote", footnote, {"alt": ["paragraph", "reference"]})
    ruler.before("paragraph", "definitions", definitions, {"alt": ["paragraph", "reference"]})
    markdown.inline.ruler.before("link", "citation", citation)
    markdown.core.ruler.after("inline", "footnotes", footnotes)
    markdown.helpers = SimpleNamespace(  # type: ignore[assignment]  # the one hook for it
        parseLinkLabel=helpers.parseLinkLabel,
        parseLinkTitle=helpers.parseLinkTitle,
        parseLinkDestination=address,
    )


def line_of(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's rule for tables. Rows keep all their cells: those beyond the header's are added
    to the last. A bar in code separates nothing. Lines between parts, as in kramdown's tables, are
    left out."""
    first = len(state.tokens)
    if not library_table(state, start, end, silent):
        return not silent and table_of_bars(state, start, end)
    if silent:
        return True
    row: list[Token] = []
    kept: list[Token] = []
    opened_at = 0
    for token in state.tokens[first:]:
        kept.append(token)
        if token.type == "tr_open":
            opened_at = len(kept) - 1
        elif token.type == "inline":
            row.append(token)
        elif token.type == "tr_close" and row and row[0].map and row[0].map[0] > start:
            line = line_of(state, row[0].map[0])
            if SEPARATOR.fullmatch(line):
                del kept[opened_at:]
            cells = cells_of(line)
            cells[len(row) - 1 :] = [" | ".join(cells[len(row) - 1 :])]
            for place, cell in enumerate(row):
                cell.content = cells[place] if place < len(cells) else ""
        if token.type == "tr_close":
            row = []
    state.tokens[first:] = kept
    return True


def cells_of(line: str) -> list[str]:
    """The cells of a line of a table."""
    parts = [found[0] for found in CELL.finditer(line.strip())]
    last = {part: place for place, part in enumerate(parts) if part[0] == "`"}
    cells: list[list[str]] = [[]]
    code = ""
    for place, part in enumerate(parts):
        if part == "|" and not code:
            cells.append([])
            continue
        if part == code:
            code = ""
        elif not code and last.get(part, 0) > place and parts[place - 1] != "\\":
            code = part
        cells[-1].append("|" if part == "\\|" else part)
    texts = ["".join(cell).strip() for cell in cells]
    if len(texts) > 1 and not texts[0]:
        del texts[0]
    if len(texts) > 1 and not texts[-1]:
        del texts[-1]
    return texts


def table_of_bars(state: StateBlock, start: int, end: int) -> bool:
    """The rule for tables that are none in CommonMark: paragraphs whose lines begin with a bar, or,
    below a line as between parts, have one. What stands above the next such line is the header."""
    lines: list[str] = []
    stop = start
    if line_of(state, start).startswith((">", "- ", "+ ")):  # in a quotation or list
        return False
    while stop < end and not state.isEmpty(stop) and state.sCount[stop] >= state.blkIndent:
        lines.append(line_of(state, stop))
        if not lines[-1].startswith("|") and ("|" not in lines[-1] or not is_separator(lines[0])):
            return False
        stop += 1
    rows = [[] if is_separator(line) else cells_of(line) for line in lines]
    if len(lines) < 2 or not any(rows) or state.is_code_block(start):
        return False
    while not rows[0]:
        del rows[0]
    state.push("table_open", "table", 1).map = [start, stop]
    header = rows.index([]) if [] in rows else 0
    for part, name, cells in (("thead", "th", rows[:header]), ("tbody", "td", rows[header:])):
        if any(cells):
            state.push(f"{part}_open", part, 1)
            for row in filter(None, cells):
                push_row(state, start, name, row)
            state.push(f"{part}_close", part, -1)
    state.push("table_close", "table", -1)
    state.line = stop
    return True


def is_separator(line: str) -> bool:
    return "|" in line and SEPARATOR.fullmatch(line) is not None


def push_row(state: StateBlock, line: int, name: str, cells: list[str]) -> None:
    state.push("tr_open", "tr", 1)
    for cell in cells:
        state.push(f"{name}_open", name, 1)
        push_inline(state, line, cell)
        state.push(f"{name}_close", name, -1)
    state.push("tr_close", "tr", -1)


def push_inline(state: StateBlock, line: int, content: str) -> None:
    token = state.push("inline", "", 0)
    token.map, token.content, token.children = [line, line + 1], content, []


def footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The rule for the text of a footnote, which `footnotes` puts at the end. One without a sign in
    the text stays where it stands, and so does a second one for a sign."""
    found = FOOTNOTE.match(line_of(state, start))
    if not found or state.is_code_block(start):
        return False
    if "signs" not in state.env:
        state.env["signs"] = {sign[2] for sign in CITED.finditer(state.src)}
    notes = state.env.setdefault("footnotes", {})
    if found[1] in notes or found[1] not in state.env["signs"]:
        return False
    if silent:
        return True
    notes[found[1]] = []  # before its own text is read
    first = len(state.tokens)
    with inside(state, start, found.end(), INDENT["footnote"]):
        state.md.block.tokenize(state, start, end)
    notes[found[1]] = state.tokens[first:]
    del state.tokens[first:]
    return True


@contextmanager
def inside(state: StateBlock, line: int, begins: int, indent: int) -> Iterator[None]:
    """Have blocks read that begin in a line, so many characters after its indent, and go on in
    lines that are indented."""
    text = line_of(state, line)[begins:].lstrip()
    kept = state.bMarks[line], state.tShift[line], state.sCount[line]
    state.bMarks[line], state.tShift[line] = state.eMarks[line] - len(text), 0
    state.blkIndent += indent
    state.sCount[line] = state.blkIndent
    state.level += 1
    yield
    state.level -= 1
    state.blkIndent -= indent
    state.bMarks[line], state.tShift[line], state.sCount[line] = kept


def citation(state: StateInline, silent: bool) -> bool:
    """The rule for the sign of a footnote: a number, in the order of the signs."""
    found = CITATION.match(state.src, state.pos)
    if not found or found[1] not in state.env.get("footnotes", ()):
        return False
    if not silent:
        cited = state.env.setdefault("cited", {})
        number = cited.setdefault(found[1], len(cited) + 1)
        state.push("html_inline", "", 0).content = f"<sup>[{number}]</sup>"
    state.pos = found.end()
    return True


def footnotes(state: StateCore) -> None:
    """Put the texts of footnotes at the end, in the order of their signs."""
    notes: dict[str, list[Token]] = state.env.get("footnotes", {})
    if not notes:
        return
    cited: dict[str, int] = state.env.setdefault("cited", {})
    for label in notes:  # some signs stand in other footnotes, or in code
        cited.setdefault(label, len(cited) + 1)
    texts: list[Token] = []
    for label in cited:
        texts.append(Token("list_item_open", "li", 1))
        for token in notes[label]:
            texts.append(token)
            if token.type == "inline":
                token.children = []
                state.md.inline.parse(token.content, state.md, state.env, token.children)
        texts.append(Token("list_item_close", "li", -1))
    opening = Token("ordered_list_open", "ol", 1, attrs={"class": NOTES})
    closing = Token("ordered_list_close", "ol", -1)
    state.tokens += [Token("hr", "hr", 0), opening, *texts, closing]


def address(text: str, start: int, end: int) -> Any:
    """The library's reading of the address of a link, or where that goes on after a space,
    kramdown's: all up to the bracket that closes it, or to a title, if that looks like an address.
    Definitions of links have no such addresses, since notes look like them: [1]: /a 说明."""
    found = helpers.parseLinkDestination(text, start, end)
    bracket = text.rfind("(", 0, start) + 1
    is_definition = text[bracket:start].strip() != ""
    if is_definition or text.startswith("<", start) or (found.ok and ENDED.match(text, found.pos)):
        return found
    depth = 0
    for mark in ADDRESS_MARK.finditer(text, bracket, min(start + LONGEST_ADDRESS, end)):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if depth < 0 or mark[0].isspace():
            stated = text[start : mark.start()].rstrip()
            if SIGN_OF_ADDRESS.search(stated):
                found.ok, found.pos = True, start + len(stated)
                found.str = unescapeAll(LINE_BREAK.sub("", stated))
            break
    return found


def definitions(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The rule for definition lists: lines with terms, each with what defines it below, after a
    colon. In what defines one, the next colon ends a paragraph."""
    if silent:
        indent = state.env.get("definition", NO_INDENT)
        is_near = indent <= state.sCount[start] < indent + 4
        return is_near and DEFINITION.match(line_of(state, start)) is not None
    if "has_definition" not in state.env:
        state.env["has_definition"] = HAS_DEFINITION.search(state.src) is not None
    if not state.env["has_definition"]:
        return False
    first = len(state.tokens)
    line = start
    while (defined := defined_at(state, line, end)) > 0:
        if len(state.tokens) == first:
            state.push("dl_open", "dl", 1)
        for term in range(line, defined):
            if not state.isEmpty(term):
                state.push("dt_open", "dt", 1)
                push_inline(state, term, line_of(state, term).strip())
                state.push("dt_close", "dt", -1)
        line = defined
        while line < end and is_definition(state, line):
            push_definition(state, line, end)
            line = state.line
        line = state.skipEmptyLines(line)
    if len(state.tokens) == first:
        return False
    state.push("dl_close", "dl", -1)
    state.line = line
    return True


def defined_at(state: StateBlock, start: int, end: int) -> int:
    """Where the definition of the terms begins that stand in a line and those after it; 0 if none
    follows them, also after an empty line."""
    rules = state.md.block.ruler.getRules("paragraph")
    line = start
    while line < end and state.sCount[line] >= state.blkIndent and not state.isEmpty(line):
        if line > start and is_definition(state, line):
            return line
        if state.is_code_block(line) or any(rule(state, line, end, True) for rule in rules):
            return 0
        line += 1
    is_next = line > start and line + 1 < end and state.isEmpty(line)
    return line + 1 if is_next and is_definition(state, line + 1) else 0


def is_definition(state: StateBlock, line: int) -> bool:
    is_here = state.sCount[line] >= state.blkIndent and not state.is_code_block(line)
    return is_here and DEFINITION.match(line_of(state, line)) is not None


def push_definition(state: StateBlock, line: int, end: int) -> None:
    state.push("dd_open", "dd", 1)
    first = len(state.tokens)
    around = state.env.get("definition", NO_INDENT)
    state.env["definition"] = state.blkIndent
    with inside(state, line, len(":"), INDENT["definition"]):
        state.md.block.tokenize(state, line, end)
    state.env["definition"] = around
    inner = state.tokens[first:]
    if len(inner) == len(("paragraph_open", "inline", "paragraph_close")):
        inner[0].hidden = inner[-1].hidden = inner[0].type == "paragraph_open"
    state.push("dd_close", "dd", -1)
