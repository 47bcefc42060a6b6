"""What a backup says of itself."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

FORMAT: Final = 1


class BackupError(Exception):
    """A backup cannot be made or restored. The message says why, in one line."""


@dataclass(frozen=True, slots=True)
class TableContents:
    """How many rows a table has, and a checksum that does not depend on their order."""

    rows: int
    checksum: str


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
            values: dict[str, Any] = json.loads(text)
            if (found := values.pop("format")) > FORMAT:
                raise BackupError(f"it is of format {found}, and this release reads {FORMAT}")
            values["tables"] = {
                name: TableContents(**contents) for name, contents in values["tables"].items()
            }
            for name in ("migrations", "left_out"):
                values[name] = tuple(values[name])
            return cls(**values)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupError("its manifest makes no sense") from error
