"""What a backup says of itself."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Self

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

FORMAT: Final = 1
STRICT: Final = ConfigDict(strict=True)  # no null, and no number for a text


class BackupError(Exception):
    """A backup cannot be made or restored. The message says why, in one line."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class TableContents:
    """How many rows a table has, and a checksum that does not depend on their order."""

    rows: int
    checksum: str


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at` is in ISO 8601, `server` the version of PostgreSQL. `migrations` are those that
    the database had, as "app.name"; `tables` what was in it, by the names of tables, except those
    `left_out`, whose rows are not in the backup. `sha256` is that of the script, in hexadecimal."""

    release: str
    made_at: str
    server: str
    migrations: tuple[str, ...]
    tables: Mapping[str, TableContents]
    left_out: tuple[str, ...]
    sha256: str

    def as_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Raises `BackupError`."""
        try:
            if (found := TypeAdapter(Versioned).validate_json(text).format) != FORMAT:
                raise BackupError(f"it is of format {found}, and this release reads {FORMAT}")
            return TypeAdapter(cls).validate_json(text)
        except ValidationError as error:
            raise BackupError("its manifest makes no sense") from error


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Versioned:
    """What a manifest of any format says."""

    format: int
