"""In a rolling upgrade the release before serves for a while, on the tables of this one."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

#: The last one that was applied before this was looked at.
LAST_OF_OLD = "0032_maintenancerun"
#: Those that take away what the release before has ceased to use, and which release that was.
CONTRACTS: dict[str, str] = {}
#: What the code of the release before would fail on, and what to do instead.
RULES = {
    r"\bDROP (TABLE|COLUMN)\b": "stop using it in this release, and drop it in the next",
    r"\bRENAME (TO|COLUMN|CONSTRAINT)\b": "keep the name: `db_table` and `db_column` have it",
    r"\bALTER COLUMN \S+ TYPE\b": "another column",
    r"\bALTER COLUMN \S+ SET NOT NULL\b": "a default in the database (`db_default`) first",
    r"\bALTER COLUMN \S+ DROP DEFAULT\b": "a default that stays in the database (`db_default`)",
    r"\bADD COLUMN (?!.*\bDEFAULT\b)(?!.*\bGENERATED\b).*(?<!IS )\bNOT NULL\b": (
        "a default in the database (`db_default`), or NULL"
    ),
}

disk = MigrationLoader(None).disk_migrations
NEW = sorted(name for app, name in disk if app == "articles" and name > LAST_OF_OLD)


def objections(sql):
    lines = [line for line in sql.splitlines() if not line.startswith("--")]
    return [
        f"{line}\n  {instead}"
        for line in lines
        for rule, instead in RULES.items()
        if re.search(rule, line)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NEW)
def test_a_migration_leaves_what_the_release_before_needs(name):
    out = StringIO()
    call_command("sqlmigrate", "articles", name, stdout=out)
    found = objections(out.getvalue())
    if name in CONTRACTS:
        assert found, f"{name} needs no excuse"
    else:
        assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "sql",
    [
        'DROP TABLE "articles_post" CASCADE;',
        'ALTER TABLE "articles_post" DROP COLUMN "title" CASCADE;',
        'ALTER TABLE "articles_post" RENAME TO "articles_item";',
        'ALTER TABLE "articles_post" RENAME COLUMN "title" TO "head";',
        'ALTER TABLE "articles_post" ALTER COLUMN "title" TYPE varchar(9);',
        'ALTER TABLE "articles_post" ALTER COLUMN "title" SET NOT NULL;',
        'ALTER TABLE "articles_post" ADD COLUMN "x" text NOT NULL;',
        'ALTER TABLE "articles_post" ALTER COLUMN "x" DROP DEFAULT;',
    ],
)
def test_what_takes_something_away_is_found(sql):
    assert objections(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'CREATE TABLE "articles_item" ("id" bigint NOT NULL PRIMARY KEY);',
        'ALTER TABLE "articles_post" ADD COLUMN "x" text NULL;',
        'ALTER TABLE "articles_post" ADD COLUMN "x" text DEFAULT \'\' NOT NULL;',
        'CREATE INDEX CONCURRENTLY "x" ON "articles_post" ("title");',
        'DROP INDEX "x";',
        "-- ALTER TABLE articles_post DROP COLUMN title",
    ],
)
def test_what_adds_something_is_not(sql):
    assert not objections(sql)
