"""The server's own tools, and `manage.py dbshell`, from the command line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(home, tmp_path):
    """An environment whose settings module names this test's home."""
    (tmp_path / "home_settings.py").write_text(
        'DATABASES = {"default": {"ENGINE": "newsroom.embedded", "NAME": "archive",'
        f' "DATA_DIR": {str(home.folder)!r}}}}}\n'
    )
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(PROJECT)]),
        "DJANGO_SETTINGS_MODULE": "home_settings",
    }


@pytest.fixture
def tool(environment, tmp_path):
    def run(*arguments, module="newsroom.embedded"):
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_dump_restores_what_was_there(home, tool):
    home.client().query("CREATE TABLE kept AS SELECT 42 AS answer")
    home.clients[0].end()
    assert tool("pg_dump", "-Fc", "-f", "archive.dump").returncode == 0
    assert tool("psql", "-c", "DROP TABLE kept").returncode == 0
    assert (
        tool("pg_restore", "--clean", "--if-exists", "-d", "archive", "archive.dump").stderr == ""
    )
    assert tool("psql", "-Atc", "SELECT answer FROM kept").stdout == "42\n"
    home.wait_until_stopped()


def test_a_base_backup_is_a_cluster(home, tool):
    home.client().query("CREATE TABLE kept AS SELECT 42 AS answer")
    done = tool("pg_basebackup", "-D", str(home.folder / "backup"))
    assert done.returncode == 0, done.stderr
    home.clients[0].end()
    home.wait_until_stopped()
    shutil.rmtree(home.data)
    (home.folder / "backup").rename(home.data)
    assert home.client().query("SELECT answer FROM kept") == "42"


def test_the_server_runs_until_the_tool_has_ended(home, environment, tmp_path):
    psql = subprocess.Popen(
        [sys.executable, "-m", "newsroom.embedded", "psql", "-At"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    psql.stdin.write("SELECT 1;\n")
    psql.stdin.flush()
    assert psql.stdout.readline() == "1\n"
    assert home.runs()
    psql.communicate()
    home.wait_until_stopped()


def test_the_status_is_the_tools_own(tool):
    assert tool("psql", "-c", "SELECT nonsense").returncode == 1


@pytest.mark.parametrize("arguments", [[], ["../postgres"], ["no_such_program"]])
def test_an_unknown_program_is_answered_with_those_that_exist(tool, arguments):
    done = tool(*arguments)
    assert done.returncode == 1
    assert "pg_dump" in done.stderr


def test_with_database_url_it_says_that_it_is_not_in_use(environment):
    done = subprocess.run(
        [sys.executable, "-m", "newsroom.embedded", "psql"],
        cwd=PROJECT,
        env={
            **environment,
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "DATABASE_URL": "postgres://reader@localhost/archive",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "DATABASE_URL is set" in done.stderr


def test_dbshell_starts_the_server_and_reaches_the_database(home, tool):
    done = tool("dbshell", "--", "-Atc", "SELECT current_database()", module="django")
    assert done.stdout == "archive\n", done.stderr
    home.wait_until_stopped()
