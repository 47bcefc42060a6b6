"""What a migration does to large tables while readers and editors wait."""

import re
from collections.abc import Iterator

import sqlparse
from django.apps import apps
from django.db import migrations

#: Those that do not grow with the posts.
SMALL = re.compile(
    r"articles_(historical)?(source|category|tag|security)(alias)?|articles_(edition|facetcount|"
    r"erasure|formername|soughtname|namingrule|presence|previewlink|importrun|importproblem|"
    r"fruitlesssearch|bulkchange|pendingchange)"
)
TABLE = r'"?(?P<table>\w+)"?'
#: Statements that keep a table from being written, or read, for as long as it takes to go through
#: it, and what to do instead.
RULES = {
    rf"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY).* ON {TABLE}": "AddIndexConcurrently",
    rf"ALTER TABLE {TABLE} .*\bTYPE\b": "another column, which a worker fills",
    rf"ALTER TABLE {TABLE} .*\bSET NOT NULL": "a check that is NOT VALID, and validated later",
    rf"ALTER TABLE {TABLE} .*ADD CONSTRAINT \S+ (CHECK|FOREIGN KEY)(?!.*NOT VALID)": (
        "a constraint that is NOT VALID, and validated later"
    ),
    rf"ALTER TABLE {TABLE} .*ADD (CONSTRAINT \S+ )?(UNIQUE|PRIMARY KEY|EXCLUDE)(?!.*USING INDEX)": (
        "a unique index made concurrently"
    ),
    rf"ALTER TABLE {TABLE} ADD COLUMN .*\bREFERENCES\b": (
        "a column without its constraint, which is added NOT VALID"
    ),
    rf"ALTER TABLE {TABLE} ADD COLUMN .*(GENERATED .*STORED|SERIAL|RANDOM|UUID_|CLOCK_TIMESTAMP)": (
        "a column that is filled in batches"
    ),
    rf"(UPDATE|DELETE FROM) {TABLE}": "batches, each in a transaction",
    rf"VACUUM .*FULL.* {TABLE}": "VACUUM without FULL",
    rf"(CLUSTER|REINDEX TABLE|LOCK TABLE|LOCK) {TABLE}": "nothing of the kind",
}


def objections(migration: migrations.Migration, sql: str) -> Iterator[str]:
    """What to change in a migration, given as an object and as `sqlmigrate` shows it."""
    made = set(re.findall(r'CREATE TABLE "?(\w+)', sql))
    for statement in sqlparse.split(sqlparse.format(sql, strip_comments=True)):
        line = " ".join(statement.split())
        for rule, instead in RULES.items():
            found = re.match(rule, line, re.IGNORECASE)
            if found and is_large(found["table"]) and found["table"] not in made:
                yield f"{line}\n    instead: {instead}"
    if migration.atomic and any(map(runs_python, migration.operations)):
        yield "RunPython in one transaction\n    instead: atomic = False, and batches"


def is_large(table: str) -> bool:
    return table in names() and not SMALL.fullmatch(table)


def names() -> set[str]:
    return {model._meta.db_table for model in apps.get_app_config("articles").get_models()}


def runs_python(operation: migrations.operations.base.Operation) -> bool:
    inner = getattr(operation, "database_operations", [])
    return isinstance(operation, migrations.RunPython) or any(map(runs_python, inner))
