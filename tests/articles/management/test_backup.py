"""backup and restore, on the command line."""

import datetime as dt
import re
from contextlib import redirect_stdout

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from articles.backups.file import verified
from articles.backups.restoring import on_database
from articles.models import ArchiveVersion, Post

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_backup_is_restored_into_a_database_of_another_name(indexed, another, tmp_path, capsys):
    indexed()
    file = tmp_path / "newsroom.backup"
    call_command("backup", file)
    assert capsys.readouterr().out.startswith(f"{file}: 1 posts of release ")
    assert timezone.now() - ArchiveVersion.objects.get().backed_up_at < dt.timedelta(hours=1)
    call_command("restore", file, database=another)
    assert capsys.readouterr().out.startswith("Restored: 1 posts of release ")
    with on_database(another):
        assert Post.objects.count() == 1
    with pytest.raises(CommandError, match="the database is not empty"):
        call_command("restore", file, database=another)


def test_a_backup_to_nowhere_is_one_too(indexed, capsys):
    indexed()
    call_command("backup", "/dev/null")
    assert re.fullmatch(r"/dev/null: 1 posts of release [^,]+, [^,]+\n", capsys.readouterr().out)


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_a_backup_goes_to_standard_output_by_either_of_its_names(indexed, tmp_path, name, capsys):
    indexed()
    file = tmp_path / "newsroom.backup"
    with file.open("w") as opened, redirect_stdout(opened):
        call_command("backup", name)
    with file.open("rb") as written:
        assert verified(written).tables["articles_post"].rows == 1
    assert capsys.readouterr().out == ""


def test_who_restores_is_told_that_others_use_the_database(indexed, another, tmp_path, capsys):
    indexed()
    file = tmp_path / "newsroom.backup"
    call_command("backup", file)
    at = {**connection.get_connection_params(), "dbname": another}
    with psycopg.connect(**at):
        call_command("restore", file, database=another)
    assert "Others are connected to this database (1): is the site stopped?" in (
        capsys.readouterr().err
    )


def test_what_is_replaced_has_to_be_named(tmp_path):
    with pytest.raises(CommandError, match="--replace needs --database NAME"):
        call_command("restore", tmp_path / "newsroom.backup", replace=True)


@pytest.mark.parametrize(
    ("file", "why"), [("/dev/full", "No space left on device"), ("/", "Is a directory")]
)
def test_a_file_that_cannot_be_written_is_named_with_the_reason(file, why):
    with pytest.raises(CommandError, match=f"^{file}: {why}$") as refused:
        call_command("backup", file)
    assert refused.value.returncode == 2


def test_a_file_that_is_no_backup_is_named_with_the_reason(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("没有备份")
    with pytest.raises(
        CommandError, match="it is not a backup, or is damaged or cut off"
    ) as refused:
        call_command("restore", file)
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("restore", tmp_path / "missing")
