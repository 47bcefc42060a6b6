"""What is in the tables of the database, whatever release it is of."""

from collections.abc import Collection
from typing import Any, Final

from psycopg import sql

from .manifest import TableContents

#: How rows are written as text while their checksums are made: alike on every server.
AS_TEXT: Final = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
NO_LIMIT: Final = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",  # of PostgreSQL 17
)


def take_time(cursor: Any) -> None:
    """In this transaction, let no statement and no wait be too long."""
    cursor.execute(
        "SELECT set_config(name, '0', true) FROM pg_settings WHERE name = ANY(%s)", [[*NO_LIMIT]]
    )


def contents(cursor: Any, tables: Collection[str]) -> dict[str, TableContents]:
    """Count the rows of these tables and make their checksums, in this transaction."""
    for name, value in AS_TEXT.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    found = {}
    for table in sorted(tables):
        cursor.execute(
            sql.SQL(
                "SELECT count(*), coalesce(sum(hashtextextended(stored::text, 0)), 0) "
                "FROM {} stored"
            ).format(sql.Identifier(table))
        )
        rows, checksum = cursor.fetchone()
        found[table] = TableContents(rows, str(checksum))
    return found


def has_rows(cursor: Any, table: str) -> bool:
    cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
    return bool(cursor.fetchone()[0])


def tables(cursor: Any) -> list[str]:
    """The names of all tables."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in cursor]


def relations(cursor: Any) -> list[str]:
    """The names of all tables, views and sequences, except sequences of columns and what extensions
    have."""
    cursor.execute(
        """
        SELECT relname FROM pg_class
        WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
        AND NOT EXISTS (
            SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
            AND (deptype = 'e' OR relkind = 'S' AND deptype IN ('a', 'i'))
        )
        ORDER BY 1
        """
    )
    return [name for (name,) in cursor]
