"""The fields of front matter in TOML or JSON, with their values as texts, as YAML's are read."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from ...messages import Message
from .documents import DocumentError
from .fields import Fields, Value

MOST_DOTS = 100  # in a line of TOML


def read_toml(text: str, first_line: int) -> Fields:
    # tomllib takes quadratic time for a key of many parts.
    keys = (line.rpartition("=")[0] or line for line in text.split("\n"))
    if any(key.count(".") > MOST_DOTS for key in keys):
        why = Message("key-of-more-parts-than", count=MOST_DOTS)
        raise DocumentError(Message("not-toml", why=why), first_line)
    try:
        return Fields(given=as_texts(tomllib.loads(text, parse_float=str)), first_line=first_line)
    except RecursionError as error:
        raise DocumentError(Message("front-matter-too-deep"), first_line) from error
    except ValueError as error:
        found = re.search(r"\(at line (\d+), ", str(error))
        line = first_line + int(found[1]) - 1 if found else first_line
        reason = re.sub(r" \(at .*", "", str(error))
        raise DocumentError(Message("not-toml", why=reason), line) from error


def read_json(text: str, first_line: int) -> tuple[Fields, int]:
    """The fields of the JSON object with which a text begins, and where it ends."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)
    try:
        data, end = decoder.raw_decode(text)
        return Fields(given=as_texts(data), first_line=first_line), end
    except RecursionError as error:
        raise DocumentError(Message("front-matter-too-deep"), first_line) from error
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise DocumentError(Message("not-json", why=error.msg), line) from error


def as_texts(data: Mapping[str, Any]) -> dict[str, Value]:
    """TOML's or JSON's values as texts, as YAML's are read."""
    return {key.lower(): as_text(value) for key, value in data.items()}


def as_text(value: Any) -> Value:
    if value is None or isinstance(value, dict):
        return value
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    # JSON's escapes may hold halves of a character.
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
