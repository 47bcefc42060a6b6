from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError

from articles import disks
from articles.outages import in_a_line, why_it_failed


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            psycopg.errors.DiskFull("could not extend file: No space left on device\nHINT:  Free."),
            "The database could not go on: could not extend file: No space left on device "
            "HINT: Free.",
        ),
        (
            psycopg.OperationalError("consuming input failed: server closed the connection"),
            "The database went away: consuming input failed: server closed the connection.",
        ),
        (
            psycopg.errors.AdminShutdown("terminating connection"),
            "The database went away: terminating connection.",
        ),
    ],
)
def test_what_stopped_the_database_is_told_in_a_line(error, line):
    wrapped = OperationalError(str(error))
    wrapped.__cause__ = error
    assert why_it_failed(wrapped) == why_it_failed(error)
    assert str(why_it_failed(error)) == (
        f"{line} What was imported so far is whole; the next run goes on from here."
    )


@pytest.mark.parametrize(
    "at", [{"DATA_DIR": "/proc/postgres"}, {"HOST": "/run/postgresql"}], ids=["embedded", "here"]
)
def test_a_server_that_goes_away_where_the_disk_is_full_says_so(settings, monkeypatch, at):
    monkeypatch.setitem(settings.DATABASES, "default", at)
    monkeypatch.setattr(disks, "SERVER_FOLDERS", (Path("/proc"),))  # without room
    gone = psycopg.OperationalError("FATAL: the database system is in recovery mode\n")
    why = "FATAL: the database system is in recovery mode. The disk of the database is full: 0 MiB"
    assert in_a_line(gone).startswith(why)
    assert f"The database went away: {why} are free at /proc" in str(why_it_failed(gone))
    assert in_a_line(psycopg.errors.SyntaxError("syntax error")) == "syntax error"


def test_a_server_elsewhere_says_nothing_of_our_disks(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES, "default", {"HOST": "db.example.com"})
    assert in_a_line(psycopg.OperationalError("timeout expired")) == "timeout expired"
