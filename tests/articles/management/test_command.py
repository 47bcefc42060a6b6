"""What the commands have in common."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, find_commands
from django.db import connection

import articles.management
from articles.management.command import PlainCommand

ROOT = Path(__file__).resolve().parents[3]
OF_DJANGO = {"makemessages"}  # asks no database


@pytest.mark.parametrize(
    "name", sorted({*find_commands(*articles.management.__path__)} - OF_DJANGO)
)
def test_every_command_says_in_a_line_what_is_wrong_with_the_database(name):
    module = import_module(f"articles.management.commands.{name}")
    assert issubclass(module.Command, PlainCommand)


@pytest.mark.parametrize("name", ["check_archive", "migrate", "changepassword"])
def test_a_database_that_is_away_is_said_in_a_line(name, free_tcp_port):
    done = subprocess.run(
        [sys.executable, "manage.py", name],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"postgres://u@127.0.0.1:{free_tcp_port}/news"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.removeprefix("CommandError: ").startswith("The database does not answer: ")
    assert line.endswith("Connection refused")


def test_what_the_database_answered_is_said_by_the_shell_and_is_no_outage(children):
    sql = "DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$"
    code = f"from django.db import connection; connection.cursor().execute({sql!r})"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "no space\n")


def test_a_command_looks_for_cycles_among_many_objects():
    code = """
import atexit, gc
from django.core.management import execute_from_command_line
atexit.register(lambda: print(gc.get_threshold()[0]))
execute_from_command_line(["manage.py", "import_posts", "--help"])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout.splitlines()[-1]) > 10_000


@pytest.mark.parametrize(
    ("command", "option", "most"),
    [
        (["check_archive"], "--sample", 1_000_000_000),
        (["import_posts", "folder"], "--jobs", 1000),
        (["make_sample_posts", "folder"], "--count", 1_000_000_000),
        (["mcp"], "--port", 65535),
    ],
)
@pytest.mark.parametrize("text", ["-1", "0", "many", "1.5", "５", "9" * 20])
def test_a_number_that_makes_no_sense_is_refused_in_plain_words(command, option, most, text):
    said = f"{option}: {text} is not a whole number from 1 to {most}$"
    with pytest.raises(CommandError, match=said):
        call_command(*command, f"{option}={text}")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["export_archive", "export_posts", "make_sample_posts"])
@pytest.mark.parametrize(
    ("folder", "why"), [("there", "File exists"), ("there/posts", "Not a directory")]
)
def test_a_folder_that_cannot_be_made_is_said_in_a_line(tmp_path, name, folder, why):
    (tmp_path / "there").touch()
    with pytest.raises(CommandError, match=f"^{tmp_path / folder}: {why}$") as told:
        call_command(name, tmp_path / folder)
    assert told.value.returncode == 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["backup", "check_archive", "publish_due"])
def test_a_database_that_is_not_migrated_is_said_before_anything_is_done(name, tmp_path):
    file = tmp_path / "newsroom.backup"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'articles' AND name > '0002'")
    with pytest.raises(CommandError, match="lacks migrations of this release: run migrate first"):
        call_command(name, *[file] * (name == "backup"))
    assert not file.exists()
