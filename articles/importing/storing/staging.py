"""COPY into temporary tables, from which a few statements take all rows of a batch."""

from collections.abc import Iterable, Sequence
from typing import Any


def stage(cursor: Any, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    """COPY `rows` into a temporary table of `columns` ("name type, …"), kept for the session
    so that a thousand batches do not fill the catalogue with a thousand tables."""
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ({columns})")
    cursor.execute(f"TRUNCATE {table}")
    types = [column.split()[1] for column in columns.split(", ")]
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
