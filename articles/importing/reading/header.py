"""Where the front matter of a document begins and ends, and in which form it is: YAML between
`---`, Hexo's without the first of these (hexo.io/docs/front-matter), or Hugo's TOML and JSON
(gohugo.io/content-management/front-matter)."""

import re
from collections.abc import Container, Iterator

from ...messages import Message
from ..values import FALSE, TRUE, normalized
from .documents import DocumentError
from .fields import (
    KEY,
    LOOSE,
    QUOTED_KEY,
    Fields,
    RawField,
    is_plain,
    read_mapping,
)
from .toml_and_json import read_json, read_toml

# The writing script's own form, which needs no more than this to be read.
SCRIPT = re.compile(r"---\n((?:[a-z_]++:(?: .*+)?\n)++)---\n")
OPENING_FENCE = re.compile(r"([ \t]*)-{3,}[ \t]*")
# github.com/git-lfs/git-lfs/blob/main/docs/spec.md
LFS_POINTER = "version https://git-lfs.github.com/spec/"
# Also YAML's end of a document, and what editors make of that.
CLOSING_FENCE = re.compile(r"-{3,}|\.{3}|…")
END_FENCE = re.compile(r"-{3,}|;{3,}")
DIRECTIVE = re.compile(r"%(?:YAML|TAG)[ \t]")  # what may precede a document of YAML
PROSE = re.compile(r"^<(?!<$)|^\d+[.、)]\s|[,，。；！？“”]")  # in what YAML takes for names
# `published:`, `draft:` and the like, whatever signs stand around these words.
PUBLISHING = re.compile(
    r"((?:[^\w#]|[_\d])*+(publish(?:ed)?|draft|private|hidden)[^\w:=∶]*+[:=∶])[^\w#]*+(\w*+)"
)
LINE_END = re.compile("[\n\u2028\u2029]")
LONGEST_WORDS = 100  # characters of `published: false`, with the spaces in it
JSON_HEAD = 1000  # characters in which the first name of a JSON object stands
CLOSERS = {"[": "]", "{": "}", '"': '"', "'": "'"}


def find_fields(text: str) -> tuple[Fields, str]:
    """The fields of a document's header, and the text after it.

    Raises `DocumentError` if there is no header.
    """
    if (script := SCRIPT.match(text)) and (raw_fields := read_script(script[1])):
        return Fields(raw_fields=raw_fields, first_line=2), text[script.end() :]
    start = beginning(text)
    number = text.count("\n", 0, start) + 1
    end = line_end(text, start)
    first = text[start:end].strip()
    if not first:
        raise DocumentError(Message("file-empty"), 1)
    if opening := OPENING_FENCE.fullmatch(text, start, end):
        return read_lines(text, end + 1, number + 1, len(opening[1]))
    if first in ("+++", ";;;"):
        inside, rest = between(text, end + 1, first, number)
        if first == "+++":
            return read_toml(inside, number + 1), rest
        return read_json(f"{{{inside}}}", number + 1)[0], rest
    if first.startswith("{") and text[start + 1 : start + JSON_HEAD].lstrip().startswith('"'):
        fields, length = read_json(text[start:], number)
        return fields, text[start + length :]
    if (LOOSE.match(first) or QUOTED_KEY.match(first)) and (fence := unopened(text, start)):
        if fence.startswith("-"):
            return read_lines(text, start, number)
        inside, rest = between(text, start, fence.strip(), number)
        return read_json(f"{{{inside}}}", number)[0], rest
    reason = "pointer" if first.startswith(LFS_POINTER) else "no-front-matter"
    raise DocumentError(Message(reason), number)


def read_script(lines: str) -> dict[str, RawField]:
    """The fields of lines that begin with `key:`; none if one of them is there twice."""
    raw_fields = {}
    number = 1
    for line in lines.split("\n")[:-1]:
        name, _, value = line.partition(":")
        number += 1
        if name in raw_fields:
            return {}
        raw_fields[name] = RawField(value.strip(" \t"), number)
    return raw_fields


