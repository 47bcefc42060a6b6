"""Migrations keep nobody waiting for long, however many posts there are."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from tests.articles.migrations.locks import objections

#: The last one that was applied before this was looked at. Earlier ones stay as they are: they lock
#: tables for as long as it takes to go through them once, some seconds for 100,000 posts.
LAST_OF_OLD = "0031_words_that_are_codes"
#: Those that may, and why.
EXCUSED: dict[str, str] = {
    "0032_maintenancerun": "its Python adds a few permissions to the groups",
    "0037_api_keys": "its Python adds a few permissions to the groups",
    "0034_names_and_words": "its Python adds a dozen rules",
    "0039_longer_names": "its Python adds some forty rules",
    "0043_words_around_names": "its Python adds some rules",
    "0045_more_words_around_names": "its Python adds some rules",
    "0047_words_of_trades": "its Python adds some rules",
    "0051_gone_terms": "its UPDATEs find the few terms of which check_archive would complain",
    "0052_joint_ventures": "its Python adds some rules",
    "0053_words_with_banks": "its Python adds some rules",
    "0059_words_and_places": "its Python adds some rules",
    "0060_words_around_companies": "its Python adds some rules",
}

disk = MigrationLoader(None).disk_migrations
NEW = sorted(name for app, name in disk if app == "articles" and name > LAST_OF_OLD)


def sql_of(name):
    out = StringIO()
    call_command("sqlmigrate", "articles", name, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("name", NEW)
def test_a_migration_locks_no_large_table_for_long(name):
    found = [*objections(disk["articles", name], sql_of(name))]
    if name in EXCUSED:
        assert found, f"{name} needs no excuse"
    else:
        assert not found, "\n".join(found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("0028_newest_flash", "CREATE INDEX"),
        ("0025_mentions", "RunPython"),
    ],
)
def test_it_would_have_found_old_ones(name, what):
    assert any(one.startswith(what) for one in objections(disk["articles", name], sql_of(name)))


SLOW = [
    'CREATE INDEX "x" ON "articles_post" ("title")',
    'CREATE UNIQUE INDEX "x" ON "articles_mention" ("post_id")',
    'ALTER TABLE "articles_post" ALTER COLUMN "title" TYPE varchar(9)',
    'ALTER TABLE "articles_post" ALTER COLUMN "info_code" SET NOT NULL',
    'ALTER TABLE "articles_post" ADD CONSTRAINT "x" CHECK ("title" <> \'\')',
    'ALTER TABLE "articles_post" ADD CONSTRAINT "x" UNIQUE ("title")',
    'ALTER TABLE "articles_post" ADD COLUMN "x_id" bigint NULL REFERENCES "z" ("id")',
    'ALTER TABLE "articles_post" ADD COLUMN "x" uuid DEFAULT gen_random_uuid() NOT NULL',
    'UPDATE "articles_post" SET "title" = \'\'',
    "UPDATE articles_document\nSET notes = '{}'",
    "DELETE FROM articles_searchentry",
    "VACUUM (FULL, ANALYZE) articles_post",
    "LOCK TABLE articles_post",
]
QUICK = [
    'CREATE INDEX CONCURRENTLY "x" ON "articles_post" ("title")',
    'CREATE INDEX "x" ON "articles_source" ("name")',
    'CREATE TABLE "articles_post" ("id" bigint); CREATE INDEX "x" ON "articles_post" ("id")',
    'ALTER TABLE "articles_post" ADD COLUMN "x" boolean DEFAULT false NOT NULL',
    'ALTER TABLE "articles_post" ADD COLUMN "x" text NULL',
    'ALTER TABLE "articles_post" ADD CONSTRAINT "x" CHECK ("title" <> \'\') NOT VALID',
    'ALTER TABLE "articles_post" VALIDATE CONSTRAINT "x"',
    'ALTER TABLE "articles_post" ADD CONSTRAINT "x" UNIQUE USING INDEX "y"',
    'ALTER TABLE "articles_post" DROP COLUMN "x"',
    'DROP INDEX "x"',
    "-- UPDATE articles_post",
]


@pytest.mark.parametrize(
    ("sql", "is_slow"), [(s, True) for s in SLOW] + [(s, False) for s in QUICK]
)
def test_statements_are_told_apart(sql, is_slow):
    assert bool([*objections(migrations.Migration("x", "articles"), sql)]) == is_slow
