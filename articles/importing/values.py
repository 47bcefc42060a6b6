"""What YAML and TOML state: texts, and lists and maps of them, within limits."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import yaml

from ..messages import Message

DEPTH: Final = 20  # of lists in lists
VALUES: Final = 100_000  # of one text, including those that aliases repeat
NAME_LENGTH: Final = 200  # characters of a field's name that are looked at
MOST_DOTS: Final = 100  # in a line of TOML
FALSE: Final = frozenset({"false", "no", "off", "n", "0"})
TRUE: Final = frozenset({"true", "yes", "on", "y", "1"})
#: What the fields that may hide a document say where they do not.
SHOWING: Final = {"published": TRUE, "draft": FALSE}
#: Cyrillic and Greek letters that look like those of `published: false` and `draft: true`.
LOOK_ALIKES: Final = str.maketrans("рρвβӏіıιѕһнηеεԁгаατтυ", "ppbbliiishhheedraattu")
NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})

TOO_MANY_VALUES: Final = Message("more-values-than", count=f"{VALUES:,}")

Value = str | list[Any] | dict[str, Any] | None


def normalized(text: str) -> str:
    """A text in small Latin letters of half width, also where others look like them."""
    return unicodedata.normalize("NFKC", text).lower().translate(LOOK_ALIKES)


def letters_of(name: str) -> str:
    """The name of a field without signs and digits, normalized: “published”, ｄｒａｆｔ."""
    return "".join(filter(str.isalpha, normalized(name[:NAME_LENGTH])))


class UnreadableError(Exception):
    """What YAML says of a text that it cannot read: `line` counts from 0."""

    def __init__(self, problem: Message | str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


def compose(text: str, anchors: dict[str, tuple[Value, int]]) -> Value:
    """The value that YAML states, with every scalar as text: a tag 600519 is not a number. This
    does not recurse, because a text may nest deeper than any stack: PyYAML's own loaders would end
    the process. Names that the text gives to values are added to `anchors`, with their sizes.

    Raises `UnreadableError` for text that is not YAML, `OverflowError` for what exceeds a limit.
    """
    top: list[Value] = []
    holders = [top]
    begun: list[tuple[str | None, int]] = []  # the name of each list or map, and VALUES before it
    count = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            count += 1
            if isinstance(event, yaml.ScalarEvent):
                is_null = event.implicit[0] and event.value in NULLS and not event.style
                value: Value = None if is_null else event.value
                holders[-1].append(value)
                if event.anchor:
                    anchors[event.anchor] = value, 1
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in anchors:
                    raise UnreadableError(Message("no-such-anchor", name=str(event.anchor)))
                value, size = anchors[event.anchor]
                holders[-1].append(value)
                count += size
            elif isinstance(event, yaml.CollectionStartEvent):
                holders.append([])
                begun.append((event.anchor, count))
                if len(begun) > DEPTH:
                    raise OverflowError(Message("nested-deeper-than", depth=DEPTH))
            elif isinstance(event, yaml.CollectionEndEvent):
                found = holders.pop()
                is_map = isinstance(event, yaml.MappingEndEvent)
                members: Value = paired(found) if is_map else found
                holders[-1].append(members)
                anchor, before = begun.pop()
                if anchor:
                    anchors[anchor] = members, count - before
            if count > VALUES:
                raise OverflowError(TOO_MANY_VALUES)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(str(error.problem), mark.line if mark else 0) from error
    except yaml.YAMLError as error:
        raise UnreadableError(str(error).split("\n")[0]) from error
    return top[0] if top else None


def paired(members: list[Value]) -> dict[str, Value]:
    """A map from its keys and values in a row. Keys that are not text are left out. Maps to be
    merged with it are merged."""
    pairs = zip(members[::2], members[1::2], strict=True)
    stated = {key: value for key, value in pairs if isinstance(key, str)}
    return {**merged(stated["<<"]), **stated} if "<<" in stated else stated


def merged(value: Value) -> dict[str, Value]:
    """The map that `<<` stands for: a map or a list of maps, of which the first prevails. Names are
    in small letters."""
    maps = value if isinstance(value, list) else [value]
    found: dict[str, Value] = {}
    for each in reversed(maps):
        if isinstance(each, dict):
            found.update((name.lower(), member) for name, member in each.items())
    return found


def compose_toml(text: str) -> dict[str, Value]:
    """The map that TOML states, with names in small letters and every value as text.

    Raises `UnreadableError` for text that is not TOML, `RecursionError` for lists nested too deep.
    """
    # tomllib takes quadratic time for a key of many parts.
    keys = (line.rpartition("=")[0] or line for line in text.split("\n"))
    if any(key.count(".") > MOST_DOTS for key in keys):
        raise UnreadableError(Message("key-of-more-parts-than", count=MOST_DOTS))
    try:
        return as_texts(tomllib.loads(text, parse_float=str))
    except ValueError as error:
        found = re.search(r"\(at line (\d+), ", str(error))
        reason = re.sub(r" \(at .*", "", str(error))
        raise UnreadableError(reason, int(found[1]) - 1 if found else 0) from error


def as_texts(data: Mapping[str, Any]) -> dict[str, Value]:
    """TOML's or JSON's values as texts, as YAML's are read."""
    return {key.lower(): as_text(value) for key, value in data.items()}


def as_text(value: Any) -> Value:
    if value is None:
        return value
    if isinstance(value, dict):
        return {name: as_text(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    # JSON's escapes may hold halves of a character.
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
