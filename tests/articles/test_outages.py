import psycopg
import pytest
from django.db import OperationalError

from articles.outages import why_it_failed


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
