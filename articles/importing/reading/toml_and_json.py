"""The fields of front matter in TOML or JSON, with their values as texts, as YAML's are read."""

import json
from typing import Any

from ...messages import Message
from ..values import UnreadableError, as_text, as_texts, compose_toml
from .documents import DocumentError
from .fields import Fields


def read_toml(text: str, first_line: int) -> Fields:
    try:
        return Fields(given=compose_toml(text), first_line=first_line)
    except RecursionError as error:
        raise DocumentError(Message("front-matter-too-deep"), first_line) from error
    except UnreadableError as error:
        reason = Message("not-toml", why=error.problem)
        raise DocumentError(reason, first_line + error.line) from error


def read_json(text: str, first_line: int) -> tuple[Fields, int]:
    """The fields of the JSON object with which a text begins, and where it ends."""
    pairs: list[tuple[str, Any]] = []

    def paired(members: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal pairs
        pairs = members  # in the end those of the object that holds all others
        return dict(members)

    decoder = json.JSONDecoder(
        object_pairs_hook=paired, parse_float=str, parse_int=str, parse_constant=str, strict=False
    )
    try:
        data, end = decoder.raw_decode(text)
        fields = Fields(given=as_texts(data), first_line=first_line)
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if (name := key.lower()) in seen:
                shown = str(as_text(seen[name]))[:100]
                fields.notes.append(Message("given-twice", key=name, line=first_line, value=shown))
            seen[name] = value
        return fields, end
    except RecursionError as error:
        raise DocumentError(Message("front-matter-too-deep"), first_line) from error
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise DocumentError(Message("not-json", why=error.msg), line) from error
