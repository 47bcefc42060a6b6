"""The engine, as Django uses it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom.embedded.base import DatabaseWrapper

PROJECT = Path(__file__).resolve().parents[3]


def test_it_asks_for_a_data_dir():
    with pytest.raises(ImproperlyConfigured, match="DATA_DIR"):
        DatabaseWrapper({"NAME": "archive"})


@pytest.mark.parametrize("mode", ["pool", "no pool"])
def test_it_connects_with_a_pool_or_without(home, mode):
    assert home.client(mode).query("SELECT current_database()") == "archive"


def test_databases_created_at_once_are_created_once(empty_home):
    clients = [empty_home.start_client() for _ in range(3)]
    sql = "SELECT count(*) FROM pg_database WHERE datname = 'archive'"
    assert [client.ready().query(sql) for client in clients] == ["1"] * 3


#: argv: DATA_DIR. Prints the databases that Django's test runner made for parallel tests.
TEST_RUN = """
import sys
from django.conf import settings
settings.configure(DATABASES={"default": {
    "ENGINE": "newsroom.embedded", "NAME": "archive", "DATA_DIR": sys.argv[1],
    "OPTIONS": {"pool": True},
}})
import django
django.setup()
from django.test.utils import setup_databases, teardown_databases
from django.db import connection
old = setup_databases(verbosity=0, interactive=False, parallel=2)
with connection.cursor() as cursor:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test%' ORDER BY datname")
    print([name for name, in cursor])
teardown_databases(old, verbosity=0, parallel=2)
"""


def test_the_test_runner_makes_and_drops_its_databases(home):
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", TEST_RUN, str(home.folder)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "['test_archive', 'test_archive_1', 'test_archive_2']\n", done.stderr
    left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'test%'"
    assert home.client().query(left) == "0"


def test_with_database_url_nothing_of_it_is_imported():
    script = (
        "import sys, django; django.setup(); from django.db import connection; connection.vendor;"
        "print([name for name in sys.modules if 'embedded' in name or 'pgserver' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "DATABASE_URL": "postgres://reader@localhost/archive",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[]\n", done.stderr