def beginning(text: str) -> int:
    """Where the first line that is not blank, a comment or a directive of YAML begins."""
    start = 0
    while start < len(text):
        if text.startswith("<!--", start) and (end := text.find("-->", start)) >= 0:
            start = end + 3
        elif (line := text[start : (end := line_end(text, start))].strip()) and not (
            DIRECTIVE.match(line)
        ):
            break
        else:
            start = end + 1
    return min(start, len(text))


def line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def lines_of(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The lines of a text from `start` on, each with the position at which it begins."""
    while start < len(text):
        end = line_end(text, start)
        yield start, text[start:end]
        start = end + 1


def between(text: str, start: int, fence: str, number: int) -> tuple[str, str]:
    """The text before a line that is a fence, and the text after it."""
    for begin, line in lines_of(text, start):
        if line.strip() == fence:
            return text[start:begin], text[begin + len(line) + 1 :]
    raise DocumentError(Message("front-matter-unclosed", fence=fence), number)


def unopened(text: str, start: int) -> str:
    """The fence that ends front matter that began without one; "" if there is none."""
    for _, line in lines_of(text, start):
        if END_FENCE.fullmatch(line.strip()):
            return line
        if line.strip() and line[0] not in " \t-#]}" and field_of(line) is None:
            break
    return ""


def field_of(line: str) -> tuple[str, str] | None:
    """The name of the field that a line begins, in small letters, and what follows the colon."""
    if found := QUOTED_KEY.match(line):
        return found[2].lower(), line[found.end() :].rstrip(" \t")
    if found := LOOSE.match(line) or KEY.match(line):
        return found[1].rstrip(" \t").lower(), line[found.end() :].rstrip(" \t")
    if not line.startswith(("- ", "{")) and (odd := unpublishing(line)):
        return odd[1], odd[3]
    return None


def read_lines(text: str, start: int, number: int, indent: int = 0) -> tuple[Fields, str]:
    """The fields that begin at `start`, on line `number`, and the text after the fence that closes
    them: a fence is not indented more than the first one was, by `indent` characters.

    Raises `DocumentError` if nothing closes them and they cannot be told from the text.
    """
    raw_fields: dict[str, RawField] = {}
    fields = Fields(raw_fields=raw_fields, first_line=number)
    raw_field: RawField | None = None  # the field that the next lines may continue
    closer = ""  # of its list or quotation marks, while they are open
    # Fields with a line in their values that looks like `published` or `draft`, and its number.
    hiding: list[tuple[RawField, int]] = []
    held: list[str] = []  # blank lines and comments, which belong to it if it goes on
    for here, (begin, line) in enumerate(lines_of(text, start), number):
        bare = line.strip()
        depth = len(line) - len(line.lstrip(" \t"))
        is_in_block = raw_field and raw_field.value[:1] in ("|", ">") and depth > indent
        is_comment = bare[:1] == "#" and not is_in_block
        if not bare or is_comment or (not raw_fields and DIRECTIVE.match(bare)):
            held.append(line)
            continue
        if not raw_fields and any(map(DIRECTIVE.match, held)) and OPENING_FENCE.fullmatch(line):
            held = []  # YAML puts this fence after its directives
            continue
        if depth <= indent and CLOSING_FENCE.fullmatch(bare):
            if doubtful := [at for other, at in hiding if not fields.is_whole(other)]:
                unpublish(fields, raw_fields, doubtful[-1])
            fields.merge()
            return fields, text[begin + len(line) + 1 :]
        found = field_of(line[depth:])
        if found and not raw_fields:
            indent = max(indent, depth)  # all of it may be indented
        if found and depth <= indent:
            name, value = found
            if other := raw_fields.pop(name, None):
                value_before = other.value[:100]
                fields.notes.append(
                    Message("given-twice", key=name, line=other.line, value=value_before)
                )
            raw_fields[name] = raw_field = RawField(value, here)
            closer = CLOSERS.get(value[:1], "")
            closer = "" if closer and closer in value[1:] else closer
        elif raw_field and (
            depth > indent or closer or (bare[0] == "-" and not (raw_field.value and held))
        ):
            if unpublishing(line):
                hiding.append((raw_field, here))
            raw_field.more += [*held, line[min(depth, indent) :]]
            closer = "" if closer and closer in bare else closer
        else:
            return read_unclosed(text, start, fields, begin, here)
        held = []
    return read_unclosed(text, start, fields, len(text), 0)


def read_unclosed(
    text: str, start: int, fields: Fields, foreign: int, here: int
) -> tuple[Fields, str]:
    """Fields interrupted by a line that is not a field (at `foreign`, on line `here`).

    If everything before the next fence is YAML and not prose, they end there. Otherwise the fence
    is not theirs, and they end at that line or at a blank line before it. If a line after that, up
    to the fence, says that the document is not to be published, it is obeyed.
    """
    raw_fields, number = dict(fields.raw_fields), fields.first_line
    fence = next(
        (place for place in lines_of(text, foreign) if CLOSING_FENCE.fullmatch(place[1].strip())),
        None,
    )
    top = start
    for begin, line in lines_of(text, top):
        if begin >= foreign or not line.strip():
            break
        number += 1
    is_parted = number < here
    whole = read_mapping(text[top : fence[0]], fields.first_line) if fence else None
    if fence and whole and not (is_parted and any(map(PROSE.search, whole.given))):
        return whole, text[fence[0] + len(fence[1]) + 1 :]
    if fence and not raw_fields:
        raise DocumentError(Message("not-fields"), fields.first_line)
    doubtful = text[foreign : fence[0]].splitlines() if fence else []
    if doubtful and not is_parted and (all(doubtful) or any(map(LOOSE.match, doubtful))):
        # No blank line parts the fence from the fields, or more of these follow.
        raise DocumentError(Message("not-yaml", why=Message("no-field")), here)
    number, raw_fields = fields_before(number, raw_fields)
    start = top
    for _ in range(number - fields.first_line):
        start = line_end(text, start) + 1
    if not raw_fields.keys() & {"title", "date"}:
        unclosed = Message("front-matter-unclosed", fence="---")
        raise DocumentError(unclosed, fields.first_line - 1)
    note = Message("front-matter-end-assumed", line=number)
    fields.raw_fields, fields.notes = raw_fields, [note, *fields.notes]
    fields.merge()
    in_doubt = text[start : fence[0] if fence else None]
    for line_number, line in enumerate(in_doubt.split("\n"), number):
        if unpublishing(line):
            unpublish(fields, raw_fields, line_number)
            break
    return fields, text[start:]


def fields_before(number: int, raw_fields: dict[str, RawField]) -> tuple[int, dict[str, RawField]]:
    """The fields that begin before a line, if nothing closes them, and the number of the line on
    which they end: before anything that may be body text, such as a list or heading below a
    value."""
    kept = {}
    end = 0
    for name, raw_field in sorted(raw_fields.items(), key=lambda item: item[1].line):
        if raw_field.line >= number:
            break
        more = [] if is_plain(raw_field.value) else raw_field.more[: number - raw_field.line - 1]
        kept[name] = RawField(raw_field.value, raw_field.line, more)
        end = raw_field.line + len(more) + 1
        if len(more) < len(raw_field.more):
            break
    return end or number, kept


def unpublishing(line: str, false: Container[str] = FALSE) -> re.Match[str] | None:
    """How a line says that its document is not to be published; None if it does not."""
    found = PUBLISHING.match(normalized(line[:LONGEST_WORDS]))
    return (
        found if found and found[3] in (false if found[2].startswith("publish") else TRUE) else None
    )


def unpublished_at(header: str) -> int | None:
    """The line of a header that may say, after a line end that YAML knows and editors do not show
    (yaml.org/spec/1.1, 5.4), that its document is not to be published; None if none does."""
    number = 1
    for found in LINE_END.finditer(header):
        if found[0] == "\n":
            number += 1
            continue
        line = LINE_END.split(header[found.end() : found.end() + LONGEST_WORDS], maxsplit=1)[0]
        if unpublishing(line, FALSE | {""}):
            return number
    return None


def unpublish(fields: Fields, raw_fields: dict[str, RawField], line: int) -> None:
    """Make the document a draft, because a line that may be one of its fields says so."""
    raw_fields["published"] = RawField("false", line)
    fields.notes.append(Message("unpublished-by-line", line=line))
