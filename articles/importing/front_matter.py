"""The front matter of a document → its fields (jekyllrb.com/docs/front-matter).

The writing script puts raw text between quotes: `title: "他说"好"，跌\\涨"` is meant as it
stands, though YAML would refuse it, and would read a tab in `"C:\\table"`. So the script's own
grammar, one `key: value` a line, is tried first; whatever is not in that form is YAML.
"""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import yaml

from .documents import DocumentError

SHANGHAI = ZoneInfo("Asia/Shanghai")

NAME_LENGTH = 200  # characters of a category or tag; PostgreSQL cannot index 2,700 bytes

FENCE = re.compile(r"-{3}[ \t]*")
LINE = re.compile(r"([A-Za-z_][\w-]*):(?:[ \t]+(.*?))?[ \t]*")
QUOTED = re.compile(r'"(.*)"')
YAML_ONLY = re.compile(r"""['\[{|>&*!%@`#]|.*[ \t]#""")
ESCAPES = re.compile(r'(?:[^\\"]|\\["\\])*')
DATE = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?"
    r"(?:[T \t]*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?"
    r"[ \t]*(Z|UTC|[+-]\d{1,2}:?\d{2})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the header of a document states; empty where it states nothing."""

    title: str
    published_at: dt.datetime | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]


def split(text: str) -> tuple[FrontMatter, str]:
    """The front matter of a document and the text after it.

    Raises `DocumentError` when there is none, it is not closed, or a field makes no sense.
    """
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise DocumentError("the file is empty", 1)
    if not FENCE.fullmatch(lines[first]):
        raise DocumentError("no front matter: the first line is not ---", first + 1)
    closing = next((i for i in range(first + 1, len(lines)) if FENCE.fullmatch(lines[i])), None)
    if closing is None:
        raise DocumentError("the front matter has no closing ---", first + 1)
    fields = read_fields(lines[first + 1 : closing], first + 2)
    return (
        FrontMatter(
            title=" ".join(read_text(fields, "title").split()),
            published_at=read_date(*fields.get("date", ("", first + 1))),
            categories=read_list(fields, "categories") or read_list(fields, "category"),
            tags=read_list(fields, "tags") or read_list(fields, "tag"),
        ),
        "\n".join(lines[closing + 1 :]),
    )


def read_fields(lines: list[str], first_line: int) -> dict[str, tuple[object, int]]:
    """Each field's value and line: by the writer's grammar, or else as YAML."""
    fields: dict[str, tuple[object, int]] = {}
    for number, line in enumerate(lines, first_line):
        if not line.strip():
            continue
        match = LINE.fullmatch(line)
        value = raw_value(match[2] or "") if match else None
        if match is None or value is None:
            return read_yaml(lines, first_line)
        fields[match[1]] = (value, number)
    return fields


def raw_value(value: str) -> str | None:
    """A value as the writing script put it; None where it must be YAML."""
    if quoted := QUOTED.fullmatch(value):
        inner = quoted[1]
        if "\\" in inner and ESCAPES.fullmatch(inner):
            return None  # escaped the way YAML does, and nothing else in it
        return inner
    return None if YAML_ONLY.match(value) else value


def read_yaml(lines: list[str], first_line: int) -> dict[str, tuple[object, int]]:
    """Front matter as YAML, every scalar left the text that it is."""
    try:
        # BaseLoader makes no dates and numbers, so a tag 600519 stays text and
        # an impossible date is ours to report.
        data = yaml.load("\n".join(lines), Loader=yaml.CBaseLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + mark.line if mark else first_line
        raise DocumentError(f"the front matter is not YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise DocumentError(f"the front matter is not YAML: {error}", first_line) from error
    if data in (None, ""):
        return {}
    if not isinstance(data, dict):
        raise DocumentError("the front matter is not a list of `key: value`", first_line)
    where = {match[1]: n for n, line in enumerate(lines, first_line) if (match := LINE.match(line))}
    return {str(key): (value, where.get(str(key), first_line)) for key, value in data.items()}


def read_text(fields: dict[str, tuple[object, int]], key: str) -> str:
    value, line = fields.get(key, ("", 0))
    if not isinstance(value, str):
        raise DocumentError(f"{key} is not a text", line)
    return value


def read_list(fields: dict[str, tuple[object, int]], key: str) -> tuple[str, ...]:
    """A field that holds one value, never split on its spaces, or a YAML list of them."""
    value, line = fields.get(key, ("", 0))
    texts = []
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str):
            raise DocumentError(f"{key} is neither a text nor a list of texts", line)
        if len(item) > NAME_LENGTH:
            raise DocumentError(f"{key} is longer than {NAME_LENGTH} characters", line)
        texts.append(item.strip())
    return tuple(dict.fromkeys(filter(None, texts)))


def read_date(value: object, line: int) -> dt.datetime | None:
    """A time in UTC. Without an offset it is Shanghai's; without a day there is none.

    A bare offset (`date:  +0800`) is what the writing script leaves when it knew no time.
    """
    if not isinstance(value, str):
        raise DocumentError("date is not a text", line)
    text = value.strip()
    if not text or re.fullmatch(r"[+-]\d{4}", text):
        return None
    match = DATE.fullmatch(text)
    if not match:
        raise DocumentError(f"date not understood: {text!r}", line)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        moment = dt.datetime(
            year, month, day, hour, minute, second, tzinfo=read_offset(match[7] or "")
        )
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise DocumentError(f"no such date: {text!r} ({error})", line) from error


def read_offset(text: str) -> dt.tzinfo:
    if not text:
        return SHANGHAI
    if text[0] not in "+-":
        return dt.UTC
    digits = text[1:].replace(":", "").zfill(4)
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(-offset if text[0] == "-" else offset)
