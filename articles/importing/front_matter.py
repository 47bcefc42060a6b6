"""The front matter of a document → its fields (jekyllrb.com/docs/front-matter).

The writing script puts raw text between quotes: `title: "他说"好"，跌\\涨"` is meant as it
stands, though YAML would refuse it, and would read a tab in `"C:\\table"`. So the script's own
grammar, one `key: value` a line, is tried first; whatever is not in that form is YAML.
"""

import datetime as dt
import re
import unicodedata
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
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ,]*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?)?"
    r" *(am|pm)? *(z|utc|gmt|[+-]\d{1,2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
# Other spellings, put into that one, in this order.
SPELLINGS = [
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\s+", " "),
        (
            r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b,?",
            "",
        ),
        (r"(?:北京时间|asia/shanghai|\bcst)", "+0800"),
        (r"(\+\d{4}) ?\+0800$", r"\1"),
        (r"^(\d{4})(\d{2})(\d{2})(?=\D|$|\d{6}(?:\D|$))", r"\1-\2-\3 "),
        (r"(?<=^....-..-.. )[T ]*(\d{2})(\d{2})(\d{2})(?!\d)", r"\1:\2:\3"),
        (r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?", r"\1-\2-\3 "),
        (r"(?:上午|凌晨|早上) ?([\d:时点分秒]+)", r"\1 am"),
        (r"(?:下午|晚上|中午) ?([\d:时点分秒]+)", r"\1 pm"),
        (r"(\d{1,2}) ?[时点] ?(\d{1,2}) ?分?", r"\1:\2"),
        (r"(\d{1,2}) ?[时点]整?", r"\1:00"),
        (r"(:\d{1,2}) ?(\d{1,2}) ?秒", r"\1:\2"),
        (r"([ap])\.m\.", r"\1m"),
    )
]
MONTHS = {
    name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3})[a-z]*\.?,?[ -](\d{4})", re.IGNORECASE
)
MONTH_DAY = re.compile(r"([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
TIMESTAMP = re.compile(r"(\d{10})(?:\d{3})?")  # seconds or milliseconds since 1970
YEARS = range(1900, 2101)  # what news can be of
URL = re.compile(r"(?:https?:)?//\S+")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the header of a document states; empty where it states nothing.

    `undated` says why a date that is there cannot be used. `notes` say what was assumed.
    """

    title: str
    published_at: dt.datetime | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    is_draft: bool = False
    is_sample: bool = False  # as each of the posts that make_sample_posts writes says
    original_url: str = ""  # of a post written here, whose name its code must not become
    undated: DocumentError | None = None
    notes: tuple[str, ...] = ()


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
    notes: tuple[str, ...] = ()
    if closing is None:
        closing = end_of_fields(lines, first + 1)
        notes = (f"the front matter has no closing ---: taken to end above line {closing + 1}",)
        rest = lines[closing:]
    else:
        rest = lines[closing + 1 :]
    fields, assumed = read_fields(lines[first + 1 : closing], first + 2)
    published_at, undated = None, None
    try:
        published_at = read_date(*fields.get("date", ("", first + 1)))
    except DocumentError as error:
        undated = error
    header = FrontMatter(
        title=" ".join(read_text(fields, "title").split()),
        published_at=published_at,
        categories=read_list(fields, "categories") or read_list(fields, "category"),
        tags=read_list(fields, "tags") or read_list(fields, "tag"),
        is_draft=str(fields.get("published", ("true",))[0]).lower() == "false",
        is_sample=fields.get("newsroom_sample", ("",))[0] == "true",
        original_url=read_url(fields, "original_url"),
        undated=undated,
        notes=notes + assumed,
    )
    return header, "\n".join(rest)


def end_of_fields(lines: list[str], start: int) -> int:
    """Where front matter ends that nothing closes: behind the last of its lines in a row.

    Raises `DocumentError` if that leaves neither title nor date, for then it is no front matter.
    """
    end = start
    while end < len(lines) and LINE.fullmatch(lines[end]):
        end += 1
    if not any(line.startswith(("title:", "date:")) for line in lines[start:end]):
        raise DocumentError("the front matter has no closing ---", start)
    return end


def read_fields(
    lines: list[str], first_line: int
) -> tuple[dict[str, tuple[object, int]], tuple[str, ...]]:
    """Each field's value and line, by the writer's grammar or else as YAML; and notes."""
    fields: dict[str, tuple[object, int]] = {}
    raw: dict[str, tuple[object, int]] = {}
    for number, line in enumerate(lines, first_line):
        if not line.strip():
            continue
        if match := LINE.fullmatch(line):
            value = match[2] or ""
            raw[match[1]] = (value, number)
            fields[match[1]] = (raw_value(value), number)
        else:
            return read_yaml(lines, first_line), ()
    if all(value is not None for value, _ in fields.values()):
        return fields, ()
    try:
        return read_yaml(lines, first_line), ()
    except DocumentError as error:
        # Every line is `key: value`, so the writer put raw text where YAML sees a list or worse.
        return raw, (f"{error.reason}, line {error.line}: values taken as they stand",)


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


def read_url(fields: dict[str, tuple[object, int]], key: str) -> str:
    """A field that holds an address; "" where it holds anything else."""
    value = str(fields.get(key, ("",))[0])
    return value if URL.fullmatch(value) else ""


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
    Raises `DocumentError` for what is no date, or none that news could have.
    """
    if not isinstance(value, str):
        raise DocumentError("date is not a text", line)
    stated = value.strip()
    if not stated or re.fullmatch(r"[+-]\d{4}", stated):
        return None
    match = DATE.fullmatch(stated) or DATE.fullmatch(spell_alike(stated))
    try:
        if found := TIMESTAMP.fullmatch(stated):
            moment = dt.datetime.fromtimestamp(int(found[1]), dt.UTC)
        elif match:
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
            if (half := (match[7] or "").lower()) and hour <= 12:
                hour = hour % 12 + 12 * (half == "pm")
            midnight = dt.datetime(year, month, day, tzinfo=read_offset(match[8] or ""))
            if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second):
                raise ValueError("no such time of day")
            moment = midnight + dt.timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
            moment = moment.astimezone(dt.UTC)
        else:
            raise DocumentError(f"date not understood: {stated[:100]!r}", line)
    except (ValueError, OverflowError) as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(f"no such date: {stated[:100]!r} ({error})", line) from error
    if moment.year not in YEARS:
        raise DocumentError(f"no such date: {stated[:100]!r} (year {moment.year})", line)
    return moment


def spell_alike(text: str) -> str:
    """A date of another spelling in the one that `DATE` reads, as far as it is known."""
    text = unicodedata.normalize("NFKC", text)[:100]
    for pattern, replacement in SPELLINGS:
        text = pattern.sub(replacement, text).strip()
    if found := DAY_MONTH.search(text):
        day, month, year = found.groups()
    elif found := MONTH_DAY.search(text):
        month, day, year = found.groups()
    else:
        return text
    number = MONTHS.get(month.lower())
    return (
        text
        if number is None
        else f"{year}-{number}-{day}{text[: found.start()]}{text[found.end() :]}"
    )


def read_offset(text: str) -> dt.tzinfo:
    if not text:
        return SHANGHAI
    if text[0] not in "+-":
        return dt.UTC
    digits = text[1:].replace(":", "")
    digits = digits.zfill(2).ljust(4, "0") if len(digits) <= 2 else digits.zfill(4)
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(-offset if text[0] == "-" else offset)
