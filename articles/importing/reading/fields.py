"""The fields of front matter, each read by itself, so that an odd one spoils no other.

The writing script puts raw text between quotes: `title: "他说"好"，跌\\涨"` is meant as it
stands, though YAML would refuse it, and would read a tab in `"C:\\table"`. So the script's own
grammar, one `key: value` a line, is tried first; whatever is not in that form is YAML, and what
YAML cannot read is text. Fields that nobody asks for are not read at all.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ...messages import Message, reason_of
from ..values import NULLS, TOO_MANY_VALUES, VALUES, UnreadableError, Value, compose, merged
from .documents import DocumentError, without_unseen

LONGEST_YAML = 2**20  # characters of a field that is read as YAML
MOST_ANCHORS = 1000  # names that fields give to values

#: Fields that are known without a space after the colon, or with a Chinese colon.
LOOSE = re.compile(
    r"(title|date|tags?|category|categories|publish(?:ed)?|draft|private|hidden|layout|author"
    r"|description|permalink|keywords|comments|excerpt)[ \t]*[:：][ \t]*",
    re.IGNORECASE,
)
#: Any other name of a field, as YAML has it. Text punctuated like prose, or marked up as Markdown
#: or HTML, is not a field name: it may be the text after front matter that nothing closes.
KEY = re.compile(
    r"""(?!(?:-|\?|\d++[.、)])(?:\s|$))"""
    r"""(<<|[^\s"'#&*!|<>%@`\[\]{},，。；！？“”](?:[^:,，。；！？“”]|:(?![ \t]|$)){0,99})"""
    r""":(?:[ \t]+|$)"""
)
QUOTED_KEY = re.compile(r"""(["'])([^"'\\]{1,100})\1[ \t]*:(?:[ \t]+|$)""")
QUOTED = re.compile(r'"(.*)"|\'(.*)\'')
#: What stands between two quotations and is none itself.
NO_QUOTATION = re.compile(
    r"^[\s，。、；：！？,;:!?)）》】与及或的]|[\s，、：,:(（《【与及或和]$|(?<![是好真])的$|^和$"
)
#: A tab before Chinese is one; in `"C:\\table"` is none.
ESCAPES = re.compile(r'(?:[^\\"]|\\["\\]|\\[nt](?=[^\x00-\x7f]))*')
#: An escape that tools write and the writing script never does. Beside it, others are escapes too.
NUMBERED = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
NUMBERED_ESCAPES = re.compile(rf'(?:[^\\"]|\\["\\/nt]|{NUMBERED.pattern})*')
HALVES = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")  # JSON's
ANCHOR = re.compile(r"&([\w-]+)(?:[ \t]|$)", re.ASCII)
#: YAML's mark of a type. `! 'x'` is how Octopress writes a title (yaml.org/spec/1.1, "! ").
TYPE_TAG = re.compile(
    r"""(?:!!(?!\d)\w+|!str|!<[^<>\s]*>)[ \t]+|![\w:/.-]*[ \t]+(?=["'])""", re.ASCII
)
COMMENT = re.compile(r"[ \t]#")
#: A list in brackets and with commas of a Chinese keyboard; then a comment.
TYPED_LIST = re.compile(r"([\[［【])([^\[\]［］【】]*+)[\]］】](?:[ \t]+#.*)?[ \t]*")
TYPED_COMMA = re.compile(r"[，、]")
COMMA_BETWEEN_QUOTED = re.compile(r"""(?<=["'])[ \t]*+[，、][ \t]*+(?=["'])""")
YAML_SIGNS = frozenset("\"'[{|>&*!%@`")  # no plain text of YAML begins with these


class BeyondMeasureError(DocumentError):
    """A field made to exhaust its reader. The document is refused."""


@dataclass(slots=True)
class RawField:
    """A field as it is written: its value's first line, and the lines that go on with it."""

    value: str
    line: int
    more: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Fields:
    """The fields of a header, by their names in small letters; `notes` say what was assumed.

    A field that is not there is empty. Each method raises `DocumentError` for a value that makes no
    sense.
    """

    raw_fields: Mapping[str, RawField] = field(default_factory=dict)
    given: Mapping[str, Value] = field(default_factory=dict)  # TOML's or JSON's
    first_line: int = 1
    notes: list[Message] = field(default_factory=list)
    #: What YAML made of the fields that were read as that, by their lines.
    composed: dict[int, Value | UnreadableError | OverflowError] = field(default_factory=dict)

    def merge(self, key: str = "<<") -> None:
        """Add the fields of the maps that a field holds, unless they are stated, as YAML does for
        `<<` (yaml.org/type/merge.html)."""
        if key not in self.raw_fields and key not in self.given:
            return
        try:
            self.given = {**merged(self.value(key)), **self.given}
        except BeyondMeasureError:
            raise
        except DocumentError as error:
            self.leave_out(key, error)

    def leave_out(self, key: str, why: DocumentError | Message) -> None:
        """Note that a field, or some of it, cannot be used."""
        reason, line = (why, None) if isinstance(why, Message) else (why.reason, why.line)
        self.notes.append(Message("field-left-out", why=reason, line=line or self.line(key)))

    def line(self, key: str) -> int:
        raw_field = self.raw_fields.get(key)
        return raw_field.line if raw_field else self.first_line

    def text(self, key: str) -> str:
        """A field that holds text, in which `#` begins no comment and a bracket no list."""
        raw_field = self.raw_fields.get(key)
        if raw_field is None:
            value = self.given.get(key)
        elif not raw_field.more and (raw := raw_text(raw_field.value)) is not None:
            return raw
        else:
            value = self.read(key, raw_field)
            named = None if raw_field.more else ANCHOR.match(raw_field.value)
            if named and not self.is_text(raw_field.value):
                name = named[0].strip()
                self.notes.append(Message("name-used-elsewhere", key=key, name=name))
            if not raw_field.more and (not isinstance(value, str) or self.is_text(raw_field.value)):
                value = self.as_it_stands(key, raw_field)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise DocumentError(Message("not-a-text", key=key), self.line(key))
        return self.clean(key, value)

    def value(self, key: str) -> Value:
        """The value of a field, without a comment at its end."""
        raw_field = self.raw_fields.get(key)
        if raw_field is None:
            return self.cleaned(key, self.given[key]) if key in self.given else None
        if not raw_field.more and not COMMENT.search(raw_field.value):
            raw = raw_text(raw_field.value)
            if raw is not None and not raw.startswith("#"):
                return raw
        return self.cleaned(key, self.read(key, raw_field))

    def one(self, key: str) -> Value:
        """The value of a field; if that is a list of one, its only member."""
        value = self.value(key)
        return value[0] if isinstance(value, list) and len(value) == 1 else value

    def all(self, key: str) -> Iterator[str]:
        """The texts of a field that holds one, or a list of them, in which lists are dissolved.
        What else it holds is left out, with a note."""
        if key not in self.raw_fields and key not in self.given:
            return
        try:
            waiting = [self.value(key)]
        except BeyondMeasureError:
            raise
        except DocumentError as error:
            self.leave_out(key, error)
            return
        for _ in range(VALUES):
            if not waiting:
                return
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(reversed(value))
            elif isinstance(value, dict):
                self.leave_out(key, Message("neither-text-nor-texts", key=key))
            elif value:
                yield value
        raise BeyondMeasureError(Message("in-field", key=key, why=TOO_MANY_VALUES), self.line(key))

    def names(self, key: str) -> Iterator[str]:
        """The names in a field, which are texts as `all` finds them, or those of a `typed_list`."""
        raw_field = self.raw_fields.get(key)
        typed = typed_list(raw_field) if raw_field else None
        return self.all(key) if typed is None else iter(typed)

    def read(self, key: str, raw_field: RawField) -> Value:
        """A field as YAML, or else as the text or the list of texts that it seems to be."""
        try:
            return self.as_yaml(raw_field)
        except UnreadableError as error:
            items = raw_items(raw_field)
            if items is None:
                line = raw_field.line + error.line
                raise DocumentError(Message("not-yaml", why=error.problem), line) from error
            self.notes.append(Message("taken-as-it-stands", key=key, line=raw_field.line))
            return items
        except OverflowError as error:
            raise BeyondMeasureError(
                Message("in-field", key=key, why=reason_of(error)), raw_field.line
            ) from error

    def as_yaml(self, raw_field: RawField) -> Value:
        """The value of a field in YAML. Raises `UnreadableError`, or `OverflowError`, as `compose`
        does."""
        if raw_field.line not in self.composed:
            text = "\n".join([f"x: {raw_field.value}", *raw_field.more])
            value: Value | UnreadableError | OverflowError
            try:
                if len(text) > LONGEST_YAML:
                    raise UnreadableError(Message("too-long"))
                value = compose(HALVES.sub(whole_character, text), self.anchored(raw_field))
                value = value.get("x") if isinstance(value, dict) else None
            except (UnreadableError, OverflowError) as error:
                value = error
            self.composed[raw_field.line] = value
        value = self.composed[raw_field.line]
        if isinstance(value, Exception):
            raise value
        return value

    def is_whole(self, raw_field: RawField) -> bool:
        """Whether the lines of a field, of which there are several, surely belong to it: YAML reads
        them as one value, and does not fold them into a plain text."""
        if is_plain(raw_field.value):
            return False
        try:
            self.as_yaml(raw_field)
        except (UnreadableError, OverflowError):
            return False
        return True

    def anchored(self, raw_field: RawField) -> "dict[str, tuple[Value, int]]":
        """The values that other fields give names to, if this field refers to any."""
        if "*" not in raw_field.value + "".join(raw_field.more):
            return {}
        anchors: dict[str, tuple[Value, int]] = {}
        for other in self.raw_fields.values():
            if other.line < raw_field.line and "&" in other.value + "".join(other.more):
                if len(anchors) > MOST_ANCHORS:
                    raise OverflowError(Message("more-names-than", count=MOST_ANCHORS))
                text = "\n".join([f"x: {other.value}", *other.more])
                try:
                    compose(text[:LONGEST_YAML], anchors)
                except UnreadableError:
                    continue  # nobody can refer to it
        return anchors

    def is_text(self, value: str) -> bool:
        """Whether what YAML takes for a mark of its own is text: a name to which no field refers,
        a type that YAML does not have."""
        if found := ANCHOR.match(value):
            alias = re.compile(rf"\*{re.escape(found[1])}(?![\w-])")
            return not any(
                alias.search(line) for e in self.raw_fields.values() for line in (e.value, *e.more)
            )
        return value.startswith("!") and not TYPE_TAG.match(value)

    def as_it_stands(self, key: str, raw_field: RawField) -> str:
        note = Message("taken-as-it-stands", key=key, line=raw_field.line)
        if note not in self.notes:
            self.notes.append(note)
        return unquoted(raw_field.value)

    def clean(self, key: str, text: str) -> str:
        """A text without the unseen characters that YAML, TOML and JSON can hide in escapes."""
        text, notes = without_unseen(text, self.line(key))
        self.notes += notes
        return text

    def cleaned(self, key: str, value: Value) -> Value:
        if isinstance(value, str):
            return self.clean(key, value)
        if isinstance(value, list):
            return [self.clean(key, item) if isinstance(item, str) else item for item in value]
        return value


def is_plain(value: str) -> bool:
    """Whether a value is complete on its line, unless YAML folds more lines into it."""
    return bool(value) and value[0] not in YAML_SIGNS | {"#"}


def raw_text(value: str) -> str | None:
    """A value in the writing script's form; None if it must be YAML."""
    if value[:1] not in YAML_SIGNS:
        return "" if value in NULLS else value
    if value[0] == '"' and len(value) > 1 and value[-1] == '"':
        inner = value[1:-1]
        if "\\" in inner and (
            ESCAPES.fullmatch(inner)
            or (NUMBERED_ESCAPES.fullmatch(inner) and NUMBERED.search(inner))
        ):
            return None  # escaped the way YAML does, and nothing else in it
        return None if begins_and_ends_quoted(value) else inner
    return None


def begins_and_ends_quoted(value: str) -> bool:
    """Whether the quotation marks around a value belong to words at its beginning and its end, as
    in `"A" 和 "B"`, and not to the value as a whole, as in `"他说"好"，便走了"`. The marks in pairs
    tell: where the second of them would open a quotation and the third close it, one of them stands
    beside a space, a sign or a particle at which no quotation begins or ends."""
    mark, inner = value[0], value[1:-1]
    return (
        inner.count(mark) > 0
        and inner.count(mark) % 2 == 0
        and "\\" not in inner
        and any(NO_QUOTATION.search(part) for part in inner.split(mark)[1::2])
    )


def whole_character(halves: re.Match[str]) -> str:
    """The character of which JSON's two escapes, which YAML refuses, are the halves."""
    return str(json.loads(f'"{halves[0]}"'))


def unquoted(text: str) -> str:
    text = text.strip()
    found = QUOTED.fullmatch(text)
    return text if found is None or begins_and_ends_quoted(text) else found[1] or found[2] or ""


def typed_list(raw_field: RawField) -> list[str] | None:
    """The names of a list that was typed with a Chinese keyboard: ［甲，乙］, 【甲】, [甲，乙、丙].
    None if it was not, or may be a name: in brackets that YAML knows an ASCII comma would part
    names, and quotation marks keep them whole."""
    found = TYPED_LIST.fullmatch(" ".join([raw_field.value, *raw_field.more]))
    if found is None:
        return None
    bracket, inside = found.groups()
    if "," in inside:
        return None if bracket == "[" else listed(inside.split(","))
    comma = COMMA_BETWEEN_QUOTED if '"' in inside or "'" in inside else TYPED_COMMA
    names = comma.split(inside)
    return None if bracket == "[" and len(names) == 1 else listed(names)


def listed(items: Iterable[str]) -> list[str]:
    """The texts of a list in brackets that YAML does not read."""
    return [unquoted(item) for item in items if item.strip() not in NULLS]


def raw_items(raw_field: RawField) -> Value:
    """A field that YAML cannot read: the texts of its list, or the text that it is; None if it is
    neither."""
    more = [line.strip() for line in raw_field.more if line.strip()]
    whole = " ".join([raw_field.value.strip(), *more])
    if whole.startswith("[") and whole.endswith("]"):
        return listed(whole[1:-1].split(","))
    if not more:
        return unquoted(whole)
    if not raw_field.value and all(line[0] == "-" for line in more):
        return [unquoted(line[1:]) for line in more if line[1:].strip() not in NULLS]
    if raw_field.value and all(line[:1] in " \t" for line in raw_field.more):
        return unquoted(" ".join([raw_field.value, *more]))
    return None


def read_mapping(text: str, first_line: int) -> Fields | None:
    """The fields of front matter that is a single map of YAML; None if it is not.

    Raises `DocumentError` for what exceeds a limit.
    """
    try:
        value = compose(text, {}) if len(text) <= LONGEST_YAML else None
    except UnreadableError:
        return None
    except OverflowError as error:
        raise BeyondMeasureError(
            Message("in-front-matter", why=reason_of(error)), first_line
        ) from error
    if not isinstance(value, dict) or not value:
        return None
    return Fields(
        given={key.strip().lower(): part for key, part in value.items()}, first_line=first_line
    )
