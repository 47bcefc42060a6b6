"""Probes learn whether the site answers, and what is wrong with it in a word."""

import os
import shutil
import subprocess
import sys

import psycopg
import pytest
from django.db import OperationalError, connection

from articles import database, disks, readiness
from articles.models import ArchiveVersion, SearchEntry
from articles.search import index
from tests.waiting import PATIENCE
from tests.workers import beat, fall_silent

ALL_WELL = {
    "status": "ok", "database": "ok", "migrations": "ok", "search": "ok", "disk": "ok",
    "worker": "ok",
}  # fmt: skip

OF_ANOTHER_RELEASE = {"status": "down", "database": "ok", "migrations": "missing", "disk": "ok"}


@pytest.fixture
def archive(indexed):
    index.finish_load()
    beat()
    return indexed()


def test_a_process_is_alive_whatever_the_database_does(client):
    # Without `django_db` any query fails.
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_site_that_is_well_is_ready(client, archive):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, ALL_WELL)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_so_is_a_site_to_which_nothing_was_imported_yet(client):
    beat()
    assert client.get("/readyz").json() == ALL_WELL


@pytest.mark.django_db
def test_a_probe_needs_neither_host_name_nor_https(client, archive, settings):
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_figures_are_refused_whatever_the_host_name_is(client, caplog):
    response = client.get("/metrics", headers={"host": "evil.example.com"})
    assert response.status_code == 404
    assert "no-store" in response["Cache-Control"]
    assert not caplog.text


@pytest.mark.django_db
def test_a_probe_costs_a_few_small_questions(client, archive, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):  # with those for its transaction
        client.get("/readyz")


@pytest.mark.django_db
def test_a_database_of_another_release_is_not_ready(client, archive, monkeypatch):
    monkeypatch.setattr(database, "newest_migrations", lambda: {("articles", "9999_of_tomorrow")})
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == OF_ANOTHER_RELEASE


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["django_migrations", "procrastinate_workers"])
def test_nor_is_one_without_tables(client, table):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, OF_ANOTHER_RELEASE)


@pytest.mark.django_db
def test_words_of_another_vocabulary_only_degrade_it(client, archive):
    ArchiveVersion.objects.update(vocabulary=1)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == ALL_WELL | {"status": "degraded", "search": "old index"}


@pytest.mark.django_db(transaction=True)
def test_so_does_a_missing_index(client, archive):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index.INDEX}")
    try:
        assert client.get("/readyz").json() == ALL_WELL | {
            "status": "degraded",
            "search": "no index",
        }
    finally:
        index.finish_load()


@pytest.mark.django_db(transaction=True)
def test_so_does_an_index_that_was_not_built_to_its_end(client, archive):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [index.INDEX]
        )
    assert client.get("/readyz").json() == ALL_WELL | {"status": "degraded", "search": "no index"}
    index.finish_load()
    assert client.get("/readyz").json() == ALL_WELL


@pytest.mark.django_db
def test_so_does_a_search_that_knows_no_post(client, archive):
    SearchEntry.objects.all().delete()
    assert client.get("/readyz").json() == ALL_WELL | {"status": "degraded", "search": "no entries"}


@pytest.mark.django_db
def test_a_search_without_its_table_is_down(client, archive):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {index.TABLE} RENAME TO elsewhere")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        503,
        ALL_WELL | {"status": "down", "search": "missing"},
    )


@pytest.mark.django_db
def test_so_does_a_disk_that_is_almost_full(client, archive, monkeypatch):
    monkeypatch.setattr(readiness, "LEAST_FREE", shutil.disk_usage("/").total + 1)
    assert client.get("/readyz").json() == ALL_WELL | {"status": "degraded", "disk": "full"}


@pytest.mark.django_db
def test_a_folder_that_is_not_there_yet_is_on_the_disk_of_the_one_above_it(
    client, archive, settings, tmp_path
):
    settings.VAR_DIR = tmp_path / "no" / "such"
    assert client.get("/readyz").json() == ALL_WELL
    assert disks.existing(settings.VAR_DIR) == tmp_path


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_not_waited_for(client, archive, monkeypatch):
    monkeypatch.setattr(readiness, "PATIENCE", 0.2)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"LOCK TABLE {index.ARCHIVE_VERSION}")
        response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "down")
    assert client.get("/readyz").json() == ALL_WELL


def test_nor_is_one_that_cannot_be_reached():
    """In a process of its own, which has no connection yet. Readers would wait an hour for one."""
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from django.test import Client\n"
        "settings.DATABASES['default']['OPTIONS']['pool']['timeout'] = 3600\n"
        "print(Client().get('/readyz').content.decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "DATABASE_URL": "postgres://127.0.0.1:1/nowhere",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert '"database": "down"' in done.stdout


@pytest.mark.django_db
def test_so_does_a_worker_that_is_silent(client, archive):
    fall_silent()
    assert client.get("/readyz").json() == ALL_WELL | {"status": "degraded", "worker": "silent"}


def test_a_database_that_is_gone_is_said_and_not_shown(client, monkeypatch, caplog):
    def fail(seconds):
        raise OperationalError("connection to server at 10.0.0.9 failed")

    monkeypatch.setattr(readiness, "reading_within", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "down", "disk": "ok"}
    assert not caplog.text  # probes come again and again
