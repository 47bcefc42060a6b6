"""SQL made of parts, each with its parameters.

`psycopg.sql` composes SQL too, but into objects that Django's `RawSQL` does not take.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

PLACE = re.compile(r"%\(([a-z_]+)\)s")


class Sql(NamedTuple):
    """SQL, and its parameters in the order of their placeholders."""

    text: str
    params: tuple[Any, ...] = ()


def sql(text: str, /, **parts: Any) -> Sql:
    """SQL in which each `%(name)s` stands for the part of that name: other SQL, or a parameter."""
    params: list[Any] = []

    def put(place: re.Match[str]) -> str:
        part = parts[place[1]]
        if isinstance(part, Sql):
            params.extend(part.params)
            return part.text
        params.append(part)
        return "%s"

    return Sql(PLACE.sub(put, text), tuple(params))


def joined(separator: str, parts: Iterable[Sql]) -> Sql:
    """The parts, with the separator between them, as `str.join`."""
    parts = [*parts]
    return Sql(
        separator.join(part.text for part in parts),
        tuple(value for part in parts for value in part.params),
    )
